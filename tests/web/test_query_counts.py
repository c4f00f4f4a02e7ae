"""What a page costs: a constant number of queries, however much data there is, and within what was promised."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from portal.access import PROVIDER_ROLES, Role
from tests.browser.worked_example import Neighbourhood, build, one_at_a_time
from tests.conftest import EVERYTHING
from tests.crowd import multiply

TIMES = 100 if EVERYTHING else 6
MOST = 15
"""Queries of a page that has no row in MORE: what a board may cost (a list 8, a page about one thing 12)."""
MORE: dict[str, int] = {
    "/start": 16,
    "/organisatie/leden/<int:membership_id>/beeindigen": 20,
    "/beheer/rollen/<int:membership_id>/beeindigen": 20,
    "/inschrijvingen/<int:id>/download": 17,
    "/inkoop/inschrijvingen/<int:id>/bestanden/<int:file_id>": 16,
    "/beoordelen/<int:assignment_id>/criteria/<key>": 17,
    "/ontwikkeltafels/<int:table_id>/afspraken/<int:agreement_id>/tekst": 17,
    "/bemiddeling/<int:mediation_id>": 26,
}
"""Rules that cost more, with what they cost: these may come down, never go up."""
NOT_COUNTED = ("/tellingen", ".docx")
"""The measures of the moment, and documents that are made on the spot."""
HOME = "/start"
ROLES = [None, *(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR))]


class Counting(Neighbourhood):
    """A neighbourhood that counts the statements of its pages."""

    statements = 0

    def listen(self) -> None:
        event.listen(self.office.db.engine, "before_cursor_execute", self._count)

    def _count(self, _connection: object, _cursor: object, statement: str, *_told: object) -> None:
        self.statements += not statement.startswith("BEGIN")

    def cost(self, role: Role | None, address: str) -> tuple[int, int]:
        """Status and number of statements of this page."""
        client = self.client(role)
        self.statements = 0
        answer = client.get(address)
        answer.get_data()
        return answer.status_code, self.statements


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, _quick_passwords: None) -> Iterator[tuple[Counting, Counting]]:
    """The worked example, and the same with many twins of each provider; both made once per run."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if root.name.startswith("popen-") else root
    small, large = root / "worked-example", root / "crowd"
    with one_at_a_time(small):
        build(small)
    with one_at_a_time(large):
        if not (large / "told").exists():
            shutil.copytree(small, large, dirs_exist_ok=True, ignore=shutil.ignore_patterns("told", "lock", "places-*"))
            grown = Counting(large, "http://127.0.0.1")
            multiply(grown.office.db.engine, TIMES)
            grown.office.db.dispose()
            (large / "told").touch()
    both = Counting(small, "http://127.0.0.1"), Counting(large, "http://127.0.0.1")
    for place in both:
        place.listen()
    yield both
    for place in both:
        place.office.db.dispose()


@pytest.fixture(scope="module")
def counted() -> set[tuple[str, str]]:
    """Which rules were counted for which side: the day's run counts a page once for providers and once for the others."""
    return set()


def _side(role: Role | None) -> str:
    if role is None or EVERYTHING:
        return str(role)
    return "provider" if role in PROVIDER_ROLES else "region"


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_a_page_costs_the_same_with_many_times_the_data(places, counted, role):
    small, large = places
    seen, grew, dear = set[str](), [], []
    for found in small.places(role):
        told = (_side(role), found.rule)
        if found.rule in seen or found.rule.endswith(NOT_COUNTED) or (told in counted and found.rule != HOME):
            continue
        seen.add(found.rule)
        counted.add(told)
        status, queries = small.cost(role, found.address)
        status_there, queries_there = large.cost(role, found.address)
        if status != status_there or queries_there > queries:
            grew.append(f"{found.address}: {queries} queries, then {queries_there} ({status}, {status_there})")
        if queries > MORE.get(found.rule, MOST):
            dear.append(f"{found.rule}: {queries}")
    assert grew == []
    assert dear == []
