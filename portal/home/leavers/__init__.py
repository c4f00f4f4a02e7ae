"""Who leaves an organisation: what was open, and who takes it over."""
