"""The world of the hostile visitor is settled once per process; its tests change nothing, or work on a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.world import World


@pytest.fixture(scope="session")
def world(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("world"), told)
    yield found
    found.office.db.dispose()
