"""Mail that should have left and did not: how much, for how long, and sending it now instead of at its next moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

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
    """Of one reason: how many, since when, and how many of them could leave now instead of at their next moment."""

    code: str | None
    """None for what was never tried although it was due: nobody sends at all."""
    number: int
    oldest: datetime
    """When the first of them was written."""
    hurried: int


def held_up(work: Work) -> list[HeldUp]:
    """Tried in vain, or due for longer than a sending takes; by reason, in one question."""
    now = system_clock()
    late = and_(OutboxMail.status == MailStatus.QUEUED, OutboxMail.next_attempt_at < now - LEASE)
    hurried = func.count(case((_far_off(now), 1)))
    find = select(OutboxMail.last_error, func.count(), func.min(OutboxMail.queued_at), hurried)
    rows = work.session.execute(find.where(or_(_tried(), late)).group_by(OutboxMail.last_error))
    return [HeldUp(*row) for row in rows]


def _tried() -> ColumnElement[bool]:
    """In vain, not given up, and waiting for its next moment."""
    return and_(OutboxMail.status == MailStatus.QUEUED, OutboxMail.last_error.is_not(None))


def _far_off(now: datetime) -> ColumnElement[bool]:
    """Further off than a lease reaches. What comes sooner may be on its way to the mail server this moment: hurried, it
    would leave twice. It comes by itself within that time.
    """
    return and_(_tried(), OutboxMail.next_attempt_at > now + LEASE)


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
