"""The start page costs the same few queries however much there is: a board, so at most fifteen (promises)."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from portal.access import SYSTEM
from portal.accounts.models import Membership, User
from portal.compliance.obligations.models import Obligation
from portal.contracts.models import Contract
from portal.meetings.models import ActionItem, Meeting, MeetingSeat
from portal.tables.agreements.models import Agreement
from portal.tenders.procedures.models import Procedure, ProcedureState, Question
from portal.work import begin_read, begin_write
from tests.counting import statements
from tests.home import scenes
from tests.web.doors import come_in

MOST = 15
"""Promised."""
MANY = 20


def costs(app, office, people) -> dict[str, int]:
    """Queries of /start, for one person of each role."""
    found = {}
    for who, actor in {actor.role: (who, actor) for who, actor in people.items()}.values():
        with begin_read(office, SYSTEM) as work:
            person = work.get(User, actor.user_id)
            client = come_in(app.test_client(), person, work.get(Membership, actor.membership_id))
        client.get("/start")  # what a process reads once
        with statements(app.extensions["portal"].office.db.engine) as asked:
            assert client.get("/start").status_code == 200
        found[who] = len(asked)
    return found


def copies(work, row, **changes):
    """Twenty more of this row; a change may be a function of the number."""
    columns = {c.key for c in inspect(type(row)).mapper.column_attrs} - {"id"}
    for number in range(1, MANY + 1):
        facts = {name: getattr(row, name) for name in columns}
        facts |= {name: value(number) if callable(value) else value for name, value in changes.items()}
        made = type(row)(**facts)
        work.session.add(made)
        work.session.flush()
        yield made


def every(work, model):
    return list(work.session.query(model).order_by(model.id))


def more_procedures(work):
    """In each state of preparation, published ones that can be begun, and questions to each."""
    first = every(work, Procedure)[0]
    for state in (ProcedureState.DRAFT, ProcedureState.APPROVED, ProcedureState.PUBLISHED):
        for made in copies(work, first, state=state, reference=lambda n, s=state: f"X-{s.value[:4]}-{n}"):
            for question in every(work, Question)[:1]:
                facts = {"subject": question.subject, "text": question.text, "state": question.state}
                own = {"asked_by_id": question.asked_by_id, "organisation_id": question.organisation_id}
                work.session.add(Question(procedure_id=made.id, asked_at=question.asked_at, **facts, **own))
    work.session.flush()


def more_at_the_table(work):
    for meeting in every(work, Meeting):
        seats = [seat for seat in every(work, MeetingSeat) if seat.meeting_id == meeting.id]
        for made in copies(work, meeting):
            for seat in seats:
                facts = {"kind": seat.kind, "label": seat.label, "position": seat.position}
                own = {"organisation_id": seat.organisation_id, "user_id": seat.user_id}
                kept = MeetingSeat(meeting_id=made.id, **facts, **own)
                work.session.add(kept)
                work.session.flush()
                work.session.add(ActionItem(meeting_id=made.id, seat_id=kept.id, what="Bel", due_on=work.today))
    for agreement in every(work, Agreement):
        list(copies(work, agreement, number=lambda n: 100 + n))


def more_contracts(work):
    for found in every(work, Contract):
        others = [made.id for made in copies(work, every(work, Procedure)[0], reference=lambda n: f"Y-{n}")]
        list(copies(work, found, number=lambda n: f"Y-{n}", procedure_id=lambda n, others=others: others[n - 1]))


def more_obligations(work):
    for item in every(work, Obligation):
        list(copies(work, item, about_year=lambda n: 1900 + n))


SCENES = {
    "a draft": (scenes.filled_in, more_procedures),
    "decisions": (scenes.decided, more_procedures),
    "letters": (scenes.announced, more_procedures),
    "contracts": (scenes.contract_sent, more_contracts),
    "meetings": (scenes.agenda_sent, more_at_the_table),
    "agreements": (scenes.discussed, more_at_the_table),
    "rulings": (scenes.ruling_requested, more_at_the_table),
    "obligations": (scenes.obligation_open, more_obligations),
}


@pytest.mark.parametrize("name", SCENES)
def test_the_start_page_costs_the_same_with_twenty_times_as_much(app, office, clock, name):
    build, multiply = SCENES[name]
    scene = build(office, clock)
    few = costs(app, office, scene.people)
    with begin_write(office, SYSTEM) as work:
        multiply(work)
    many = costs(app, office, scene.people)
    assert max(many.values()) <= MOST, many
    assert many == few


def test_the_top_of_a_page_costs_one_query_beside_the_actor(app, office, clock):
    scene = scenes.asked(office, clock)
    with begin_read(office, SYSTEM) as work:
        person = work.get(User, scene.people["admin"].user_id)
        client = come_in(app.test_client(), person)
        assert person.memberships
    client.get("/stijlgids")
    with statements(app.extensions["portal"].office.db.engine) as asked:
        client.get("/stijlgids")
    assert len(asked) <= 3, asked
