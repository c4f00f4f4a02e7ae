"""Who chose English reads English: on every page of the worked example only names and what people wrote are Dutch.

A Dutch text that is marked and waits for its translation is named by tests/test_translations; here fails what is not marked,
what is looked up under another text, and what a script or a screen reader would say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import translations
from portal.access import Role
from portal.db import Base
from tests.browser import worked_example
from tests.browser.test_every_page import ROLES
from tests.conftest import EVERYTHING

TELLING = """
het een niet voor wordt worden uw naar ook nog geen wat welke deze dit hebt heeft kunt moet tot en aan om als dan uit tegen
tussen zonder binnen dagen dag uur jaar maand nee kies vul geef bewaar verstuur terug verder eerst daarna alles ieder iedere
elke nieuw nieuwe aantal bedrag datum periode soort wachtwoord inloggen uitloggen januari februari maart juni juli augustus
oktober maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gemeente aanbieder inkoper besluit bezwaar klacht verslag
zetel afspraak ronde tafel bewijs gesloten geopend besloten toegelaten bekijk zijn
"""
DUTCH = frozenset(TELLING.split())
"""Words that no English sentence has."""
PLAIN = re.compile(r"^[A-Z]+-?\d+[a-z]?: | \| [^|]+$| \((?:Word|PDF)\)$")
"""What stands around a text that is a text of its own: the code of a requirement, the site's name in a title, a file type."""
SPOKEN = ("aria-label", "title", "placeholder", "alt")
WRITTEN_BY_HAND = ("/oefenomgeving/postvak/",)
"""Mails as they went out, in the language of whoever got them."""
FOR_DEVELOPERS = ("/stijlgids",)
EMPTY = {
    "meta",
    "link",
    "input",
    "br",
    "img",
    "hr",
    "path",
    "rect",
    "circle",
    "line",
    "use",
    "wbr",
    "col",
    "area",
    "base",
}


class Words(HTMLParser):
    """Every text of a page, also what is only spoken or said by a script, outside elements marked as Dutch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    @property
    def is_dutch(self) -> bool:
        return next((lang for _tag, lang in reversed(self.open) if lang), "") == "nl"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.open.append((tag, given.get("lang", "")))
        if not self.is_dutch:
            self.found += [v for name, v in given.items() if name in SPOKEN or name.startswith("data-word")]
        if tag in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _lang in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_dutch and (not self.open or self.open[-1][0] not in ("script", "style")):
            self.found.append(data)


class English(worked_example.Neighbourhood):
    """The portal as somebody sees it who pressed English in the footer."""

    pages: dict[str, str]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "http://127.0.0.1")
        self.read: set[tuple[str, str]] = set()

    def client(self, role: Role | None) -> FlaskClient:
        client = super().client(role)
        with client.session_transaction() as session:
            session["locale"] = "en"
        opened, self.pages = client.get, {}

        def get(address: str, **options: Any) -> Any:
            answer = opened(address, **options)
            if answer.status_code == 200 and answer.mimetype == "text/html" and not address.startswith(WRITTEN_BY_HAND):
                self.pages[address] = answer.text
            return answer

        client.get = get  # type: ignore[method-assign]
        return client

    @cache  # noqa: B019 - one for the whole module
    def read_by(self, role: Role | None) -> dict[str, str]:
        """The pages of this role: its own start page, and every rule that nobody of its side has read yet."""
        places = self.places(role)
        client = self.client(role)
        for found in (found for found in places if found.rule not in FOR_DEVELOPERS):
            told = worked_example.side(role), found.rule
            if EVERYTHING or told not in self.read or found.rule == "/start":
                self.read.add(told)
                client.get(found.address)
        return self.pages

    @cache  # noqa: B019 - one for the whole module
    def written(self) -> tuple[str, list[str]]:
        """What people wrote and what things are called, as one text; and the names in it, the longest first."""
        found = {
            text for message in translations.stored() for text in forms(message.string)
        }  # names a Dutch law by its name
        with self.office.db.session() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(select(table)):
                    for value in row:
                        found |= set(strings(value))
        names = sorted((text for text in found if 2 < len(text) < 120), key=len, reverse=True)
        return "\n".join(found), names


def strings(value: Any) -> Iterator[str]:
    """Every text in a value of the database, also those in what is kept as JSON."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
    elif isinstance(value, str):
        yield " ".join(value.split())
        if value[:1] in "[{":
            try:
                yield from strings(json.loads(value))
            except ValueError:
                return


