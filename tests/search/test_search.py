"""One field over everything: a reader finds its own and what is public, never anybody else's, not even in a count."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from portal.access import VISITOR, Actor
from portal.accounts.models import Organisation
from portal.contracts.models import Contract
from portal.search import queries, rules
from portal.tables.rounds.models import DevelopmentTable
from portal.tenders.procedures.models import Procedure
from portal.work import begin_read
from tests.contracts import test_service as contracts
from tests.counting import statements
from tests.kept import kept
from tests.tables.world import settled_world
from tests.tenders.doors import come_in
from tests.tenders.judging import announced_case


@dataclass
class Known:
    officer: Actor
    elsewhere: Actor
    assessor: Actor
    provider: Actor
    other: Actor
    numbers: list[str]
    kvk: str
    title: str


@pytest.fixture
def settings(settings):
    """The blueprint of the tests is an example, so contracts are signed in a practice installation."""
    return replace(settings, practice=True)


@pytest.fixture
def case(office, clock):
    return kept("search", office, clock, known)


def known(office, clock):
    """Two providers, each with a contract that it is asked to sign."""
    made = announced_case(office, clock)
    ids = [contracts.sent(made), contracts.sent(made, index=1)]
    with begin_read(office, made.officer) as work:
        numbers = [work.get(Contract, id).number for id in ids]
        kvk = work.get(Organisation, made.provider.organisation_id).kvk_number
        title = work.get(Procedure, made.procedure_id).title
    people = (made.officer, made.elsewhere, made.assessors[0], made.provider, made.other)
    return Known(*people, numbers=numbers, kvk=kvk, title=title)


def found(office, actor, words, kind=""):
    """Kind -> the names that this actor finds."""
    with begin_read(office, actor) as work:
        return {group.kind: [hit.name for hit in group.page.rows] for group in queries.search(work, words, kind)}


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("Élan Jeugd", "elan", [("Élan", True), (" Jeugd", False)]),
        ("De Kwelder", "KWÉLDER de", [("De ", False), ("Kwelder", True)]),
        ("ALK-2022-01", "2022", [("ALK-", False), ("2022", True), ("-01", False)]),
        ("Straße 5", "strasse", [("Straße", True), (" 5", False)]),
        ("a<b>a", "a<", [("a<", True), ("b>a", False)]),
        ("geen", "anders", [("geen", False)]),
        ("", "iets", []),
    ],
)
def test_the_words_are_marked_however_they_are_written(text, words, parts):
    assert rules.marked(text, words) == parts


@pytest.mark.parametrize("words", ["", " ", "a", "é", "de", "\u0301\u0301"])
def test_too_little_to_search_with(words):
    short = words not in ("de",)
    assert bool(rules.reasons_not_to_search(words)) is short


def test_each_reader_finds_its_own(case, office):
    officer = found(office, case.officer, "jeugd")
    assert officer["aanbieders"] == ["Kwelder Jeugd", "Lindeveld Jeugd en Gezin"]
    assert set(officer["contracten"]) == set(case.numbers)
    own = found(office, case.provider, "jeugd")
    assert own["contracten"] == [case.numbers[0]]
    assert "contracten" not in found(office, case.assessor, "jeugd")
    assert not found(office, case.elsewhere, case.numbers[0]) and not found(office, VISITOR, case.numbers[0])


def test_a_number_is_found_by_who_may_see_it(case, office):
    number, kvk = case.numbers[0], case.kvk
    assert found(office, case.officer, number[-6:])["contracten"] == [number]
    assert found(office, case.officer, kvk)["aanbieders"] == ["Lindeveld Jeugd en Gezin"]
    for actor in (VISITOR, case.other, case.assessor):
        assert "aanbieders" not in found(office, actor, kvk)
    for actor in (case.officer, VISITOR, case.provider):
        assert found(office, actor, "alk-2022-01")["procedures"] == [case.title]


def test_accents_capitals_order_and_articles_do_not_matter(case, office):
    for words in ("LINDEVÉLD", "gezin jeugd", "de lindeveld", "Stichting Lindeveld"):
        assert found(office, case.officer, words)["aanbieders"] == ["Lindeveld Jeugd en Gezin"], words
    for words in ("%", "__", "lindeveld kwelder"):
        assert "aanbieders" not in found(office, case.officer, words), words


def test_the_page_counts_marks_and_leads_on(case, office, client):
    come_in(client, case.officer)
    client.get("/zoeken?q=jeugd")
    with statements(office.db.engine) as asked:
        page = client.get("/zoeken?q=lindeveld")
    assert page.status_code == 200 and len(asked) <= 8, "\n".join(asked)
    assert '<mark class="p-gevonden">Lindeveld</mark> Jeugd en Gezin' in page.text and "1 gevonden" in page.text
    for address in re.findall(r'href="(/[^"]+)"><mark', page.text):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/zoeken", "Zoek op een naam, een titel of een nummer."),
        ("/zoeken?q=x", "Zoek met ten minste twee letters of cijfers."),
        ("/zoeken?q=zzzz", "Kijk of het goed is geschreven"),
        ("/zoeken?q=zzzz&soort=onzin&vanaf=onzin", "Kijk of het goed is geschreven"),
        ("/zoeken?q=" + "a" * 5000, "Kijk of het goed is geschreven"),
    ],
)
def test_what_finds_nothing_says_what_to_do(client, database, address, words):
    page = client.get(address)
    assert page.status_code == 200 and words in page.text


def test_what_was_typed_is_never_markup(client, database):
    page = client.get('/zoeken?q="><script>alert(1)</script>')
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


def test_tables_and_agreements_are_found_by_who_sits_there(office):
    world = settled_world(office)
    with begin_read(office, world.chair) as work:
        name = work.get(DevelopmentTable, world.table_id).name
    for actor in (world.chair, world.secretary, world.provider, world.manager):
        assert found(office, actor, name)["tafels"] == [name]
    for actor in (world.outsider, VISITOR):
        assert "tafels" not in found(office, actor, name)
