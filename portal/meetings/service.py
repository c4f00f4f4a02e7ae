"""The verbs of a meeting: plan, send the agenda, hold, type, comment, adopt, add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm.attributes import flag_modified

from portal.access import Permission, Scope
from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.members.queries import require_to_end
from portal.accounts.models import Membership
from portal.audit import record
from portal.clock import AMSTERDAM
from portal.errors import IllegalTransition, NotAllowed, RuleBroken
from portal.meetings import mails, queries, rules
from portal.meetings.actions.queries import is_for
from portal.meetings.leaving import queries as leaving
from portal.meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingSeat,
    MeetingState,
    MinutesAddendum,
    MinutesComment,
)
from portal.meetings.rules import Point, SeatFacts
from portal.meetings.states import MEETING
from portal.storage import StoredFile, put_bytes, system_seal
from portal.work import Work


def plan_meeting(
    work: Work,
    *,
    region_id: int,
    table_id: int | None,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    location: str,
    seats: Sequence[SeatFacts],
    points: Sequence[Point] = (),
) -> Meeting:
    """A meeting with its seats and its agenda; the competition notice comes first (Mededingingswet art. 6).

    Raises NotAllowed, or RuleBroken: in the past, ends before it starts, overlaps another one, agenda outside its time.
    """
    work.require(Permission.TABLE_PLAN, Scope(region_id=region_id, table_id=table_id))
    others = queries.taken_times(work, table_id=table_id, region_id=region_id)
    reasons = list(rules.reasons_not_to_plan(starts_at, ends_at, work.now, others))
    if not seats:
        reasons.append("meeting_without_seats")
    if reasons:
        raise RuleBroken(*reasons)
    meeting = work.add(
        Meeting(
            region_id=region_id, table_id=table_id, title=title, starts_at=starts_at, ends_at=ends_at, location=location
        )
    )
    meeting.seats = [
        MeetingSeat(position=n, kind=s.kind, label=s.label, organisation_id=s.organisation_id, user_id=s.user_id)
        for n, s in enumerate(seats, 1)
    ]
    if points:
        _write_agenda(meeting, points)
    work.session.flush()
    record(work, "meeting.planned", meeting, starts_at=starts_at, table_id=table_id, region_id=region_id)
    return meeting


def set_agenda(work: Work, meeting: Meeting, points: Sequence[Point], *, version: int | None = None) -> None:
    """Replace the agenda while it has not been sent. Raises RuleBroken, StaleVersion, IllegalTransition."""
    work.expect_version(meeting, version)
    points = rules.opened(points)
    reasons = rules.reasons_against_agenda(points, meeting.starts_at, meeting.ends_at)
    MEETING.apply(work, meeting, "set_agenda", unless=reasons, points=len(points))
    for item in list(meeting.agenda):
        work.session.delete(item)
    meeting.agenda = []
    work.session.flush()
    _write_agenda(meeting, points)
    flag_modified(meeting, "title")  # a new agenda is a new version of the meeting, so that two editors notice
    work.session.flush()


def _write_agenda(meeting: Meeting, points: Sequence[Point]) -> None:
    points = rules.opened(points)
    if reasons := list(rules.reasons_against_agenda(points, meeting.starts_at, meeting.ends_at)):
        raise RuleBroken(*reasons, subject=meeting)
    meeting.agenda = [
        AgendaItem(position=n, title=point.title.strip(), minutes_from_start=point.minutes_from_start)
        for n, point in enumerate(points, 1)
    ]


def move_meeting(
    work: Work, meeting: Meeting, *, starts_at: datetime, ends_at: datetime, location: str, version: int | None = None
) -> None:
    """Another time or place. Who was invited gets the appointment again with a higher sequence, which replaces theirs.

    Raises RuleBroken, StaleVersion, or IllegalTransition once the meeting was held.
    """
    begin, end = (at.astimezone(AMSTERDAM) for at in (meeting.starts_at, meeting.ends_at))
    theirs = {"day": begin.date(), "starts": begin.time(), "ends": end.time(), "location": meeting.location}
    work.expect_version(meeting, version, **theirs)
    act = "move_planned" if meeting.state is MeetingState.SCHEDULED else "move"
    others = queries.taken_times(work, table_id=meeting.table_id, region_id=meeting.region_id, but=meeting)
    reasons = list(rules.reasons_not_to_plan(starts_at, ends_at, work.now, others))
    points = [Point(item.title, item.minutes_from_start) for item in meeting.agenda]
    if points and not reasons:
        reasons += rules.reasons_against_agenda(points, starts_at, ends_at)
    MEETING.apply(work, meeting, act, unless=reasons, starts_at=starts_at, was=meeting.starts_at)
    meeting.starts_at, meeting.ends_at, meeting.location = starts_at, ends_at, location
    if act == "move":
        meeting.invite_sequence += 1
        mails.invite(work, meeting, moved=True)


def send_agenda(work: Work, meeting: Meeting) -> None:
    """Invite everybody, with the agenda and a calendar file. Raises RuleBroken without an agenda, IllegalTransition."""
    points = [Point(item.title, item.minutes_from_start) for item in meeting.agenda]
    reasons = rules.reasons_against_agenda(points, meeting.starts_at, meeting.ends_at)
    MEETING.apply(work, meeting, "send_agenda", unless=reasons)
    mails.invite(work, meeting)


def record_attendance(work: Work, meeting: Meeting, attendance: Mapping[int, Attendance]) -> None:
    """Who was there, per seat id. The first time this says that the meeting was held; until adoption it can be corrected.

    Raises RuleBroken before the meeting begins, IllegalTransition, NotAllowed.
    """
    act = "correct_attendance" if meeting.state is MeetingState.HELD else "hold"
    MEETING.apply(work, meeting, act, unless=rules.reasons_not_to_hold(meeting, work.now))
    for seat in meeting.seats:
        now_there = attendance.get(seat.id, seat.attendance)
        if now_there is not seat.attendance:
            record(work, "seat.attended", seat, meeting_id=meeting.id, before=seat.attendance, after=now_there)
            seat.attendance = now_there


def announce_attendance(work: Work, meeting: Meeting, *, coming: bool) -> None:
    """The holder of a seat says not to come, or to come after all. Raises RuleBroken without a seat, before the
    invitation, after the end, and once the secretary noted who was there; NotAllowed.
    """
    work.require(Permission.TABLE_READ, meeting)
    seats = queries.own_seats(work, meeting)
    if reasons := list(rules.reasons_not_to_announce(meeting, has_seat=bool(seats), now=work.now)):
        raise RuleBroken(*reasons, subject=meeting)
    said = Attendance.EXPECTED if coming else Attendance.EXCUSED
    for seat in seats:
        if seat.attendance is not said:
            record(work, "seat.attended", seat, meeting_id=meeting.id, before=seat.attendance, after=said)
            seat.attendance = said


def save_minutes(work: Work, item: AgendaItem, *, minutes: str, version: int | None = None) -> AgendaItem:
    """What was said at one point. Two people at one point: the second gets StaleVersion with the text that stands there.

    Raises NotAllowed, RuleBroken once the minutes are adopted, StaleVersion.
    """
    work.require(Permission.MINUTES_WRITE, item)
    if reasons := list(rules.reasons_not_to_type(item.meeting)):
        raise RuleBroken(*reasons, subject=item)
    minutes = minutes.replace("\r\n", "\n").strip()
    if minutes == item.minutes:
        return item
    work.expect_version(item, version, **{item.title: item.minutes})
    item.minutes, item.typed_at = minutes, work.now
    work.session.flush()
    record(work, "minutes.saved", item, meeting_id=item.meeting_id, version=item.version)
    return item


def add_action(work: Work, meeting: Meeting, *, seat_id: int, what: str, due_on: date) -> ActionItem:
    """Who does what before when. Raises NotAllowed, RuleBroken."""
    work.require(Permission.MINUTES_WRITE, meeting)
    reasons = [*rules.reasons_not_to_type(meeting), *rules.reasons_against_action(meeting, what, due_on)]
    if seat_id not in {seat.id for seat in meeting.seats}:
        reasons.append("no_such_seat")
    if reasons:
        raise RuleBroken(*reasons, subject=meeting)
    action = work.add(ActionItem(meeting_id=meeting.id, seat_id=seat_id, what=what.strip(), due_on=due_on))
    record(work, "action.added", action, meeting_id=meeting.id, seat_id=seat_id, due_on=due_on)
    return action


def finish_action(work: Work, action: ActionItem) -> None:
    """Done: said by who holds the seat or took it over, a colleague of who left, or the chair or secretary for them.

    Raises NotAllowed, RuleBroken.
    """
    if not work.actor.may(Permission.MINUTES_WRITE, action) and not is_for(work, action):
        raise NotAllowed(Permission.MINUTES_WRITE.value, subject=action)
    if action.done_at is not None:
        raise RuleBroken("action_is_done", subject=action)
    action.done_at = work.now
    record(work, "action.finished", action, meeting_id=action.meeting_id)


def pass_seats(work: Work, left: Membership, to: Membership) -> int:
    """A colleague of who leaves takes the seats at meetings that are still to come, and every open action: on the own
    seat where the colleague sat too, else in person. Who sat where before stays as it was.

    Raises NotAllowed, RuleBroken(deputy_may_not).
    """
    require_to_end(work, left)
    if reasons := reasons_not_to_stand_in(left, to):
        raise RuleBroken(*reasons, subject=left)
    passed = leaving.seats_to_pass(work, left, to)
    for seat in passed:
        record(work, "seat.filled", seat, meeting_id=seat.meeting_id, before=seat.user_id, after=to.user_id)
        seat.user_id, seat.attendance = to.user_id, Attendance.EXPECTED
    actions = leaving.actions_to_pass(work, left, to)
    for action, own in actions:
        before, action.holder_id = action.holder_id or left.user_id, None if own else to.user_id
        action.seat = own or action.seat
        facts = {"meeting_id": action.meeting_id, "seat_id": action.seat.id, "before": before, "after": to.user_id}
        record(work, "action.passed", action, **facts)
    work.session.flush()
    return len(passed) + len(actions)


def send_minutes_draft(work: Work, meeting: Meeting, *, comments_until: datetime) -> None:
    """Ask everybody who was invited for comments until a moment. Raises RuleBroken, IllegalTransition, NotAllowed."""
    reasons = rules.reasons_not_to_send_draft(meeting.agenda, comments_until, work.now)
    MEETING.apply(work, meeting, "send_minutes_draft", unless=reasons, comments_until=comments_until)
    meeting.comments_until = comments_until
    mails.ask_for_comments(work, meeting)


def comment_minutes(work: Work, meeting: Meeting, *, text: str) -> MinutesComment:
    """In the name of the actor's own seat. Raises RuleBroken without a seat or when the time for comments is over."""
    seats = queries.own_seats(work, meeting)
    reasons = rules.reasons_not_to_comment(meeting, has_seat=bool(seats), text=text, now=work.now)
    MEETING.apply(work, meeting, "comment", unless=reasons, seat_id=seats[0].id if seats else None)
    comment = MinutesComment(meeting_id=meeting.id, seat_id=seats[0].id, text=text.strip(), at=work.now)
    return work.add(comment)