@pytest.fixture(scope="module")
def portal(told: Path) -> English:
    return English(told)


class Awaited:
    """The texts that are marked and not translated yet: they are collected when a text is found that might be one."""

    def __init__(self, collect: Callable[[], list[str]]) -> None:
        self.collect = collect

    @cached_property
    def texts(self) -> list[str]:
        return self.collect()

    @cached_property
    def whole(self) -> re.Pattern[str]:
        open_ones = [re.escape(text).replace("%%", "%") for text in self.texts]
        return re.compile(
            "|".join(re.sub(r"%\\\(\w+\\\)[a-z]", ".*", text) for text in open_ones) or r"(?!)", re.DOTALL
        )

    @cached_property
    def parts(self) -> list[str]:
        """Sentences that may stand inside another text."""
        return [text for text in self.texts if len(text) > 20 and "%" not in text]

    def __call__(self, text: str) -> bool:
        return self.whole.fullmatch(text) is not None


def untranslated() -> list[str]:
    known = {text: all(forms(message.string)) for message in translations.stored() for text in forms(message.id)}
    marked = {text for message in translations.extract() for text in forms(message.id) if text}
    return [text for text in marked if not known.get(text)]


@pytest.fixture(scope="module")
def awaited() -> Awaited:
    return Awaited(untranslated)


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text or ""),)


def is_dutch(text: str) -> bool:
    return any(
        word.lower() in DUTCH and not word.isupper() for word in re.findall(r"[^\W\d_]+", re.sub(r"\S+@\S*", "", text))
    )


def dutch_left(page: str, written: str, names: list[str], awaited: Awaited) -> Iterator[str]:
    words = Words()
    words.feed(page)
    for text in {PLAIN.sub("", " ".join(found.split())) for found in words.found}:
        if not is_dutch(text) or text in written or not is_dutch(without(text, names)) or awaited(text):
            continue
        rest = without(text, [*awaited.parts, *names])
        if is_dutch(rest) and not awaited(rest):
            yield text


def without(text: str, names: list[str]) -> str:
    for name in names:
        if name in text:
            text = text.replace(name, "#")
    return text


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_who_chose_english_reads_no_dutch(portal, awaited, role):
    written, names = portal.written()
    left = {
        (text, where)
        for where, page in portal.read_by(role).items()
        for text in dutch_left(page, written, names, awaited)
    }
    assert sorted(dict(sorted(left, reverse=True)).items()) == []


WITHOUT_A_DRAFT = {"/registreren"}
"""Nobody is logged in there, so a draft on the device could be read by whoever comes next."""


class Forms(HTMLParser):
    """The forms of a page: their attributes, the names of what is filled in, and whether there is room for a text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], set[str], bool]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = True
            self.found.append((given, set(), False))
        elif self.inside and tag in ("input", "textarea", "select") and given.get("type") not in NOT_TYPED:
            attributes, names, is_long = self.found[-1]
            self.found[-1] = attributes, names | {given.get("name", "")}, is_long or tag == "textarea"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


NOT_TYPED = ("hidden", "submit", "button", "file", "password")


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_every_long_form_keeps_a_draft_of_what_is_typed(portal, role):
    lacking = set()
    for where, page in portal.read_by(role).items():
        forms = Forms()
        forms.feed(page)
        for attributes, names, has_text in forms.found:
            is_long = attributes.get("method") == "post" and (has_text or len(names) > 4)
            if is_long and "data-autosave" not in attributes and where.split("?")[0] not in WITHOUT_A_DRAFT:
                lacking.add((where, attributes.get("action", "")))
    assert lacking == set()


def test_a_dutch_text_is_found_wherever_it_hides():
    page = '<p>Done</p><a title="Kies een dag">x</a><form data-word-saved="Bewaard tot nu"></form><p lang="nl">Een brief</p>'
    found = sorted(dutch_left(page, "", [], Awaited(list)))
    assert found == ["Bewaard tot nu", "Kies een dag"]


@pytest.mark.parametrize("address", ["/bestaat-niet", "/inkoop/procedures/99999", "/contracten/abc"])
def test_a_page_that_is_not_there_says_so_in_english(portal, awaited, address):
    client = portal.client(Role.PROCUREMENT_OFFICER)
    written, names = portal.written()
    answer = client.get(address)
    assert answer.status_code == 404
    assert list(dutch_left(answer.text, written, names, awaited)) == []
