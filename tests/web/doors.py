"""Coming in as somebody, without the log-in page: for tests that are about what lies behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from portal.accounts.models import Membership, User


def come_in(
    client: FlaskClient, user: User, membership: Membership | None = None, *, minutes_ago: int = 0
) -> FlaskClient:
    """A session as the log-in makes it, begun so many minutes ago (system clock, as sessions are)."""
    held = membership or next(m for m in user.memberships if m.ended_at is None)
    began = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = f"{user.id}:{held.id}:{user.session_generation}"
        session["_fresh"] = True
        session["began"] = session["proved"] = began
    return client
