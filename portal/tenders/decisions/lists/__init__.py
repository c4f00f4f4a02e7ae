"""The decisions of a procedure as a list, and the procedures that have any."""
