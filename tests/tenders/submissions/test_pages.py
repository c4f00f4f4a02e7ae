"""A provider's way through the pages, and what the others meet there."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient

from portal.access import Actor
from portal.accounts.models import AuthorityKind, User
from portal.accounts.queries import authority_of
from portal.clock import local_moment
from portal.evidence.models import EvidenceVersion
from portal.tenders.submissions import queries
from portal.tenders.submissions.signing.documents import ReceiptFacts, receipt_document
from portal.work import Office, begin_read
from tests.factories import PDF
from tests.tenders.people import authorise
from tests.tenders.submissions.steps import filled, missing, passport, started, with_file
from tests.web.doors import come_in

CLOSES = local_moment(datetime.fromisoformat("2022-06-15 17:00"))


def enter(office: Office, client: FlaskClient, actor: Actor) -> FlaskClient:
    with begin_read(office, actor) as work:
        user = work.get(User, actor.user_id or 0)
        return come_in(client, user, user.memberships[0])


def names_of(office: Office, actor: Actor, other: Actor) -> str:
    with begin_read(office, actor) as work:
        return work.get(User, other.user_id or 0).name


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """The hidden values of the page's form: token, number, version."""
    page = client.get(address).get_data(as_text=True)
    main = page[page.index("<main") :]
    return {
        name: re.findall(rf'name="{name}" value="([^"]*)"', main)[0]
        for name in ("csrf_token", "nonce", "version")
        if f'name="{name}"' in main
    }


def test_a_provider_starts_a_submission_by_choosing_products(office, client, people):
    enter(office, client, people.admin)
    values = form_of(client, "/procedures/ALK-2022-01/inschrijven")
    refused = client.post("/procedures/ALK-2022-01/inschrijven", data=values)
    assert refused.status_code == 422 and "Kies ten minste één product" in refused.text
    done = client.post("/procedures/ALK-2022-01/inschrijven", data={**values, "products": ["1", "2"]})
    assert done.location == "/inschrijvingen/1"
    again = client.post("/procedures/ALK-2022-01/inschrijven", data={**values, "products": ["1", "2"]})
    assert again.location == "/inschrijvingen/1", "the same form sent twice has one effect"
    assert "Ga verder met INS-2022-0001" in client.get("/procedures/ALK-2022-01/inschrijven").text
    twice = client.post("/procedures/ALK-2022-01/inschrijven", data={**values, "products": ["1"], "nonce": "b"})
    assert twice.status_code == 422 and "heeft al een inschrijving" in twice.text


def test_starting_after_the_closing_is_explained(office, client, people, clock):
    enter(office, client, people.admin)
    values = form_of(client, "/procedures/ALK-2022-01/inschrijven")
    clock.set(CLOSES)
    late = client.post("/procedures/ALK-2022-01/inschrijven", data={**values, "products": ["1"]})
    assert late.status_code == 422 and "gesloten" in late.text
    assert "Inschrijven kan niet meer" in client.get("/procedures/ALK-2022-01/inschrijven").text


def test_evidence_of_the_passport_is_chosen_and_a_file_about_a_client_is_not(office, client, people, work_as):
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        version = passport(work, people.admin, "melding")
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/G2"
    values = form_of(client, address)
    about = client.post(address, data={**values, "proofs": [str(version)], "text": "zie 123456782"})
    assert about.status_code == 422 and "burgerservicenummer" in about.text and "zie 123456782" in about.text
    done = client.post(address, data={**values, "proofs": [str(version)], "text": "zie pagina 2"})
    assert done.status_code == 303 and "G2" not in missing(office, people.admin, id)
    assert client.post(address, data={**values, "proofs": ["999"], "nonce": "c"}).status_code == 422


def test_the_task_list_shows_each_product_with_what_is_left(office, client, people):
    id = started(office, people.admin)
    filled(office, people.admin, id, leave=("G15", "OA-2.tarief"))
    enter(office, client, people.admin)
    page = client.get(f"/inschrijvingen/{id}").text
    assert "Nog 1 onderdeel." in page and "Geldt voor al uw producten" in page and "Niet begonnen" in page
    assert "Nog 2 onderdelen." in client.get(f"/inschrijvingen/{id}?product=OA-2").text


