"""What hangs on a contract goes together with its term: submission, letter and contract, declarations, minutes. What the
register and the figures rest on stays, and names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import audit, storage
from portal.access import SYSTEM, Role
from portal.accounts.models import User
from portal.compliance.declarations import service as declarations
from portal.compliance.declarations.models import (
    Declaration,
    EvaluationDeclaration,
    ProfitMarginDeclaration,
    TopOfficial,
)
from portal.compliance.obligations import queries as obligations
from portal.compliance.obligations.models import Obligation
from portal.contracts import service as contracting
from portal.contracts.models import Contract, ContractState, SubAgreement
from portal.errors import NotAllowed
from portal.meetings import service as meetings
from portal.meetings.models import ActionItem, Meeting, SeatKind
from portal.meetings.rules import Point, SeatFacts
from portal.retention import jobs, queries, service
from portal.retention.models import Removal
from portal.storage import StoredFile
from portal.tasks import HANDLERS, Task, run_pending
from portal.tenders.assessment.queries import opened_submission
from portal.tenders.decisions.models import Decision, DecisionLetter, Objection, ObjectionKind, ObjectionState
from portal.tenders.submissions.models import Submission
from portal.work import begin_read, begin_write
from tests import factories
from tests.compliance.builder import EVALUATION, FIGURES, MARGIN, WNT
from tests.compliance.builder import settle as settled_desk
from tests.tenders import judging
from tests.web.doors import come_in

REASON = "De termijn is voorbij, gezien met de archivaris."


@pytest.fixture
def let_go(office, work_as):
    def both_steps(key: str) -> int:
        with work_as(SYSTEM) as work:
            keeper = factories.actor_for(factories.make_staff(work, Role.PLATFORM_ADMIN))
        with work_as(keeper) as work:
            removal = service.propose_removal(work, key, reason=REASON)
        with work_as(keeper) as work:
            service.confirm_removal(work, work.get(Removal, removal.id), seen=len(removal.subject_ids))
        assert HANDLERS[service.REMOVE] is jobs.remove_confirmed and run_pending(office) >= 1
        with begin_read(office, SYSTEM) as work:
            assert list(audit.verify_chain(work.session)) == [], "the chain still verifies"
            tasks = [(task.status.value, task.outcome) for task in work.session.scalars(select(Task))]
            assert {status for status, _outcome in tasks} == {"done"}, tasks
            return work.get(Removal, removal.id).removed

    return both_steps


def due(office, key: str) -> list[int]:
    with begin_read(office, SYSTEM) as work:
        return [one.id for one in queries.due(work, key)]


@pytest.fixture
def contracted(office, clock):
    """A contract to the end of 2022, as signing leaves it, from a submission that was admitted."""
    case = judging.announced_case(office, clock)
    with begin_write(office, case.officer) as work:
        contract = contracting.prepare_contract(work, opened_submission(work, case.submissions[0]))
        contract_id = contract.id
    run_pending(office)
    with begin_write(office, SYSTEM) as work:
        found = work.get(Contract, contract_id)
        found.state, found.starts_on, found.ends_on = ContractState.ENDED, date(2022, 9, 1), date(2022, 12, 31)
    return case, contract_id


def test_an_admitted_submission_goes_with_letter_and_contract_seven_years_after_its_end(
    office, clock, contracted, work_as, let_go
):
    case, contract_id = contracted
    clock.set("2029-12-30 09:00")
    assert due(office, "awarded") == []
    clock.set("2030-01-02 09:00")
    with work_as(SYSTEM) as work:
        decision = work.session.scalars(select(Decision).where(Decision.submission_id == case.submissions[0])).first()
        objection = Objection(
            decision=decision, kind=ObjectionKind.COURT_CASE, received_on=work.today, recorded_at=work.now, in_time=True,
            recorded_by_id=decision.prepared_by_id, text="Zegt mevrouw Jansen",
        )  # fmt: skip
        work.add(objection)
    assert due(office, "awarded") == [], "a court case runs"
    with work_as(SYSTEM) as work:
        work.get(Objection, objection.id).state = ObjectionState.DISMISSED
    assert due(office, "awarded") == [contract_id]
    assert let_go("awarded") == 1 and due(office, "awarded") == []
    with begin_read(office, SYSTEM) as work:
        contract, other = work.get(Contract, contract_id), work.get(Submission, case.submissions[1])
        letter = work.session.scalars(
            select(DecisionLetter).where(DecisionLetter.submission_id == case.submissions[0])
        ).one()
        files = {work.get(StoredFile, id).removed_at is not None for id in (contract.file_id, letter.file_id)}
        assert files == {True} and work.get(Submission, case.submissions[0]).content is None
        assert work.get(Objection, objection.id).text == ""
        assert contract.number and contract.sub_agreements and contract.ends_on == date(2022, 12, 31)
        assert other.content is not None


def test_what_runs_for_another_provider_neither_keeps_nor_returns_it(office, clock, contracted, work_as, let_go):
    case, contract_id = contracted
    with work_as(SYSTEM) as work:
        old = work.get(Contract, contract_id)
        names = ("region_id", "procedure_id", "prepared_by_id", "prepared_at")
        facts = {name: getattr(old, name) for name in names} | {"starts_on": old.starts_on, "ends_on": date(2040, 1, 1)}
        theirs = work.get(Submission, case.submissions[1])
        other = Contract(**facts, organisation_id=theirs.organisation_id, number="other", state=ContractState.IN_FORCE)
        decision = work.session.scalars(select(Decision).where(Decision.submission_id == theirs.id)).first()
        own = SubAgreement(
            contract=other, product_id=old.sub_agreements[0].product_id, decision_id=decision.id,
            starts_on=other.starts_on, ends_on=other.ends_on,
        )  # fmt: skip
        objection = Objection(
            decision=decision, kind=ObjectionKind.COURT_CASE, received_on=work.today, recorded_at=work.now, in_time=True,
            recorded_by_id=decision.prepared_by_id,
        )  # fmt: skip
        work.session.add_all([other, own, objection])
    clock.set("2030-01-02 09:00")
    assert due(office, "awarded") == [contract_id], "the court case is about another contract"
    assert let_go("awarded") == 1
    assert due(office, "awarded") == [], "the content that is left is another's"


def test_while_a_newer_contract_of_the_same_provider_runs_all_of_it_stays(office, clock, contracted, work_as):
    _case, contract_id = contracted
    with work_as(SYSTEM) as work:
        old = work.get(Contract, contract_id)
        names = ("region_id", "organisation_id", "procedure_id", "prepared_by_id", "prepared_at", "state")
        facts = {name: getattr(old, name) for name in names}
        work.add(Contract(**facts, number="later", starts_on=date(2023, 1, 1), ends_on=date(2026, 12, 31)))
    clock.set("2030-01-02 09:00")
    assert due(office, "awarded") == []


def test_a_declaration_goes_and_the_figures_of_an_organisation_stay(office, clock, let_go):
    desk = settled_desk(office)
    desk.year_begins()
    desk.files(EVALUATION)
    desk.files(WNT)
    desk.files(MARGIN, explanation="Noor ging met verlof.")
    with begin_write(office, SYSTEM) as work:
        first = work.session.scalars(select(Declaration)).first()
        first.remark = "Bel mij, Noor"
        first.file_id = storage.put_bytes(work, b"bijlage", name="b.txt", seal=storage.system_seal(work)).id
    clock.set("2037-12-30 09:00")
    assert due(office, "declaration") == []
    clock.set("2038-01-01 09:00")
    assert len(due(office, "declaration")) == 3
    assert let_go("declaration") == 3 and due(office, "declaration") == []
    with begin_read(office, SYSTEM) as work:
        margin = work.session.scalars(select(ProfitMarginDeclaration)).one()
        assert margin.turnover == 1_840_000 and margin.explanation == ""
        assert not work.session.scalars(select(TopOfficial)).all()
        assert not work.session.scalars(select(EvaluationDeclaration)).all()
        assert len(work.session.scalars(select(Declaration).where(Declaration.remark == "")).all()) == 3
        assert work.session.scalars(select(Obligation)).first() is not None
        assert [f.removed_at is not None for f in work.session.scalars(select(StoredFile))].count(True) == 1


def test_of_an_owner_who_lives_on_the_profit_the_figures_go_too(office, clock, let_go):
    desk = settled_desk(office)
    desk.year_begins()
    with begin_write(office, desk.other) as work:
        item = obligations.obligation(work, desk.id_of(MARGIN, desk.other))
        declarations.file_profit_margin(work, item, **FIGURES)
    clock.set("2038-01-01 09:00")
    assert let_go("declaration") == 1
    with begin_read(office, SYSTEM) as work:
        assert not work.session.scalars(select(ProfitMarginDeclaration)).all()
        assert len(work.session.scalars(select(Declaration)).all()) == 1


def test_minutes_go_once_every_contract_that_ran_then_is_over_as_long(office, clock, work_as, let_go):
    desk = settled_desk(office)
    clock.set("2023-02-01 09:00")
    with work_as(SYSTEM) as work:
        seat = SeatFacts(SeatKind.PROVIDER, "Aanbieder", user_id=desk.users["provider"].id)
        meeting = meetings.plan_meeting(
            work, region_id=desk.region_id, table_id=None, title="Gesprek over de wachttijd",
            starts_at=clock() + timedelta(days=1), ends_at=clock() + timedelta(days=1, hours=2), location="Raadhuis",
            seats=[seat], points=[Point("Opening", 10)],
        )  # fmt: skip
        meeting.agenda[0].minutes = "Noor zei iets."
        work.add(ActionItem(meeting_id=meeting.id, seat_id=meeting.seats[0].id, what="Bel", due_on=work.today))
    clock.set("2037-12-30 09:00")
    assert due(office, "table_minutes") == [], "the contracts ran until the end of 2030"
    clock.set("2038-01-01 09:00")
    assert due(office, "table_minutes") == [meeting.id]
    assert let_go("table_minutes") == 1 and due(office, "table_minutes") == []
    with begin_read(office, SYSTEM) as work:
        found = work.get(Meeting, meeting.id)
        assert (found.title, found.agenda[0].title, found.agenda[0].minutes) == (
            meeting.title,
            meeting.agenda[0].title,
            "",
        )
        assert (found.seats[0].label, found.seats[0].user_id, found.actions) == ("Aanbieder", None, [])


def test_an_officer_sees_what_is_due_in_the_own_region_and_removes_nothing(app, office, clock, contracted, work_as):
    case, contract_id = contracted
    clock.set("2030-01-02 09:00")
    client = app.test_client()
    with begin_read(office, SYSTEM) as work:
        come_in(client, work.get(User, case.officer.user_id))
    assert "Toegelaten inschrijving" in client.get("/inkoop/bewaren").text
    page = client.get("/inkoop/bewaren/awarded").text.split("<main")[1]
    assert "Er is hier nu niets" not in page and "Stap 1" not in page
    assert client.get("/inkoop/bewaren/leaver").status_code == client.get("/beheer/bewaren").status_code == 404
    with begin_read(office, case.officer) as work:
        assert [one.id for one in queries.due_in_region(work, "awarded")] == [contract_id]
    with begin_read(office, replace(case.officer, region_id=(case.officer.region_id or 0) + 99)) as work:
        assert queries.due_in_region(work, "awarded") == [] and {n for _kind, n in queries.in_region(work)} == {0}
    for role in (Role.ASSESSOR, Role.PROVIDER_ADMIN):
        with pytest.raises(NotAllowed), begin_read(office, replace(case.officer, role=role)) as work:
            queries.due_in_region(work, "awarded")
