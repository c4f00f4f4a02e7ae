"""The clock of the machine that sends."""

from __future__ import annotations

import pytest

from tests.conftest import TestClock


@pytest.fixture
def later() -> TestClock:
    """The machine's clock, well after the mail was queued."""
    return TestClock("2050-01-01 12:00")
