"""All or nothing: a failure at any statement of a verb leaves the state as it was, and trying again works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.audit import verify_chain
from portal.clock import PracticeClock
from portal.config import Settings
from portal.db import Database
from portal.practice import example
from portal.practice.story import beginning, providers
from portal.practice.story.stage import Stage
from portal.storage import StoredFile
from portal.storage.disk import path_of
from portal.work import Office, begin_read
from tests.conftest import EVERYTHING
from tests.databases import Sqlite
from tests.hostile import everywhere
from tests.hostile.failing import tryout, verbs

CHAPTERS = example.CHAPTERS[:-1] if EVERYTHING else (beginning.tell, providers.tell)
AT_LEAST = 60 if EVERYTHING else 20
"""So many different verbs are made to fail; those that these chapters do not tell are made to fail in their own tests."""


@pytest.fixture
def database(_sqlite: Sqlite) -> Database:
    """A failing statement is the same on both databases."""
    return _sqlite.fresh()


@pytest.fixture
def stage(database: Database, settings: Settings, transport: Any, tmp_path: Path) -> Stage:
    clock = PracticeClock(tmp_path / "clock.json")
    office = Office(database, replace(settings, practice=True), clock)
    return Stage(office, clock, transport, "Kievit op de dijk 7", say=lambda _sentence: None)


def stride(number: int) -> int:
    """Each statement; in the daily run the first few and then some."""
    return 1 if EVERYTHING or number < 3 else 5


def test_a_statement_that_fails_leaves_everything_as_it_was(stage: Stage) -> None:
    with tryout(stage.office.db.engine, stride) as found:
        for chapter in CHAPTERS:
            chapter(stage)
    assert found.wrong == []
    assert len(found.called) >= AT_LEAST
    root = stage.office.settings.file_root
    with begin_read(stage.office, SYSTEM) as look:
        assert list(verify_chain(look.session)) == []
        kept = look.session.scalars(select(StoredFile.address).where(StoredFile.removed_at.is_(None)))
        assert [address for address in kept if not path_of(root, address).exists()] == []
    assert found.called <= set(verbs())


@pytest.mark.story
@pytest.mark.campaign
def test_every_verb_is_made_to_fail_somewhere(tmp_path: Path) -> None:
    found = everywhere.run(tmp_path)
    assert found.wrong == []
    assert found.never <= set(everywhere.EXCUSED)
    assert set(everywhere.EXCUSED) <= set(verbs()), "an excuse for what is gone"
