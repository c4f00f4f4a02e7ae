"""The verbs of tables and rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.access import Permission, Scope
from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.members.queries import require_to_end
from portal.accounts.models import Membership
from portal.audit import record
from portal.errors import RuleBroken
from portal.i18n import gettext
from portal.meetings.rules import Point, SeatFacts
from portal.meetings.service import plan_meeting
from portal.regions.models import Region
from portal.tables.rounds import queries, rules
from portal.tables.rounds.models import DevelopmentTable, Round, TableSeat
from portal.tables.rounds.states import TABLE
from portal.work import Work


def plan_table(
    work: Work,
    region: Region,
    *,
    code: str,
    name: str,
    purpose: str = "",
    rules_of_play: str = "",
    seats: Sequence[SeatFacts] = (),
) -> DevelopmentTable:
    """A table to be, with its seats. Raises NotAllowed."""
    work.require(Permission.TABLE_PLAN, Scope(region_id=region.id))
    table = DevelopmentTable(region_id=region.id, code=code, name=name, purpose=purpose, rules_of_play=rules_of_play)
    table.seats = [_seat(n, facts) for n, facts in enumerate(seats, 1)]
    work.add(table)
    record(work, "table.planned", table, region_id=region.id, code=code)
    return table


def _seat(position: int, facts: SeatFacts) -> TableSeat:
    return TableSeat(
        position=position,
        kind=facts.kind,
        label=facts.label.strip(),
        organisation_id=facts.organisation_id,
        user_id=facts.user_id,
    )


def add_seat(work: Work, table: DevelopmentTable, facts: SeatFacts) -> TableSeat:
    """One more seat; meetings that are planned already do not change. Raises NotAllowed, RuleBroken."""
    work.require(Permission.TABLE_PLAN, table)
    if reasons := list(rules.reasons_against_seat(table, facts.label)):
        raise RuleBroken(*reasons, subject=table)
    seat = _seat(max((seat.position for seat in table.seats), default=0) + 1, facts)
    table.seats.append(seat)
    work.session.flush()
    record(work, "seat.added", seat, table_id=table.id, kind=seat.kind)
    return seat


def fill_seat(
    work: Work, table: DevelopmentTable, seat: TableSeat, *, user_id: int | None, organisation_id: int | None
) -> None:
    """Somebody else takes the seat; the seat and its positions stay. Raises NotAllowed, RuleBroken."""
    work.require(Permission.TABLE_PLAN, table)
    if reasons := list(rules.reasons_not_to_change(table)):
        raise RuleBroken(*reasons, subject=table)
    record(
        work, "seat.filled", seat, table_id=table.id, before=[seat.user_id, seat.organisation_id],
        after=[user_id, organisation_id],
    )  # fmt: skip
    seat.user_id, seat.organisation_id = user_id, organisation_id


def pass_seats(work: Work, left: Membership, to: Membership) -> int:
    """A colleague takes the seats of who leaves at tables that still run and where the colleague does not sit yet.

    The seat and its positions stay. Raises NotAllowed, RuleBroken(deputy_may_not).
    """
    require_to_end(work, left)
    if reasons := reasons_not_to_stand_in(left, to):
        raise RuleBroken(*reasons, subject=left)
    passed = queries.seats_to_pass(work, left, to)
    for seat in passed:
        before, after = [seat.user_id, seat.organisation_id], [to.user_id, seat.organisation_id]
        record(work, "seat.filled", seat, table_id=seat.table_id, before=before, after=after)
        seat.user_id = to.user_id
    work.session.flush()
    return len(passed)


def agree_rules(work: Work, table: DevelopmentTable, *, text: str, version: int | None = None) -> None:
    """The rules of play of the table. Raises NotAllowed, RuleBroken once closed, StaleVersion."""
    work.require(Permission.TABLE_PLAN, table)
    work.expect_version(table, version, text=table.rules_of_play)
    if reasons := list(rules.reasons_not_to_change(table)):
        raise RuleBroken(*reasons, subject=table)
    table.rules_of_play = text.replace("\r\n", "\n").strip()
    record(work, "table.rules_agreed", table)


def activate_table(work: Work, table: DevelopmentTable) -> None:
    """The table begins. Raises RuleBroken without partners or rules of play, IllegalTransition, NotAllowed."""
    TABLE.apply(work, table, "activate", unless=rules.reasons_not_to_activate(table))


def close_table(work: Work, table: DevelopmentTable) -> None:
    """The table has done its work. Raises RuleBroken while minutes of a round are not adopted, IllegalTransition."""
    TABLE.apply(work, table, "close", unless=rules.reasons_not_to_close(r.meeting.state for r in table.rounds))


def plan_round(
    work: Work,
    table: DevelopmentTable,
    *,
    starts_at: datetime,
    ends_at: datetime,
    location: str,
    points: Sequence[Point] = (),
) -> Round:
    """The next round: a meeting with the seats of the table. Raises NotAllowed, RuleBroken."""
    work.require(Permission.TABLE_PLAN, table)
    if reasons := list(rules.reasons_not_to_plan_a_round(table)):
        raise RuleBroken(*reasons, subject=table)
    number = max((earlier.number for earlier in table.rounds), default=0) + 1
    meeting = plan_meeting(
        work,
        region_id=table.region_id,
        table_id=table.id,
        title=gettext("nl")("Ontwikkeltafel %(name)s, ronde %(number)s", name=table.name, number=number),
        starts_at=starts_at,
        ends_at=ends_at,
        location=location,
        seats=[SeatFacts(seat.kind, seat.label, seat.organisation_id, seat.user_id) for seat in table.seats],
        points=points,
    )
    planned = Round(number=number, meeting_id=meeting.id)
    planned.meeting = meeting
    table.rounds.append(planned)
    work.session.flush()
    record(work, "round.planned", planned, table_id=table.id, meeting_id=meeting.id, number=number)
    return planned
