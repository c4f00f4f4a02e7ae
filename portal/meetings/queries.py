"""Meetings as far as the actor may see them: at the own table, in the own region, or where the own organisation sits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from portal.access import PROVIDER_ROLES, Actor, Permission, Role
from portal.accounts.models import Membership, Organisation, User, UserState
from portal.audit import AuditEvent
from portal.clock import last_day
from portal.errors import NotFound
from portal.i18n import gettext, listed
from portal.meetings.models import (
    ActionItem,
    AgendaItem,
    Meeting,
    MeetingSeat,
    MeetingState,
    MinutesComment,
)
from portal.meetings.rules import (
    Agreed,
    Phase,
    agenda_due_on,
    phase,
)
from portal.meetings.states import MEETING
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

TABLE_STAFF = (Role.INDEPENDENT_CHAIR, Role.TABLE_SECRETARY)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """What of the meetings this actor may see; nothing where the role has no business at tables."""
    if not actor.may(Permission.TABLE_READ):
        return false()
    if actor.is_provider:
        own = MeetingSeat.organisation_id == actor.organisation_id
        return Meeting.id.in_(select(MeetingSeat.meeting_id).where(own))
    if actor.table_id is not None:
        return Meeting.table_id == actor.table_id
    return true() if actor.region_id is None else Meeting.region_id == actor.region_id


def meeting(work: Work, meeting_id: int) -> Meeting:
    """Raises NotFound, also when it is not the actor's."""
    found = work.session.scalar(
        select(Meeting)
        .where(Meeting.id == meeting_id, seen_by(work.actor))
        .options(
            selectinload(Meeting.seats),
            selectinload(Meeting.agenda),
            selectinload(Meeting.actions).joinedload(ActionItem.holder),
            selectinload(Meeting.comments),
            selectinload(Meeting.addenda),
        )
    )
    if found is None:
        raise NotFound("meeting")
    return found


def agenda_item(work: Work, meeting: Meeting, item_id: int) -> AgendaItem:
    """Raises NotFound when the point is not on this agenda."""
    for item in meeting.agenda:
        if item.id == item_id:
            return item
    raise NotFound("agenda_item")


def own_seats(work: Work, meeting: Meeting) -> list[MeetingSeat]:
    """The seats that the actor holds at this meeting, in person or for the organisation."""
    return [seat for seat in meeting.seats if holds(work.actor, seat)]


def holds(actor: Actor, seat: MeetingSeat) -> bool:
    if seat.user_id is not None and seat.user_id == actor.user_id:
        return True
    return actor.is_provider and seat.organisation_id is not None and seat.organisation_id == actor.organisation_id


def acts(work: Work, meeting: Meeting) -> list[str]:
    """What the actor can do with the meeting now."""
    return MEETING.acts(work.actor, meeting)


def taken_times(
    work: Work, *, table_id: int | None, region_id: int, but: Meeting | None = None
) -> list[tuple[datetime, datetime]]:
    """When this table already meets; a meeting without a table is compared with those of its region."""
    query = select(Meeting.starts_at, Meeting.ends_at).where(
        Meeting.region_id == region_id, Meeting.table_id == table_id
    )
    if but is not None:
        query = query.where(Meeting.id != but.id)
    return [(start, end) for start, end in work.session.execute(query)]


def invited(work: Work, meeting: Meeting) -> list[User]:
    """Everybody who gets the mails of a meeting: who sits there, and the chair and the secretary of its table. Not who left:
    a seat may bear a name for a while after its person has no role any more."""
    persons = [seat.user_id for seat in meeting.seats if seat.user_id is not None]
    # a seat with a person is mailed to that person, a seat of an organisation alone to everybody who works there
    organisations = [s.organisation_id for s in meeting.seats if s.user_id is None and s.organisation_id is not None]
    current = select(Membership.user_id).where(Membership.ended_at.is_(None))
    of_organisation = current.where(Membership.organisation_id.in_(organisations))
    staff = current.where(Membership.role.in_(TABLE_STAFF), Membership.table_id == meeting.table_id)
    wanted = [User.id.in_(persons) & User.id.in_(current), User.id.in_(of_organisation)]
    if meeting.table_id is not None:
        wanted.append(User.id.in_(staff))
    query = select(User).where(or_(*wanted), User.state == UserState.ACTIVE).order_by(User.id)
    return list(work.session.scalars(query))


