"""The story is played on a movable clock of its own, on each database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.clock import PracticeClock
from portal.config import Settings
from portal.db import Database
from portal.practice.story.stage import Stage
from portal.work import Office

PASSWORD = "Kievit op de dijk 7"


@pytest.fixture
def stage(database: Database, settings: Settings, transport: Any, tmp_path: Path) -> Stage:
    clock = PracticeClock(tmp_path / "clock.json")
    return Stage(
        Office(database, replace(settings, practice=True), clock),
        clock,
        transport,
        PASSWORD,
        say=lambda _sentence: None,
    )
