"""What time alone makes due: the daily overview by mail, on working days from seven in the morning."""

from __future__ import annotations

from datetime import datetime, time

from portal.access import SYSTEM
from portal.clock import local_moment
from portal.work import Office, begin_read
from portal.workdays import is_working_day

from . import queries, service

MORNING = time(7, 0)


def send_daily_overviews(office: Office) -> int:
    """To everybody who wants one and got none today. After days of silence only today's: what waits is not less for it."""
    with begin_read(office, SYSTEM) as look:
        if not is_working_day(look.today) or look.now < local_moment(datetime.combine(look.today, MORNING)):
            return 0
    sent, last = 0, 0
    while True:
        with begin_read(office, SYSTEM) as look:
            people = queries.readers_without_overview(look, after=last)
        if not people:
            return sent
        for user_id in people:
            sent += service.send_overview(office, user_id)
        last = people[-1]


JOBS = {"send_daily_overviews": send_daily_overviews}
