"""What the auditor sees of a case: everything of this provider, what holds for all, and nothing of another provider."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from portal.access import SYSTEM
from portal.audit import AuditEvent, AuditRef, record
from portal.errors import RuleBroken
from portal.reports import queries
from portal.reports.trail import queries as trail_queries
from portal.reports.trail.rules import folded
from portal.tenders.procedures.models import Participation, Procedure, Question
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import begin_read, begin_write
from tests.tenders.doors import come_in, send
from tests.tenders.judging import announced_case, assign, closed_case, judge_all, open_all


@pytest.fixture
def case(office, clock):
    return with_takers(announced_case(office, clock))


def with_takers(case):
    """Both providers are on the list of who takes part: the case puts only their submissions there."""
    with begin_write(case.office, SYSTEM) as work:
        for actor in (case.provider, case.other):
            facts = {"procedure_id": case.procedure_id, "organisation_id": actor.organisation_id}
            work.add(Participation(since=work.now, **facts))
    return case


def address(case, actor=None):
    return f"/controle/{case.procedure_id}/{(actor or case.provider).organisation_id}"


def rows(case, actor=None, **choice):
    with begin_read(case.office, case.auditor) as work:
        about = queries.case(work, case.procedure_id, (actor or case.provider).organisation_id)
        return list(queries.every_entry(work, about=about, **choice))


def refers_to(case, kind, ids):
    with begin_read(case.office, case.auditor) as work:
        found = select(AuditEvent.seq).join(AuditRef, AuditRef.event_id == AuditEvent.id)
        return set(work.session.scalars(found.where(AuditRef.kind == kind, AuditRef.ref_id.in_(ids))))


# --- whose entries -----------------------------------------------------------------------------------------------


def test_the_trail_of_a_case_holds_nothing_of_another_provider(case):
    with begin_write(case.office, case.provider) as work:
        record(work, "submission.read", work.get(Submission, case.submissions[0]), procedure_id=case.procedure_id)
    with begin_write(case.office, case.other) as work:
        theirs = work.get(Submission, case.submissions[1])
        record(work, "submission.withdraw", theirs, procedure_id=case.procedure_id)
        record(work, "submission.submit", theirs, procedure_id=case.procedure_id, receipt_number="ONT-ander")
        asker = {"organisation_id": case.other.organisation_id, "asked_by_id": case.other.user_id}
        question = work.add(
            Question(procedure_id=case.procedure_id, asked_at=work.now, subject="Tarief", text="Per uur?", **asker)
        )
        record(work, "question.ask", question, procedure_id=case.procedure_id)
    own, others = rows(case), rows(case, case.other)
    foreign = refers_to(case, "submission", [case.submissions[1]])
    assert foreign and foreign & {row.seq for row in own} == set()
    assert foreign <= {row.seq for row in others}
    assert refers_to(case, "submission", [case.submissions[0]]) <= {row.seq for row in own}
    assert not {row.seq for row in own} & refers_to(case, "organisation", [case.other.organisation_id])
    assert "question.ask" not in {row.tag for row in own} and "question.ask" in {row.tag for row in others}
    assert "ONT-ander" not in str([row.facts for row in own])
    both = {row.seq for row in own} & {row.seq for row in others}
    assert both == {row.seq for row in own if row.wide} != set()


def test_what_holds_for_everybody_is_said_so(case, client):
    own = rows(case)
    assert {row.tag.split(".")[0] for row in own if row.wide} >= {"procedure", "opening", "decision"}
    assert not any(row.wide for row in own if row.tag.startswith(("submission.", "assignment.")))
    text = come_in(client, case.auditor).get(address(case)).text
    assert ", hele procedure" in text and "Van andere aanbieders staat hier niets" in text


def test_a_refusal_of_another_provider_is_not_in_the_trail_of_this_one(case):
    with pytest.raises(RuleBroken), begin_write(case.office, case.other) as work:
        raise RuleBroken("closing_passed", subject=work.get(Procedure, case.procedure_id))
    assert "act.refused" not in {row.tag for row in rows(case)}
    assert [row.what for row in rows(case, case.other) if row.tag == "act.refused"] == ["Handeling geweigerd"]


def test_a_case_of_nobody_is_not_found(case, client):
    come_in(client, case.auditor)
    for path in (f"/controle/{case.procedure_id}/999999", f"/controle/999999/{case.provider.organisation_id}"):
        assert client.get(path).status_code == 404
    for actor in (case.officer, case.provider):
        assert come_in(client, actor).get(address(case)).status_code == 404


# --- how it reads ------------------------------------------------------------------------------------------------


def test_a_run_of_parts_is_read_as_one_line(office, clock, client):
    case = with_takers(closed_case(office, clock))
    open_all(case)
    assessor = case.assessors[0]
    [assignment_id] = assign(case, case.submissions[0], assessor)
    judge_all(case, assignment_id, assessor)
    runs = [run for run in folded(rows(case)) if len(run) > 1 and run[0].tag == "judgement.begin"]
    assert len(runs) == 1 and len(runs[0]) > 5
    text = come_in(client, case.auditor).get(address(case)).text
    assert f"{len({row.part for row in runs[0]})} onderdelen ingezien" in text
    assert "Begonnen met beoordelen" not in text


def test_runs_of_two_people_stay_apart(case):
    kinds = [run for run in folded(rows(case)) if run[0].tag == "judgement.begin"]
    assert len({run[0].who for run in kinds}) == len(kinds) == 2


def test_the_page_says_words_and_the_file_keeps_the_codes(case, client):
    page = come_in(client, case.auditor).get(f"{address(case)}?soort=decision")
    shown = re.sub(r"<(select|head).*?</\1>", "", page.text, flags=re.S)
    assert "Besluit genomen" in shown and "decision.decide" not in shown
    assert "Besluit genomen" not in client.get(f"{address(case)}?soort=submission").text
    lines = client.get(f"{address(case)}?soort=decision&formaat=csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(rows(case, chosen=queries.Chosen("decision"))) and "decision.prepare" in lines[1]


def test_the_case_stands_on_top_in_its_steps(case, client):
    with begin_read(case.office, case.auditor) as work:
        about = queries.case(work, case.procedure_id, case.provider.organisation_id)
        steps = dict(queries.milestones(work, about))
    assert steps["Geopend"] and steps["Besloten"] and steps["Gepubliceerd"]
    assert steps["Contract getekend"] is None and steps["Signaal"] is None
    assert "De zaak in stappen" in come_in(client, case.auditor).get(address(case)).text


def test_days_narrow_the_trail_and_a_day_that_is_none_does_not(case, client):
    everything = len(rows(case))
    august = rows(case, chosen=queries.Chosen(since=date(2022, 8, 1), until=date(2022, 8, 1)))
    assert august and all(row.at.date() == date(2022, 8, 1) for row in august) and len(august) < everything
    before = rows(case, chosen=queries.Chosen(until=date(2022, 7, 31)))
    assert len(before) + len(august) == everything
    page = come_in(client, case.auditor).get(f"{address(case)}?van=2022-08-01&tot=2022-08-01")
    assert f"{len(august)} regels." in page.text and 'value="2022-08-01"' in page.text
    for odd in ("gisteren", "0001-01-01", "9999-12-31"):
        assert f"{everything} regels." in client.get(f"{address(case)}?van={odd}&tot={odd}").text


def test_a_long_trail_has_pages(case, client, monkeypatch):
    monkeypatch.setattr(trail_queries, "PER_PAGE", 50)
    page, every = come_in(client, case.auditor).get(address(case)), rows(case)
    assert 50 < len(every) <= 100 and f"{len(every)} regels." in page.text and 'rel="prev"' not in page.text
    further = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert further is not None
    last = client.get(further[1].replace("&amp;", "&")).text
    assert 'rel="next"' not in last and 'rel="prev"' in last and f"{every[49].seq + 1}" in last
    assert client.get(f"{address(case)}?vanaf=onzin").text.count("<tr") == page.text.count("<tr")


# --- cases and chain ---------------------------------------------------------------------------------------------


def test_the_list_of_cases_says_how_far_each_is_and_is_narrowed(case, client):
    come_in(client, case.auditor)
    page = client.get("/controle").text
    assert "Lindeveld Jeugd en Gezin" in page and "Kwelder Jeugd" in page and "Inschrijving: besloten" in page
    assert "1 augustus 2022" in page
    narrowed = client.get("/controle?q=kwelder").text
    assert "Kwelder Jeugd" in narrowed and "Lindeveld" not in narrowed
    assert "Er is geen zaak die hierbij past." in client.get("/controle?procedure=XX-1").text
    with begin_read(case.office, case.auditor) as work:
        [reference] = [procedure.reference for procedure in queries.procedures(work)]
    assert "Kwelder Jeugd" in client.get(f"/controle?procedure={reference}").text


def test_a_draft_of_a_closed_round_is_called_not_handed_in_in_list_and_file(case, client):
    with begin_write(case.office, SYSTEM) as work:
        work.get(Submission, case.submissions[1]).state = SubmissionState.DRAFT
    come_in(client, case.auditor)
    for address in ("/controle?q=kwelder", "/controle?q=kwelder&formaat=csv"):
        said = client.get(address).get_data(as_text=True)
        assert "Inschrijving: niet ingediend" in said and "concept" not in said.lower()
    send(client, "/account", "/taal", locale="en")
    assert "not handed in" in client.get("/controle?q=kwelder").text


def test_the_check_of_the_chain_says_what_was_checked_and_can_be_taken_along(case, client):
    come_in(client, case.auditor)
    with begin_read(case.office, SYSTEM) as work:
        hashes = list(work.session.scalars(select(AuditEvent.hash).order_by(AuditEvent.seq)))
    page = client.get("/controle/keten").text
    assert "De auditketen is heel" in page and hashes[0] in page and hashes[-1] in page
    report = client.get("/controle/keten?formaat=txt")
    assert report.headers["Content-Disposition"].endswith("auditketen.txt")
    assert f"Aantal regels: {len(hashes)}" in report.text and "de keten is heel" in report.text


def test_a_broken_chain_is_told_on_the_page_and_in_the_report(case, client):
    session = case.office.db.session(write=True)
    session.execute(update(AuditEvent).where(AuditEvent.seq == 3).values(role="auditor"))
    session.commit()
    session.close()
    page = come_in(client, case.auditor).get("/controle/keten").text
    assert "De auditketen klopt niet" in page and "Er is 1 fout gevonden" in page
    assert "de keten klopt niet" in client.get("/controle/keten?formaat=txt").text
