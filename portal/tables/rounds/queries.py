"""Tables and rounds as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Actor, Permission, Role
from portal.accounts.members.queries import holds_only
from portal.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, User, UserState
from portal.errors import NotFound
from portal.i18n import gettext
from portal.listing import Asked, Key, Order, Page, has_words, page_of
from portal.meetings import queries as meetings
from portal.meetings.models import Meeting, MeetingState
from portal.regions.models import Region
from portal.tables.rounds.models import DevelopmentTable, Round, TableSeat, TableState
from portal.tables.rounds.states import TABLE
from portal.waits import Wait
from portal.work import Work

SEATED_ROLES = (
    Role.TABLE_PARTICIPANT, Role.COLLEGE_DELEGATE, Role.ACCESS_ACCOUNT_HOLDER, Role.CONTRACT_MANAGER,
)  # fmt: skip


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Own table, own region, or a seat of the own organisation; nothing for who has no business at tables."""
    if not actor.may(Permission.TABLE_READ):
        return false()
    if actor.is_provider:
        own = TableSeat.organisation_id == actor.organisation_id
        return DevelopmentTable.id.in_(select(TableSeat.table_id).where(own))
    if actor.table_id is not None:
        return DevelopmentTable.id == actor.table_id
    return true() if actor.region_id is None else DevelopmentTable.region_id == actor.region_id


def _tables(actor: Actor) -> Select[DevelopmentTable]:
    return select(DevelopmentTable).where(seen_by(actor)).order_by(DevelopmentTable.name)


def visible_tables(work: Work) -> list[DevelopmentTable]:
    """With their seats and rounds, for the list: as many as a region has tables, so all of them."""
    query = _tables(work.actor).options(
        selectinload(DevelopmentTable.seats),
        selectinload(DevelopmentTable.rounds).joinedload(Round.meeting),
    )
    return list(work.session.scalars(query.limit(200)))


ORDER = Order({"": [Key(DevelopmentTable.sort_name)]}, last=Key(DevelopmentTable.id))


def found(work: Work, words: str, asked: Asked) -> Page[DevelopmentTable]:
    """One page of the tables that the actor may see with these words in their name, or this code."""
    named = or_(
        has_words(DevelopmentTable.sort_name, words), DevelopmentTable.code.icontains(words.strip(), autoescape=True)
    )
    return page_of(work.session, select(DevelopmentTable).where(seen_by(work.actor), named), ORDER, asked)


def table(work: Work, table_id: int) -> DevelopmentTable:
    """Raises NotFound, also when it is not the actor's."""
    query = _tables(work.actor).where(DevelopmentTable.id == table_id)
    found = work.session.scalar(
        query.options(
            selectinload(DevelopmentTable.seats),
            selectinload(DevelopmentTable.rounds).joinedload(Round.meeting),
        )
    )
    if found is None:
        raise NotFound("development_table")
    return found


def sees_a_table(work: Work, region_id: int) -> bool:
    """Whether any table of this region is the actor's to read."""
    query = select(DevelopmentTable.id).where(seen_by(work.actor), DevelopmentTable.region_id == region_id).limit(1)
    return work.session.scalar(query) is not None


def table_by_code(work: Work, region_id: int, code: str) -> DevelopmentTable:
    """Raises NotFound."""
    query = _tables(work.actor).where(DevelopmentTable.region_id == region_id, DevelopmentTable.code == code)
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("development_table")
    return found


def round_of(work: Work, table_id: int, number: int) -> Round:
    """Raises NotFound; with its meeting, seats and agenda."""
    return _round(work, (Round.table_id == table_id) & (Round.number == number))


def round_at(work: Work, meeting_id: int) -> Round:
    """The round whose meeting this is. Raises NotFound."""
    return _round(work, Round.meeting_id == meeting_id)


def round_by_id(work: Work, round_id: int) -> Round:
    """Raises NotFound."""
    return _round(work, Round.id == round_id)


