"""Doors, menus and refusals hardly differ by database: `make test` has them on SQLite, `make test-all` on both.

What a database could take in its own way is marked `both_databases`; the pages of the features run on both anyway.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EVERYTHING


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def is_spared(item: pytest.Item) -> bool:
        if EVERYTHING or here not in item.path.parents or item.get_closest_marker("both_databases"):
            return False
        call = getattr(item, "callspec", None)
        return call is not None and call.params.get("database") == "postgresql"

    spared = [item for item in items if is_spared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in set(spared)]