def seated(work: Work, meeting: Meeting) -> set[int]:
    """Who holds a seat at this meeting, in person or for the organisation."""
    organisations = [seat.organisation_id for seat in meeting.seats if seat.organisation_id is not None]
    members = select(Membership.user_id).where(
        Membership.organisation_id.in_(organisations),
        Membership.role.in_(PROVIDER_ROLES),
        Membership.ended_at.is_(None),
    )
    return {seat.user_id for seat in meeting.seats if seat.user_id is not None} | set(work.session.scalars(members))


def names_of(work: Work, user_ids: Sequence[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    rows = work.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def occupants(work: Work, seats: Sequence[tuple[int, int | None, int | None]]) -> dict[int, str]:
    """Who sits where, per id of (id, organisation, person): the organisation with the person, or one of both. Names only."""
    persons = names_of(work, [user_id for _id, _firm, user_id in seats if user_id])
    wanted = {firm for _id, firm, _user in seats if firm}
    found = work.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    firms = {row.id: row.name for row in found}
    return {
        seat_id: ", ".join(name for name in (firms.get(firm or 0), persons.get(user_id or 0)) if name is not None)
        for seat_id, firm, user_id in seats
    }


def staff_of(work: Work, *, region_id: int, table_id: int | None, locale: str = "nl") -> list[tuple[str, str]]:
    """(office, name) of the chair and the secretary: those of this table, else those of its region."""
    _ = gettext(locale)
    rows = work.session.execute(
        select(Membership.role, Membership.table_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role.in_(TABLE_STAFF), Membership.ended_at.is_(None), User.state == UserState.ACTIVE)
        .where(Membership.region_id == region_id)
        .where(or_(Membership.table_id.is_(None), Membership.table_id == table_id))
        .order_by(User.name)
    ).all()
    found = []
    for role, label in zip(TABLE_STAFF, (_("Voorzitter"), _("Secretaris")), strict=True):
        held = [row for row in rows if row.role is role]
        if own := [row for row in held if row.table_id is not None] or held:
            found.append((label, listed([row.name for row in own])))
    return found


def agenda_sent_at(work: Work, meeting: Meeting) -> datetime | None:
    """When the agenda went round, as the trail has it."""
    sent = select(func.max(AuditEvent.at)).where(
        AuditEvent.subject_type == "meeting", AuditEvent.subject_id == meeting.id,
        AuditEvent.tag == f"{MEETING.name}.send_agenda",
    )  # fmt: skip
    return work.session.scalar(sent)


_TELLERS: list[Callable[[Work, Meeting], list[Agreed]]] = []
"""Agreements stand to the right of meetings, so they come to tell."""


def tells(teller: Callable[[Work, Meeting], list[Agreed]]) -> Callable[[Work, Meeting], list[Agreed]]:
    """Decorator: this function knows what was agreed at a meeting."""
    _TELLERS.append(teller)
    return teller


def agreed_at(work: Work, meeting: Meeting) -> list[Agreed]:
    return [one for teller in _TELLERS for one in teller(work, meeting)]


def waiting(work: Work) -> list[Wait]:
    """What the meetings ask of this actor; one query, whatever their number. Actions wait by themselves."""
    if not work.actor.may(Permission.TABLE_READ):
        return []
    waits: list[Wait] = []
    for meeting, sits, spoke in ask(work, _alive):
        if work.actor.may(Permission.MINUTES_WRITE, meeting):
            waits += _waits_of_staff(work, meeting)
        elif sits:
            waits += _waits_of_participant(work, meeting, spoke=spoke)
    return waits


def _alive(work: Work) -> Select[Meeting, bool, bool]:
    """Meetings that are not done with, whether the actor has a seat there, and whether the actor said something."""
    seat = (MeetingSeat.meeting_id == Meeting.id) & own_seat(work.actor)
    said = select(MinutesComment.id).join(MinutesComment.seat).where(seat)
    return (
        select(Meeting, exists().where(seat), exists(said))
        .where(seen_by(work.actor), Meeting.state != MeetingState.MINUTES_ADOPTED)
        .order_by(Meeting.starts_at)
        .limit(50)
    )


def own_seat(actor: Actor) -> ColumnElement[bool]:
    """What `holds` says, for the database."""
    mine = MeetingSeat.user_id == actor.user_id
    return or_(mine, MeetingSeat.organisation_id == actor.organisation_id) if actor.is_provider else mine


def _waits_of_staff(work: Work, meeting: Meeting) -> list[Wait]:
    _ = gettext(work.actor.locale)
    here, args = "meetings.meeting", {"meeting_id": meeting.id}
    if meeting.state is MeetingState.SCHEDULED:
        return [Wait(_("Stuur de agenda rond"), meeting.title, here, args, due=agenda_due_on(meeting.starts_at))]
    if meeting.state is MeetingState.AGENDA_SENT and phase(meeting, work.now) is Phase.RUNNING:
        words = _("Overleg loopt")
        title, ends = _("Maak het verslag"), _("Eindigt")
        return [Wait(title, meeting.title, here, args, meeting.ends_at, words, "bezig", due_words=ends)]
    if meeting.state is MeetingState.AGENDA_SENT and work.now + timedelta(days=7) >= meeting.starts_at:
        title = _("Bereid het overleg voor") if work.now < meeting.starts_at else _("Noteer wie er waren")
        return [Wait(title, meeting.title, here, args, due=meeting.starts_at, due_words=_("Overleg"))]
    if meeting.state is MeetingState.HELD:
        return [Wait(_("Stuur het verslag rond voor reactie"), meeting.title, here, args)]
    if meeting.state is MeetingState.MINUTES_DRAFT and meeting.comments_until is not None:
        return [_adoption(work, meeting, meeting.comments_until)]
    return []


def _adoption(work: Work, meeting: Meeting, until: datetime) -> Wait:
    """Only the chair adopts, and not before everybody had the time that was promised."""
    _ = gettext(work.actor.locale)
    here, args = "meetings.meeting", {"meeting_id": meeting.id}
    if work.now < until:
        whose, due = _("de deelnemers"), last_day(until) or until
        return Wait(_("Reacties op het verslag"), meeting.title, here, args, due=due, mine=False, whose=whose)
    if work.actor.may(Permission.MINUTES_ADOPT, meeting):
        return Wait(_("Stel het verslag vast"), meeting.title, here, args, kind="let-op", words=_("Reactietijd is om"))
    return Wait(_("Verslag vaststellen"), meeting.title, here, args, mine=False, whose=_("de voorzitter"))


def _waits_of_participant(work: Work, meeting: Meeting, *, spoke: bool) -> list[Wait]:
    _ = gettext(work.actor.locale)
    here, args = "meetings.meeting", {"meeting_id": meeting.id}
    if meeting.state is MeetingState.AGENDA_SENT and work.now < meeting.ends_at:
        title = _("Lees de agenda en de stukken")
        return [Wait(title, meeting.title, here, args, due=meeting.starts_at, due_words=_("Overleg"))]
    until = meeting.comments_until
    if meeting.state is MeetingState.MINUTES_DRAFT and until is not None and work.now < until and not spoke:
        due = last_day(until) or until
        return [Wait(_("Reageer op het verslag, als er iets niet klopt"), meeting.title, here, args, due=due)]
    return []
