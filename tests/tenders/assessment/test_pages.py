"""What each reader sees of opening and judging, and that a form does what its button says."""

from __future__ import annotations

import re

import pytest

from portal.tenders.assessment.models import AssignmentState
from portal.tenders.assessment.queries import assignments_of, judgements_of
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import begin_read
from tests.counting import statements
from tests.tenders.doors import baton, come_in, send, title
from tests.tenders.judging import SECRET, assess, assessed_case, assign, closed_case, judge_all, opened_case


@pytest.fixture
def case(office, clock, app):
    return closed_case(office, clock)


@pytest.fixture
def opened(office, clock, app):
    return opened_case(office, clock)


def as_(client, actor, **how):
    return come_in(client, actor, **how)


def test_two_officers_open_in_the_browser(case, client):
    page = f"/inkoop/procedures/{case.procedure_id}/openen"
    as_(client, case.officer)
    assert "z’n tweeën" in title(client.get(page))
    assert send(client, page).status_code == 303
    again = client.get(page)
    assert title(again) == "Nog één inkoper nodig om te openen" and again.text.count("U hebt zelf al geopend") == 1
    assert "maakt de opening af: Bert Inkoper." in again.text and 'role="status"' not in again.text
    as_(client, case.second)
    done = send(client, page)
    assert done.headers["Location"].endswith("/beoordeling")
    opened = client.get(page)
    assert title(opened) == "De inschrijvingen zijn geopend" and "Wijs beoordelaars toe" in opened.text
    assert baton(opened) == "Aan zet: u" and "Lindeveld" in opened.text and "HA-1, OA-2" in opened.text


def test_an_old_log_in_is_asked_for_the_password_first(case, client):
    page = f"/inkoop/procedures/{case.procedure_id}/openen"
    as_(client, case.officer, fresh=False)
    answer = send(client, page)
    assert answer.status_code == 303 and "/opnieuw-inloggen" in answer.headers["Location"]
    assert title(client.get(page)) == "Open de inschrijvingen met z’n tweeën"


def test_before_the_closing_the_page_says_when_and_shows_no_button(case, client, clock):
    clock.advance(seconds=-1)
    page = as_(client, case.officer).get(f"/inkoop/procedures/{case.procedure_id}/openen")
    assert title(page) == "Alles is nog verzegeld" and "woensdag 15 juni 2022, 17:00 uur" in page.text
    assert "Open als" not in page.text
    assert "Lindeveld" not in as_(client, case.officer).get(f"/inkoop/procedures/{case.procedure_id}/beoordeling").text


def test_the_board_asks_the_database_no_more_often_when_there_is_more_to_show(opened, client, app):
    engine = app.extensions["portal"].office.db.engine
    page = f"/inkoop/procedures/{opened.procedure_id}/beoordeling"
    as_(client, opened.officer).get(page)
    with statements(engine) as few:
        client.get(page + "?q=niemand")
    with statements(engine) as many:
        client.get(page)
    assert len(many) <= 15 and len(many) - len(few) <= 4


def test_the_board_shows_each_provider_with_the_stage_and_who_is_to_act(opened, client):
    page = as_(client, opened.officer).get(f"/inkoop/procedures/{opened.procedure_id}/beoordeling")
    assert page.status_code == 200
    assert "Kwelder Jeugd" in page.text and "Te verdelen" in page.text
    assert "Kwelder" not in client.get(page.request.path + "?q=linde").text


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_board_can_be_taken_along(opened, client, format):
    page = f"/inkoop/procedures/{opened.procedure_id}/beoordeling?formaat={format}"
    file = as_(client, opened.officer).get(page)
    assert file.status_code == 200 and f".{format}" in file.headers["Content-Disposition"]
    assert format == "xlsx" or "Lindeveld" in file.get_data(as_text=True)


def test_chosen_files_are_given_to_an_assessor_in_one_go(opened, client):
    page = f"/inkoop/procedures/{opened.procedure_id}/beoordeling"
    as_(client, opened.officer)
    answer = send(client, page, kies=[str(id) for id in opened.submissions], assessor_id=opened.assessors[0].user_id)
    assert answer.status_code == 303
    nobody = send(client, page, assessor_id=opened.assessors[0].user_id)
    assert nobody.status_code == 422 and "Kies een of meer" in nobody.text


def test_the_officer_asks_an_assessor_from_the_file(opened, client):
    file = f"/inkoop/inschrijvingen/{opened.submissions[0]}"
    page = f"{file}/beoordeling"
    as_(client, opened.officer)
    assert send(client, page, f"{file}/toewijzen", assessor_id=opened.assessors[0].user_id).status_code == 303
    shown = client.get(page)
    assert "Moet belang nog melden" in shown.text and title(shown) == "Nog 1 beoordelaar nodig"
    wrong = send(client, page, f"{file}/toewijzen", assessor_id="")
    assert wrong.status_code == 422 and "Kies een beoordelaar" in wrong.text


