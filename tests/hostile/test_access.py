"""Route x role x own or foreign x how far: what is not yours answers exactly as what is not there, and changes nothing."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from portal.access import Role
from tests.conftest import EVERYTHING
from tests.hostile.doors import DOORS, kind_of
from tests.hostile.mirror import OFFSET
from tests.hostile.survey import is_open, look, row
from tests.hostile.things import KINDS, Thing, address, things
from tests.hostile.world import PEOPLE, PROVIDERS, World, passes, said

SHARED = {
    "region", "published", "note", "evidence kind", "provider", "provider act", "authority", "membership", "person", "session",
    "invitation",
    "mail",
    "job",
    "removal",
    "record class",
}  # fmt: skip
"""Not of one region: what is public, and what the platform and every region's officers look after together."""

SHARED_WITH = {Role.PLATFORM_ADMIN: {"task"}, **{role: {"kpi"} for role in PROVIDERS}}
"""An administrator looks after all that runs; a provider sees what every region wants to reach."""
DAILY = [
    Role.PROVIDER_ADMIN,
    Role.PROCUREMENT_OFFICER,
    Role.COLLEGE_DELEGATE,
    Role.INDEPENDENT_CHAIR,
    Role.CONTRACT_MANAGER,
    Role.AUDITOR,
]
"""Who between them may open every door behind which something lies; `make test-all` asks as everybody."""
ROLES = pytest.mark.parametrize("role", PEOPLE if EVERYTHING else DAILY, ids=lambda role: role.value)


def foreign(world: World, kind: str) -> list[Thing]:
    """One thing of each state in the other region."""
    found = {thing.state: thing for thing in things(world, kind) if thing.is_mirrored}
    return list(found.values())


def sampled(world: World, method: str, role: Role) -> list[tuple[Rule, str]]:
    """The addresses behind the doors of this role; in the daily run every other one, alternating by role."""
    found = [
        (rule, str(kind_of(rule))) for rule in world.rules(method) if kind_of(rule) and passes(world.view(rule), role)
    ]
    private = [(rule, kind) for rule, kind in found if kind not in SHARED | SHARED_WITH.get(role, set())]
    return private if EVERYTHING else private[PEOPLE.index(role) % 2 :: 2]


def missing(thing: Thing) -> Thing:
    """The same address for a thing that is not there: every number or name in it is unknown."""
    values = tuple(value + 5 * OFFSET if isinstance(value, int) and value > OFFSET else value for value in thing.values)
    if values == thing.values:
        values = tuple(f"{value}-niets" for value in thing.values)
    return Thing(values, None, None, "")


def test_every_address_names_a_kind_of_thing(world: World) -> None:
    """A new route says in doors.py what its address is about; then all below looks at it by itself."""
    unknown = [
        rule.rule for method in ("GET", "POST") for rule in world.rules(method)
        if rule.arguments and "token" not in rule.arguments and kind_of(rule) not in KINDS
    ]  # fmt: skip
    assert unknown == []


def test_the_story_holds_things_of_every_kind(world: World) -> None:
    """A kind without a single thing would be tested by nobody."""
    assert {kind for kind in KINDS if not things(world, kind)} <= NOT_ON_THE_LAST_DAY


NOT_ON_THE_LAST_DAY = {"objection", "signal", "session", "absence", "location", "agb code", "task", "removal"}
"""Nobody objects or is away in the story, and no signal is open: the tests of these features have them."""


def test_every_page_shows_itself_to_whom_the_table_says(world: World) -> None:
    """The whole table: a page without a row fails, and so does a row that the portal no longer keeps to."""
    rules = [rule for rule in world.rules("GET") if kind_of(rule) and not is_open(world, rule)]
    assert {rule.rule for rule in rules} == set(DOORS), "python -m tests.hostile.survey writes the rows that are new"
    asked = rules if EVERYTHING else rules[::5]
    found = {rule.rule: row(look(world, rule, str(kind_of(rule)))) for rule in asked}
    assert found == {address: DOORS[address] for address in found}


@ROLES
def test_what_is_of_another_region_answers_as_what_is_not_there(world: World, role: Role) -> None:
    person = next(p for p in world.those("home") if p.role is role)
    client, leaks = world.client(person), []
    for rule, kind in sampled(world, "GET", role):
        for thing in foreign(world, kind)[: 3 if EVERYTHING else 1]:
            theirs, nothing = address(rule, thing), address(rule, missing(thing))
            if said(client.get(theirs), theirs) != said(client.get(nothing), nothing):
                leaks.append((theirs, nothing))
    assert leaks == []


@ROLES
def test_nothing_of_another_region_can_be_changed(world: World, role: Role) -> None:
    person = next(p for p in world.those("home") if p.role is role)
    client, before, wrong = world.client(person), world.state(), []
    for rule, kind in sampled(world, "POST", role):
        for thing in foreign(world, kind)[: 3 if EVERYTHING else 1]:
            answer = client.post(address(rule, thing), data={"nonce": ""})
            if answer.status_code != 404:
                wrong.append((rule.rule, thing.values, answer.status_code))
    assert wrong == []
    assert world.state() == before


def test_nothing_of_another_provider_can_be_seen_or_changed(world: World) -> None:
    """Competitors in one region: each address of one, asked by the other."""
    wrong, before = [], world.state()
    for person in world.those("other"):
        client = world.client(person)
        for method in ("GET", "POST"):
            for rule in world.rules(method):
                kind = kind_of(rule)
                if kind is None or kind in SHARED - {"authority"} or not passes(world.view(rule), person.role):
                    continue
                own = person.organisation_id
                of_others = [
                    t for t in things(world, kind) if not t.is_mirrored and t.organisation_id not in (None, own)
                ]
                for thing in {t.state: t for t in of_others}.values():
                    answer = client.open(address(rule, thing), method=method, data=_token(client, method))
                    if answer.status_code != 404:
                        wrong.append((str(person), method, rule.rule, thing.values, answer.status_code))
    assert wrong == []
    assert world.state() == before


def _token(client: object, method: str) -> dict[str, str] | None:
    return {"csrf_token": client.token()} if method == "POST" else None  # type: ignore[attr-defined]


def test_a_child_is_found_under_its_own_parent_only(world: World) -> None:
    """/tafel-van-ons/afspraak-van-hen is nothing, however well the reader knows the first half."""
    wrong = []
    for rule in (rule for method in ("GET", "POST") for rule in world.rules(method)):
        kind = kind_of(rule)
        if kind is None or kind in SHARED or len(rule.arguments) < 2:
            continue
        ours = next((t for t in things(world, kind) if not t.is_mirrored), None)
        theirs = next(iter(foreign(world, kind)), None)
        if ours is None or theirs is None:
            continue
        mixed = [
            Thing((*ours.values[:n], theirs.values[n], *ours.values[n + 1 :]), None, None, "")
            for n in range(len(ours.values))
            if isinstance(theirs.values[n], int) and theirs.values[n] > OFFSET
        ]
        for person in world.those("home", world.view(rule))[: None if EVERYTHING else 2]:
            client = world.client(person)
            for thing in mixed:
                method = "GET" if "GET" in (rule.methods or ()) else "POST"
                answer = client.open(address(rule, thing), method=method, data=_token(client, method))
                if answer.status_code != 404:
                    wrong.append((str(person), rule.rule, thing.values, answer.status_code))
    assert wrong == []