def _round(work: Work, which: ColumnElement[bool]) -> Round:
    query = (
        select(Round)
        .join(Round.table)
        .where(which, seen_by(work.actor))
        .options(
            joinedload(Round.table).selectinload(DevelopmentTable.seats),
            joinedload(Round.meeting).options(selectinload(Meeting.seats), selectinload(Meeting.agenda)),
        )
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("table_round")
    return found


def adopted_without_document(work: Work) -> list[int]:
    """Ids of rounds whose minutes are adopted while their document was not made yet."""
    query = (
        select(Round.id)
        .join(Round.meeting)
        .where(Meeting.state == MeetingState.MINUTES_ADOPTED, Meeting.minutes_file_id.is_(None))
        .order_by(Round.id)
    )
    return list(work.session.scalars(query.limit(50)))


def next_round(work: Work, region_id: int) -> Round | None:
    """The first round still to come in this region, as far as the actor sees it: where targets are set."""
    query = (
        select(Round)
        .join(Round.meeting)
        .join(Round.table)
        .where(DevelopmentTable.region_id == region_id, seen_by(work.actor), Meeting.ends_at > work.now)
        .options(joinedload(Round.meeting), joinedload(Round.table))
        .order_by(Meeting.starts_at)
        .limit(1)
    )
    return work.session.scalar(query)


def occupants(work: Work, table: DevelopmentTable) -> dict[int, str]:
    """Who sits where, per seat id: the person with the organisation, or one of both. Names only."""
    return meetings.occupants(work, [(seat.id, seat.organisation_id, seat.user_id) for seat in table.seats])


def candidates(work: Work, table: DevelopmentTable) -> tuple[dict[int, str], dict[int, str]]:
    """Who can be given a seat: active providers, and people with a role at this table or as delegate or access in its region.

    Names only, and nothing of what a provider submitted.
    """
    firms = work.session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.PROVIDER, Organisation.state == OrganisationState.ACTIVE)
        .order_by(Organisation.sort_name)
        .limit(1000)
    )
    people = work.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role.in_(SEATED_ROLES),
            Membership.region_id == table.region_id,
            Membership.ended_at.is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.name)
        .limit(1000)
    )
    return {firm.id: firm.name for firm in firms}, {person.id: person.name for person in people.unique()}


def acts(work: Work, table: DevelopmentTable) -> list[str]:
    """What the actor can do with the table itself now."""
    return TABLE.acts(work.actor, table)


def region_of(work: Work, table: DevelopmentTable) -> Region:
    return work.get(Region, table.region_id)


def waiting(work: Work) -> list[Wait]:
    """A table that can begin, or that has no round planned, waits for its secretary, or else for its chair."""
    if not work.actor.may(Permission.TABLE_PLAN):
        return []
    _ = gettext(work.actor.locale)
    waits, found = [], visible_tables(work)
    helped = _with_a_secretary(work, found) if work.actor.role is Role.INDEPENDENT_CHAIR else set()
    for table in found:
        args = {"table_id": table.id}
        if table.state is TableState.PLANNED:
            waits.append(Wait(_("Maak de tafel klaar om te beginnen"), table.name, "agreements.table", args))
        elif table.state is TableState.ACTIVE and not any(r.meeting.ends_at > work.now for r in table.rounds):
            title = _("Plan de volgende ronde") if table.rounds else _("Plan ronde 1")
            mine = table.id not in helped
            whose = "" if mine else _("de secretaris")
            waits.append(Wait(title, table.name, "rounds.plan", args, mine=mine, whose=whose))
    return waits


def _with_a_secretary(work: Work, tables: list[DevelopmentTable]) -> set[int]:
    """Ids of the tables that have a secretary, of their own or of their region."""
    held = work.session.execute(
        select(Membership.region_id, Membership.table_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.TABLE_SECRETARY, Membership.ended_at.is_(None))
        .where(User.state == UserState.ACTIVE)
    ).all()
    of_tables, of_regions = {row.table_id for row in held}, {row.region_id for row in held if row.table_id is None}
    return {table.id for table in tables if table.id in of_tables or table.region_id in of_regions}


# --- somebody leaves ---------------------------------------------------------------------------------------------


def seats_to_pass(work: Work, left: Membership, to: Membership) -> Sequence[TableSeat]:
    """Held in person for this organisation (without one only by who has no other role) at a table that still runs."""
    fits = [TableSeat.organisation_id == left.organisation_id]
    if holds_only(work, left):
        fits.append(TableSeat.organisation_id.is_(None))
    sits = select(TableSeat.table_id).where(TableSeat.user_id == to.user_id)
    find = (
        select(TableSeat)
        .join(DevelopmentTable)
        .where(TableSeat.user_id == left.user_id, or_(*fits), TableSeat.table_id.not_in(sits))
        .where(DevelopmentTable.state != TableState.CLOSED)
    )
    return work.session.scalars(find.order_by(TableSeat.id)).all()


def seats_left(work: Work, user_id: int) -> Sequence[TableSeat]:
    """Seats that still bear this person's name at tables that still run."""
    find = select(TableSeat).join(DevelopmentTable).options(joinedload(TableSeat.table))
    find = find.where(TableSeat.user_id == user_id, DevelopmentTable.state != TableState.CLOSED)
    return work.session.scalars(find.order_by(TableSeat.id)).all()
