"""Overdue items whose ladder reached its last step become signals."""

from __future__ import annotations

from portal.access import SYSTEM
from portal.compliance.obligations.models import Obligation
from portal.work import Office, begin_read, begin_write

from . import queries, service


def open_overdue_signals(office: Office) -> int:
    with begin_read(office, SYSTEM) as look:
        waiting = [found.id for found in queries.overdue_without_signal(look)]
    for obligation_id in waiting:
        with begin_write(office, SYSTEM) as work:
            service.open_overdue_signal(work, work.get(Obligation, obligation_id))
    return len(waiting)


JOBS = {"open_overdue_signals": open_overdue_signals}
