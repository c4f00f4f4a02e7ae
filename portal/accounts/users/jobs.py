"""What time alone makes due: attempts that no limit looks at any more are forgotten."""

from __future__ import annotations

from datetime import timedelta

from portal.access import SYSTEM
from portal.accounts.users import service
from portal.clock import system_clock
from portal.work import Office, begin_write

KEPT = timedelta(days=1)


def forget_login_attempts(office: Office) -> int:
    """Log-in limits keep the system clock, also where the portal's clock was moved."""
    with begin_write(office, SYSTEM) as work:
        return service.forget_old_attempts(work, system_clock() - KEPT)


JOBS = {"forget_login_attempts": forget_login_attempts}
