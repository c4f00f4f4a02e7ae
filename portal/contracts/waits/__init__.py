"""What contracts wait for."""
