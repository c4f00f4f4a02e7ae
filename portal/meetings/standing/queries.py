"""What every page about a meeting says of it: how it stands, its agenda, who was there, whose move it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.access import Permission
from portal.i18n import gettext
from portal.meetings.models import Attendance, Meeting
from portal.meetings.queries import acts, own_seats, seen_by
from portal.meetings.rules import ATTENDANCE_LABELS, TYPING, phase, starts_of
from portal.meetings.standing.rules import Side, point_at, standing, turn
from portal.work import Work


def side(work: Work, meeting: Meeting) -> Side:
    """In the actor's language; of a meeting that was found with its seats and agenda."""
    _ = gettext(work.actor.locale)
    away = (Attendance.EXCUSED, Attendance.ABSENT)
    kind, words = standing(meeting, work.now)
    writes, on = work.actor.may(Permission.MINUTES_WRITE, meeting), point_at(meeting, work.now)
    return Side(
        meeting=meeting,
        points=[(item, at, _(item.title)) for item, at in starts_of(meeting)],
        there=sum(seat.attendance is Attendance.PRESENT for seat in meeting.seats),
        absent=[(s.label, _(ATTENDANCE_LABELS[s.attendance])) for s in meeting.seats if s.attendance in away],
        state=(kind, _(words)),
        phase=phase(meeting, work.now).value,
        acts=acts(work, meeting),
        types=writes and meeting.state in TYPING,
        staff=writes,
        current=on.id if on else None,
    )


def baton(work: Work, meeting: Meeting, allowed: Sequence[str]) -> tuple[str, bool] | None:
    """Whose move it is, in the actor's language. Who has no seat, or has said it, does not comment any more."""
    own, said = {seat.id for seat in own_seats(work, meeting)}, {comment.seat_id for comment in meeting.comments}
    can = [act for act in allowed if act != "comment" or (own and not own & said)]
    found = turn(meeting, can, work.now)
    if found is None:
        return None
    _ = gettext(work.actor.locale)
    whose, you = found
    return (_("u") if you else _(whose)), you


def following(work: Work, meeting: Meeting) -> int | None:
    """The next meeting of the same table, whether it is still to come or not."""
    later = select(Meeting.id).where(
        seen_by(work.actor), Meeting.table_id == meeting.table_id, Meeting.starts_at > meeting.starts_at
    )
    return work.session.scalar(later.order_by(Meeting.starts_at).limit(1))
