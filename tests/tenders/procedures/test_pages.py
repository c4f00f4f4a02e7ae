"""The pages of procedures: the officer's way to publication, the public's reading, questions and notes."""

from __future__ import annotations

import pytest

from portal.tenders.procedures import queries, service
from tests.tenders.people import People, settle
from tests.tenders.procedures.steps import approved, drafted, published
from tests.tenders.submissions.test_pages import enter, form_of


@pytest.fixture
def people(office) -> People:
    return settle(office)


def test_an_officer_starts_a_procedure_and_sees_what_is_missing(office, client, people):
    enter(office, client, people.officer)
    values = form_of(client, "/inkoop/procedures/nieuw")
    facts = {"template": "ambulant", "published_on": "2022-04-01"}
    done = client.post("/inkoop/procedures/nieuw", data={**values, **facts})
    assert done.location == "/inkoop/procedures/1"
    page = client.get(done.location).text
    assert "Nog 2 punten voor publicatie" in page and "Vul het e-mailadres in" in page and "TenderNed" in page


@pytest.mark.parametrize(
    "part", ["gegevens", "planning", "producten", "aankondiging", "bezwaartermijn", "eisen", "eisen/G15"]
)
def test_every_part_of_the_set_up_has_its_page(office, client, people, part):
    drafted(office, people)
    enter(office, client, people.officer)
    assert client.get(f"/inkoop/procedures/1/{part}").status_code == 200


