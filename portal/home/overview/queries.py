"""Who wants the daily overview, and in which roles they look."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, exists, select

from portal.access import Actor
from portal.accounts.models import User, UserState
from portal.accounts.queries import actor_in, memberships_of
from portal.accounts.rules import ROLE_LABELS
from portal.clock import local_moment
from portal.i18n import gettext
from portal.mail import OutboxMail
from portal.work import Work

BATCH = 100
"""People are read so many at a time: the memory of the job does not grow with their number."""


def readers_without_overview(work: Work, *, after: int) -> list[int]:
    """The next people, by id, who want the daily overview and have none of today."""
    find = select(User.id).where(User.id > after, *_wanting(work)).order_by(User.id).limit(BATCH)
    return list(work.session.scalars(find))


def wants_overview(work: Work, user: User) -> bool:
    """Asked again inside the act that writes it."""
    return work.session.scalar(select(User.id).where(User.id == user.id, *_wanting(work))) is not None


def _wanting(work: Work) -> tuple[ColumnElement[bool], ...]:
    began = local_moment(datetime.combine(work.today, time()))
    had = exists().where(
        OutboxMail.recipient == User.email, OutboxMail.template == "daily_digest", OutboxMail.queued_at >= began
    )
    return User.mail_digest.is_(True), User.state == UserState.ACTIVE, ~had


def roles_of(work: Work, user_id: int) -> list[tuple[str, Actor]]:
    """Every role that this person works in now: what it is called, and the actor that looks in it."""
    user = work.get(User, user_id)
    label = gettext(user.locale)
    return [
        (f"{label(ROLE_LABELS[held.role])}, {held.organisation.name}", actor_in(held))
        for held in memberships_of(work.session, user_id)
    ]
