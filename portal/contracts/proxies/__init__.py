"""Signing for a municipality: what its proxy holder is asked."""