def test_an_answer_is_saved_with_what_is_still_needed(office, client, people):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/HA-1.HA-1a"
    done = client.post(address, data={**form_of(client, address), "text": "Onze regiebehandelaar werkt vier dagen."})
    page = client.get(done.location).text
    assert "Er is nog 1 ding nodig" in page and "Kies bewijs uit uw paspoort of upload een bestand" in page
    assert "Onze regiebehandelaar werkt vier dagen." in page


def test_a_file_is_uploaded_at_its_requirement_and_taken_away_again(office, client, people):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/G2"
    values = form_of(client, address)
    wrong = client.post(address, data={**values, "kind": "melding", "file": (BytesIO(b"x"), "melding.exe")})
    assert wrong.status_code == 422
    done = client.post(address, data={**values, "kind": "melding", "file": (BytesIO(PDF), "melding.pdf")})
    assert done.status_code == 303 and "G2" not in missing(office, people.admin, id)
    page = client.get(address).text
    assert "melding.pdf" in page
    file_id = re.findall(rf"/inschrijvingen/{id}/bestanden/(\d+)", page)[0]
    assert client.get(f"/inschrijvingen/{id}/bestanden/{file_id}").data == PDF
    assert client.get(f"/inschrijvingen/{id}/bestanden/999").status_code == 404
    client.post(f"{address}/bestand-weg", data={"csrf_token": values["csrf_token"], "file_id": file_id})
    assert "G2" in missing(office, people.admin, id)


