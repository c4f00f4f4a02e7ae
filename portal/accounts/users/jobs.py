"""What time alone makes due: attempts that no limit looks at any more are forgotten, and sessions long over."""

from __future__ import annotations

from datetime import timedelta

from portal.access import SYSTEM
from portal.accounts.sessions.rules import KEPT as SESSIONS_KEPT
from portal.accounts.sessions.service import forget_old_sessions
from portal.accounts.users import service
from portal.clock import system_clock
from portal.work import Office, begin_write

KEPT = timedelta(days=1)


def forget_login_attempts(office: Office) -> int:
    """Log-in limits keep the system clock, also where the portal's clock was moved."""
    with begin_write(office, SYSTEM) as work:
        gone = forget_old_sessions(work, system_clock() - SESSIONS_KEPT)
        return gone + service.forget_old_attempts(work, system_clock() - KEPT)


JOBS = {"forget_login_attempts": forget_login_attempts}
