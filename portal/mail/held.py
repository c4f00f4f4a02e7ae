"""Mails that wait for the daily overview. Each is a row of its own, so none is lost when no overview comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from ..clock import local_date, local_moment, system_clock
from ..work import Work
from ..workdays import next_working_day
from .models import MailStatus, OutboxMail

HELD_FOR = timedelta(hours=26)
"""A held mail that no overview took along leaves by itself after this time, and never before the next overview."""
OVERVIEWS_BY = time(9)
"""By then the overviews of a working day have been written; they are begun at seven."""


def held_until(now: datetime) -> timedelta:
    """How long from now. What happens after Friday's overview waits for Monday's, and over feasts as well."""
    next_day = next_working_day(local_date(now) + timedelta(days=1))
    return max(HELD_FOR, local_moment(datetime.combine(next_day, OVERVIEWS_BY)) - now)


@dataclass(frozen=True)
class HeldLine:
    """What the overview shows of a held mail: its subject, when it was written, and the page it leads to."""

    subject: str
    link: str
    queued_at: datetime


def held_for(work: Work, address: str) -> Sequence[OutboxMail]:
    """What waits for this reader's daily overview, oldest first. What began to leave by itself does not wait any more."""
    find = select(OutboxMail).where(
        OutboxMail.recipient == address, OutboxMail.held, OutboxMail.status == MailStatus.QUEUED,
        OutboxMail.attempts == 0,
    )  # fmt: skip
    return work.session.scalars(find.order_by(OutboxMail.id)).all()


def lines_of(work: Work, mails: Iterable[OutboxMail]) -> list[HeldLine]:
    """The held mails as lines of an overview."""
    own = re.compile(re.escape(work.settings.base_url) + r"/[^\s<>\"]+")
    found = [(mail, own.search(mail.text)) for mail in mails]
    return [HeldLine(mail.subject, hit[0] if hit else work.settings.base_url, mail.queued_at) for mail, hit in found]


def mark_bundled(work: Work, mails: Iterable[OutboxMail]) -> None:
    """They go out in the overview that is queued in this same act."""
    for mail in mails:
        mail.status, mail.sent_at = MailStatus.SENT, work.now


def release_held(work: Work, address: str, *, to: str = "") -> None:
    """No overview any more, or another address: what was held leaves at once."""
    for mail in held_for(work, address):
        mail.recipient, mail.held, mail.next_attempt_at = to or address, False, system_clock()
