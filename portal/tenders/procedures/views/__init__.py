"""The pages of procedures, by reader: everybody, the provider, the officer."""

from __future__ import annotations

from . import asking, board, criteria, parts, progress, public, questions, setup, steps
from .blueprint import bp

__all__ = ["asking", "board", "bp", "criteria", "parts", "progress", "public", "questions", "setup", "steps"]
