"""What a page costs: a constant number of queries, however much data there is, and within what was promised."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.access import Role
from tests.browser.worked_example import Neighbourhood, one_at_a_time, side
from tests.conftest import EVERYTHING
from tests.counting import statements
from tests.crowd import multiply

TIMES = 100 if EVERYTHING else 6
LIST, DETAIL, BOARD = 8, 12, 15
"""Most queries of a list, of a page about one thing (its address says which), and of a board or home page (promises)."""
BOARDS = {
    "/",
    "/regio/<code>",
    "/start",
    "/inkoop/procedures/<int:procedure_id>/beoordeling",
    "/verantwoording",
}
MORE: dict[str, int] = {
    "/contracten": 11,
    "/contracten/te-tekenen": 11,
    "/controle/spoor": 9,
    "/inschrijvingen": 11,
    "/status": 17,
    "/uitspraken": 10,
    "/bemiddeling/<int:mediation_id>": 25,
    "/beheer/rollen/<int:membership_id>/beeindigen": 20,
    "/beoordelen/<int:assignment_id>/criteria/<key>": 16,
    "/inkoop/inschrijvingen/<int:id>": 14,
    "/inkoop/inschrijvingen/<int:id>/bestanden/<int:file_id>": 14,
    "/inkoop/procedures/<int:id>/eisen/<code>": 13,
    "/inschrijvingen/<int:id>/controleren": 13,
    "/inschrijvingen/<int:id>/download": 16,
    "/inschrijvingen/<int:id>/onderdeel/<key>": 13,
    "/ontwikkeltafels/<int:table_id>": 16,
    "/ontwikkeltafels/<int:table_id>/afspraken/<int:agreement_id>": 14,
    "/ontwikkeltafels/<int:table_id>/afspraken/<int:agreement_id>/tekst": 17,
    "/ontwikkeltafels/<int:table_id>/rondes/<int:number>/afspraken/nieuw": 13,
    "/organisatie/leden/<int:membership_id>/beeindigen": 20,
    "/overleggen/<int:meeting_id>": 14,
    "/overleggen/<int:meeting_id>/acties": 14,
    "/overleggen/<int:meeting_id>/agenda": 14,
    "/overleggen/<int:meeting_id>/verplaatsen": 14,
    "/procedures/<reference>/inschrijven": 15,
    "/uitspraken/<int:ruling_id>": 14,
}
"""Rules that cost more, with what they cost: these may come down, never go up."""
NOT_COUNTED = ("/tellingen", ".docx")
"""The measures of the moment, and documents that are made on the spot."""
HOME = "/start"
ROLES = [None, *(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR))]


class Counting(Neighbourhood):
    """A neighbourhood that counts the statements of its pages."""

    def cost(self, role: Role | None, address: str) -> tuple[int, int]:
        """Status and number of statements of this page."""
        client = self.client(role)
        with statements(self.office.db.engine) as sent:
            answer = client.get(address)
            answer.get_data()
        return answer.status_code, len(sent)


@pytest.fixture(scope="module")
def places(told: Path) -> Iterator[tuple[Counting, Counting]]:
    """The worked example, and the same with many twins of each provider; both made once per run."""
    small, large = told, told.parent / "crowd"
    with one_at_a_time(large):
        if not (large / "told").exists():
            shutil.copytree(small, large, dirs_exist_ok=True, ignore=shutil.ignore_patterns("told", "lock", "places-*"))
            grown = Counting(large, "http://127.0.0.1")
            multiply(grown.office.db.engine, TIMES)
            grown.office.db.dispose()
            (large / "told").touch()
    both = Counting(small, "http://127.0.0.1"), Counting(large, "http://127.0.0.1")
    yield both
    for place in both:
        place.office.db.dispose()


@pytest.fixture(scope="module")
def counted() -> set[tuple[str, str]]:
    """Which rules were counted for which side: the day's run counts a page once for providers and once for the others."""
    return set()


def most(rule: str) -> int:
    """Queries that a page of this rule may cost."""
    kind = BOARD if rule in BOARDS else DETAIL if "<" in rule else LIST
    return MORE.get(rule, kind)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_a_page_costs_the_same_with_many_times_the_data(places, counted, role):
    small, large = places
    seen, grew, dear = set[str](), [], []
    for found in small.places(role):
        told = (side(role), found.rule)
        if found.rule in seen or found.rule.endswith(NOT_COUNTED) or (told in counted and found.rule != HOME):
            continue
        seen.add(found.rule)
        counted.add(told)
        status, queries = small.cost(role, found.address)
        status_there, queries_there = large.cost(role, found.address)
        if status != status_there or queries_there > queries:
            grew.append(f"{found.address}: {queries} queries, then {queries_there} ({status}, {status_there})")
        if queries > most(found.rule):
            dear.append(f"{found.rule}: {queries}")
    assert grew == []
    assert dear == []
