"""What is due, class by class."""
