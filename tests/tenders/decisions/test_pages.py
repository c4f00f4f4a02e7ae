"""What each reader sees of decisions, and that a form does what its button says."""

from __future__ import annotations

import re

import pytest

from portal.tasks import run_pending
from portal.tenders.decisions import queries
from portal.tenders.decisions.models import DecisionState
from portal.work import begin_read, begin_write
from tests.tenders.doors import baton, come_in, send
from tests.tenders.judging import announced_case, assessed_case, decision_ids

ORDER = ["prepared", "decided", "announced"]


def title(page):
    return " ".join(re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)[1].split())


def lit(page):
    """The heading of the main menu that is lit; there is only one."""
    (found,) = re.findall(r'<a class="p-nav__link"[^>]* aria-current="page">([^<]*)', page.text)
    return found


@pytest.fixture
def announced(office, clock, app):
    return announced_case(office, clock)


def refused(case):
    return decision_ids(case, case.submissions[1])[1]


def test_from_preparing_to_letters_in_the_browser(office, clock, client):
    case = assessed_case(office, clock)
    clock.set("2022-08-01 10:00")
    page = f"/inkoop/procedures/{case.procedure_id}/besluiten"
    come_in(client, case.officer)
    assert "Bereid de besluiten voor" in client.get(page).text
    assert send(client, page, f"{page}/voorbereiden").status_code == 303
    assert title(client.get(page)) == "4 besluiten wachten op de mandaathouder"
    come_in(client, case.colleague)
    assert "geen mandaat waarmee u vandaag mag beslissen" in client.get(f"{page}/nemen").text
    come_in(client, case.delegate)
    shown = client.get(f"{page}/nemen")
    assert title(shown) == "Neem 4 besluiten"
    assert len(re.findall(r'name="besluit"[^>]* checked', shown.text)) == 3
    assert "Een afwijzing staat niet vooraf aangevinkt" in shown.text and "Lees de reden" in shown.text
    assert "Het bewijs ontbreekt." in shown.text and lit(shown) == "Besluiten" and baton(shown) == "Aan zet: u"
    nothing = send(client, f"{page}/nemen")
    assert nothing.status_code == 422 and "Kies de besluiten" in nothing.text
    chosen = re.findall(r'name="besluit" value="(\d+)"', shown.text)
    assert send(client, f"{page}/nemen", besluit=chosen).status_code == 303
    come_in(client, case.officer)
    assert title(client.get(page)) == "Alle besluiten zijn genomen"
    assert send(client, page, f"{page}/bekendmaken").status_code == 303
    assert title(client.get(page)) == "De brieven worden gemaakt"
    run_pending(office)
    assert title(client.get(page)) == "De besluiten zijn bekendgemaakt"
    assert "Lindeveld" in client.get(f"{page}?formaat=csv").get_data(as_text=True)
    assert "Lindeveld" not in client.get(f"{page}?staat=rejected").text
    assert "Niet toegelaten (1)" in client.get(page).text


def test_the_provider_reads_its_own_decision_with_the_reasons_and_the_letter(announced, client):
    id = refused(announced)
    come_in(client, announced.other)
    page = client.get(f"/besluiten/{id}")
    assert title(page) == "U bent toegelaten voor 1 van de 2 producten"
    assert "Het bewijs ontbreekt." in page.text and "zondag 21 augustus 2022" in page.text
    assert "Termijn loopt" in page.text and "stelt een contract voor dit product op" in page.text
    assert "middernacht" in page.text and "Er is geen vaste dag voor dat antwoord" in page.text
    letter = client.get(f"/besluiten/{id}/brief")
    assert letter.status_code == 200 and letter.data.startswith(b"PK")
    for other in (announced.provider, announced.officer):
        come_in(client, other)
        assert client.get(f"/besluiten/{id}").status_code == client.get(f"/besluiten/{id}/brief").status_code == 404


def test_an_english_reader_reads_the_requirements_by_their_english_names(announced, client):
    id = refused(announced)
    with begin_read(announced.office, announced.other) as work:
        found = queries.own_decision(work, id)
        names = {c.code: c.title_en for c in found.submission.procedure.criteria}
        failed = next(line for line in found.reasons if line["verdict"] != "meets")
    send(come_in(client, announced.other), "/account", "/taal", locale="en")
    page = client.get(f"/besluiten/{id}").text
    assert names[failed["code"]] in page and f">{failed['title']}<" not in page


