"""The pages of regions, by noun."""

from __future__ import annotations

from . import following, mandates, reference, staff
from .blueprint import bp

__all__ = ["bp", "following", "mandates", "reference", "staff"]
