"""The evidence passport: what a provider can show, kept once and reused."""
