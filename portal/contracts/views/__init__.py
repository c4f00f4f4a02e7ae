"""Pages of contracts: the list and drawing up, one contract, and signing."""

from __future__ import annotations

from . import contract, listing, preparing, signing
from .blueprint import bp

__all__ = ["bp", "contract", "listing", "preparing", "signing"]
