"""Mail that should have left and did not: how much, for how long, and sending it now instead of at its next moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from ..access import Permission
from ..audit import record
from ..clock import system_clock
from ..work import Work
from .models import MailStatus, OutboxMail

LEASE = timedelta(minutes=10)
"""How long a claimed mail is left alone: a process that died while sending repeats at most this one mail."""
AT_ONCE = 1000
"""So many mails are hurried in one act."""


@dataclass(frozen=True)
class HeldUp:
    number: int
    oldest: datetime | None
    """When the first of them was written."""


def tried_in_vain() -> ColumnElement[bool]:
    """Not given up, and waiting for its next moment."""
    return and_(OutboxMail.status == MailStatus.QUEUED, OutboxMail.last_error.is_not(None))


def held_up(work: Work) -> HeldUp:
    """Tried in vain, or due for longer than a sending takes: then nobody sends at all."""
    late = and_(OutboxMail.status == MailStatus.QUEUED, OutboxMail.next_attempt_at < system_clock() - LEASE)
    find = select(func.count(), func.min(OutboxMail.queued_at)).where(or_(tried_in_vain(), late))
    number, oldest = work.session.execute(find).one()
    return HeldUp(number, oldest)


def _far_off(now: datetime) -> ColumnElement[bool]:
    """Further off than a lease reaches. What comes sooner may be on its way to the mail server this moment: hurried, it
    would leave twice. It comes by itself within that time.
    """
    return and_(tried_in_vain(), OutboxMail.next_attempt_at > now + LEASE)


def can_be_hurried(work: Work) -> int:
    return work.session.scalar(select(func.count()).where(_far_off(system_clock()))) or 0


def send_now(work: Work) -> int:
    """After a long outage: what was tried in vain does not wait for its next moment. Costs no attempt of it.

    Returns how many. Raises NotAllowed. Asked twice, the second finds nothing: each is due already.
    """
    work.require(Permission.PLATFORM_STATUS)
    now = system_clock()
    find = select(OutboxMail).where(_far_off(now)).order_by(OutboxMail.id).limit(AT_ONCE)
    found = work.session.scalars(find.with_for_update(skip_locked=True)).all()
    for mail in found:
        mail.next_attempt_at, mail.attempts = now, max(mail.attempts - 1, 1)
        record(work, "outbox_mail.hurry", mail)
    return len(found)
