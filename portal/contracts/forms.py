"""Contracts: forms of the pages."""
