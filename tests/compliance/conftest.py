"""Tests of compliance begin at a desk with contracts in force."""

from __future__ import annotations

import pytest

from portal.work import Office
from tests.compliance.builder import Desk, settle


@pytest.fixture
def desk(office: Office) -> Desk:
    return settle(office)
