"""What tests of accounts ask the database: the trail, and the outbox."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from portal.access import Actor, Role
from portal.accounts import service
from portal.accounts.models import User
from portal.accounts.sessions.queries import entry_of
from portal.audit import AuditEvent
from portal.mail import OutboxMail
from portal.work import Work


def trail(work: Work, tag: str) -> list[dict[str, Any]]:
    """The facts of every entry with this tag, oldest first."""
    find = select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.seq)
    return [event.facts for event in work.session.scalars(find)]


def mails(work: Work, template: str) -> list[OutboxMail]:
    return list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)))


def logged_in(work_as: Any, user: User) -> str:
    """The key of a new session of this person."""
    with work_as(Actor(user.id, None, Role.SYSTEM)) as work:
        return service.begin_session(work, work.get(User, user.id), device="Firefox, Linux")


def who_enters(work: Work, actor: Actor, key: str) -> Actor | None:
    """Whom a cookie with this key lets in as this actor's role; None when the session is over."""
    found = entry_of(work.session, actor.user_id or 0, actor.membership_id or 0, key)
    return None if found is None else found.actor


def token_in(mail: OutboxMail) -> str:
    """The secret of the link in this mail."""
    found = re.search(r"/(?:bevestigen|wachtwoord-vergeten|uitnodiging|nieuw-adres)/([\w-]+)", mail.text)
    assert found
    return found[1]
