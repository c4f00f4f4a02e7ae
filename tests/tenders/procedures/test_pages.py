"""The pages of procedures: the officer's way to publication, the public's reading, questions and notes."""

from __future__ import annotations

import io
import zipfile

import pytest

from portal.access import SYSTEM
from portal.tenders.procedures import queries, service
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.questions import service as asking
from tests.tenders.procedures.steps import approved, drafted, form_of, published
from tests.tenders.submissions.test_pages import enter


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


@pytest.mark.parametrize(
    ("wish", "shown", "hidden"),
    [("q=continuïteit", "G15", "G12"), ("q=g12", "G12", "G15"), ("product=HA-1", "HA-1a", "OA-2a")],
)
def test_the_list_of_criteria_is_narrowed(office, client, people, wish, shown, hidden):
    drafted(office, people)
    enter(office, client, people.officer)
    page = client.get(f"/inkoop/procedures/1/eisen?{wish}").text
    assert f"/eisen/{shown}" in page and f"/eisen/{hidden}" not in page


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
        id = asking.ask_question(work, found, subject="G1", text="Mag dit?").id
    with work_as(people.officer) as work:
        asking.answer_question(work, queries.question(work, id), public_text="Mag dit?", answer="Ja")
        asking.publish_note(work, queries.procedure(work, 1))
    before = client.get("/procedures/ALK-2022-01/nota/1/docx").data
    assert run_pending(office) == 1
    assert client.get("/procedures/ALK-2022-01/nota/1/docx").data == before


def test_who_checks_reads_the_draft_as_providers_will(office, client, people):
    drafted(office, people)
    for reader, status in [(people.second, 200), (people.assessor, 200), (people.elsewhere, 404), (people.admin, 404)]:
        enter(office, client, reader)
        assert client.get("/inkoop/procedures/1/voorbeeld").status_code == status
    assert client.get("/procedures/ALK-2022-01").status_code == 404


def test_who_may_not_change_a_procedure_sees_it_without_buttons(office, client, people):
    drafted(office, people)
    enter(office, client, people.assessor)
    page = client.get("/inkoop/procedures/1").text
    assert "Stuur ter controle" not in page and "Trek de procedure in" not in page
    assert client.get("/inkoop/procedures/1/gegevens").status_code == 404
    enter(office, client, people.elsewhere)
    values = form_of(client, "/inkoop/procedures/nieuw")
    assert client.post("/inkoop/procedures/1/ter-controle", data=values).status_code == 404
    assert client.get("/inkoop/procedures/1/gegevens").status_code == 404


