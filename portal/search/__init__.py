"""One field over everything that a reader may see: each feature finds its own, within its own bounds."""
