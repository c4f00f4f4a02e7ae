"""The pages of opening and assessing: the officer's opening, board and files; the assessor's own work."""

from __future__ import annotations

from . import board, files, judging, opening
from .blueprint import bp

__all__ = ["board", "bp", "files", "judging", "opening"]
