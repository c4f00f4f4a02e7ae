"""How a meeting stands, by its state and by the clock, and whose move it is."""
