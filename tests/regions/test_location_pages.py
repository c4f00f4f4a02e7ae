from __future__ import annotations

import re

import pytest

from portal.access import SYSTEM
from tests.factories import make_colleague, make_officer, make_provider
from tests.web.doors import come_in

HOME = {
    "name": "De Wilg",
    "family_home": "y",
    "street": "Dijk 7",
    "postcode": "1811AB",
    "place": "Heiloo",
    "municipality": "",
}
pytestmark = pytest.mark.usefixtures("with_tokens")


@pytest.fixture
def provider(region, work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work, "Lindeveld")


@pytest.fixture
def noor(client, provider):
    return come_in(client, provider.admin)


def test_a_location_is_added_filled_shown_and_closed(noor, app, provider, region, work_as):
    assert "organisatie/locaties" in noor.get("/organisatie").text
    made = noor.post("/organisatie/locaties/toevoegen", data=HOME)
    assert made.status_code == 303
    thing = noor.get(made.location).text.split('<option value="p')[1].split('"')[0]
    assert noor.post(f"{made.location}/plekken", data={"thing": f"p{thing}", "places": "6"}).status_code == 303
    assert noor.post(f"{made.location}/plekken", data={"thing": f"p{thing}", "places": "veel"}).status_code == 422
    assert noor.post("/organisatie/agb", data={"code": "73731234", "location": ""}).status_code == 303
    assert noor.post("/organisatie/gemeenten", data={"municipalities": ["1", "2"]}).status_code == 303
    assert noor.post(made.location, data={**HOME, "name": "De Wilgen"}).location == "/organisatie/locaties"
    shown = noor.get("/organisatie/locaties").text
    assert "De Wilgen" in shown and "73731234" in shown and ": 6" in shown
    public = app.test_client().get(f"/aanbieders/{provider.organisation.id}/openbaar").text
    assert "De Wilgen" in public and "Dijk 7" not in public and "1811" not in public and "73731234" not in public
    with work_as(SYSTEM) as work:
        officer = make_officer(work, region)
    seen = come_in(app.test_client(), officer).get(f"/aanbieders/{provider.organisation.id}/locaties").text
    assert "Dijk 7, 1811 AB" in seen and "73731234" in seen
    others = noor.get("/organisatie/zichtbaar").text
    assert others.count("Dijk 7") == 1 and others.count("De Wilgen") == 3
    assert noor.post(f"{made.location}/sluiten").status_code == 303
    assert noor.get(made.location).status_code == 404
    assert "De Wilgen" not in app.test_client().get(f"/aanbieders/{provider.organisation.id}/openbaar").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"postcode": "18"}, "zoals 1811 AB"),
        ({"place": ""}, "Vul de plaats"),
        ({"age_from": "9", "age_to": "4"}, "Draai ze om"),
        ({"name": "De Wilg, dijk 7"}, "het adres van een gezinshuis"),
    ],
)
def test_a_wrong_fact_is_said_at_its_field_and_the_text_stays(noor, change, said):
    answer = noor.post("/organisatie/locaties/toevoegen", data={**HOME, **change})
    typed = change.get("name", "De Wilg")
    assert answer.status_code == 422 and said in answer.text and f'value="{typed}"' in answer.text


@pytest.mark.parametrize("location", [" ", "\t", "0", "9999", "x"])
def test_an_agb_code_for_a_location_that_is_not_on_offer_is_refused_at_its_field(noor, location):
    answer = noor.post("/organisatie/agb", data={"code": "73731234", "location": location})
    assert answer.status_code == 422 and 'value="73731234"' in answer.text and 'id="location-fout"' in answer.text


def test_who_saves_over_a_colleague_reads_that_it_became_a_family_home_meanwhile(noor):
    """Saving once more would make the address public: a tick that somebody else set is shown as the texts are."""
    made = noor.post("/organisatie/locaties/toevoegen", data={**HOME, "family_home": ""}).location
    assert noor.post(made, data={**HOME, "age_from": "4", "version": "1"}).status_code == 303
    typed = {**HOME, "family_home": "", "postcode": "", "place": "Egmond", "age_from": "", "version": "1"}
    stale = noor.post(made, data=typed)
    said = " ".join(re.sub(r"<[^>]+>", " ", stale.text).split())
    now = "Uw tekst, niet opgeslagen {} Zoals het er nu staat {}"
    assert stale.status_code == 409
    assert f"hier woont iemand zelf {now.format('Nee', 'Ja')}" in said
    assert f"Postcode {now.format('leeg', '1811 AB')}" in said and f"Plaats {now.format('Egmond', 'Heiloo')}" in said
    assert "Voor de hele regio Zoals het er nu staat" not in said, "what is equal is not shown twice"
    assert f"Vanaf leeftijd {now.format('leeg', '4')}" in said and "in plaats van de andere" in said


def test_a_wrong_code_is_refused_on_the_page(noor):
    answer = noor.post("/organisatie/agb", data={"code": "1234", "location": ""})
    assert answer.status_code == 422 and "8 cijfers" in answer.text and 'value="1234"' in answer.text


def test_a_plain_member_reads_and_changes_nothing(client, provider, work_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    reader = come_in(client, colleague)
    assert "locaties/toevoegen" not in reader.get("/organisatie/locaties").text
    assert reader.post("/organisatie/locaties/toevoegen", data=HOME).status_code == 404
