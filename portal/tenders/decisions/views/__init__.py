"""The pages around decisions: the region's people prepare, decide and confirm; the provider reads and objects."""

from __future__ import annotations

from . import objections, own, region
from .blueprint import bp

__all__ = ["bp", "objections", "own", "region"]
