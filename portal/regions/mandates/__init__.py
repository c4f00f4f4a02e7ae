"""The mandate registers of the municipalities of a region."""
