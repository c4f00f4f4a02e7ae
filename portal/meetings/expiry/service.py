"""Verbs on meetings that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete

from portal.audit import record
from portal.meetings.models import ActionItem, Meeting, MinutesAddendum, MinutesComment
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.work import Work


def remove_minutes(work: Work, meeting: Meeting) -> None:
    """What was said and who sat there goes: minutes, reactions, actions, names. That they met, on which points and which
    organisations had a seat stays, and so do the agreements that were made.
    """
    if meeting.minutes_file_id is not None:
        remove_file(work, work.get(StoredFile, meeting.minutes_file_id))
    for kind in (MinutesComment, MinutesAddendum, ActionItem):
        work.session.execute(delete(kind).where(kind.meeting_id == meeting.id))
    for item in meeting.agenda:
        item.minutes = ""
    for seat in meeting.seats:
        seat.user_id = None
    record(work, "meeting.removed", meeting)
