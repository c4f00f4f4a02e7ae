"""What the law sets, with its source and the day on which it was looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import render_template, request

from portal.i18n import date_short, money, number, percent
from portal.regions.reference import ReferenceRow, rows
from portal.web.locale import _, reader_locale
from portal.web.wall import open_endpoint

from .blueprint import bp

LEAP_YEAR = 2024
"""Any year in which every day exists: a day without its year is shown."""


@dataclass(frozen=True)
class Line:
    label: str
    value: str | None
    valid_from: date | None
    valid_until: date | None
    source: str
    checked_on: date
    confirmed: bool
    note: str


@bp.get("/naslag")
@open_endpoint
def reference() -> str:
    wanted = request.args.get("q", "")[:100].strip().casefold()
    only_open = request.args.get("staat") == "onbevestigd"
    found = [line(row) for row in rows()]
    shown = [row for row in found if wanted in f"{row.label} {row.source}".casefold()]
    shown = [row for row in shown if not (only_open and row.confirmed)]
    unconfirmed = sum(not row.confirmed for row in found)
    return render_template("regions/reference.html", lines=shown, total=len(found), unconfirmed=unconfirmed)


def line(row: ReferenceRow) -> Line:
    locale = reader_locale()
    note = row.note.say(locale) if row.note else ""
    return Line(
        row.label.say(locale),
        worded(row),
        row.valid_from,
        row.valid_until,
        row.source,
        row.checked_on,
        row.confirmed,
        note,
    )


def worded(row: ReferenceRow) -> str | None:
    """The value with its unit; None where nobody could find it."""
    if row.value is None:
        return None
    locale = reader_locale()
    if row.unit in ("date", "day_of_year"):
        day, month = (int(part) for part in row.value.split("-"))
        return date_short(date(LEAP_YEAR, month, day), locale).removesuffix(f" {LEAP_YEAR}")
    value = Decimal(row.value)
    plain = number(value, locale)
    words = {
        "eur": money(value, locale),
        "pct": percent(value / 100, locale),
        "days": _("%(value)s dagen", value=plain),
        "weeks": _("%(value)s weken", value=plain),
        "years": _("%(value)s jaar", value=plain),
    }
    return str(words.get(row.unit, plain))