def test_autosave_keeps_a_draft_and_tells_of_a_conflict(office, client, people):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/G15"
    values = form_of(client, address)
    saved = client.post(address, data={**values, "text": "Een begin"}, headers={"X-Autosave": "1"})
    assert saved.json == {"saved_at": "10:00", "version": 1}
    stale = client.post(address, data={**values, "text": "Een ander begin"}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409
    page = client.post(address, data={**values, "text": "Een ander begin"})
    assert page.status_code == 409 and "Een ander begin" in page.text and "Een begin" in page.text
    assert "Uw antwoord" in page.text


def test_autosave_after_the_closing_is_refused(office, client, people, clock):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/G15"
    values = form_of(client, address)
    clock.set(CLOSES)
    assert client.post(address, data={**values, "text": "x"}, headers={"X-Autosave": "1"}).status_code == 422
    late = client.post(address, data={**values, "text": "wat ik typte"})
    assert late.status_code == 422 and "gesloten" in late.text


def test_signing_shows_a_receipt_and_the_same_form_twice_one_receipt(office, client, people, ready):
    with_file(office, people.admin, ready)
    enter(office, client, people.admin)
    assert "Ga naar ondertekenen" in client.get(f"/inschrijvingen/{ready}/controleren").text
    address = f"/inschrijvingen/{ready}/ondertekenen"
    values = form_of(client, address)
    assert client.post(address, data=values).status_code == 422, "not agreed"
    first = client.post(address, data={**values, "agreed": "y"})
    second = client.post(address, data={**values, "agreed": "y"})
    assert first.location == second.location == f"/inschrijvingen/{ready}/ontvangstbewijs"
    page = client.get(first.location).text
    assert "Wat gebeurt er nu?" in page and "1 bestand" in page
    assert (
        page.index("Wat gebeurt er nu?") < page.index("Digitale vingerafdruk") < page.index("Trek de inschrijving in")
    )
    assert f"ONT-2022-{ready:04d}" in page and len(re.findall(r"\b[0-9a-f]{64}\b", page)) == 2
    assert client.get(f"/inschrijvingen/{ready}").status_code == 200


def test_the_receipt_is_taken_along_as_a_document(office, client, people, ready):
    with_file(office, people.admin, ready)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{ready}/ondertekenen"
    client.post(address, data={**form_of(client, address), "agreed": "y"})
    page = client.get(f"/inschrijvingen/{ready}/ontvangstbewijs").text
    taken = client.get(f"/inschrijvingen/{ready}/ontvangstbewijs/document")
    assert f"Ontvangstbewijs ONT-2022-{ready:04d} 2022-0" in taken.headers["Content-Disposition"]
    document = docx.Document(BytesIO(taken.data))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert set(re.findall(r"\b[0-9a-f]{64}\b", page)) <= cells
    assert "Alleen bevoegd" in cells and "Melding als jeugdhulpaanbieder" in cells


@pytest.mark.parametrize("practice", [True, False])
def test_a_receipt_of_the_practice_installation_says_that_it_does_not_count(practice):
    at = local_moment(datetime.fromisoformat("2022-06-09 16:00"))
    facts = ReceiptFacts(
        number="ONT-2022-0001", submission="INS-2022-0001", submitted_at=at, procedure="Ambulante jeugdhulp",
        region="Regio Alkmaar", organisation="Stichting Wilgenrijk", digest="a" * 64, products=["Dagbesteding"],
        signers=[("Nadia", "Alleen bevoegd", at)], files=[], declarations=3, practice=practice,
    )  # fmt: skip
    document = docx.Document(BytesIO(receipt_document(facts)))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert ("Oefenexemplaar" in words) is practice and "Verklaringen zonder bestand: 3." in words
    assert len(document.tables) == 3, "no table of files where there are none"


def test_there_is_no_receipt_before_handing_in(office, client, people, ready):
    enter(office, client, people.admin)
    assert client.get(f"/inschrijvingen/{ready}/ontvangstbewijs/document").status_code == 404


@pytest.mark.parametrize(
    ("late", "words"), [(0, "1 seconde te laat"), (59, "59 seconden te laat"), (720, "12 minuten te laat")]
)
def test_how_late_it_is_stands_in_words(office, client, people, ready, clock, late, words):
    enter(office, client, people.admin)
    values = form_of(client, f"/inschrijvingen/{ready}/ondertekenen")
    clock.set(CLOSES + timedelta(seconds=late))
    page = client.post(f"/inschrijvingen/{ready}/ondertekenen", data={**values, "agreed": "y"}).text
    assert f"is {words} en niet ingediend" in page and "Niet ingediend" in page
    assert "Deze inschrijving is niet ingediend" in client.get(f"/inschrijvingen/{ready}").text


def test_products_are_chosen_with_their_tariff_and_what_they_ask(office, client, people):
    enter(office, client, people.admin)
    page = client.get("/procedures/ALK-2022-01/inschrijven").text
    assert re.search(r"€\xa0[\d.,]+ per uur, \d+ eigen eisen", page)
    id = started(office, people.admin)
    assert re.search(r"€\xa0[\d.,]+ per uur, \d+ eigen eisen", client.get(f"/inschrijvingen/{id}/producten").text)


def test_the_answers_are_read_with_what_is_asked_and_agreed(office, client, people, ready, work_as):
    from portal.tenders.submissions import service
    from portal.tenders.submissions.content.rules import Said

    figures = {"resultaat": "41.500", "winstuitkering": "0", "bezoldiging": "96.000"}
    with work_as(people.admin) as work:
        service.save_answer(work, queries.submission(work, ready), "G11", Said(figures=figures))
    enter(office, client, people.admin)
    page = client.get(f"/inschrijvingen/{ready}/controleren").text
    assert "€\xa096.000,00" in page, "a point between thousands is no decimal point"
    assert "Gevraagd: U levert de hulp zelf." in page and "Wij melden vooraf wie wij inhuren." in page
    assert re.search(r"<span>€\xa0[\d.,]+ per uur</span>", page), "the tariff that was agreed with"
    assert 'href="#product-1"' in page and page.count("Ga naar ondertekenen") == 2 and "p-tag--ok" in page
    assert ">Klaar<" not in page
    form = client.get(f"/inschrijvingen/{ready}/onderdeel/G11").text
    assert "In euro, bijvoorbeeld 96.000." in form and form.count("p-voorvoegsel__teken") == 3


def test_an_extract_that_the_region_checked_stands_ready_and_is_chosen(office, client, people, work_as):
    authorise(office, people.admin, AuthorityKind.SOLE, checked_by=people.officer)
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        same, other = (passport(work, people.admin, "handelsregister") for _ in range(2))
        authority_of(work, people.admin.user_id, people.admin.organisation_id).extract_date = date(2022, 2, 24)
        work.get(EvidenceVersion, same).issued_on = date(2022, 2, 24)
        work.get(EvidenceVersion, other).issued_on = date(2021, 2, 24)
    enter(office, client, people.admin)
    page = client.get(f"/inschrijvingen/{id}").text
    assert "Staat klaar" in page and "Tekenbevoegdheid door de regio gecontroleerd op 10 mei 2022" in page
    part = client.get(f"/inschrijvingen/{id}/onderdeel/G1").text
    assert "van 24 februari 2022, door de regio gecontroleerd op 10 mei 2022" in part
    assert re.findall(r'name="proofs"[^>]*value="(\d+)" checked', part) == [str(same)]


def test_a_closed_term_for_questions_is_named_where_they_were_asked(office, client, people, clock):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/onderdeel/G15"
    assert "Stel een vraag" in client.get(address).text
    clock.set(CLOSES - timedelta(hours=1))
    page = client.get(address).text
    assert "Vragen stellen kon tot" in page and "Stel een vraag" not in page


def test_a_second_too_late_is_a_page_that_says_so_with_both_times(office, client, people, ready, clock):
    enter(office, client, people.admin)
    values = form_of(client, f"/inschrijvingen/{ready}/ondertekenen")
    clock.set(CLOSES + timedelta(seconds=1))
    late = client.post(f"/inschrijvingen/{ready}/ondertekenen", data={**values, "agreed": "y"})
    assert late.status_code == 409
    assert "Uw inschrijving voor Ambulante jeugdhulp is 1 seconde te laat en niet ingediend" in late.text
    assert f"INS-2022-{ready:04d}" in late.text and "mailto:" in late.text and "/klacht" in late.text
    assert "17:00:00" in late.text and "17:00:01" in late.text and "vastgelegd" in late.text


def test_withdrawing_leads_to_a_new_submission_with_the_old_answers(office, client, people, ready):
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{ready}/ondertekenen"
    client.post(address, data={**form_of(client, address), "agreed": "y"})
    address = f"/inschrijvingen/{ready}/intrekken"
    assert client.post(address, data=form_of(client, address)).location == "/inschrijvingen"
    page = client.get("/procedures/ALK-2022-01/inschrijven").text
    assert "Neem de antwoorden over" in page and "Schrijf u opnieuw in" in page
    assert f"INS-2022-{ready:04d}, ingetrokken op" in page
    values = form_of(client, "/procedures/ALK-2022-01/inschrijven")
    client.post("/procedures/ALK-2022-01/inschrijven", data={**values, "products": ["1"], "copy": "y"})
    assert missing(office, people.admin, ready + 1) == []


def test_changing_while_signing_says_that_signatures_fall_away(office, client, people):
    for actor in (people.admin, people.editor):
        authorise(office, actor, AuthorityKind.JOINT, checked_by=people.officer)
    id = started(office, people.admin)
    filled(office, people.admin, id)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/ondertekenen"
    assert "twee verschillende mensen tekenen" in client.get(address).text
    client.post(address, data={**form_of(client, address), "agreed": "y"})
    page = client.get(f"/inschrijvingen/{id}").text
    assert "Wordt ondertekend" in page and "handtekeningen vervallen" in page
    name = names_of(office, people.admin, people.editor)
    assert f"Wacht op de handtekening van {name}" in page and "tekende op" in page and "kan nog tekenen" in page
    assert "p-aanzet--u" not in page and "/onderdeel/" not in page, "it is somebody else's turn, and nothing is changed"
    check = client.get(f"/inschrijvingen/{id}/controleren").text
    assert "De inhoud ligt vast." in check and "Ga naar ondertekenen" not in check and "Wijzig" not in check
    shown = enter(office, client.application.test_client(), people.editor).get(f"/inschrijvingen/{id}").text
    assert "Uw handtekening is nodig" in shown and "p-aanzet--u" in shown
    token = form_of(client, f"/inschrijvingen/{id}")["csrf_token"]
    client.post(f"/inschrijvingen/{id}/wijzigen", data={"csrf_token": token})
    assert "1 handtekening is vervallen" in client.get(f"/inschrijvingen/{id}").text


def test_a_second_signature_that_nobody_can_give_is_told(office, client, people):
    authorise(office, people.admin, AuthorityKind.JOINT, checked_by=people.officer)
    id = started(office, people.admin)
    filled(office, people.admin, id)
    enter(office, client, people.admin)
    address = f"/inschrijvingen/{id}/ondertekenen"
    client.post(address, data={**form_of(client, address), "agreed": "y"})
    page = client.get(f"/inschrijvingen/{id}").text
    assert "Wacht op de handtekening van een tweede tekenbevoegde" in page
    assert "Niemand anders van uw organisatie kan nu tekenen" in page and "/organisatie/tekenbevoegdheid" in page


def test_after_the_closing_the_bar_says_until_when_the_decision_takes(office, client, people, ready, clock, work_as):
    from portal.tenders.submissions import service
    from tests.tenders.people import fresh

    with work_as(fresh(people.admin)) as work:
        service.sign_submission(work, queries.submission(work, ready))
    enter(office, client, people.admin)
    assert "Intrekken kan tot" in client.get(f"/inschrijvingen/{ready}").text
    clock.set(CLOSES)
    page = client.get(f"/inschrijvingen/{ready}").text
    assert "Besluit uiterlijk" in page and "Aan zet: Regio Alkmaar" in page and "Trek de inschrijving in" not in page
    assert "Aan zet: Regio Alkmaar." in client.get(f"/inschrijvingen/{ready}/ontvangstbewijs").text


def test_a_product_without_a_tariff_says_so_where_it_is_chosen(office, client, people, work_as):
    with work_as(people.officer) as work:
        queries.products_of(work, 1)[0].tariff_sheet = None
    enter(office, client, people.admin)
    assert "Tarief nog te bepalen, 6 eigen eisen" in client.get("/procedures/ALK-2022-01/inschrijven").text


def test_the_buyer_sees_a_seal_then_a_number_then_the_content(office, client, people, ready, clock, work_as):
    from portal.tenders.procedures import queries as procedures
    from portal.tenders.procedures import service as procedure_service
    from portal.tenders.submissions import service
    from portal.tenders.submissions.models import Submission
    from tests.tenders.people import fresh

    with work_as(fresh(people.admin)) as work:
        service.sign_submission(work, queries.submission(work, ready))
    enter(office, client, people.officer)
    board = "/inkoop/procedures/1/inschrijvingen"
    page = client.get(board).text
    assert "Verzegeld tot de sluiting" in page and "Lindeveld" not in page and "1 inschrijving" not in page
    for address in (f"/inkoop/inschrijvingen/{ready}", f"/inschrijvingen/{ready}"):
        assert client.get(address).status_code == 404
    clock.set(CLOSES)
    page = client.get(board).text
    assert "1 inschrijving ontvangen" in page and "Lindeveld" not in page
    with work_as(people.officer) as work:
        service.mark_opened(work, work.get(Submission, ready))
        procedure_service.mark_opened(work, procedures.procedure(work, 1))
    assert "Lindeveld" in client.get(board).text
    assert client.get(f"{board}?formaat=csv").data.startswith(b"\xef\xbb\xbf")
    assert client.get(f"{board}?formaat=xlsx").data.startswith(b"PK")
    read = client.get(f"/inkoop/inschrijvingen/{ready}").text
    assert "Zandloperpad staat in dit antwoord." in read


def test_what_is_another_providers_is_not_there(office, client, people, ready):
    enter(office, client, people.other)
    for address in (
        "",
        "/controleren",
        "/ondertekenen",
        "/ontvangstbewijs",
        "/intrekken",
        "/onderdeel/G1",
        "/producten",
    ):
        assert client.get(f"/inschrijvingen/{ready}{address}").status_code == 404


@pytest.mark.parametrize("key", ["G1", "G9", "G10", "G15", "HA-1.HA-1a", "HA-1.tarief", "verklaringen"])
def test_every_kind_of_part_has_its_page(office, client, people, key):
    id = started(office, people.admin)
    enter(office, client, people.admin)
    page = client.get(f"/inschrijvingen/{id}/onderdeel/{key}")
    assert page.status_code == 200 and "Opslaan en controleren" in page.text
    assert client.get(f"/inschrijvingen/{id}/onderdeel/bestaat-niet").status_code == 404


def test_a_draft_in_progress_stands_on_the_list(office, client, people):
    started(office, people.admin)
    enter(office, client, people.admin)
    assert "1 inschrijving" in client.get("/inschrijvingen").text


def test_a_lost_key_is_a_page_that_says_who_must_act(office, client, people, ready):
    """The key lies apart from the data, so it can be away while the portal runs."""
    enter(office, client, people.admin)
    assert client.get("/inschrijvingen/1").status_code == 200
    key = office.settings.seal_key_file
    key.rename(key.with_suffix(".away"))
    answer = client.get("/inschrijvingen/1")
    assert answer.status_code == 503
    assert "De beheerder moet hem terugzetten" in answer.text
