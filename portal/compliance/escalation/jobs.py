"""Overdue items whose ladder reached its last step become signals."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.compliance.obligations.models import Obligation
from portal.work import Lock, Office, begin_read, begin_write

from . import queries, service


def open_overdue_signals(office: Office) -> int:
    with begin_read(office, SYSTEM) as look:
        waiting = queries.overdue_without_signal(look)
    count = 0
    for obligation_id in waiting:
        with begin_write(office, SYSTEM, Lock(Obligation, obligation_id)) as work:
            for id in queries.overdue_without_signal(work, obligation_id):
                service.open_overdue_signal(work, work.get(Obligation, id))
                count += 1
    return count


JOBS = {"open_overdue_signals": open_overdue_signals}
