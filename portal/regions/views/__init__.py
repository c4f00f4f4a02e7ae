"""The pages of regions, by noun."""

from __future__ import annotations

from . import following, locations, mandates, reference, staff
from .blueprint import bp

__all__ = ["bp", "following", "locations", "mandates", "reference", "staff"]
