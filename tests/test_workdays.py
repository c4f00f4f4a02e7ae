"""Working days: which days count, and how terms end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workdays
from portal.workdays import (
    add_calendar_days_then_working_day,
    add_working_days,
    holiday_name,
    is_working_day,
    next_working_day,
    previous_working_day,
)

ANY_DAY = st.dates(date(2015, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2024, 1, 1), "Nieuwjaarsdag"),
        (date(2024, 3, 29), "Goede vrijdag"),
        (date(2024, 4, 1), "Tweede paasdag"),
        (date(2023, 4, 27), "Koningsdag"),
        (date(2023, 5, 5), "Bevrijdingsdag"),
        (date(2025, 5, 5), "Bevrijdingsdag"),
        (date(2024, 5, 9), "Hemelvaartsdag"),
        (date(2022, 5, 27), "Vrijdag na Hemelvaartsdag"),
        (date(2024, 5, 20), "Tweede pinksterdag"),
        (date(2023, 12, 25), "Eerste kerstdag"),
        (date(2023, 12, 26), "Tweede kerstdag"),
    ],
)
def test_a_recognised_feast_is_no_working_day(day: date, name: str) -> None:
    assert holiday_name(day) == name
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2024, 12, 24), date(2024, 12, 31), date(2023, 12, 5), date(2024, 2, 29)])
def test_an_ordinary_weekday_is_a_working_day(day: date) -> None:
    assert is_working_day(day)
    assert next_working_day(day) == previous_working_day(day) == day


def test_kings_day_moves_when_it_falls_on_a_sunday() -> None:
    assert holiday_name(date(2025, 4, 26)) == "Koningsdag"
    assert holiday_name(date(2025, 4, 27)) is None


def test_a_saturday_and_a_sunday_are_no_working_days_and_have_no_name() -> None:
    assert not is_working_day(date(2024, 6, 1))
    assert not is_working_day(date(2024, 6, 2))
    assert holiday_name(date(2024, 6, 1)) is None


def test_five_may_counts_in_lustrum_years_only_when_the_reference_data_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = {**workdays.reference(), "liberation_day": {"counts": "lustrum"}}
    monkeypatch.setattr(workdays, "reference", lambda: rules)
    workdays._holidays.cache_clear()
    try:
        assert is_working_day(date(2023, 5, 5))
        assert not is_working_day(date(2025, 5, 5))
    finally:
        workdays._holidays.cache_clear()


def test_good_friday_is_a_working_day_when_the_reference_data_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {**workdays.reference(), "good_friday": {"counts": False}}
    monkeypatch.setattr(workdays, "reference", lambda: rules)
    workdays._holidays.cache_clear()
    try:
        assert is_working_day(date(2024, 3, 29))
        assert not is_working_day(date(2024, 4, 1))
    finally:
        workdays._holidays.cache_clear()


def test_every_rule_about_feasts_has_a_source_and_the_day_it_was_checked() -> None:
    rules = workdays.reference()
    entries = [rules["public"], rules["good_friday"], rules["liberation_day"], *rules["equated"]]
    assert all(entry["source"] and isinstance(entry["checked_on"], date) for entry in entries)


@pytest.mark.parametrize(
    ("day", "following", "preceding"),
    [
        (date(2024, 3, 30), date(2024, 4, 2), date(2024, 3, 28)),
        (date(2022, 12, 24), date(2022, 12, 27), date(2022, 12, 23)),
        (date(2026, 10, 11), date(2026, 10, 12), date(2026, 10, 9)),
    ],
)
def test_next_and_previous_step_over_a_whole_run_of_free_days(day: date, following: date, preceding: date) -> None:
    assert next_working_day(day) == following
    assert previous_working_day(day) == preceding


@given(ANY_DAY)
def test_next_and_previous_are_the_nearest_working_days(day: date) -> None:
    following, preceding = next_working_day(day), previous_working_day(day)
    assert preceding <= day <= following
    between = range(1, (following - preceding).days)
    if following != preceding:
        assert not any(is_working_day(preceding + timedelta(days=step)) for step in between)


def test_five_working_days_from_a_thursday_end_a_week_later() -> None:
    assert add_working_days(date(2022, 9, 1), 5) == date(2022, 9, 8)
    assert add_working_days(date(2022, 9, 1), 0) == date(2022, 9, 1)


def test_a_negative_number_of_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(date(2022, 9, 1), -1)


@pytest.mark.parametrize(
    ("sent", "days", "ends", "why"),
    [
        (date(2022, 8, 1), 20, date(2022, 8, 22), "the twentieth day is a Sunday"),
        (date(2022, 8, 2), 20, date(2022, 8, 22), "the twentieth day is a Monday"),
        (date(2023, 12, 4), 21, date(2023, 12, 27), "it would end on Christmas Day"),
        (date(2024, 5, 17), 3, date(2024, 5, 22), "a term of three days holds two working days"),
        (date(2024, 5, 17), 1, date(2024, 5, 21), "a term of one day only moves to a working day"),
        (date(2024, 1, 1), 91, date(2024, 4, 1), "more than 90 days is not extended, even on Easter Monday"),
    ],
)
def test_a_term_ends_as_the_law_on_terms_says(sent: date, days: int, ends: date, why: str) -> None:
    assert add_calendar_days_then_working_day(sent, days) == ends, why


@pytest.mark.parametrize("days", [0, -1])
def test_a_term_without_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        add_calendar_days_then_working_day(date(2022, 8, 1), days)


@given(ANY_DAY, st.integers(1, 90))
def test_a_term_never_ends_early_and_never_on_a_free_day(sent: date, days: int) -> None:
    ends = add_calendar_days_then_working_day(sent, days)
    assert ends >= sent + timedelta(days=days)
    assert is_working_day(ends)
    assert ends <= sent + timedelta(days=days + 10)