def adopt_minutes(work: Work, meeting: Meeting) -> None:
    """The chair closes the minutes; from now on there are only addenda. Raises NotAllowed, RuleBroken, IllegalTransition."""
    MEETING.apply(work, meeting, "adopt_minutes", unless=rules.reasons_not_to_adopt(meeting, work.now))
    meeting.adopted_at = work.now
    mails.tell_of_adoption(work, meeting)


def add_addendum(work: Work, meeting: Meeting, *, text: str) -> MinutesAddendum:
    """What must still be said beside adopted minutes. Raises RuleBroken when empty, IllegalTransition before adoption."""
    if work.actor.user_id is None:
        raise NotAllowed(Permission.MINUTES_WRITE.value, subject=meeting)
    reasons = [] if text.strip() else ["addendum_is_empty"]
    MEETING.apply(work, meeting, "add_addendum", unless=reasons)
    addendum = MinutesAddendum(meeting_id=meeting.id, text=text.strip(), by_id=work.actor.user_id, at=work.now)
    meeting.addenda.append(addendum)
    meeting.minutes_file_id = None  # the document is made again, with the addendum in it
    work.session.flush()
    mails.tell_of_addendum(work, meeting)
    return addendum


def keep_minutes_file(work: Work, meeting: Meeting, *, document: bytes, name: str) -> StoredFile:
    """Store the rendered document of adopted minutes. Raises IllegalTransition before adoption."""
    work.require(Permission.MINUTES_WRITE, meeting)
    if meeting.state is not MeetingState.MINUTES_ADOPTED:
        raise IllegalTransition(MEETING.name, "keep_minutes_file", meeting.state.value, subject=meeting)
    stored = put_bytes(work, document, name=name, seal=system_seal(work))
    meeting.minutes_file_id = stored.id
    record(work, "minutes.stored", meeting, stored_file_id=stored.id, address=stored.address)
    return stored
