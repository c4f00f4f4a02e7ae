"""Reference data: every amount has a source and a day, and what nobody confirmed is said to be so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.regions.reference import (
    WNT_CLASSES,
    law,
    law_date,
    rows,
    wnt_class_for_points,
    wnt_interim_maximum,
    wnt_maximum,
    wnt_years,
)
from portal.regions.reference.models import law_table, wnt_table


@pytest.mark.parametrize(
    ("year", "class_", "amount"),
    [
        (2019, "I", 107_000),
        (2020, "III", 163_000),
        (2022, "general", 216_000),
        (2023, "general", 223_000),
        (2023, "I", 124_000),
        (2023, "II", 151_000),
        (2023, "III", 182_000),
        (2023, "IV", 205_000),
        (2023, "V", 223_000),
        (2024, "II", 158_000),
        (2024, "general", 233_000),
    ],
)
def test_a_confirmed_maximum_is_given_with_its_source(year: int, class_: str, amount: int) -> None:
    found = wnt_maximum(year, class_)
    assert found.value == Decimal(amount)
    assert found.confirmed
    assert found.source
    assert found.unit == "eur"


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_maximum_that_nobody_confirmed_is_marked(year: int) -> None:
    assert wnt_maximum(year, "general").value is not None
    assert not wnt_maximum(year, "general").confirmed


@pytest.mark.parametrize("year", [2022, 2025, 2026])
@pytest.mark.parametrize("class_", ["I", "II", "III", "IV"])
def test_a_class_amount_still_to_be_verified_is_absent(year: int, class_: str) -> None:
    found = wnt_maximum(year, class_)
    assert found.value is None
    assert not found.confirmed


@pytest.mark.parametrize("year", wnt_years())
def test_class_five_is_the_general_maximum(year: int) -> None:
    assert wnt_maximum(year, "V").value == wnt_maximum(year, "general").value


@pytest.mark.parametrize("year", [2019, 2020, 2023, 2024])
def test_a_higher_class_has_a_higher_maximum(year: int) -> None:
    amounts = [wnt_maximum(year, class_).value for class_ in WNT_CLASSES]
    known = [amount for amount in amounts if amount is not None]
    assert len(known) == len(WNT_CLASSES)
    assert known == sorted(set(known))


def test_a_year_that_is_not_on_record_has_no_amount() -> None:
    found = wnt_maximum(2040, "II")
    assert (found.value, found.confirmed, found.checked_on) == (None, False, None)


@pytest.mark.parametrize("class_", ["VI", "", "i", "checked_on"])
def test_a_class_that_does_not_exist_is_refused(class_: str) -> None:
    with pytest.raises(ValueError, match="no WNT class"):
        wnt_maximum(2023, class_)


@pytest.mark.parametrize(
    ("points", "class_"),
    [(5, None), (6, "I"), (7, "I"), (8, "II"), (9, "III"), (10, "IV"), (11, "IV"), (12, "V"), (15, "V"), (16, None)],
)
def test_points_lead_to_a_class(points: int, class_: str | None) -> None:
    assert wnt_class_for_points(2023, points).value == class_


def test_points_in_a_year_without_a_table_lead_to_no_class() -> None:
    found = wnt_class_for_points(2026, 9)
    assert found.value is None
    assert not found.confirmed


def test_interim_amounts_are_known_per_period() -> None:
    assert wnt_interim_maximum(2024, "months_1_6").value == Decimal(30_800)
    assert wnt_interim_maximum(2024, "months_7_12").value == Decimal(23_400)
    assert wnt_interim_maximum(2023, "hour").value == Decimal(212)
    assert wnt_interim_maximum(2022, "hour").value is None
    with pytest.raises(ValueError, match="no interim period"):
        wnt_interim_maximum(2024, "year")


def test_a_legal_amount_depends_on_the_day() -> None:
    assert law("internal_supervisor_stay", date(2025, 12, 31)).value is None
    assert law("internal_supervisor_stay", date(2026, 1, 1)).value == 11
    assert law("internal_supervisor_ambulatory", date(2026, 1, 1)).value == 26
    assert law("wnt_disclosure_from", date(2017, 6, 1)).confirmed
    assert not law("wnt_disclosure_from", date(2024, 6, 1)).confirmed


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        law("does_not_exist", date(2024, 1, 1))
    with pytest.raises(KeyError):
        law_date("does_not_exist", 2024)


def test_legal_dates_are_last_days_on_time() -> None:
    assert law_date("accountability_due", 2024).value == date(2024, 5, 31)
    assert law_date("accountability_due", 2024).confirmed
    assert not law_date("accountability_due", 2028).confirmed
    assert law_date("wnt_disclosure_due", 2024).value == date(2024, 7, 1)
    assert not law_date("wnt_disclosure_due", 2024).confirmed


def test_a_date_that_nobody_found_is_absent() -> None:
    found = law_date("cbs_delivery", 2024)
    assert found.value is None
    assert not found.confirmed


def test_a_retention_term_is_never_invented() -> None:
    assert law("retention_awarded_years", date(2024, 1, 1)).value is None


def test_everything_on_record_has_a_source_a_day_and_both_languages() -> None:
    for row in rows():
        assert row.source
        assert row.checked_on
        assert row.label.nl
        assert row.label.en
        if row.value is None:
            assert not row.confirmed, row.key


def test_no_year_and_no_moment_has_two_answers() -> None:
    years = [entry.year for entry in wnt_table().maximum]
    assert len(years) == len(set(years))
    facts = law_table().fact
    for position, fact in enumerate(facts):
        for earlier in facts[:position]:
            if earlier.key == fact.key:
                assert fact.valid_from is not None
                assert not earlier.holds_on(fact.valid_from)
