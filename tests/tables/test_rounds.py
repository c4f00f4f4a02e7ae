from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.accounts.models import Membership
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.meetings.models import SeatKind
from portal.meetings.rules import SeatFacts
from portal.tables.rounds import queries, service
from portal.tables.rounds.models import TableState
from tests.tables.world import POINTS, World, at

TIMES = {
    "starts_at": at("2023-03-15 13:30"),
    "ends_at": at("2023-03-15 16:00"),
    "location": "Raadhuis",
    "points": POINTS,
}


def tags(read_as: Any) -> set[str]:
    with read_as(SYSTEM) as work:
        return set(work.session.scalars(select(AuditEvent.tag)))


def test_a_table_does_not_begin_without_its_partners_and_rules_of_play(
    world: World, work_as: Any, read_as: Any
) -> None:
    with work_as(SYSTEM) as work:
        table = service.plan_table(work, world.region, code="los", name="Los")
    expected = "table_without_municipalities, table_without_providers, table_without_rules_of_play"
    with pytest.raises(RuleBroken, match=expected), work_as(SYSTEM) as work:
        service.activate_table(work, queries.table(work, table.id))
    assert {"table.planned", "table.activate"} <= tags(read_as)


def test_rounds_are_numbered_and_only_an_active_table_meets(world: World, work_as: Any, read_as: Any) -> None:
    with work_as(world.secretary) as work:
        table = queries.table(work, world.table_id)
        first = service.plan_round(work, table, **TIMES)
        second = service.plan_round(
            work, table, **TIMES | {"starts_at": at("2023-05-10 13:30"), "ends_at": at("2023-05-10 15:30")}
        )
        assert (first.number, second.number) == (1, 2)
        assert second.meeting.title == "Ontwikkeltafel Transformatie, ronde 2"
    with work_as(SYSTEM) as work:
        planned = service.plan_table(work, world.region, code="los", name="Los")
    with pytest.raises(RuleBroken, match="table_is_not_active"), work_as(SYSTEM) as work:
        service.plan_round(work, queries.table(work, planned.id), **TIMES)
    assert "round.planned" in tags(read_as)


def test_participants_providers_and_staff_of_the_region_do_not_plan(world: World, work_as: Any) -> None:
    for actor in (world.participant, world.provider, world.manager, world.delegates[0]):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            service.plan_round(work, queries.table(work, world.table_id), **TIMES)


def test_a_table_closes_when_all_minutes_are_adopted(world: World, work_as: Any, read_as: Any) -> None:
    with work_as(world.chair) as work:
        service.plan_round(work, queries.table(work, world.table_id), **TIMES)
    with pytest.raises(RuleBroken, match="round_is_still_open"), work_as(world.chair) as work:
        service.close_table(work, queries.table(work, world.table_id))


def test_a_table_that_never_met_can_be_closed_and_then_changes_no_more(
    world: World, work_as: Any, read_as: Any
) -> None:
    with work_as(world.chair) as work:
        service.close_table(work, queries.table(work, world.table_id))
    with pytest.raises(IllegalTransition), work_as(world.chair) as work:
        service.activate_table(work, queries.table(work, world.table_id))
    with pytest.raises(RuleBroken, match="table_is_closed"), work_as(world.chair) as work:
        service.agree_rules(work, queries.table(work, world.table_id), text="Anders")
    with pytest.raises(RuleBroken, match="table_is_closed"), work_as(world.chair) as work:
        table = queries.table(work, world.table_id)
        service.fill_seat(work, table, table.seats[0], user_id=None, organisation_id=None)
    assert "table.close" in tags(read_as)


def test_the_rules_of_play_are_not_overwritten_by_who_was_slower(world: World, work_as: Any, read_as: Any) -> None:
    with work_as(world.secretary) as work:
        table = queries.table(work, world.table_id)
        opened = table.version
        service.agree_rules(work, table, text="Eerste tekst", version=opened)
    with pytest.raises(StaleVersion) as refused, work_as(world.chair) as work:
        service.agree_rules(work, queries.table(work, world.table_id), text="Tweede tekst", version=opened)
    assert refused.value.theirs == {"text": "Eerste tekst"}
    assert "table.rules_agreed" in tags(read_as)


def test_a_seat_has_a_name_of_its_own(world: World, work_as: Any, read_as: Any) -> None:
    with work_as(world.chair) as work:
        table = queries.table(work, world.table_id)
        seat = service.add_seat(work, table, SeatFacts(SeatKind.REFERRER, "Huisartsen"))
        service.fill_seat(work, table, seat, user_id=world.participant.user_id, organisation_id=None)
    for label, reason in (("huisartsen", "seat_is_there_already"), (" ", "seat_without_name")):
        with pytest.raises(RuleBroken, match=reason), work_as(world.chair) as work:
            service.add_seat(work, queries.table(work, world.table_id), SeatFacts(SeatKind.REFERRER, label))
    with read_as(world.chair) as work:
        table = queries.table(work, world.table_id)
        assert queries.occupants(work, table)[table.seats[-1].id] == "Onno Wijs"
    assert {"seat.added", "seat.filled"} <= tags(read_as)


def test_a_table_is_found_by_its_people_and_by_nobody_else(world: World, read_as: Any) -> None:
    for actor in (world.chair, world.secretary, world.participant, world.provider, world.manager, world.delegates[0]):
        with read_as(actor) as work:
            assert queries.table(work, world.table_id).state is TableState.ACTIVE
            assert len(queries.visible_tables(work)) == 1
    with read_as(world.outsider) as work:
        assert queries.visible_tables(work) == []
        with pytest.raises(NotFound):
            queries.table(work, world.table_id)


def test_the_next_round_waits_for_the_secretary_or_else_for_the_chair(world: World, work_as: Any, read_as: Any) -> None:
    def asked(actor: Any) -> list[tuple[str, bool, str]]:
        with read_as(actor) as work:
            return [(wait.title, wait.mine, wait.whose) for wait in queries.waiting(work)]

    assert asked(world.secretary) == [("Plan ronde 1", True, "")]
    assert asked(world.chair) == [("Plan ronde 1", False, "de secretaris")]
    with work_as(SYSTEM) as work:
        work.get(Membership, world.secretary.membership_id or 0).ended_at = work.now
    assert asked(world.chair) == [("Plan ronde 1", True, "")]
    with work_as(world.chair) as work:
        service.plan_round(work, queries.table(work, world.table_id), **TIMES)
    with read_as(world.chair) as work:
        assert queries.waiting(work) == []
        assert queries.next_round(work, world.region.id) is not None
    with read_as(world.provider) as work:
        assert queries.waiting(work) == []


def test_after_a_round_the_next_one_is_asked_for(world: World, work_as: Any, read_as: Any, clock: Any) -> None:
    with work_as(world.chair) as work:
        service.plan_round(work, queries.table(work, world.table_id), **TIMES)
    clock.set("2023-03-16 09:00")
    with read_as(world.secretary) as work:
        assert [wait.title for wait in queries.waiting(work)] == ["Plan de volgende ronde"]
