"""Each state that waits for somebody shows up on exactly the right home pages, read from the transition tables."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import portal
from portal.access import may
from portal.accounts.models import Membership, User
from portal.home.queries import waits
from portal.work import begin_read
from portal.workflow import Transition, Workflow
from tests.home.states import OPTIONAL, ROWS, mine
from tests.web.doors import come_in

ROOT = Path(portal.__file__).parent
for _file in sorted(ROOT.rglob("states.py")):
    import_module(".".join(_file.relative_to(ROOT.parent).with_suffix("").parts))


def machine_of(name: str) -> Workflow:
    return Workflow.ALL[name.partition(".")[0]]


def asked(name: str) -> list[Transition]:
    """The acts out of this state that somebody waits for."""
    machine, _, state = name.partition(".")
    leading = [t for t in machine_of(name).transitions if state in {s.value for s in t.sources}]
    return [t for t in leading if f"{machine}.{t.act}" not in OPTIONAL]


def test_every_state_has_a_row():
    states = {f"{name}.{state.value}" for name, machine in Workflow.ALL.items() for state in type(machine.start)}
    assert states == set(ROWS), "a state without a row: say who finds it on the home page, or why nobody does"


def test_every_act_that_nobody_waits_for_is_one_of_a_table():
    acts = {f"{name}.{t.act}" for name, machine in Workflow.ALL.items() for t in machine.transitions}
    assert set(OPTIONAL) <= acts


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_who_waits_or_why_nobody_does(name):
    row = ROWS[name]
    assert bool(row.who) != bool(row.nobody)
    assert row.nobody or asked(name) or row.also, "nobody can act: then why does it wait for somebody?"
    assert row.scene or row.nobody


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.scene])
def test_a_state_shows_up_on_exactly_the_right_home_pages(office, clock, name):
    row = ROWS[name]
    assert row.scene is not None
    scene = row.scene(office, clock)
    found = set()
    for who, actor in scene.people.items():
        with begin_read(office, actor) as work:
            if any(mine(wait, row, scene) for wait in waits(work)):
                found.add(who)
    assert found == set(row.who)
    holders = {
        who for who, actor in scene.people.items() if any(may(actor, t.permission, scene.scope) for t in asked(name))
    }
    if not row.nobody:
        assert found | set(row.but) >= holders, "who holds the permission finds it, or the row says why not"
        assert row.also or found <= holders
        assert not set(row.but) & found


def test_the_page_shows_what_is_found(app, office, clock, read_as):
    """The same rows as links on the page itself, for one who must act and one of another region."""
    scene = ROWS["procedure.published"].scene(office, clock)
    for who, shown in (("officer", True), ("elsewhere", False)):
        with read_as(scene.people[who]) as work:
            person = work.get(User, scene.people[who].user_id)
            held = work.get(Membership, scene.people[who].membership_id)
            client = come_in(app.test_client(), person, held)
        assert ("Open de inschrijvingen van" in client.get("/start").text) is shown
