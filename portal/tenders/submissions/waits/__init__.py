"""What submissions wait for."""
