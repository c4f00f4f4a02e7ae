from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from portal.work import Work
from tests.conftest import TestClock
from tests.tables.world import World, make_world


@pytest.fixture
def world(work_as: Callable[..., AbstractContextManager[Work]], clock: TestClock) -> World:
    clock.set("2023-02-01 09:00")
    return make_world(work_as)
