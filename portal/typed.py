"""Numbers as people type them, in either language."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum

from .i18n import known_locale, number


class Reading(Enum):
    """What one separator with three figures behind it means, such as 1.250 or 1,250."""

    AMOUNT = "amount"  # thousands: an amount has cents or none
    SHARE = "share"  # a fraction: a percentage or a part-time factor has no thousands
    COUNT = "count"  # thousands when it is the reader's own separator for them; else it says nothing for certain


class TwoMeanings(ValueError):
    """A number that is a thousand times as much to one reader as to the other."""

    def __init__(self, typed: str, locale: str) -> None:
        super().__init__(typed)
        self.large = re.sub(r"[.,]", "", typed)
        self.small = as_typed(Decimal(self.large) / 1000, locale)


_NUMBER = re.compile(r"-?(\d+|\d{1,3}([.,' ])\d{3}(?:\2\d{3})*)?([.,]\d+)?", re.ASCII)
_ONCE = re.compile(r"-?[1-9]\d{0,2}([.,])\d{3}", re.ASCII)


def read_number(typed: str, locale: str, reading: Reading = Reading.COUNT) -> Decimal:
    """A number as people type it in either language: 640.000,50 and 640,000.50 and 640000,5. `locale` "" is nobody's.

    Raises TwoMeanings where a thousand times less could be meant, ValueError where it is no number.
    """
    text = re.sub(r"\s+", " ", re.sub(r"€|%", "", typed)).strip().replace("\u2212", "-").replace("\u2019", "'")
    text = re.sub(r"^- ", "-", re.sub(r",[-=\u2013]{1,2}$", "", text))
    if once := _ONCE.fullmatch(text):
        if reading is Reading.COUNT and once[1] != {"nl": ".", "en": ","}.get(locale):
            raise TwoMeanings(text, locale)
        return Decimal(text.replace(",", ".") if reading is Reading.SHARE else text.replace(once[1], ""))
    whole, group, behind = found.groups() if (found := _NUMBER.fullmatch(text)) else ("", "", "")
    likely = reading is Reading.SHARE or re.fullmatch(r"(.(\d{1,3}|\d\d[1-9]0))?", behind or "")  # 12.5000 is a slip
    if not (whole or behind) or (behind and behind[0] == group) or (group and whole.startswith("0")) or not likely:
        raise ValueError(typed)
    return Decimal("-" * text.startswith("-") + re.sub(r"\D", "", whole or "0") + (behind or "").replace(",", "."))


def as_typed(value: Decimal, locale: str = "nl", reading: Reading = Reading.COUNT) -> str:
    """The number as its reader would type it: `read_number` takes it for the same number."""
    text = number(value, locale, 2 if reading is Reading.AMOUNT and value % 1 and not value * 10 % 1 else None)
    if reading is Reading.SHARE:
        text = text.replace("," if known_locale(locale) == "en" else ".", "")
    return f"{text}0" if _ONCE.fullmatch(text) and abs(value) < 1000 else text
