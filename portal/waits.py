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
    due_words: str = ""
    """What happens on that day when it is no deadline: "Voorgestelde sluiting", "Begint". Empty: it must be done by then."""

    @property
    def deadline(self) -> datetime | date | None:
        """The day by which it must be done; None for a day that binds nobody."""
        return None if self.due_words else self.due
