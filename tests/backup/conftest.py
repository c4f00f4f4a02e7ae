"""A portal with real cases in it, and an empty place on each kind of database to restore into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal.db import Database
from portal.work import Office
from tests.conftest import KINDS, TestClock
from tests.databases import made_database
from tests.tenders import judging


@pytest.fixture
def full(office: Office, clock: TestClock) -> Office:
    """Decisions are announced: providers, sealed submissions, scores, letters, mails and a long chain."""
    judging.announced_case(office, clock)
    return office


@pytest.fixture(params=KINDS)
def elsewhere(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> Iterator[Office]:
    """Another machine: an empty database, no files, no keys."""
    there = tmp_path / "elsewhere"
    settings = replace(office.settings, var=there / "var", seal_key_file=there / "var" / "keys" / "seal.key")
    there.mkdir()
    if request.param == "sqlite":
        database = Database(f"sqlite:///{there / 'portal.sqlite3'}")
        yield Office(database, replace(settings, database_url=database.url), office.clock)
        database.dispose()
        return
    with made_database(request.getfixturevalue("postgres_url")) as url:
        database = Database(url)
        yield Office(database, replace(settings, database_url=url), office.clock)
        database.dispose()