def test_the_list_of_the_provider_begins_with_the_outcome_the_last_day_and_the_letter(announced, client, clock):
    id = refused(announced)
    come_in(client, announced.other)
    page = client.get("/besluiten")
    assert title(page) == "U bent toegelaten voor 1 van de 2 producten" and "OA-2" in page.text
    assert "zondag 21 augustus 2022" in page.text and "middernacht, nog 20 dagen" in page.text
    assert "U kunt nog een klacht of bezwaar indienen" in page.text and "Download de brief" in page.text
    clock.set("2022-08-22 09:00")
    late = client.get("/besluiten")
    assert "Termijn voorbij, nog niet definitief" in late.text and "zondag 21 augustus" not in late.text
    assert "wij vast dat het te laat is" in client.get(f"/besluiten/{id}").text
    come_in(client, announced.provider)
    assert title(client.get("/besluiten")) == "U bent toegelaten voor beide producten"


def test_who_was_sent_nothing_reads_that(office, clock, app, client):
    case = assessed_case(office, clock)
    page = come_in(client, case.other).get("/besluiten")
    assert title(page) == "Beslissingen over uw inschrijvingen" and "nog niet over een inschrijving" in page.text


def test_a_decision_shows_the_mandate_of_every_college(announced, client):
    page = come_in(client, announced.officer).get(f"/inkoop/besluiten/{refused(announced)}")
    assert re.search(r"wethouder Jeugd: .*Alkmaar B-.*Bergen B-", page.text)
    assert baton(page) == ""


def test_old_decisions_show_the_one_mandate_they_kept(announced, client):
    id = refused(announced)
    with begin_write(announced.office, announced.officer) as work:
        queries.decision(work, id).mandates = []
    page = come_in(client, announced.officer).get(f"/inkoop/besluiten/{id}")
    assert re.search(r"wethouder Jeugd, .*B-", page.text) and "wethouder Jeugd:" not in page.text


@pytest.mark.parametrize(("q", "found"), [("kwelder", 2), ("oa-2", 2), ("INS-2022", 4), ("niemand", 0)])
def test_the_officer_searches_the_decisions_by_provider_and_product(announced, client, q, found):
    page = come_in(client, announced.officer).get(f"/inkoop/procedures/{announced.procedure_id}/besluiten?q={q}")
    assert len(re.findall(r'href="/inkoop/besluiten/\d+"', page.text)) == found
    file = client.get(f"{page.request.path}?q={q}&formaat=csv").get_data(as_text=True)
    assert len(file.strip().splitlines()) == found + 1


def test_after_the_term_the_officer_makes_each_final_and_then_contracts_are_next(announced, client, clock):
    page = f"/inkoop/procedures/{announced.procedure_id}/besluiten"
    come_in(client, announced.officer)
    assert baton(client.get(page)) == ""
    clock.set("2022-08-22 09:00")
    over = client.get(page)
    assert title(over) == "Maak 4 besluiten definitief" and baton(over) == "Aan zet: u"
    for submission_id in announced.submissions:
        for id in decision_ids(announced, submission_id):
            assert baton(client.get(f"/inkoop/besluiten/{id}")) == "Aan zet: u"
            final = f"/inkoop/besluiten/{id}/definitief"
            assert send(client, f"/inkoop/besluiten/{id}", final, checked="y").status_code == 303
    done = client.get(page)
    assert title(done) == "Alle 4 besluiten zijn definitief" and "kan nu contracten opstellen" in done.text
    assert baton(done) == "Aan zet: u"
    assert baton(come_in(client, announced.auditor).get(page)) == "Aan zet: contractmanager"
    come_in(client, announced.other)
    assert "Deze beslissing is definitief." in client.get(f"/besluiten/{refused(announced)}").text


