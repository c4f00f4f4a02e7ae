"""`portal doctor`: is this installation set up as it should be, and if not, what helps."""
