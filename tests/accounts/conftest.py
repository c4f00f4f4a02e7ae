"""Whom the tests of accounts begin with."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM, Role
from tests.factories import make_provider, make_staff
from tests.web.doors import come_in


@pytest.fixture
def provider(work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld", email="noor@lindeveld.nl", person="Noor Vis")


@pytest.fixture
def noor(client, provider):
    """The provider's administrator at the browser."""
    return come_in(client, provider.admin)


@pytest.fixture
def admin(work_as):
    with work_as(SYSTEM) as work:
        return make_staff(work, Role.PLATFORM_ADMIN)
