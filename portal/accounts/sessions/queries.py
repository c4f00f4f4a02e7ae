"""Sessions: who one of them is, and those of the actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.accounts.models import Membership, Organisation, User, UserState
from portal.accounts.sessions.models import UserSession
from portal.accounts.sessions.rules import token_digest
from portal.clock import system_clock
from portal.errors import NotFound
from portal.work import Work


@dataclass(frozen=True)
class Entry:
    """The session that a cookie carries, and who acts in it."""

    actor: Actor
    session_id: int
    last_used_at: datetime


def entry_of(session: Session, user_id: int, membership_id: int, key: str) -> Entry | None:
    """One query. None when the session is over: ended, the role ended, the person left, or the password changed."""
    asked = {"user": user_id, "membership": membership_id, "digest": token_digest(key)}
    found = session.execute(_entry(), asked).one_or_none()
    if found is None:
        return None
    *who, session_id, last_used_at = found
    return Entry(Actor(*who), session_id, last_used_at)


@cache
def _entry() -> Select[*tuple[Any, ...]]:
    """Every page asks it: put together once, and no more columns than an Actor has, in the order of its fields."""
    who = (
        User.id, Membership.id, Membership.role, User.name, User.email, Organisation.id, Organisation.name,
        Membership.region_id, Membership.municipality_id, Membership.table_id, User.locale,
    )  # fmt: skip
    return (
        select(*who, UserSession.id, UserSession.last_used_at)
        .join_from(Membership, User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(UserSession, UserSession.user_id == User.id)
        .where(Membership.id == bindparam("membership"), User.id == bindparam("user"), Membership.ended_at.is_(None))
        .where(User.state == UserState.ACTIVE, UserSession.generation == User.session_generation)
        .where(UserSession.key_digest == bindparam("digest"), UserSession.ended_at.is_(None))
    )


def own_sessions(work: Work) -> Sequence[UserSession]:
    """Where the actor is logged in now, the last used first."""
    too_old = system_clock() - timedelta(seconds=work.settings.session_seconds)
    find = (
        select(UserSession)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.user_id == work.actor.user_id, UserSession.generation == User.session_generation)
        .where(UserSession.ended_at.is_(None), UserSession.began_at > too_old)
    )
    return work.session.scalars(find.order_by(UserSession.last_used_at.desc(), UserSession.id.desc())).all()


def own_session(work: Work, session_id: int) -> UserSession:
    """One of the actor's own. Raises NotFound."""
    for found in own_sessions(work):
        if found.id == session_id:
            return found
    raise NotFound("UserSession")


def by_key(work: Work, key: str) -> UserSession | None:
    return work.session.scalar(select(UserSession).where(UserSession.key_digest == token_digest(key)))
