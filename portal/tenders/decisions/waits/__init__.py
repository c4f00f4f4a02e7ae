"""What decisions wait for."""
