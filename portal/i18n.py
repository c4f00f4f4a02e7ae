"""Languages, and how Dutch and English readers write dates and amounts. Takes a locale, knows no Flask.

The source text of every string is Dutch, so Dutch is the identity; English is read from the catalogue as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from .clock import AMSTERDAM, last_day

LOCALES = ("nl", "en")
CATALOGUES = Path(__file__).parent / "translations"
NBSP = "\u00a0"

Moment = date | datetime

_DAYS = {
    "nl": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_MONTHS = {
    "nl": ["januari", "februari", "maart", "april", "mei", "juni",
           "juli", "augustus", "september", "oktober", "november", "december"],
    "en": ["January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"],
}  # fmt: skip
_MONTHS_SHORT = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def known_locale(locale: str | None) -> str:
    """The language to write in: the one asked for where we have it, else Dutch."""
    language = (locale or "nl").replace("-", "_").split("_")[0].lower()
    return language if language in LOCALES else "nl"


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a language, compiled in memory from its .po file."""
    source = CATALOGUES / known_locale(locale) / "LC_MESSAGES" / "messages.po"
    if known_locale(locale) == "nl" or not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    catalogue = read_po(BytesIO(source.read_bytes()), locale=known_locale(locale))
    for message in list(catalogue):
        if message.pluralizable and not all(message.string or ()):  # half a plural would print nothing
            catalogue.delete(message.id)
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(locale: str) -> Callable[..., str]:
    """`gettext("en")("Dag %(naam)s", naam="Fatima")`: the text in this language, with its values filled in."""

    def translate(text: str, /, **values: Any) -> str:
        found = str(translations(locale).ugettext(text)) if text else ""
        return found % values if values else found

    return translate


def ngettext(locale: str) -> Callable[..., str]:
    """`ngettext("nl")("%(num)s dag", "%(num)s dagen", 3)`: one or many, `num` filled in."""

    def translate(one: str, many: str, number: int, /, **values: Any) -> str:
        return str(translations(locale).ungettext(one, many, number)) % {"num": number, **values}

    return translate


def mark(text: str) -> str:
    """Leaves the text as it is, and lets the catalogue find it: for labels in tables that are translated when shown."""
    return text


def either(dutch: str, english: str | None, locale: str) -> str:
    """The words that a region wrote itself: English ones for an English reader where there are any, else Dutch."""
    return english if locale == "en" and english else dutch


def _local(moment: Moment) -> Moment:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a naive datetime names no moment")
    return moment.astimezone(AMSTERDAM)


def date_iso(moment: Moment | None) -> str:
    """2022-04-20: the Dutch calendar date as it sorts, for the name of a file."""
    return _local(moment).strftime("%Y-%m-%d") if moment else ""


def date_short(moment: Moment | None, locale: str = "nl") -> str:
    """3 maart 2026"""
    if moment is None:
        return ""
    day = _local(moment)
    return f"{day.day} {_MONTHS[known_locale(locale)][day.month - 1]} {day.year}"


def date_long(moment: Moment | None, locale: str = "nl") -> str:
    """dinsdag 3 maart 2026"""
    if moment is None:
        return ""
    day = _local(moment)
    return f"{_DAYS[known_locale(locale)][day.weekday()]} {date_short(day, locale)}"


def month_short(moment: Moment | None, locale: str = "nl") -> str:
    """mrt 2026"""
    if moment is None:
        return ""
    day = _local(moment)
    return f"{_MONTHS_SHORT[known_locale(locale)][day.month - 1]} {day.year}"


def time_short(moment: Moment | None, locale: str = "nl") -> str:
    """17:00 uur; empty for a date, which has no time."""
    if not isinstance(moment, datetime):
        return ""
    return f"{_local(moment):%H:%M}" + (" uur" if known_locale(locale) == "nl" else "")


def datetime_short(moment: Moment | None, locale: str = "nl") -> str:
    """3 maart 2026, 17:00 uur"""
    return ", ".join(part for part in (date_short(moment, locale), time_short(moment, locale)) if part)


def datetime_long(moment: Moment | None, locale: str = "nl") -> str:
    """dinsdag 3 maart 2026, 17:00 uur"""
    return ", ".join(part for part in (date_long(moment, locale), time_short(moment, locale)) if part)


