"""A whole submission in one ZIP: what was said, every file, the receipt, and an index with the fingerprints of all."""
