"""Pages of a table that exist only for a moment, so that no link of the worked example leads to them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from portal.access import SYSTEM
from portal.accounts.models import User
from portal.accounts.users.rules import hashed
from portal.meetings import service as meetings
from portal.meetings.models import Attendance
from portal.tables.agreements import queries, service
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import MediationOutcome, Stance
from portal.tables.kpis.models import ObligationType
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.factories import PASSWORD
from tests.tables.world import POINTS, World, at, make_world


@pytest.fixture
def world(work_as: Any, clock: Any) -> World:
    clock.set("2023-02-01 09:00")
    made = make_world(work_as)
    with work_as(SYSTEM) as work:
        work.get(User, made.chair.user_id or 0).password_hash = hashed(PASSWORD)
    return made


@pytest.fixture
def chair(world: World, page: Page) -> Page:
    page.goto("/inloggen")
    page.fill("[name=email]", world.chair.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/start")
    return page


def plan(world: World, work_as: Any) -> None:
    with work_as(world.chair) as work:
        table = round_queries.table(work, world.table_id)
        times = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}
        rounds.plan_round(work, table, location="Raadhuis", points=POINTS, **times)


def hold(world: World, work_as: Any, clock: Any) -> int:
    """Up to a mediation that failed; gives the id of the agreement."""
    with work_as(world.chair) as work:
        meetings.send_agenda(work, round_queries.round_of(work, world.table_id, 1).meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        meetings.record_attendance(work, found.meeting, {seat.id: Attendance.PRESENT for seat in found.meeting.seats})
        meetings.save_minutes(work, found.meeting.agenda[1], minutes="De cijfers zijn besproken.")
        agreement = service.propose_agreement(
            work, found, title="Korter verblijf", text="Negen maanden.", obligation_type=ObligationType.EFFORT
        )
        service.record_positions(work, agreement, {agreement.table.seats[1].id: (Stance.OBJECTION, "Te snel.")})
        mediations.close_mediation(work, mediations.start_mediation(work, agreement), outcome=MediationOutcome.FAILED)
        return agreement.id


def test_the_pages_of_a_moment_are_accessible(
    world: World, chair: Page, work_as: Any, clock: Any, check_page: Any
) -> None:
    plan(world, work_as)
    check_page(chair, "/overleggen/1/agenda")
    agreement_id = hold(world, work_as, clock)
    check_page(chair, "/overleggen/1/verslag-rondsturen")
    check_page(chair, f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement_id}/uitspraak")
    with work_as(world.chair) as work:
        meetings.send_minutes_draft(
            work, round_queries.round_of(work, world.table_id, 1).meeting, comments_until=at("2023-03-29 17:00")
        )
    clock.set("2023-03-29 17:00")
    with work_as(world.chair) as work:
        meetings.adopt_minutes(work, round_queries.round_of(work, world.table_id, 1).meeting)
    check_page(chair, "/overleggen/1/aanvulling")


def test_the_reason_appears_when_a_seat_objects_and_typing_saves_itself(
    world: World, chair: Page, work_as: Any, read_as: Any, clock: Any, axe: Any
) -> None:
    plan(world, work_as)
    with work_as(world.chair) as work:
        meetings.send_agenda(work, round_queries.round_of(work, world.table_id, 1).meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        facts = {"title": "Korter", "text": "Negen maanden.", "obligation_type": ObligationType.EFFORT}
        agreement = service.propose_agreement(work, found, **facts)
        seat, item = agreement.table.seats[1].id, found.meeting.agenda[1].id
    chair.goto(f"/ontwikkeltafels/{world.table_id}/afspraken/{agreement.id}")
    reason = chair.locator(f"#reden_{seat}")
    assert not reason.is_visible()
    chair.check(f"#standpunt_{seat}-2")
    assert reason.is_visible()
    chair.get_by_role("button", name="Bewaar de standpunten").click()
    chair.wait_for_selector(f"#reden_{seat}-fout")
    assert reason.is_visible()
    axe(chair)
    chair.goto(f"/overleggen/1/verslag/{item}")
    chair.locator("#minutes").press_sequentially("Terwijl iedereen praat")
    chair.wait_for_selector("[data-saved-line]:has-text('Bewaard om')")
    with read_as(world.chair) as work:
        assert round_queries.round_of(work, world.table_id, 1).meeting.agenda[1].minutes == "Terwijl iedereen praat"
        assert queries.agreement(work, agreement.id).positions == []
