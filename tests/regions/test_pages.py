from __future__ import annotations

from datetime import date

import pytest

from portal.access import SYSTEM, Role
from portal.regions.models import Mandate
from portal.regions.queries import is_following
from tests.factories import make_delegate, make_mandate, make_officer, make_provider
from tests.web.doors import come_in

pytestmark = pytest.mark.usefixtures("with_tokens")


@pytest.fixture
def delegate(region, work_as):
    with work_as(SYSTEM) as work:
        return make_delegate(work, region, name="Mees Prins")


@pytest.fixture
def inkoper(client, region, work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, region)
    return come_in(client, officer)


def line(delegate, **changes):
    facts = {
        "municipality": str(delegate.memberships[0].municipality_id), "holder": str(delegate.id),
        "function": "wethouder Jeugd", "power": "sign_contract", "max_amount": "1.500.000", "decision_number": "B22-014",
        "decision_date": "2022-02-01", "valid_from": "2022-03-01",
    }  # fmt: skip
    return {**facts, **changes}


def test_an_officer_copies_a_line_of_the_register(inkoper, delegate, read_as):
    assert "Er staat nog niets in dit register." in inkoper.get("/mandaten").text
    assert inkoper.post("/mandaten/toevoegen", data=line(delegate)).location == "/mandaten"
    page = inkoper.get("/mandaten").text
    assert "Mees Prins" in page and "B22-014" in page and "1.500.000,00" in page
    with read_as(SYSTEM) as work:
        assert work.session.query(Mandate).one().max_amount == 1_500_000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision_date": "2022-03-02", "valid_from": "2022-03-03"}, "ligt in de toekomst"),
        ({"valid_until": "2022-02-01"}, "voor de eerste dag"),
        ({"holder": ""}, "Kies een persoon."),
        ({"max_amount": "veel"}, "Vul een bedrag in, bijvoorbeeld 1.250,50."),
    ],
)
def test_a_wrong_line_says_what_to_do_and_keeps_the_rest(inkoper, delegate, changes, words):
    answer = inkoper.post("/mandaten/toevoegen", data=line(delegate, **changes))
    assert answer.status_code == 422
    assert words in answer.text and 'value="B22-014"' in answer.text


def test_a_mandate_ends_on_its_page(inkoper, region, delegate, work_as):
    with work_as(SYSTEM) as work:
        mandate = make_mandate(work, region, delegate)
    page = f"/mandaten/{mandate.id}/beeindigen"
    assert inkoper.post(page, data={"last_day": "2022-02-01", "version": "1"}).status_code == 422
    assert inkoper.post(page, data={"last_day": "2022-03-31", "version": "1"}).location == "/mandaten"
    assert inkoper.post(page, data={"last_day": "2022-04-30", "version": "1"}).status_code == 409
    assert inkoper.get("/mandaten/999/beeindigen").status_code == 404


def test_a_contract_manager_keeps_the_register_and_a_delegate_reads_it(client, region, delegate, work_as):
    with work_as(SYSTEM) as work:
        manager = make_officer(work, region, Role.CONTRACT_MANAGER)
    come_in(client, manager)
    assert client.get("/mandaten/toevoegen").status_code == 200
    come_in(client, delegate)
    assert client.get("/mandaten").status_code == 200
    assert client.get("/mandaten/toevoegen").status_code == 404


def test_reference_data_shows_its_source_and_what_is_not_confirmed(client, region):
    page = client.get("/naslag").text
    assert "Drempel voor sociale en andere specifieke diensten" in page and "Opgezocht op" in page
    assert "Niet bevestigd" in page and "1 juli" in page
    only = client.get("/naslag?staat=onbevestigd&q=wnt").text
    assert "WNT: openbaar maken" in only and "Drempel voor sociale" not in only


def test_a_provider_follows_a_region(client, region, work_as, read_as):
    with work_as(SYSTEM) as work:
        provider = make_provider(work)
    come_in(client, provider.admin)
    assert client.post("/regio/alkmaar/volgen").location == "/regio/alkmaar"
    with read_as(provider.actor) as work:
        assert is_following(work, region.id)
    assert client.post("/regio/alkmaar/niet-meer-volgen").location == "/regio/alkmaar"
    with read_as(provider.actor) as work:
        assert not is_following(work, region.id)
    assert client.post("/regio/nergens/volgen").status_code == 404


def test_dates_of_the_page_are_those_of_the_portals_clock(inkoper, delegate, clock):
    clock.set("2022-05-04 12:00")
    assert f'value="{date(2022, 5, 4).isoformat()}"' in inkoper.get("/mandaten/toevoegen").text
