"""An office of its own for what writes, with the clock of the tests and a database of either kind."""

from __future__ import annotations

from pathlib import Path

from portal.config import Settings
from portal.db import Database, migrate
from portal.work import Office
from tests.conftest import TestClock


def desk(folder: Path, database_url: str = "") -> Office:
    """An empty portal in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        database_url=database_url or f"sqlite:///{folder / 'bench.sqlite3'}",
        secret_key="bench",
        var=folder / "var",
        seal_key_file=folder / "keys" / "seal.key",
    )
    migrate(settings.database_url)
    return Office(Database(settings.database_url), settings, TestClock("2022-03-01 09:00"))
