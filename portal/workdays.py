"""Working days in the Netherlands: no Saturday, Sunday, recognised feast or day put on a par with one.

The dates of the feasts come from the `holidays` library (category "public", and "optional" for 5 May outside lustrum
years); which of them count is reference data in workdays.toml.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays

DAY = timedelta(days=1)
SATURDAY = 5
EXTENDED_UP_TO = 90
TWO_WORKING_DAYS_FROM = 3


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and holiday_name(day) is None


def holiday_name(day: date) -> str | None:
    """The Dutch name of the feast or equated day; None on any other day, weekends included."""
    return _holidays(day.year).get(day)


def next_working_day(day: date) -> date:
    """That day itself, or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day


def previous_working_day(day: date) -> date:
    """That day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after that day. Raises ValueError when count is negative."""
    if count < 0:
        raise ValueError("count must be 0 or more")
    while count:
        day = next_working_day(day + DAY)
        count -= 1
    return day


def add_calendar_days_then_working_day(day: date, days: int) -> date:
    """The last day of a term of so many days that starts the day after `day`, by the Algemene termijnenwet.

    A term that ends on no working day runs to the next one (article 1); one of three days or more holds at least two
    working days (article 2); one of more than 90 days is not extended (article 4). Raises ValueError below one day.
    """
    if days < 1:
        raise ValueError("a term has at least one day")
    end = day + timedelta(days=days)
    if days > EXTENDED_UP_TO:
        return end
    end = next_working_day(end)
    if days >= TWO_WORKING_DAYS_FROM:
        end = max(end, add_working_days(day, 2))
    return end


@cache
def reference() -> dict[str, Any]:
    """What counts as a feast and on whose authority, as read from workdays.toml."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _holidays(year: int) -> dict[date, str]:
    rules = reference()
    found = _from_library(year, tuple(rules["public"]["categories"]))
    if not rules["good_friday"]["counts"]:
        found.pop(_good_friday(year), None)
    fifth_of_may = date(year, 5, 5)
    if rules["liberation_day"]["counts"] == "every_year" and fifth_of_may not in found:
        found[fifth_of_may] = "Bevrijdingsdag"
    found.update({item["day"]: item["name"] for item in rules["equated"] if item["day"].year == year})
    return found


def _from_library(year: int, categories: tuple[str, ...]) -> dict[date, str]:
    days = holidays.country_holidays("NL", years=year, categories=categories, language="nl")
    return {day: str(name) for day, name in days.items() if day.year == year}


def _good_friday(year: int) -> date:
    ascension = next(day for day, name in _from_library(year, ("public",)).items() if "Hemelvaart" in name)
    return ascension - timedelta(days=41)
