"""One line of steps for the whole life of a procedure: what is done says when it was done."""

from __future__ import annotations

import re

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from portal.access import SYSTEM
from portal.db import migrations
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions import service as deciding
from portal.tenders.procedures import queries, service
from portal.tenders.procedures.models import Procedure
from portal.work import begin_read, begin_write
from tests.tenders.judging import (
    announced_case,
    assess,
    assessed_case,
    closed_case,
    open_all,
    opened_case,
    procedure_of,
)
from tests.tenders.procedures.steps import approved, drafted, published
from tests.tenders.submissions.test_pages import enter

BUILD = {"closed": closed_case, "opened": opened_case, "assessed": assessed_case, "announced": announced_case}


def line(page: str) -> list[str]:
    """Each step as it reads: name and who or when; the current one between asterisks."""
    steps = re.findall(r'<li class="p-stap[^"]*"( aria-current="step")?>(.*?)</li>', page)
    names = [re.findall(r'p-stap__(?:naam|wie)">([^<]*)<', html) for _current, html in steps]
    words = [", ".join(found) for found in names]
    return [f"*{said}*" if current else said for (current, _html), said in zip(steps, words, strict=True)]


def test_before_publication_the_same_line_of_steps_is_counted(office, client, people):
    drafted(office, people)
    enter(office, client, people.officer)
    assert line(client.get("/inkoop/procedures/1").text) == [
        "*Voorbereiden, inkoop*",
        "Inschrijven, aanbieders, tot 15 juni 2022",
        "Openen, inkoop, vanaf 15 juni 2022",
        "Beoordelen, beoordelaars",
        "Beslissing, uiterlijk 1 augustus 2022",
        "Definitief, na de termijn",
        "Contract, vanaf 1 januari 2023",
    ]
    with begin_write(office, people.officer) as work:
        service.send_to_review(work, queries.procedure(work, 1))
    assert "*Voorbereiden, een tweede persoon controleert*" in line(client.get("/inkoop/procedures/1").text)


def test_an_approved_one_waits_to_be_published(office, client, people):
    approved(office, people)
    enter(office, client, people.officer)
    assert line(client.get("/inkoop/procedures/1").text)[0] == "*Voorbereiden, goedgekeurd, nog te publiceren*"


def test_after_publication_providers_are_next(office, client, people):
    published(office, people)
    found = line(client.get("/procedures/ALK-2022-01").text)
    assert found[:2] == ["Gepubliceerd, 1 maart 2022", "*Inschrijven, aanbieders, tot 15 juni 2022*"]
    enter(office, client, people.admin)
    found = line(client.get("/procedures/ALK-2022-01").text)
    assert found[1] == "*Inschrijven, u, tot 15 juni 2022*"


@pytest.mark.parametrize(
    ("until", "done", "current", "tag"),
    [
        ("closed", "Inschrijven, gesloten op 15 juni 2022", "*Openen, inkoop, kan sinds 15 juni 2022*", "Te openen"),
        ("opened", "Geopend, 15 juni 2022", "*Beoordelen, beoordelaars*", "In beoordeling"),
        ("assessed", "Beoordeeld, 15 juni 2022", "*Beslissing, uiterlijk 1 augustus 2022*", "Beslissing in voorbereiding"),
        ("announced", "Beslist, 1 augustus 2022", "*Definitief, na 21 augustus 2022*", "Beslissing verzonden"),
    ],
)  # fmt: skip
def test_what_is_done_says_when_and_the_state_says_the_same(office, clock, client, until, done, current, tag):
    case = BUILD[until](office, clock)
    enter(office, client, case.officer)
    page = client.get(f"/inkoop/procedures/{case.procedure_id}").text
    found = line(page)
    assert found.index(done) + 1 == found.index(current)
    assert f"</svg>{tag}</span>" in page


def test_once_everything_is_final_only_the_contract_is_left(office, clock, client):
    case = announced_case(office, clock)
    clock.set("2022-09-01 10:00")
    with begin_write(office, case.officer) as work:
        for decision in decisions.decisions_in(work, procedure_of(work, case)):
            deciding.confirm_final(work, decision)
    enter(office, client, case.officer)
    found = line(client.get(f"/inkoop/procedures/{case.procedure_id}").text)
    assert found[-2:] == ["Definitief, 1 september 2022", "*Contract, vanaf 1 januari 2023*"]
    clock.set("2023-01-01 10:00")
    enter(office, client, case.officer)
    assert line(client.get(f"/inkoop/procedures/{case.procedure_id}").text)[-1] == "*Contract, sinds 1 januari 2023*"


def test_what_an_older_database_knows_is_taken_over(office, clock):
    case = announced_case(office, clock)
    scripts = ScriptDirectory.from_config(migrations("sqlite://"))
    known: dict[str, str] = scripts.get_revision("0012").module.KNOWN
    with begin_write(office, SYSTEM) as work:
        found = work.get(Procedure, case.procedure_id)
        before = {name: getattr(found, name) for name in known}
        for name, select in known.items():
            work.session.execute(text(f"UPDATE procedure SET {name} = NULL"))
            work.session.execute(text(f"UPDATE procedure SET {name} = ({select})"))
        work.session.refresh(found)
        assert {name: getattr(found, name) for name in known} == before
        assert [name for name, value in before.items() if value is None] == ["completed_at"]


def test_it_is_judged_when_the_last_submission_is(office, clock):
    case = closed_case(office, clock)
    open_all(case)
    for submission_id, judged in zip(case.submissions, (False, True), strict=True):
        assess(case, submission_id)
        with begin_read(office, case.officer) as work:
            assert (procedure_of(work, case).assessed_at is not None) is judged


def test_a_withdrawn_one_has_no_steps_left(office, client, people):
    published(office, people)
    with begin_write(office, people.officer) as work:
        service.withdraw_procedure(work, queries.procedure(work, 1), reason="De regio begint opnieuw.")
    assert line(client.get("/procedures/ALK-2022-01").text) == []
