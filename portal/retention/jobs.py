"""What a human's yes and what time alone makes due."""

from __future__ import annotations

from sqlalchemy import select

from portal.access import SYSTEM
from portal.retention import queries, service
from portal.storage.removal import erase_removed
from portal.tasks import HANDLERS, Task, progress
from portal.work import Office, begin_read, begin_write


def remove_confirmed(office: Office, task_id: int) -> str:
    """One record per act, so a crash or a stop halfway leaves a list that goes on where it was."""
    with begin_read(office, SYSTEM) as look:
        removal_id = int(look.get(Task, task_id).facts["removal_id"])
    more = True
    while more:
        with begin_write(office, SYSTEM) as work:
            removal = queries.removal(work, removal_id)
            more = service.remove_next(work, removal)
            done, total = removal.removed + removal.held_back, len(removal.subject_ids)
        progress(office, task_id, done, total)
    erase_removed(office)
    return "retention_removed"


def remove_expired_results(office: Office) -> int:
    """Lists and case files whose time is over, and the bytes of everything that was removed."""
    with begin_read(office, SYSTEM) as look:
        over = Task.result_file_id.is_not(None), Task.result_until <= look.now
        ids = list(look.session.scalars(select(Task.id).where(*over)))
    for id in ids:
        with begin_write(office, SYSTEM) as work:
            service.remove_result(work, work.get(Task, id))
    erase_removed(office)
    return len(ids)


HANDLERS[service.REMOVE] = remove_confirmed

JOBS = {"remove_expired_results": (remove_expired_results, "hour")}
