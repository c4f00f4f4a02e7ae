"""The people of a region and of some providers, before there is a procedure."""

from __future__ import annotations

import pytest

from portal.work import Office
from tests.tenders.people import People, settle


@pytest.fixture
def people(office: Office) -> People:
    return settle(office)
