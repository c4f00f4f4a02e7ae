"""The pages of tables with what was agreed there, by noun."""

from __future__ import annotations

from . import agreement, mediation, rulings, tables
from .blueprint import bp

__all__ = ["agreement", "bp", "mediation", "rulings", "tables"]
