"""The only place that reads the wall clock. A clock is a function that gives the moment as an aware UTC datetime."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def system_clock() -> datetime:
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar date in the Netherlands at this moment."""
    return moment.astimezone(AMSTERDAM).date()


def local_moment(wall: datetime) -> datetime:
    """A Dutch wall-clock time as UTC. Raises ValueError in the summer-time gap or overlap, where it names no single moment."""
    first, second = wall.replace(tzinfo=AMSTERDAM, fold=0), wall.replace(tzinfo=AMSTERDAM, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise ValueError("summer_time_change")
    return first.astimezone(UTC)


def last_day(until: datetime) -> date | None:
    """The day that a term fills to its end, Dutch time. None for a term that ends at an hour of its day."""
    wall = until.astimezone(AMSTERDAM)
    return wall.date() - timedelta(days=1) if wall.time() == time() else None


class PracticeClock:
    """The clock of a practice installation: the system clock plus an offset kept in a file, so that web and
    scheduler agree. The offset only grows: time moves forward."""

    def __init__(self, offset_file: Path) -> None:
        self._file = offset_file

    def __call__(self) -> datetime:
        return system_clock() + self._offset()

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(json.loads(self._file.read_text())["offset_seconds"]))
        except FileNotFoundError:
            return timedelta()

    def set_to(self, moment: datetime, *, backwards: bool = False) -> None:
        """Move to `moment`. Raises ValueError when that lies in the past, unless the installation is just being built."""
        if moment < self() and not backwards:
            raise ValueError("clock_moves_forward_only")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps({"offset_seconds": (moment - system_clock()).total_seconds()}))
        os.replace(partial, self._file)