def test_the_provider_objects_and_the_officer_answers(announced, client, clock):
    id = refused(announced)
    come_in(client, announced.other)
    page = f"/besluiten/{id}/bezwaar"
    empty = send(client, page)
    assert empty.status_code == 422 and "Schrijf op waarom u het niet eens bent" in empty.text
    assert send(client, page, kind="objection_letter", text="Het bewijs zat erbij.").status_code == 303
    assert "In behandeling" in client.get(f"/besluiten/{id}").text
    assert "Klacht of bezwaar in behandeling" in client.get("/besluiten").text
    come_in(client, announced.officer)
    shown = client.get(f"/inkoop/besluiten/{id}")
    assert "Het bewijs zat erbij." in shown.text
    close = re.search(r'href="(/inkoop/bezwaren/\d+)"', shown.text)[1]
    bare = send(client, close, outcome="dismissed", text=" ")
    assert bare.status_code == 422 and "Schrijf het antwoord op" in bare.text
    assert send(client, close, outcome="dismissed", text="Het zat er niet bij.").status_code == 303
    clock.set("2022-08-22 09:00")
    unchecked = send(client, f"/inkoop/besluiten/{id}", f"/inkoop/besluiten/{id}/definitief")
    assert unchecked.status_code == 422 and "vink het dan aan" in unchecked.text
    assert send(client, f"/inkoop/besluiten/{id}", f"/inkoop/besluiten/{id}/definitief", checked="y").status_code == 303
    with begin_read(announced.office, announced.officer) as work:
        assert queries.decision(work, id).state is DecisionState.FINAL


def test_who_was_right_reads_that_a_new_decision_is_needed(announced, client):
    id = refused(announced)
    come_in(client, announced.other)
    send(client, f"/besluiten/{id}/bezwaar", kind="complaint", text="Het bewijs zat erbij.")
    waits = client.get(f"/besluiten/{id}").text
    assert "antwoordt met redenen. Tot die tijd wordt deze beslissing niet definitief." in waits
    come_in(client, announced.officer)
    close = re.search(r'href="(/inkoop/bezwaren/\d+)"', client.get(f"/inkoop/besluiten/{id}").text)[1]
    assert send(client, close, outcome="upheld", text="U hebt gelijk.").status_code == 303
    come_in(client, announced.other)
    answered = client.get(f"/besluiten/{id}").text
    assert "Klacht of bezwaar is gegrond" in answered and "er is een nieuw besluit nodig" in answered


def test_an_officer_records_what_came_by_post(announced, client):
    id = refused(announced)
    come_in(client, announced.officer)
    page = f"/inkoop/besluiten/{id}/bezwaar"
    early = send(client, page, kind="court_case", received_on="2022-07-01", text="")
    assert early.status_code == 422 and "voor de dag waarop de brief is verzonden" in early.text
    assert send(client, page, kind="court_case", received_on="geen dag", text="").status_code == 422
    assert send(client, page, kind="court_case", received_on="2022-08-01", text="Rolnummer 12").status_code == 303
    assert "Dagvaarding" in client.get(f"/inkoop/besluiten/{id}").text


def test_while_the_term_runs_there_is_no_button_and_no_way_round(announced, client):
    id = refused(announced)
    come_in(client, announced.officer)
    shown = client.get(f"/inkoop/besluiten/{id}")
    assert "Maak dit besluit definitief" not in shown.text
    page = f"/inkoop/besluiten/{id}/bezwaar"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', client.get(page).text))
    answer = client.post(f"/inkoop/besluiten/{id}/definitief", data={**hidden, "checked": "y"})
    assert answer.status_code == 409 and "loopt nog" in answer.text


@pytest.mark.parametrize("who", ["assessor", "provider", "elsewhere"])
def test_who_has_no_business_there_finds_nothing(announced, client, who):
    actor = announced.assessors[0] if who == "assessor" else getattr(announced, who)
    come_in(client, actor)
    id = refused(announced)
    for page in (f"/inkoop/procedures/{announced.procedure_id}/besluiten", f"/inkoop/besluiten/{id}"):
        assert client.get(page).status_code == 404
    assert client.get(f"/inkoop/besluiten/{id}/brief").status_code == 404


def test_the_auditor_and_the_contract_manager_read_along(announced, client):
    for actor in (announced.auditor, announced.manager):
        come_in(client, actor)
        shown = client.get(f"/inkoop/besluiten/{refused(announced)}")
        assert shown.status_code == 200 and "Leg vast wat binnenkwam" not in shown.text
        assert client.get("/besluiten").status_code == 200
