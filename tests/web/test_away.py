"""A database that restarts, is busy or full: a page that says so, with what was typed; the session is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.access import SYSTEM
from portal.db import is_away
from tests import factories
from tests.web.doors import come_in

pytestmark = pytest.mark.both_databases

TEXT = "De overdracht loopt tot september."


@contextmanager
def away(app: Flask) -> Iterator[None]:
    """The database is really asked, at an address where there is none."""
    engine: Engine = app.extensions["portal"].office.db.engine

    def lead_astray(_dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> None:
        if engine.dialect.name == "sqlite":
            given[0] = "/nowhere/at/all.sqlite3"
        else:
            named["host"] = "/nowhere"

    engine.dispose()
    event.listen(engine, "do_connect", lead_astray)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", lead_astray)


@pytest.fixture
def officer(work_as):
    with work_as(SYSTEM) as work:
        return factories.make_officer(work, factories.make_region(work))


@pytest.mark.parametrize("path", ["/", "/procedures", "/start", "/inloggen"])
def test_a_page_says_when_to_come_back(app, client, officer, path):
    come_in(client, officer)
    with away(app):
        answer = client.get(path)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert "Het portaal is even niet bereikbaar" in answer.text and "/nowhere" not in answer.text
    assert client.get("/start").status_code == 200, "the session went on"


def test_what_was_typed_is_on_the_page(app, client, officer, with_tokens):
    come_in(client, officer)
    with away(app):
        answer = client.post("/account", data={"full_name": TEXT, "password": "geheim genoeg"})
    assert answer.status_code == 503
    assert TEXT in answer.text and "geheim genoeg" not in answer.text


def test_a_visitor_sees_the_same(app, client):
    with away(app):
        assert client.get("/regio/nergens").status_code == 503


def test_a_fault_of_ours_is_not_called_a_database_that_is_away(database):
    with database.session() as session, pytest.raises(DBAPIError) as failed:
        session.execute(text("SELECT nothing FROM nowhere"))
    assert not (isinstance(failed.value, OperationalError) and is_away(failed.value))