def test_an_assessor_declares_before_reading_and_judges_with_autosave(opened, client):
    (id,) = assign(opened, opened.submissions[0], opened.assessors[0])
    page, criterion = f"/beoordelen/{id}", f"/beoordelen/{id}/criteria/G1"
    as_(client, opened.assessors[0])
    assert "Lindeveld" in client.get("/beoordelen").text
    assert SECRET not in client.get(page).text
    assert client.get(criterion).status_code == 404
    assert send(client, page, f"{page}/belang").status_code == 422
    assert send(client, page, f"{page}/belang", conflict="nee").status_code == 303
    shown = client.get(criterion)
    assert SECRET in shown.text and "Uw oordeel" in shown.text
    assert not re.search(r"\bscore|\brang|\bpunten", shown.text.lower().split("</header>")[1])
    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)">', shown.text))
    kept = client.post(criterion, data={**hidden, "reasons": "Nog bezig"}, headers={"X-Autosave": "1"})
    assert kept.status_code == 200 and kept.json["version"] == 1 and re.fullmatch(r"\d\d:\d\d", kept.json["saved_at"])
    half = send(client, criterion, reasons="Nog bezig")
    assert (
        "Organisatie en tekenbevoegdheid is bewaard, nog zonder oordeel." in client.get(half.headers["Location"]).text
    )
    done = send(client, criterion, verdict="meets", reasons="Het bewijs voldoet, zie bladzijde 2. Het is ondertekend.")
    assert done.headers["Location"].endswith("/criteria/G2")
    assert "Organisatie en tekenbevoegdheid is bewaard: voldoet." in client.get(done.headers["Location"]).text
    assert "G1: Het bewijs voldoet, zie bladzijde 2.<" in client.get(page).text
    assert "Noem de pagina van het document." in shown.text and "Besluit uiterlijk" in shown.text
    stale = client.post(criterion, data={**hidden, "version": "1", "verdict": "meets", "reasons": "Ander venster"})
    assert stale.status_code == 409 and "Ander venster" in stale.text
    with begin_read(opened.office, opened.officer) as work:
        (assignment,) = assignments_of(work, work.get(Submission, opened.submissions[0]))
        assert judgements_of(work, assignment)["G1"].reasons.startswith("Het bewijs voldoet, zie bladzijde 2.")


def test_a_file_is_downloaded_by_its_assessor_only(opened, client):
    (id,) = assign(opened, opened.submissions[0], opened.assessors[0])
    as_(client, opened.assessors[0])
    send(client, f"/beoordelen/{id}", f"/beoordelen/{id}/belang", conflict="nee")
    link = re.search(r'href="(/beoordelen/\d+/bestand/\d+)"', client.get(f"/beoordelen/{id}/criteria/G1").text)[1]
    assert client.get(link).data.startswith(b"%PDF")
    for other in (opened.assessors[1], opened.officer, opened.provider):
        assert as_(client, other).get(link).status_code == 404


def test_with_a_conflict_the_file_is_gone_for_good(opened, client):
    (id,) = assign(opened, opened.submissions[0], opened.assessors[0])
    as_(client, opened.assessors[0])
    assert (
        send(client, f"/beoordelen/{id}", f"/beoordelen/{id}/belang", conflict="ja", note="Mijn zus.").status_code
        == 303
    )
    for page in (f"/beoordelen/{id}", f"/beoordelen/{id}/criteria/G1", f"/beoordelen/{id}/overleg"):
        assert client.get(page).status_code == 404
    shown = as_(client, opened.officer).get(f"/inkoop/inschrijvingen/{opened.submissions[0]}/beoordeling")
    assert "Belang gemeld" in shown.text and "zus" not in shown.text


def test_which_interest_it_is_need_not_be_said(opened, client):
    (id,) = assign(opened, opened.submissions[0], opened.assessors[0])
    as_(client, opened.assessors[0])
    assert send(client, f"/beoordelen/{id}", f"/beoordelen/{id}/belang", conflict="ja").status_code == 303
    assert client.get(f"/beoordelen/{id}").status_code == 404