def test_a_part_of_a_published_procedure_is_fixed(office, client, people):
    published(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/gegevens"
    page = client.get(address).text
    assert "Dit onderdeel staat vast" in page and 'name="title"' not in page
    facts = {"title": "Te laat", "summary": "Kort", "contact_email": "inkoop@example.org"}
    values = form_of(client, "/inkoop/procedures/nieuw")
    refused = client.post(address, data={"csrf_token": values["csrf_token"], **facts})
    assert refused.status_code == 422 and "geen concept meer" in refused.text and "Te laat" in refused.text


def test_dates_changed_by_two_people_are_shown_side_by_side(office, client, people):
    drafted(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/planning"
    first = form_of(client, address)
    plan = {"closes_at": "2022-06-20T17:00", "decision_by": "2022-08-01"}
    assert client.post(address, data={**first, **plan}).status_code == 303
    stale = client.post(address, data={**first, **plan, "nonce": "b", "closes_at": "2022-07-01T12:00"})
    assert stale.status_code == 409
    assert "01-07-2022" in stale.text and "20-06-2022" in stale.text and "2022-07-01T12:00" in stale.text


def test_starting_the_same_form_twice_makes_one_procedure(office, client, people):
    enter(office, client, people.officer)
    facts = {**form_of(client, "/inkoop/procedures/nieuw"), "template": "ambulant", "published_on": "2022-04-01"}
    twice = [client.post("/inkoop/procedures/nieuw", data=facts).location for _time in range(2)]
    assert twice == ["/inkoop/procedures/1", "/inkoop/procedures/1"]
    wrong = client.post("/inkoop/procedures/nieuw", data={**facts, "nonce": "b", "published_on": "0202-04-01"})
    assert wrong.status_code == 422 and "van 2000 tot 2100" in wrong.text


def test_each_reader_of_the_public_page_sees_what_can_be_done(office, client, people):
    published(office, people)
    page = "/procedures/ALK-2022-01"
    assert "Log in om in te schrijven" in client.get(page).text
    enter(office, client, people.admin)
    told = client.get(page).text
    assert "Begin of vervolg uw inschrijving" in told and "Stel een vraag" in told
    enter(office, client, people.officer)
    told = client.get(page).text
    assert "Begin of vervolg" not in told and "Naar de opzet van deze procedure" in told


def test_the_public_list_is_searched_by_words_and_by_product(office, client, people):
    published(office, people)
    assert "1 procedure is nu open" in client.get("/procedures?q=ambulant&product=HA-1").text
    for address in ("/procedures?q=pleegzorg", "/procedures?product=HV-1"):
        assert "Geen procedure gevonden" in client.get(address).text


def test_the_export_holds_what_the_board_shows(office, client, people):
    published(office, people)
    enter(office, client, people.officer)
    lines = client.get("/inkoop/procedures?formaat=csv").get_data(as_text=True).splitlines()
    assert lines[0].endswith("Kenmerk;Titel;Soort;Staat;Producten;Sluit;Beslissing;Contract")
    assert lines[1].startswith("ALK-2022-01;Ambulante jeugdhulp;") and ";8;2022-06-15 17:00;" in lines[1]
    book = zipfile.ZipFile(io.BytesIO(client.get("/inkoop/procedures?formaat=xlsx").data))
    assert b"ALK-2022-01" in book.read("xl/sharedStrings.xml")


def test_a_later_closing_is_told_and_an_earlier_one_refused(office, client, people):
    published(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/sluiting-verplaatsen"
    facts = {"reason": "Er was een storing", "closes_at": "2022-06-10T17:00"}
    refused = client.post(address, data={**form_of(client, address), **facts})
    assert refused.status_code == 422 and "alleen naar een later moment" in refused.text and "storing" in refused.text
    done = client.post(address, data={**form_of(client, address), **facts, "closes_at": "2022-06-17T17:00"})
    assert done.status_code == 303 and "17 juni 2022" in client.get("/procedures/ALK-2022-01").text


def test_a_withdrawn_procedure_says_why_to_everybody(office, client, people):
    published(office, people)
    enter(office, client, people.officer)
    address = "/inkoop/procedures/1/intrekken"
    assert client.post(address, data={**form_of(client, address), "reason": " "}).status_code == 422
    client.post(address, data={**form_of(client, address), "reason": "De vraag is veranderd"})
    client.delete_cookie("portal")
    page = client.get("/procedures/ALK-2022-01").text
    assert "Deze procedure is ingetrokken" in page and "De vraag is veranderd" in page


def test_the_public_page_says_what_is_invented_how_long_the_contract_runs_and_where_to_ask(office, client, people):
    published(office, people)
    page = client.get("/procedures/ALK-2022-01").text
    assert "8 tarieven en 44 eisen zijn nog een voorbeeld" in page and "vast tarief" not in page
    assert "1 januari 2023 tot en met 31 december 2030" in page and "Fase 1: transformeren" in page
    assert "ten hoogste 4 jaar. Alleen als de doelen zijn gehaald" in page
    assert "20 kalenderdagen na de dag waarop wij de beslissing sturen" in page and "inkoopstukken" not in page
    assert 'href="mailto:inkoop@example.org"' in page and "aankondiging 2022-123456 van 1 maart 2022" in page
    assert "Log in om een vraag te stellen" in page
    assert page.index("Log in om in te schrijven") < page.index("Wanneer gebeurt wat"), "the act stands first"
    assert page.count("niet met elkaar vergeleken") == 1


def test_without_a_contract_in_its_blueprint_the_page_names_no_term(office, client, people, work_as):
    published(office, people)
    with work_as(SYSTEM) as work:
        found = work.get(Procedure, 1)
        found.blueprint = {name: part for name, part in found.blueprint.items() if name != "contract"}
    assert "Looptijd" not in client.get("/procedures/ALK-2022-01").text


def test_what_is_invented_is_never_called_ready(office, client, people, work_as):
    drafted(office, people)
    enter(office, client, people.officer)
    page = client.get("/inkoop/procedures/1").text
    assert "8 producten, 8 tarieven zijn nog een voorbeeld" in page and "44 eisen, 44 zijn nog een voorbeeld" in page
    assert "2 van 6 klaar" in page and "Vul in: Gegevens" in page
    with work_as(SYSTEM) as work:
        found = work.get(Procedure, 1)
        for thing in [*found.criteria, *(line.tariff_sheet for line in found.products)]:
            thing.illustrative = False
    page = client.get("/inkoop/procedures/1").text
    assert "8 producten, 8 met een tarief" in page and "4 van 6 klaar" in page and "nog een voorbeeld" not in page
    assert "nog een voorbeeld" not in client.get("/inkoop/procedures/1/voorbeeld").text


def test_the_notice_is_one_step_away_when_only_that_stops_publication(office, client, people, work_as):
    approved(office, people)
    with work_as(people.officer) as work:
        service.update_notice(work, queries.procedure(work, 1), above_threshold=True, number="", day=None)
    enter(office, client, people.officer)
    page = client.get("/inkoop/procedures/1").text
    assert "Vul in: Aankondiging op TenderNed" in page and 'href="/inkoop/procedures/1/aankondiging"' in page


def test_the_officer_reads_what_comes_next(office, client, clock, people):
    published(office, people)
    enter(office, client, people.officer)
    page = client.get("/inkoop/procedures/1").text
    assert "Openen kan vanaf" in page and "15 juni 2022, 17:00" in page
    clock.set("2022-06-15 17:00")
    page = client.get("/inkoop/procedures/1").text
    assert 'href="/inkoop/procedures/1/openen"' in page and "Twee inkopers openen samen" in page


def test_who_answers_reads_the_requirement_beside_the_question(office, client, people, work_as):
    published(office, people)
    with work_as(people.admin) as work:
        found = queries.published_procedure(work, "ALK-2022-01")
        asking.ask_question(
            work, found, subject="Eis G5: Verklaring omtrent het gedrag (VOG)", text="Geldt dit altijd?"
        )
        asking.ask_question(work, found, subject="Het contract", text="Wanneer begint het?")
    enter(office, client, people.officer)
    page = client.get("/inkoop/procedures/1/vragen/1").text
    assert "Beantwoord de vraag over eis G5</h1>" in page and "Een aanbieder voldoet als" in page
    page = client.get("/inkoop/procedures/1/vragen/2").text
    assert "Beantwoord de vraag over het contract</h1>" in page and "Een aanbieder voldoet als" not in page


def test_without_any_procedure_there_is_nothing_to_search(client, people):
    page = client.get("/procedures").text
    assert "Er is nog geen procedure geweest" in page and 'name="q"' not in page
    assert 'name="q"' in client.get("/procedures?q=ambulant").text
