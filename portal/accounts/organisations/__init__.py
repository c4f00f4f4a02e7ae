"""Organisations: registration by a provider, their facts, and the platform's own ones."""