def test_what_the_assessors_must_talk_about_comes_before_what_they_agree_on(opened, client):
    ids = assign(opened, opened.submissions[0])
    judge_all(opened, ids[0], opened.assessors[0], failing=("G3", "OA-2.OA-2a"))
    judge_all(opened, ids[1], opened.assessors[1], failing=("OA-2.OA-2a",))
    shown = as_(client, opened.officer).get(f"/inkoop/inschrijvingen/{opened.submissions[0]}/vaststellen")
    order = [
        "Bespreken</span>",
        "Eens: voldoet niet</span>",
        "24 eisen waarover zij het eens zijn: voldoet",
        "Eens</span>",
    ]
    places = [shown.text.index(words) for words in order]
    assert places == sorted(places) and baton(shown) == "Aan zet: u"
    assert "1 eis niet gehaald, 1 eis te bespreken" in shown.text
    assert shown.text.index("Leg het oordeel vast") < places[0]


def test_when_all_is_assessed_the_board_offers_no_boxes_and_leads_on(office, clock, app, client):
    case = assessed_case(office, clock)
    page = as_(client, case.officer).get(f"/inkoop/procedures/{case.procedure_id}/beoordeling")
    assert 'name="kies"' not in page.text and "Wijs toe" not in page.text
    assert baton(page) == "Aan zet: u" and "Naar de besluiten" in page.text and "0 te verdelen" not in page.text


def test_a_file_that_is_assessed_cannot_be_chosen_any_more(opened, client):
    assess(opened, opened.submissions[0])
    page = as_(client, opened.officer).get(f"/inkoop/procedures/{opened.procedure_id}/beoordeling")
    assert re.findall(r'name="kies" value="(\d+)"', page.text) == [str(opened.submissions[1])]


def test_others_judgements_show_only_when_all_are_locked(opened, client):
    ids = assign(opened, opened.submissions[0])
    judge_all(opened, ids[0], opened.assessors[0], failing=("G3",))
    settle = f"/inkoop/inschrijvingen/{opened.submissions[0]}/vaststellen"
    assert as_(client, opened.assessors[0]).get(f"/beoordelen/{ids[0]}/overleg").status_code == 404
    assert as_(client, opened.officer).get(settle).status_code == 404
    judge_all(opened, ids[1], opened.assessors[1])
    assert as_(client, opened.assessors[0]).get(f"/beoordelen/{ids[0]}/overleg").status_code == 200
    assert title(as_(client, opened.officer).get(settle)).startswith("Bespreek 1 van de ")


def test_the_officer_settles_and_concludes(opened, client):
    file = f"/inkoop/inschrijvingen/{opened.submissions[0]}"
    ids = assign(opened, opened.submissions[0])
    judge_all(opened, ids[0], opened.assessors[0], failing=("G3",))
    judge_all(opened, ids[1], opened.assessors[1])
    as_(client, opened.officer)
    page = f"{file}/vaststellen"
    empty = send(client, page, f"{page}/G3", reasons="")
    assert empty.status_code == 422 and "Kies wat het gezamenlijke oordeel is" in empty.text
    bare = send(client, page, f"{page}/G3", verdict="meets", reasons=" ")
    assert bare.status_code == 422 and "Schrijf op waarom" in bare.text
    assert send(client, page, f"{page}/G3", verdict="meets", reasons="Samen gezien.").status_code == 303
    assert title(client.get(page)) == "Alles is besproken"
    assert send(client, page, f"{file}/afronden").status_code == 303
    assert title(client.get(f"{file}/beoordeling")) == "De beoordeling is vastgesteld"
    with begin_read(opened.office, opened.officer) as work:
        assert work.get(Submission, opened.submissions[0]).state is SubmissionState.ASSESSED


def test_a_judgement_is_reopened_with_a_reason(opened, client):
    ids = assign(opened, opened.submissions[0])
    judge_all(opened, ids[0], opened.assessors[0])
    page = f"/inkoop/beoordelingen/{ids[0]}/heropenen"
    as_(client, opened.officer)
    assert send(client, page, reason="").status_code == 422
    assert send(client, page, reason="De verkeerde bijlage.").status_code == 303
    shown = client.get(f"/inkoop/inschrijvingen/{opened.submissions[0]}/beoordeling")
    assert "De verkeerde bijlage." in shown.text
    with begin_read(opened.office, opened.officer) as work:
        (one, _two) = assignments_of(work, work.get(Submission, opened.submissions[0]))
        assert one.state is AssignmentState.DECLARED


def test_an_officer_elsewhere_and_a_provider_find_none_of_it(opened, client):
    pages = (
        f"/inkoop/procedures/{opened.procedure_id}/openen",
        f"/inkoop/procedures/{opened.procedure_id}/beoordeling",
        f"/inkoop/inschrijvingen/{opened.submissions[0]}/beoordeling",
    )
    for actor in (opened.elsewhere, opened.provider, opened.assessors[0]):
        as_(client, actor)
        assert {client.get(page).status_code for page in pages} == {404}
