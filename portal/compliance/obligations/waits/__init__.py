"""What obligations wait for."""
