"""What goes once its term of keeping is over."""
