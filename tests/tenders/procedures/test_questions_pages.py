"""The pages of questions and notes: in time, once, without the asker, and never more than what was shown."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.audit import AuditEvent
from portal.tenders.procedures import queries
from portal.tenders.procedures.models import Question, QuestionState
from portal.tenders.procedures.questions import service as asking
from tests.tenders.people import People
from tests.tenders.procedures.steps import form_of, with_procedure
from tests.tenders.submissions.test_pages import enter

ASK = "/procedures/ALK-2022-01/vragen"
ANSWER = "/inkoop/procedures/1/vragen/1"
NOTE = "/inkoop/procedures/1/nota"
SAID = {"public_text": "Mag dit later?", "answer": "Ja, tot de sluiting."}


@pytest.fixture
def people(office) -> People:
    return with_procedure(office)


@pytest.fixture
def asked(work_as, people) -> People:
    with work_as(people.admin) as work:
        asking.ask_question(work, queries.published_procedure(work, "ALK-2022-01"), subject="G1", text="Mag dit later?")
    return people


def test_a_question_has_a_subject_of_this_procedure_and_is_warned_about_clients(office, client, people):
    enter(office, client, people.admin)
    page = client.get(ASK + "?over=G7").text
    assert "Geen gegevens van jeugdigen" in page and '<option selected value="G7">' in page
    values = form_of(client, ASK)
    refused = client.post(ASK, data={**values, "subject": "ZZ-9", "text": "Mijn lange vraag"})
    assert refused.status_code == 422 and "Mijn lange vraag" in refused.text


def test_the_same_question_sent_twice_is_asked_once(office, client, people, read_as):
    enter(office, client, people.admin)
    facts = {**form_of(client, ASK), "subject": "tarief HA-1", "text": "Wordt dit geïndexeerd?"}
    assert [client.post(ASK, data=facts).status_code for _time in range(2)] == [303, 303]
    with read_as(people.admin) as work:
        assert work.session.scalar(select(func.count()).select_from(Question)) == 1
        assert work.session.scalars(select(Question.subject)).one().startswith("Tarief HA-1: ")


def test_a_question_after_the_term_is_refused_on_a_page_that_says_since_when(office, client, people, clock, read_as):
    enter(office, client, people.admin)
    facts = {**form_of(client, ASK), "subject": "G1", "text": "Nog een vraag"}
    clock.set("2022-06-01 00:00")
    refused = client.post(ASK, data=facts)
    assert refused.status_code == 409 and "Dit is zo sinds" in refused.text and "Nog een vraag" in refused.text
    page = client.get(ASK).text
    assert "Vragen stellen kan niet meer" in page and "<textarea" not in page
    with read_as(people.admin) as work:
        refusals = work.session.scalars(select(AuditEvent.facts).where(AuditEvent.tag == "act.refused")).all()
        assert refusals[-1]["reasons"] == ["questions_closed"]


def test_the_asker_alone_finds_the_question_on_the_page_of_the_procedure(office, client, asked):
    page = "/procedures/ALK-2022-01"
    enter(office, client, asked.editor)
    assert "Vragen van uw organisatie" in client.get(page).text
    enter(office, client, asked.other)
    assert "Vragen van uw organisatie" not in client.get(page).text
    enter(office, client, asked.officer)
    assert client.get(ASK).status_code == 404


def test_an_answer_is_kept_while_it_is_typed_but_not_published(office, client, asked, read_as):
    enter(office, client, asked.officer)
    values = form_of(client, ANSWER)
    kept = client.post(ANSWER + "/bewaren", data={**values, "public_text": "Mag", "answer": ""})
    assert kept.status_code == 200 and kept.json["saved_at"] == "09:00"
    again = client.post(ANSWER + "/bewaren", data={**values, "public_text": "Mag dit", "answer": ""})
    assert again.status_code == 409, "typed on a page that is older than what was kept"
    newer = client.post(ANSWER + "/bewaren", data={**values, "version": kept.json["version"], **SAID})
    assert newer.status_code == 200
    with read_as(asked.officer) as work:
        assert queries.question(work, 1).state is QuestionState.ASKED
        assert queries.drafted_questions(work, queries.procedure(work, 1)) == []
    refused = client.post(NOTE, data={**form_of(client, NOTE), "shown": ""})
    assert refused.status_code == 409 and "geen antwoord klaar" in refused.text


def test_a_citizen_service_number_is_not_even_kept(office, client, asked, read_as):
    enter(office, client, asked.officer)
    facts = {**form_of(client, ANSWER), "public_text": "Over 123456782", "answer": "Ja"}
    assert client.post(ANSWER + "/bewaren", data=facts).status_code == 422
    assert "burgerservicenummer" in client.post(ANSWER, data=facts).text
    with read_as(asked.officer) as work:
        assert queries.question(work, 1).public_text == ""


def test_a_name_that_may_tell_who_asked_is_named_and_can_be_confirmed(office, client, asked):
    enter(office, client, asked.officer)
    typed = {**form_of(client, ANSWER), "public_text": "Wij van Lindeveld vragen: mag dit?", "answer": "Ja."}
    refused = client.post(ANSWER, data=typed)
    assert refused.status_code == 422 and "Lindeveld. Haal dat weg" in refused.text
    assert "Wij van Lindeveld vragen: mag dit?" in refused.text and 'name="names_checked"' in refused.text
    assert client.post(ANSWER, data={**typed, "names_checked": "y"}).status_code == 303


def test_two_officers_answer_at_once_and_both_texts_are_shown(office, client, asked):
    enter(office, client, asked.officer)
    first = form_of(client, ANSWER)
    assert client.post(ANSWER, data={**first, **SAID}).status_code == 303
    stale = client.post(ANSWER, data={**first, "nonce": "b", "public_text": "Mag dit?", "answer": "Nee, dit mag niet."})
    assert stale.status_code == 409
    assert "Nee, dit mag niet." in stale.text and SAID["answer"] in stale.text and "Het antwoord" in stale.text


def test_a_note_holds_what_was_shown_and_appears_once(office, client, asked, work_as):
    enter(office, client, asked.officer)
    client.post(ANSWER, data={**form_of(client, ANSWER), **SAID})
    shown = form_of(client, NOTE)
    assert SAID["answer"] in client.get(NOTE).text
    with work_as(asked.second) as work:
        asking.answer_question(work, queries.question(work, 1), public_text="Mag dit later?", answer="Nee.")
    changed = client.post(NOTE, data=shown)
    assert changed.status_code == 409 and "Nee." in changed.text and "De nota is veranderd" in changed.text
    assert client.get("/procedures/ALK-2022-01/nota/1").status_code == 404
    right = form_of(client, NOTE)
    assert [client.post(NOTE, data=right).status_code for _time in range(2)] == [303, 303]
    assert "Nee." in client.get("/procedures/ALK-2022-01/nota/1").text
    assert client.get("/procedures/ALK-2022-01/nota/2").status_code == 404


@pytest.mark.parametrize("who", ["elsewhere", "admin", "assessor"])
def test_only_an_officer_of_the_region_answers(office, client, asked, who):
    enter(office, client, getattr(asked, who))
    for address in ("/inkoop/procedures/1/vragen", ANSWER, NOTE):
        assert client.get(address).status_code == 404
    token = form_of(client, "/inkoop/procedures/nieuw" if who == "elsewhere" else "/account").get("csrf_token", "")
    assert client.post(ANSWER + "/bewaren", data={"csrf_token": token, **SAID}).status_code == 404
