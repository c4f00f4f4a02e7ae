from __future__ import annotations

import pytest

from portal.work import Office
from tests.conftest import TestClock
from tests.tables.world import World, settled_world


@pytest.fixture
def world(office: Office, clock: TestClock) -> World:
    clock.set("2023-02-01 09:00")
    return settled_world(office)
