"""Regions: their blueprint, municipalities and mandates, what they buy and at which tariff."""
