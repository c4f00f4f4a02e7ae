"""Who signs a contract, on what, and who still has to."""
