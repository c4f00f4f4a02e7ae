"""Contracts as a list: a page at a time, all of it for a file, or found by words."""
