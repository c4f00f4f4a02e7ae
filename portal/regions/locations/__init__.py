"""Where a provider works: its locations, what fits there, which municipalities it serves and its AGB codes."""
