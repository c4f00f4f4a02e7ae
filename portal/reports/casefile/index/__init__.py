"""What is in a case file, for a person and for a machine, with the fingerprint of every file."""
