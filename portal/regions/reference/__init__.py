"""Dated reference data of the law: amounts, terms and dates with their source, never in code.

Every look-up answers, also when nothing is known: then the value is None and `confirmed` is False, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portal.regions.blueprints.identity import Text
from portal.regions.reference.models import Fact, PointBand, law_table, wnt_table

__all__ = [
    "WNT_CLASSES",
    "ReferenceAmount",
    "ReferenceClass",
    "ReferenceDate",
    "ReferenceRow",
    "law",
    "law_date",
    "rows",
    "wnt_class_for_points",
    "wnt_interim_maximum",
    "wnt_maximum",
    "wnt_years",
]

GENERAL = "general"
WNT_CLASSES = ("I", "II", "III", "IV", "V")
INTERIM_PERIODS = ("months_1_6", "months_7_12", "hour")
UNKNOWN = "niet in de referentiegegevens"


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Where a fact was found and when, and whether somebody confirmed it."""

    source: str
    checked_on: date | None
    confirmed: bool
    legal_basis: str | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceAmount(Sourced):
    """A number of the law; `unit` is eur, pct, factor, days, weeks, years or count."""

    value: Decimal | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class ReferenceClass(Sourced):
    """The WNT class that goes with a number of points; a check beside the class the supervisors give."""

    value: str | None


@dataclass(frozen=True, kw_only=True)
class ReferenceDate(Sourced):
    """A day that the law names, as the last day on which something is on time."""

    value: date | None


@dataclass(frozen=True, kw_only=True)
class ReferenceRow:
    """One line of the page that shows all reference data."""

    key: str
    label: Text
    unit: str
    value: str | None
    valid_from: date | None
    valid_until: date | None
    source: str
    checked_on: date
    confirmed: bool
    note: Text | None = None


def wnt_maximum(year: int, class_: str) -> ReferenceAmount:
    """The full-time maximum of that year for "general" or a class "I" to "V". Raises ValueError for another class."""
    if class_ not in (GENERAL, *WNT_CLASSES):
        raise ValueError(f"no WNT class: {class_}")
    for entry in wnt_table().maximum:
        if entry.year == year:
            value = getattr(entry, class_)
            confirmed = entry.confirmed and value is not None
            return _amount(value, "eur", entry.source, entry.checked_on, confirmed)
    return _unknown("eur")


def wnt_interim_maximum(year: int, period: str) -> ReferenceAmount:
    """The maximum without employment: "months_1_6", "months_7_12" (per month) or "hour". ValueError for another."""
    if period not in INTERIM_PERIODS:
        raise ValueError(f"no interim period: {period}")
    for entry in wnt_table().interim:
        if entry.year == year:
            return _amount(getattr(entry, period), "eur", entry.source, entry.checked_on, entry.confirmed)
    return _unknown("eur")


def wnt_class_for_points(year: int, points: int) -> ReferenceClass:
    """The class by that year's table; value None when the year has no table or the points fall outside it."""
    for entry in wnt_table().points:
        if entry.year == year:
            value = _band(entry.bands, points)
            return ReferenceClass(
                value=value, source=entry.source, checked_on=entry.checked_on, confirmed=entry.confirmed
            )
    return ReferenceClass(value=None, source=UNKNOWN, checked_on=None, confirmed=False)


def wnt_years() -> tuple[int, ...]:
    """The years for which a maximum is on record, the latest first."""
    return tuple(sorted((entry.year for entry in wnt_table().maximum), reverse=True))


def law(key: str, on: date) -> ReferenceAmount:
    """The number that holds on that day. Raises KeyError for a key that law.toml does not know at all."""
    fact = _fact(key, on)
    if fact is None:
        return _unknown("")
    amount = _amount(fact.value, fact.unit, fact.source, fact.checked_on, fact.confirmed)
    return replace(amount, legal_basis=fact.legal_basis, note=fact.note)


def law_date(key: str, year: int) -> ReferenceDate:
    """The day in that year, as the law stands on it. Raises KeyError for a key that law.toml does not know at all."""
    fact = _fact(key, date(year, 12, 31))
    if fact is None:
        return ReferenceDate(value=None, source=UNKNOWN, checked_on=None, confirmed=False)
    day = date(year, fact.month, fact.day) if fact.month and fact.day else None
    return ReferenceDate(
        value=day,
        source=fact.source,
        checked_on=fact.checked_on,
        confirmed=fact.confirmed,
        legal_basis=fact.legal_basis,
        note=fact.note,
    )


def rows() -> tuple[ReferenceRow, ...]:
    """Everything on record, for the page that shows it: the law first, then the WNT amounts by year."""
    return (*_law_rows(), *_wnt_rows())


def _law_rows() -> Iterator[ReferenceRow]:
    for fact in law_table().fact:
        day = f"{fact.day}-{fact.month}" if fact.day and fact.month else None
        yield ReferenceRow(
            key=fact.key,
            label=fact.label,
            unit=fact.unit,
            value=day if fact.value is None else str(fact.value),
            valid_from=fact.valid_from,
            valid_until=fact.valid_until,
            source=fact.source,
            checked_on=fact.checked_on,
            confirmed=fact.confirmed,
            note=fact.note,
        )


def _wnt_rows() -> Iterator[ReferenceRow]:
    for entry in wnt_table().maximum:
        for name in (GENERAL, *WNT_CLASSES):
            value = getattr(entry, name)
            yield ReferenceRow(
                key=f"wnt_maximum_{name}",
                label=_class_label(name),
                unit="eur",
                value=None if value is None else str(value),
                valid_from=date(entry.year, 1, 1),
                valid_until=date(entry.year, 12, 31),
                source=entry.source,
                checked_on=entry.checked_on,
                confirmed=entry.confirmed and value is not None,
            )


def _class_label(name: str) -> Text:
    if name == GENERAL:
        return Text(nl="WNT: algemeen maximum", en="WNT: general maximum")
    return Text(nl=f"WNT: maximum klasse {name}", en=f"WNT: maximum class {name}")


def _fact(key: str, on: date) -> Fact | None:
    facts = [fact for fact in law_table().fact if fact.key == key]
    if not facts:
        raise KeyError(key)
    return next((fact for fact in facts if fact.holds_on(on)), None)


def _band(bands: tuple[PointBand, ...], points: int) -> str | None:
    return next((band.name for band in bands if band.lowest <= points <= band.highest), None)


def _amount(value: Decimal | None, unit: str, source: str, checked_on: date, confirmed: bool) -> ReferenceAmount:
    return ReferenceAmount(value=value, unit=unit, source=source, checked_on=checked_on, confirmed=confirmed)


def _unknown(unit: str) -> ReferenceAmount:
    return ReferenceAmount(value=None, unit=unit, source=UNKNOWN, checked_on=None, confirmed=False)
