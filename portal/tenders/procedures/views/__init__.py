"""The pages of procedures, by reader: everybody, the provider, the officer."""

from __future__ import annotations

from . import board, public, questions, setup, steps
from .blueprint import bp

__all__ = ["board", "bp", "public", "questions", "setup", "steps"]
