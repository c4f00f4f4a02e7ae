"""Mediation by an independent chair: a confidential file beside the minutes."""
