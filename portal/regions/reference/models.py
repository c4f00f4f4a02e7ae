"""The shape of wnt.toml and law.toml, read as strictly as a blueprint."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.reading import Reader

Table = TypeVar("Table")


@dataclass(frozen=True, kw_only=True)
class Maximum:
    """The amounts of one year; an absent class is an amount that nobody confirmed."""

    year: int
    source: str
    checked_on: date
    confirmed: bool
    general: Decimal
    I: Decimal | None = None  # noqa: E741
    II: Decimal | None = None
    III: Decimal | None = None
    IV: Decimal | None = None
    V: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PointBand:
    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, kw_only=True)
class Points:
    year: int
    bands: tuple[PointBand, ...]
    source: str
    checked_on: date
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Interim:
    year: int
    months_1_6: Decimal
    months_7_12: Decimal
    hour: Decimal
    source: str
    checked_on: date
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class WntTable:
    maximum: tuple[Maximum, ...]
    points: tuple[Points, ...]
    interim: tuple[Interim, ...]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing the law says: a number in `value`, or a day of the year in `month` and `day`, or neither if unknown."""

    key: str
    label: Text
    unit: str
    source: str
    checked_on: date
    confirmed: bool
    value: Decimal | None = None
    month: int | None = None
    day: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    legal_basis: str | None = None
    note: Text | None = None

    def holds_on(self, day: date) -> bool:
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class LawTable:
    fact: tuple[Fact, ...]


@cache
def wnt_table() -> WntTable:
    return _read(WntTable, "wnt.toml")


@cache
def law_table() -> LawTable:
    return _read(LawTable, "law.toml")


def _read(kind: type[Table], name: str) -> Table:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    reader = Reader(name)
    table = reader.read(kind, tomllib.loads(text, parse_float=Decimal), "")
    if reader.errors:
        raise ValueError("\n".join(str(error) for error in reader.errors))
    assert isinstance(table, kind)
    return table
