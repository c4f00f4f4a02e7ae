"""Coming in as one of the people of a case, reading a page, and sending what its form would send."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.access import SYSTEM, Actor
from portal.accounts import service
from portal.accounts.models import User
from portal.work import begin_write


def come_in(client: FlaskClient, actor: Actor, *, fresh: bool = True) -> FlaskClient:
    """A session as the log-in makes it; not fresh: begun long ago, the log-in not proved since."""
    with begin_write(client.application.extensions["portal"].office, SYSTEM) as work:
        key = service.begin_session(work, work.get(User, actor.user_id or 0), device="")
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = f"{actor.user_id}:{actor.membership_id}:{key}"
        session["_fresh"] = True
        session["began"] = datetime.now(UTC).isoformat()
        if fresh:
            session["proved"] = session["began"]
    return client


def send(client: FlaskClient, page: str, address: str | None = None, **fields: Any) -> TestResponse:
    """Open the page, then send its form with its hidden fields to `address` (the page itself when none is given)."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.status_code
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown.text))
    return client.post(address or page, data={**hidden, **fields})


def title(page: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    return " ".join(found[1].split()) if found else ""


def baton(page: TestResponse) -> str:
    """Whose move it is; filled only when it is the reader's."""
    found = re.search(r'<span class="p-aanzet( p-aanzet--u)?">.*?</svg>(.*?)</span>', page.text, re.S)
    assert found is None or bool(found[1]) is (found[2] == "Aan zet: u"), found
    return found[2] if found else ""
