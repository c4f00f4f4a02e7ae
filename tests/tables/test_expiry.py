"""What a table agreed and what was said in mediation go after their terms, by a human's two steps; the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import audit
from portal.access import SYSTEM, Role
from portal.contracts.models import Contract
from portal.meetings.models import Meeting
from portal.regions.models import Region
from portal.retention import jobs
from portal.retention import queries as retention
from portal.retention import service as removing
from portal.retention.classes import class_of
from portal.retention.models import Removal
from portal.tables.agreements import queries, service
from portal.tables.agreements.mediation import queries as files
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import AgreementState, MediationEntry, MediationOutcome, Position, Stance
from portal.tables.rounds.models import DevelopmentTable, Round, TableState
from portal.tasks import HANDLERS, run_pending
from portal.tenders.procedures import service as procedures
from portal.tenders.procedures.models import Procedure
from portal.work import Office
from tests import factories
from tests.compliance.builder import add_contract
from tests.tables.world import World, at

YES, NO = (Stance.CONSENT, ""), (Stance.OBJECTION, "Dat redden onze mensen niet.")


@pytest.fixture
def settled(world: World, work_as: Any, agreement_id: int) -> int:
    """Consensus after mediation, in March 2023; a contract of the region runs until the end of 2030."""
    with work_as(world.secretary) as work:
        found = queries.agreement(work, agreement_id)
        service.record_positions(
            work, found, dict(zip([s.id for s in found.table.seats], [YES, NO, YES], strict=False))
        )
    with work_as(world.chair) as work:
        mediation = mediations.start_mediation(work, queries.agreement(work, agreement_id))
        mediations.note_mediation(work, mediation, text="Kranswier noemt een overname.")
    with work_as(world.secretary) as work:
        found = queries.agreement(work, agreement_id)
        service.record_positions(work, found, {found.table.seats[1].id: YES})
    with work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation.id), outcome=MediationOutcome.CONSENSUS)
    with work_as(SYSTEM) as work:
        region = work.get(Region, world.region.id)
        officer = factories.in_name_of(work, factories.actor_for(factories.make_officer(work, region)))
        procedure = procedures.draft_procedure(officer, region, "ambulant", published_on=date(2023, 4, 1))
        add_contract(work, procedure, world.provider.organisation_id or 0, starts_on=date(2023, 1, 1))
    return agreement_id


@pytest.fixture
def let_go(office: Office, work_as: Any) -> Callable[[str], int]:
    def both_steps(key: str) -> int:
        with work_as(SYSTEM) as work:
            keeper = factories.actor_for(factories.make_staff(work, Role.PLATFORM_ADMIN))
        with work_as(keeper) as work:
            removal = removing.propose_removal(work, key, reason="Gezien met de archivaris.")
            removing.confirm_removal(work, removal, seen=len(removal.subject_ids))
        assert HANDLERS[removing.REMOVE] is jobs.remove_confirmed and run_pending(office) == 1
        with work_as(SYSTEM) as work:
            assert list(audit.verify_chain(work.session)) == [], "the chain still verifies"
            return work.get(Removal, removal.id).removed

    return both_steps


def due(read_as: Any, key: str) -> list[str]:
    with read_as(SYSTEM) as work:
        return [one.what for one in retention.due(work, key)]


def close(work_as: Any, world: World) -> None:
    with work_as(SYSTEM) as work:
        work.get(DevelopmentTable, world.table_id).state = TableState.CLOSED


def test_notes_of_a_mediation_go_two_years_after_the_outcome(
    world: World, clock: Any, work_as: Any, read_as: Any, settled: int, let_go: Any
) -> None:
    clock.set("2025-03-14 09:00")
    assert due(read_as, "mediation") == []
    clock.set("2025-03-15 09:00")
    assert due(read_as, "mediation") == ["Transformatie, 1.1 Korter verblijf"]
    assert let_go("mediation") == 1 and due(read_as, "mediation") == []
    with work_as(world.chair) as work:
        agreement = queries.agreement(work, settled)
        assert work.session.scalar(select(func.count()).select_from(MediationEntry)) == 0
        assert mediations.read_mediation(work, files.mediation(work, agreement.mediation.id)) == []
        assert agreement.mediation.outcome is MediationOutcome.CONSENSUS and len(agreement.positions) == 3


def test_notes_stay_while_somebody_waits_for_the_outcome(
    world: World, clock: Any, work_as: Any, read_as: Any, settled: int
) -> None:
    clock.set("2031-01-01 09:00")
    for state, waits in ((AgreementState.RULING_REQUESTED, True), (AgreementState.RULED, False)):
        with work_as(SYSTEM) as work:
            queries.agreement(work, settled).state = state
        assert (due(read_as, "mediation") == []) is waits


def test_an_agreement_stays_as_long_as_the_contracts_it_binds_for(
    world: World, clock: Any, work_as: Any, read_as: Any, enter: Any, settled: int, let_go: Any
) -> None:
    clock.set("2038-01-02 09:00")
    assert due(read_as, "agreement") == [], "the table still runs"
    close(work_as, world)
    clock.set("2037-12-30 09:00")
    assert due(read_as, "agreement") == [], "the contract ran until the end of 2030"
    clock.set("2038-01-02 09:00")
    assert due(read_as, "agreement") == ["Transformatie, 1.1 Korter verblijf"]
    assert let_go("agreement") == 1 and due(read_as, "agreement") == []
    with read_as(SYSTEM) as work:
        found = queries.agreement(work, settled)
        assert (found.title, found.text, found.state) == ("Korter verblijf", "", AgreementState.CONSENSUS)
        assert work.session.scalar(select(func.count()).select_from(Position)) == 0
    page = enter(world.chair).get(f"/ontwikkeltafels/{world.table_id}/afspraken/{settled}").text
    assert "na de bewaartermijn verwijderd" in page and "Nog geen standpunt" not in page


def test_a_contract_that_began_after_the_last_round_of_this_table_is_not_bound_whatever_table_still_meets(
    world: World, clock: Any, work_as: Any, read_as: Any, settled: int
) -> None:
    with work_as(SYSTEM) as work:
        bound = work.session.scalars(select(Contract)).one()
        bound.ends_on = date(2023, 12, 31)
        late = work.get(Procedure, bound.procedure_id)
        add_contract(work, late, world.other_provider.organisation_id or 0, starts_on=date(2024, 1, 1))
        other = DevelopmentTable(region_id=world.region.id, code="verblijf", name="Verblijf")
        facts = {"region_id": world.region.id, "title": "Ronde 1", "location": "Raadhuis"}
        meeting = Meeting(**facts, starts_at=at("2024-06-01 13:30"), ends_at=at("2024-06-01 16:00"))
        work.session.add_all([other, meeting, Round(table=other, number=1, meeting=meeting)])
    close(work_as, world)
    clock.set("2031-01-02 09:00")
    assert due(read_as, "agreement") == ["Transformatie, 1.1 Korter verblijf"]


@pytest.mark.parametrize("key", ["mediation", "agreement"])
def test_the_terms_are_said_to_be_proposals_in_both_languages(key: str) -> None:
    kind = class_of(key)
    assert not kind.confirmed and kind.label.en and kind.holds.en and kind.starts.en
