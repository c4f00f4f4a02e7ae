"""The pages of submissions: the dossier, its parts, signing, and the buyer's side after the opening."""

from __future__ import annotations

from . import buyer, dossier, parts, signing, takeout
from .blueprint import bp

__all__ = ["bp", "buyer", "dossier", "parts", "signing", "takeout"]