_THROUGH = {"nl": "tot en met", "en": "up to and including"}
_UNTIL = {"nl": "tot", "en": "until"}


def until_long(moment: datetime | None, locale: str = "nl") -> str:
    """tot en met maandag 19 juni 2023, for a term that ends at midnight; tot maandag 19 juni 2023, 17:00 uur."""
    if moment is None:
        return ""
    day, language = last_day(moment), known_locale(locale)
    return (
        f"{_THROUGH[language]} {date_long(day, locale)}"
        if day
        else f"{_UNTIL[language]} {datetime_long(moment, locale)}"
    )


def moment_exact(moment: datetime | None, locale: str = "nl") -> str:
    """dinsdag 3 maart 2026, 17:00:02 uur: for what proves something, since a term ends on a second."""
    if moment is None:
        return ""
    return f"{date_long(moment, locale)}, {_local(moment):%H:%M:%S}" + (" uur" if known_locale(locale) == "nl" else "")


def listed(names: Sequence[str], locale: str = "nl") -> str:
    """Alkmaar, Bergen en Uitgeest"""
    *before, last = names or [""]
    return f"{', '.join(before)}{_AND[known_locale(locale)]}{last}" if before else last


_UNITS = {
    "nl": {"day": ("dag", "dagen"), "hour": ("uur", "uur"), "minute": ("minuut", "minuten")},
    "en": {"day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("minute", "minutes")},
}
_AND = {"nl": " en ", "en": " and "}


def time_left(moment: datetime, now: datetime, locale: str = "nl") -> str:
    """nog 2 dagen en 3 uur, nog 35 minuten, 3 dagen te laat. At the moment itself it is too late."""
    language = known_locale(locale)
    span = _span(abs(moment - now), language, rounded_up=moment > now)
    if moment > now:
        return f"nog {span}" if language == "nl" else f"{span} left"
    return f"{span} te laat" if language == "nl" else f"{span} late"


def _span(span: timedelta, language: str, *, rounded_up: bool) -> str:
    """At most two units, and days alone when it is more than a week.

    A minute that has begun still counts while time is left; one just missed is a minute late.
    """
    minutes = max(-(-span // timedelta(minutes=1)) if rounded_up else span // timedelta(minutes=1), 1)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days > 7:
        hours = 0
    parts = [("day", days), ("hour", hours)] if days else [("hour", hours), ("minute", minutes)]
    return _AND[language].join(f"{n} {_UNITS[language][unit][n != 1]}" for unit, n in parts if n)


def _grouped(value: Decimal, places: int, locale: str) -> str:
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if known_locale(locale) == "nl" else text


def number(value: Decimal | float | None, locale: str = "nl", places: int | None = None) -> str:
    """1.234,5: as many decimals as the value has, or as asked."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    if places is None:
        exponent = exact.normalize().as_tuple().exponent
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
    return _grouped(exact, places, locale)


def money(value: Decimal | float | None, locale: str = "nl") -> str:
    """€ 1.234,50, kept on one line."""
    if value is None:
        return ""
    amount = _grouped(Decimal(str(value)), 2, locale)
    return f"€{NBSP}{amount}" if known_locale(locale) == "nl" else f"€{amount}".replace("€-", "-€")


def percent(value: Decimal | float | None, locale: str = "nl", places: int | None = None) -> str:
    """0.125 -> 12,5%"""
    return "" if value is None else f"{number(Decimal(str(value)) * 100, locale, places)}%"


def file_size(value: int | None, locale: str = "nl") -> str:
    """2,4 MB: in steps of 1024, as people's own computers show it; whatever is there is at least 1 kB."""
    if value is None:
        return ""
    size, unit = max(Decimal(value) / 1024, Decimal(min(value, 1))), "kB"
    for larger in ("MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{number(round(size, 0 if unit == 'kB' else 1), locale)}{NBSP}{unit}"


Filter = Callable[..., str]

FILTERS: dict[str, Filter] = {
    function.__name__: function
    for function in (
        date_long, date_short, datetime_long, datetime_short, moment_exact, month_short, time_short, money,
        number, percent, file_size, until_long, listed,
    )
}  # fmt: skip
