from __future__ import annotations

from typing import Any

import pytest

from portal.access import SYSTEM
from portal.accounts.models import User
from portal.meetings import service as meetings
from portal.meetings.models import Attendance
from portal.tables.agreements import service
from portal.tables.kpis.models import ObligationType
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from portal.work import Office
from tests.tables.world import POINTS, World, at, settled_world
from tests.web.doors import Reader, come_in


@pytest.fixture
def world(office: Office) -> World:
    return settled_world(office)


@pytest.fixture
def enter(app: Any, read_as: Any) -> Any:
    """A browser of its own for an actor."""
    app.test_client_class = Reader

    def as_actor(actor: Any) -> Reader:
        with read_as(SYSTEM) as work:
            user = work.get(User, actor.user_id)
            return come_in(app.test_client(), user, user.memberships[0])

    return as_actor


@pytest.fixture
def at_the_table(world: World, work_as: Any, clock: Any) -> int:
    """A round that is going on; three of four seats are there. Gives the id of its meeting."""
    with work_as(world.secretary) as work:
        times = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}
        planned = rounds.plan_round(
            work, round_queries.table(work, world.table_id), location="Raadhuis", points=POINTS, **times
        )
        meetings.send_agenda(work, planned.meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.secretary) as work:
        meeting = round_queries.round_of(work, world.table_id, 1).meeting
        meetings.record_attendance(work, meeting, {seat.id: Attendance.PRESENT for seat in meeting.seats[:3]})
        return meeting.id


@pytest.fixture
def agreement_id(world: World, work_as: Any, at_the_table: int) -> int:
    with work_as(world.secretary) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        facts = {"title": "Korter verblijf", "text": "Ten hoogste negen maanden."}
        return service.propose_agreement(work, found, obligation_type=ObligationType.EFFORT, **facts).id
