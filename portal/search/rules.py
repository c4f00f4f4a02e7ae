"""What was asked, what a hit says, and where in it the words stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.i18n import mark
from portal.listing import Page, words_of

SHORTEST, LONGEST = 2, 100
SHOWN = 5
"""So many hits of a kind stand on the first page of results; the others behind "toon alle"."""
MOST = 50
"""So many hits of a kind stand on one page of that kind alone."""
KINDS = {
    "procedures": mark("Procedures"),
    "aanbieders": mark("Aanbieders"),
    "contracten": mark("Contracten"),
    "tafels": mark("Ontwikkeltafels"),
    "afspraken": mark("Afspraken"),
}
"""Word in the address -> heading."""

Parts = list[tuple[str, bool]]
"""A text in pieces, each with whether it is one of the words that were looked for."""


@dataclass(frozen=True)
class Hit:
    name: str
    endpoint: str
    args: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""


@dataclass(frozen=True)
class Group:
    kind: str
    page: Page[Hit]

    @property
    def count(self) -> str:
        """How many, where nobody counts further than one page."""
        return f"{MOST}+" if self.page.next or self.page.previous else str(len(self.page.rows))


def reasons_not_to_search(words: str) -> list[str]:
    return [] if len("".join(words_of(words))) >= SHORTEST else ["search_too_short"]


def marked(text: str, words: str) -> Parts:
    """The text with the words in it marked, however they are written; nothing is escaped here, the page does that."""
    plain, at = _plain(text)
    hit = [False] * len(text)
    for part in words_of(words):
        start = plain.find(part)
        while start >= 0:
            for place in range(at[start], at[start + len(part) - 1] + 1):
                hit[place] = True
            start = plain.find(part, start + len(part))
    return _joined(text, hit)


def _plain(text: str) -> tuple[str, list[int]]:
    """Without accents and capitals, and for each letter at which place of the text it stood."""
    letters, at = [], []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKD", letter).casefold():
            if not unicodedata.combining(plain):
                letters.append(plain)
                at.append(place)
    return "".join(letters), at


def _joined(text: str, hit: list[bool]) -> Parts:
    parts: Parts = []
    for letter, is_hit in zip(text, hit, strict=True):
        if parts and parts[-1][1] is is_hit:
            parts[-1] = (parts[-1][0] + letter, is_hit)
        else:
            parts.append((letter, is_hit))
    return parts
