"""A virus scanner that answers what a test wants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.storage import daemons
from tests.storage.daemons import Fake


@pytest.fixture
def daemon() -> Iterator[Fake]:
    with daemons.fake() as found:
        yield found
