"""Verbs on sessions: begun at log-in, ended by log-out, by their person, or with the role."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, update

from portal.accounts.models import User
from portal.accounts.sessions import queries, rules
from portal.accounts.sessions.models import UserSession
from portal.audit import record
from portal.clock import system_clock
from portal.errors import NotFound
from portal.work import Work


def begin_session(work: Work, user: User, *, device: str, moment: datetime | None = None) -> str:
    """A new session; returns the key for its cookie. Sessions keep the system clock: nobody moves their end."""
    key, now = rules.new_key(), moment or system_clock()
    work.add(
        UserSession(
            user_id=user.id,
            generation=user.session_generation,
            key_digest=rules.token_digest(key),
            device=device[:80],
            began_at=now,
            last_used_at=now,
        )
    )
    return key


def touch_session(work: Work, session_id: int) -> None:
    """It was used just now. No record of an act: it says only that somebody was here."""
    work.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_used_at=system_clock()))


def end_session(work: Work, session: UserSession) -> None:
    """Whoever holds this cookie is out at the next click. Raises NotFound when it is not the actor's own."""
    if session.user_id != work.actor.user_id:
        raise NotFound("UserSession")
    if session.ended_at is None:
        session.ended_at = system_clock()
        record(work, "session.ended", session)


def end_other_sessions(work: Work, keep: str) -> int:
    """Everything of the actor but the session with this key; returns how many ended."""
    own = rules.token_digest(keep)
    others = [found for found in queries.own_sessions(work) if found.key_digest != own]
    for found in others:
        end_session(work, found)
    return len(others)


def forget_old_sessions(work: Work, before: datetime) -> int:
    """Remove sessions that began so long ago that nobody can use or recognise them."""
    gone = work.session.execute(delete(UserSession).where(UserSession.began_at < before))
    return cast(CursorResult[None], gone).rowcount
