"""Coming in as somebody, without the log-in page: for tests that are about what lies behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from portal.access import SYSTEM
from portal.accounts import service
from portal.accounts.models import Membership, User
from portal.work import begin_write


def come_in(
    client: FlaskClient, user: User, membership: Membership | None = None, *, minutes_ago: int = 0
) -> FlaskClient:
    """A session as the log-in makes it, begun so many minutes ago (system clock, as sessions are)."""
    with begin_write(client.application.extensions["portal"].office, SYSTEM) as work:
        key = service.begin_session(work, work.get(User, user.id), device="Firefox, Linux")
    held = membership or next(m for m in user.memberships if m.ended_at is None)
    began = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = f"{user.id}:{held.id}:{key}"
        session["_fresh"] = True
        session["began"] = session["proved"] = began
    return client


class Reader(FlaskClient):
    """A client that sends the token which every form carries: for tests that are about what the form does.

    `app.test_client_class = Reader` makes every client of an app one.
    """

    def post(self, *address: Any, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return super().post(*address, data={"csrf_token": self.token(), **(data or {})}, **options)

    def token(self) -> str:
        with self.session_transaction() as session:
            kept = session.setdefault("csrf_token", "0" * 40)
        return URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(kept)
