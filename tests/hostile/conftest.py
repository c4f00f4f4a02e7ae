"""The world of the hostile visitor is settled once per process; its tests change nothing, or work on a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import worked_example
from tests.hostile.world import World


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, _quick_passwords: None) -> Path:
    """The worked example, told once per test run, whoever comes first."""
    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if root.name.startswith("popen-") else root) / "worked-example"
    with worked_example.one_at_a_time(shared):
        worked_example.build(shared)
    return shared


@pytest.fixture(scope="session")
def world(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("world"), told)
    yield found
    found.office.db.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who needs the whole story waits for it: not in the tests of one minute."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "told" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.story)
