"""One obligation with its filings: the provider files, the contract manager checks, asks or waives."""

from __future__ import annotations

from . import filing, item
from .blueprint import bp

__all__ = ["bp", "filing", "item"]
