"""Absence: who stands in for whom, from when to when."""
