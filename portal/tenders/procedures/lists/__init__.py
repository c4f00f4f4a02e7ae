"""Procedures as lists: the board of a region, and what everybody may read."""
