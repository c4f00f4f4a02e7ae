"""The classes of records with their terms, read from retention.toml: dated reference data, never code."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.regions.blueprints.identity import Text

AFTERWARDS = ("remove", "pseudonymise", "automatic", "keep")


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """`months` and `days` are None for what is kept without an end."""

    key: str
    label: Text
    holds: Text
    starts: Text
    months: int | None = None
    days: int | None = None
    then: str
    source: str
    legal_basis: str = ""
    checked_on: date
    confirmed: bool

    @property
    def by_hand(self) -> bool:
        """Only after a human said yes."""
        return self.then in ("remove", "pseudonymise")

    def begins_before(self, today: date) -> date:
        """What began on or before this day has been kept long enough today. Raises ValueError without a term."""
        if self.months is None:
            raise ValueError(f"{self.key} has no term in months")
        year, month = divmod(today.year * 12 + today.month - 1 - self.months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


@cache
def all_classes() -> tuple[RetentionClass, ...]:
    """In the order of the file. Raises ValueError that names the class at fault."""
    with (Path(__file__).parent / "retention.toml").open("rb") as file:
        return tuple(_read(entry) for entry in tomllib.load(file)["class"])


def class_of(key: str) -> RetentionClass:
    """Raises KeyError."""
    return {one.key: one for one in all_classes()}[key]


def _read(entry: dict[str, Any]) -> RetentionClass:
    texts = {name: Text(**entry[name]) for name in ("label", "holds", "starts")}
    try:
        found = RetentionClass(**{**entry, **texts})
    except TypeError as error:
        raise ValueError(f"retention.toml: {entry.get('key')}: {error}") from error
    if found.then not in AFTERWARDS or (found.by_hand and found.months is None):
        raise ValueError(f"retention.toml: {found.key}: a class that is removed needs a term and a known act")
    return found
