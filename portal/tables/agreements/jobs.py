"""What time alone makes due: the document of minutes that were adopted."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.meetings.documents import minutes_docx
from portal.tables.agreements.service import freeze_minutes, keep_minutes
from portal.tables.rounds.queries import adopted_without_document, round_by_id
from portal.work import Office, begin_read, begin_write


def store_adopted_minutes(office: Office) -> int:
    """Render the document of each adopted round outside any write, then keep it. Twice is harmless: kept is kept."""
    with begin_read(office, SYSTEM) as work:
        due = adopted_without_document(work)
    for round_id in due:
        with begin_read(office, SYSTEM) as work:
            facts = freeze_minutes(work, round_by_id(work, round_id))
        document = minutes_docx(facts)
        with begin_write(office, SYSTEM) as work:
            found = round_by_id(work, round_id)
            if found.meeting.minutes_file_id is None:
                keep_minutes(work, found, document=document)
    return len(due)


JOBS = {"store_adopted_minutes": (store_adopted_minutes, "minute")}
