"""Parts of texts that the walk looks for, in English: whole texts are in the catalogue."""

from __future__ import annotations

PARTS: dict[str, str] = {}
