from __future__ import annotations

import pytest

from portal.work import Office
from tests.tables.world import World, settled_world


@pytest.fixture
def world(office: Office) -> World:
    return settled_world(office)
