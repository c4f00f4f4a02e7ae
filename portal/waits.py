"""What waits for somebody: one row on a home page. Each feature's `queries.waiting(work)` yields its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Wait:
    """One task, one click from being done. `mine` is False for what the reader waits for from somebody else."""

    title: str
    detail: str
    endpoint: str
    args: dict[str, Any] = field(default_factory=dict)
    due: datetime | date | None = None
    words: str = ""
    kind: str = "idle"
    """ok, let-op, fout, bezig, idle or tbd: how the words are shown."""
    mine: bool = True
    whose: str = ""
    """Who is to act, for `mine` False."""
