"""A published procedure while its submissions are written, and one that is complete."""

from __future__ import annotations

import pytest

from portal.work import Office
from tests.conftest import TestClock
from tests.tenders.people import People
from tests.tenders.procedures.steps import with_procedure
from tests.tenders.submissions.steps import completed


@pytest.fixture
def people(office: Office, clock: TestClock) -> People:
    people = with_procedure(office)
    clock.set("2022-05-10 10:00")
    return people


@pytest.fixture
def ready(office: Office, people: People) -> int:
    """A complete submission of a provider whose administrator may sign alone."""
    return completed(office, people)
