"""Doors, menus and refusals do not differ by database: these tests run on SQLite, the pages of features on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.db import Database
from tests.databases import Sqlite


@pytest.fixture
def database(_sqlite: Sqlite, tmp_path: Path) -> Iterator[Database]:
    database = _sqlite.fresh(tmp_path)
    yield database
    database.dispose()