def test_a_part_is_changed_and_bad_input_stays_on_the_page(office, client, people):
    drafted(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/gegevens"
    values = form_of(client, address)
    wrong = client.post(
        address, data={**values, "title": "Mijn titel", "summary": "Kort", "contact_email": "geen adres"}
    )
    assert wrong.status_code == 422 and "Mijn titel" in wrong.text and "volledig e-mailadres" in wrong.text
    facts = {"title": "Mijn titel", "summary": "Kort", "contact_email": "inkoop@example.org"}
    assert client.post(address, data={**values, **facts}).location == "/inkoop/procedures/1"
    stale = client.post(address, data={**values, **facts, "title": "Een andere titel", "nonce": "anders"})
    assert stale.status_code == 409 and "Een andere titel" in stale.text and "Mijn titel" in stale.text


@pytest.mark.parametrize("moment", ["2023-03-26T02:30", "2022-10-30T02:30"])
def test_a_closing_in_the_night_of_the_clock_change_is_refused(office, client, people, moment):
    drafted(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/planning"
    refused = client.post(address, data={**form_of(client, address), "closes_at": moment})
    assert refused.status_code == 422 and "gaat de klok vooruit of achteruit" in refused.text
    assert moment.replace("T", "T") in refused.text


def test_dates_in_an_impossible_order_are_explained_at_the_field(office, client, people):
    drafted(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/planning"
    dates = {"closes_at": "2022-06-15T17:00", "decision_by": "2022-06-01"}
    refused = client.post(address, data={**form_of(client, address), **dates})
    assert refused.status_code == 422 and "na de dag van de sluiting" in refused.text


def test_a_criterion_is_edited(office, client, people, read_as):
    drafted(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/eisen/G15"
    facts = {"title_nl": "Continuïteit", "text_nl": "Tekst", "pass_rule_nl": "Regel", "example_nl": "Voorbeeld"}
    done = client.post(address, data={**form_of(client, address), **facts, "max_words": "300"})
    assert done.location == "/inkoop/procedures/1/eisen"
    with read_as(people.officer) as work:
        found = queries.criterion(work, queries.procedure(work, 1), "G15")
        assert (found.title_nl, found.max_words, found.product_codes) == ("Continuïteit", 300, [])


def test_publication_shows_the_full_list_of_what_is_missing(office, client, people):
    approved(office, people, complete=False)
    enter(office, client, people.officer)
    values = form_of(client, "/inkoop/procedures/1")
    refused = client.post("/inkoop/procedures/1/publiceren", data=values)
    assert refused.status_code == 409
    assert "TenderNed" in refused.text and "e-mailadres in voor contact" in refused.text


def test_review_approval_and_publication_by_two_people(office, client, people):
    drafted(office, people)
    with office.db.session():
        pass
    enter(office, client, people.officer)
    own = form_of(client, "/inkoop/procedures/1")
    client.post("/inkoop/procedures/1/ter-controle", data=own)
    refused = client.post("/inkoop/procedures/1/goedkeuren", data={**own, "nonce": "b"})
    assert refused.status_code == 409 and "tweede persoon" in refused.text
    enter(office, client, people.second)
    page = client.get("/inkoop/procedures/1").text
    assert "Keur goed" in page
    back = "/inkoop/procedures/1/terugsturen"
    assert client.post(back, data=form_of(client, back)).status_code == 422
    client.post(back, data={**form_of(client, back), "reason": "Termijn te kort"})
    assert "Termijn te kort" in client.get("/inkoop/procedures/1").text


def test_everybody_reads_a_published_procedure_and_nobody_a_draft(office, client, people):
    drafted(office, people)
    published(office, people)
    assert "1 procedure is nu open" in client.get("/procedures").text
    page = client.get("/procedures/ALK-2022-02").text
    assert "Voldoet" in page or "voldoet" in page
    assert "€\u00a0112,80" in page and "per uur" in page and "15 juni 2022" in page
    assert client.get("/procedures/ALK-2022-01").status_code == 404
    assert "punten" not in page.lower().replace("uitgangspunten", "")


def test_a_question_becomes_a_note_that_everybody_reads(office, client, people, work_as):
    published(office, people)
    enter(office, client, people.admin)
    address = "/procedures/ALK-2022-01/vragen"
    values = form_of(client, address)
    warned = client.post(address, data={**values, "subject": "G1", "text": "Het gaat om 123456782"})
    assert warned.status_code == 422 and "burgerservicenummer" in warned.text
    client.post(address, data={**values, "subject": "G1", "text": "Mag dit ook later?"})
    assert "Wacht op antwoord" in client.get(address).text
    enter(office, client, people.officer)
    page = client.get("/inkoop/procedures/1/vragen").text
    assert "Mag dit ook later?" in page and "Lindeveld" not in page and "Fatima" not in page
    answer = "/inkoop/procedures/1/vragen/1"
    facts = {"public_text": "Mag dit later?", "answer": "Ja, tot de sluiting."}
    client.post(answer, data={**form_of(client, answer), **facts})
    done = client.post("/inkoop/procedures/1/nota", data=form_of(client, "/inkoop/procedures/1/nota"))
    assert done.status_code == 303
    client.delete_cookie("portal")
    note = client.get("/procedures/ALK-2022-01/nota/1").text
    assert "Ja, tot de sluiting." in note and "Lindeveld" not in note
    document = client.get("/procedures/ALK-2022-01/nota/1/docx")
    assert document.data.startswith(b"PK") and "attachment" in document.headers["Content-Disposition"]
    assert client.get("/procedures/ALK-2022-01/nota/2").status_code == 404


def test_the_board_is_filtered_and_exported(office, client, people):
    drafted(office, people)
    published(office, people)
    enter(office, client, people.officer)
    assert "2 procedures" in client.get("/inkoop/procedures").text
    only = client.get("/inkoop/procedures?staat=draft&sorteer=-titel").text
    assert "ALK-2022-01" in only and "ALK-2022-02" not in only
    assert client.get("/inkoop/procedures?formaat=xlsx").data.startswith(b"PK")
    assert "ALK-2022-02" in client.get("/inkoop/procedures?formaat=csv&staat=published").text


def test_another_region_and_a_provider_meet_no_procedure_of_this_region(office, client, people):
    drafted(office, people)
    enter(office, client, people.elsewhere)
    assert client.get("/inkoop/procedures/1").status_code == 404
    enter(office, client, people.admin)
    assert client.get("/inkoop/procedures/1").status_code == 404
    assert client.get("/inkoop/procedures").status_code == 404


def test_a_stored_note_document_is_what_the_page_hands_out(office, client, people, work_as):
    from portal.tasks import run_pending
    from portal.tenders.procedures import jobs

    assert jobs.JOBS == {}
    published(office, people)
    with work_as(people.admin) as work:
        found = queries.published_procedure(work, "ALK-2022-01")
        id = service.ask_question(work, found, subject="G1", text="Mag dit?").id
    with work_as(people.officer) as work:
        service.answer_question(work, queries.question(work, id), public_text="Mag dit?", answer="Ja")
        service.publish_note(work, queries.procedure(work, 1))
    before = client.get("/procedures/ALK-2022-01/nota/1/docx").data
    assert run_pending(office) == 1
    assert client.get("/procedures/ALK-2022-01/nota/1/docx").data == before
