"""Dates, amounts and texts as Dutch and English readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal import i18n

WINTER = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
SUMMER = datetime(2022, 6, 15, 15, 0, tzinfo=UTC)


def test_dutch_text_is_its_own_translation() -> None:
    assert i18n.gettext("nl")("Dag %(naam)s", naam="Fatima") == "Dag Fatima"


def test_a_percent_sign_stays_when_nothing_is_filled_in() -> None:
    assert i18n.gettext("nl")("5% van de omzet") == "5% van de omzet"


def test_an_unknown_text_in_english_stays_dutch_rather_than_failing() -> None:
    assert i18n.gettext("en")("Deze tekst staat in geen enkele lijst") == "Deze tekst staat in geen enkele lijst"


@pytest.mark.parametrize(
    ("english", "locale", "read"), [("Care", "en", "Care"), ("", "en", "Zorg"), ("Care", "nl", "Zorg")]
)
def test_words_of_a_region_are_read_in_english_where_it_wrote_them(english: str, locale: str, read: str) -> None:
    assert i18n.either("Zorg", english, locale) == read


@pytest.mark.parametrize(("n", "text"), [(0, "0 dagen"), (1, "1 dag"), (2, "2 dagen")])
def test_one_and_many(n: int, text: str) -> None:
    assert i18n.ngettext("nl")("%(num)s dag", "%(num)s dagen", n) == text


@pytest.mark.parametrize(("asked", "given"), [("nl-NL", "nl"), ("en_GB", "en"), ("fr", "nl"), (None, "nl"), ("", "nl")])
def test_an_unknown_language_is_dutch(asked: str | None, given: str) -> None:
    assert i18n.known_locale(asked) == given


@pytest.mark.parametrize(
    ("function", "value", "dutch", "english"),
    [
        (i18n.date_long, WINTER, "dinsdag 3 maart 2026", "Tuesday 3 March 2026"),
        (i18n.date_long, date(2022, 6, 15), "woensdag 15 juni 2022", "Wednesday 15 June 2022"),
        (i18n.date_short, WINTER, "3 maart 2026", "3 March 2026"),
        (i18n.datetime_long, WINTER, "dinsdag 3 maart 2026, 17:00 uur", "Tuesday 3 March 2026, 17:00"),
        (i18n.datetime_short, SUMMER, "15 juni 2022, 17:00 uur", "15 June 2022, 17:00"),
        (i18n.datetime_short, date(2022, 6, 15), "15 juni 2022", "15 June 2022"),
        (i18n.month_short, WINTER, "mrt 2026", "Mar 2026"),
        (i18n.time_short, SUMMER, "17:00 uur", "17:00"),
        (i18n.until_long, SUMMER, "tot woensdag 15 juni 2022, 17:00 uur", "until Wednesday 15 June 2022, 17:00"),
        (
            i18n.until_long,
            datetime(2023, 6, 19, 22, tzinfo=UTC),
            "tot en met maandag 19 juni 2023",
            "up to and including Monday 19 June 2023",
        ),
        (i18n.money, Decimal("1234.5"), "€\u00a01.234,50", "€1,234.50"),
        (i18n.money, Decimal("-0.125"), "€\u00a0-0,13", "-€0.13"),
        (i18n.number, Decimal("1234.50"), "1.234,5", "1,234.5"),
        (i18n.number, 1000000, "1.000.000", "1,000,000"),
        (i18n.percent, Decimal("0.05"), "5%", "5%"),
        (i18n.percent, Decimal("0.125"), "12,5%", "12.5%"),
        (i18n.file_size, 0, "0\u00a0kB", "0\u00a0kB"),
        (i18n.file_size, 900, "1\u00a0kB", "1\u00a0kB"),
        (i18n.file_size, 25 * 1024 * 1024, "25\u00a0MB", "25\u00a0MB"),
        (i18n.file_size, 2516582, "2,4\u00a0MB", "2.4\u00a0MB"),
    ],
)
def test_how_it_is_written(function: i18n.Filter, value: object, dutch: str, english: str) -> None:
    assert (function(value, "nl"), function(value, "en")) == (dutch, english)


def test_a_date_late_in_the_evening_is_the_dutch_date() -> None:
    assert i18n.date_short(datetime(2022, 6, 15, 22, 30, tzinfo=UTC)) == "16 juni 2022"


@pytest.mark.parametrize("function", i18n.FILTERS.values(), ids=i18n.FILTERS)
def test_nothing_is_written_as_nothing(function: i18n.Filter) -> None:
    assert function(None, "nl") == ""


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no moment"):
        i18n.date_long(datetime(2026, 3, 3, 17, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("left", "dutch", "english"),
    [
        (timedelta(days=2, hours=3, minutes=20), "nog 2 dagen en 3 uur", "2 days and 3 hours left"),
        (timedelta(days=7), "nog 7 dagen", "7 days left"),
        (timedelta(days=75, hours=8), "nog 75 dagen", "75 days left"),
        (timedelta(hours=1, minutes=1), "nog 1 uur en 1 minuut", "1 hour and 1 minute left"),
        (timedelta(minutes=35), "nog 35 minuten", "35 minutes left"),
        (timedelta(seconds=1), "nog 1 minuut", "1 minute left"),
        (timedelta(0), "1 minuut te laat", "1 minute late"),
        (timedelta(days=-3), "3 dagen te laat", "3 days late"),
        (timedelta(days=-1, hours=-1), "1 dag en 1 uur te laat", "1 day and 1 hour late"),
    ],
)
def test_how_long_is_left(left: timedelta, dutch: str, english: str) -> None:
    assert i18n.time_left(WINTER + left, WINTER) == dutch
    assert i18n.time_left(WINTER + left, WINTER, "en") == english
