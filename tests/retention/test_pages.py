"""The pages of retention: the public terms, and the two steps by which something goes."""

from __future__ import annotations

import re

import pytest

from portal.access import SYSTEM, Role
from portal.accounts.models import User
from portal.retention import jobs, service
from portal.tasks import HANDLERS, run_pending
from tests import factories
from tests.web.doors import Reader, come_in


@pytest.fixture
def leaver(work_as, clock) -> int:
    with work_as(SYSTEM) as work:
        user = factories.make_officer(work, factories.make_region(work), name="Lena Vertrek")
        for membership in work.get(User, user.id).memberships:
            membership.ended_at = work.now
    clock.advance(days=800)
    return user.id


@pytest.fixture
def keeper(app, work_as) -> Reader:
    app.test_client_class = Reader
    with work_as(SYSTEM) as work:
        admin = factories.make_staff(work, Role.PLATFORM_ADMIN)
    return come_in(app.test_client(), admin)


def test_a_visitor_reads_what_is_kept_how_long_and_which_terms_are_not_confirmed(client):
    page = client.get("/bewaartermijnen").text
    assert "Afgewezen inschrijving" in page and "2 jaar" in page and "Niet bevestigd" in page and "Auditspoor" in page


def test_two_steps_remove_and_the_page_of_the_task_says_how_far_it_is(keeper, leaver, office, read_as):
    assert "Te bekijken" in keeper.get("/beheer/bewaren").text
    assert "Lena Vertrek" in keeper.get("/beheer/bewaren/leaver").text
    step = keeper.post("/beheer/bewaren/leaver", data={"reason": "Bekeken met de archivaris op maandag."})
    assert step.status_code == 303
    listed = keeper.get(step.location).text
    assert "Lena Vertrek" in listed and "Stap 2 van 2" in listed
    refused = keeper.post(step.location, data={"seen": "7"})
    assert refused.status_code == 422 and "niet het aantal op de lijst" in refused.text
    confirmed = keeper.post(step.location, data={"seen": "1"})
    assert re.fullmatch(r"/taken/\d+", confirmed.location)
    assert HANDLERS[service.REMOVE] is jobs.remove_confirmed
    run_pending(office)
    assert "Wat op de lijst stond, is verwijderd." in keeper.get(confirmed.location).text
    assert "Oud-medewerker" not in keeper.get("/beheer/bewaren/leaver").text
    with read_as(SYSTEM) as work:
        assert work.get(User, leaver).name == f"Oud-medewerker {leaver}"


def test_a_list_without_a_reason_is_refused_at_its_field_and_a_list_can_be_withdrawn(keeper, leaver, office):
    refused = keeper.post("/beheer/bewaren/leaver", data={"reason": "weg"})
    assert refused.status_code == 422 and "Schrijf in een zin" in refused.text
    step = keeper.post("/beheer/bewaren/leaver", data={"reason": "Bekeken met de archivaris op maandag."})
    assert "Er staat al een lijst klaar" in keeper.get("/beheer/bewaren/leaver").text
    withdrawn = keeper.post(f"{step.location}/intrekken", follow_redirects=True).text
    assert "Er is niets verwijderd" in withdrawn and "Ingetrokken" in withdrawn
    assert keeper.post(step.location, data={"seen": "1"}).status_code == 422


@pytest.mark.parametrize("path", ["/beheer/bewaren/audit", "/beheer/bewaren/koffie", "/beheer/bewaren/lijst/99"])
def test_what_nobody_removes_by_hand_has_no_page(keeper, path):
    assert keeper.get(path).status_code == 404
