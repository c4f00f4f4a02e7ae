"""What tests of accounts ask the database: the trail, and the outbox."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from portal.audit import AuditEvent
from portal.mail import OutboxMail
from portal.work import Work


def trail(work: Work, tag: str) -> list[dict[str, Any]]:
    """The facts of every entry with this tag, oldest first."""
    find = select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.seq)
    return [event.facts for event in work.session.scalars(find)]


def mails(work: Work, template: str) -> list[OutboxMail]:
    return list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)))


def token_in(mail: OutboxMail) -> str:
    """The secret of the link in this mail."""
    found = re.search(r"/(?:bevestigen|wachtwoord-vergeten|uitnodiging)/([\w-]+)", mail.text)
    assert found
    return found[1]
