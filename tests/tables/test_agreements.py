from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.mail.models import OutboxMail
from portal.meetings import service as meetings
from portal.meetings.models import Attendance
from portal.tables.agreements import queries, service
from portal.tables.agreements.mediation import queries as files
from portal.tables.agreements.mediation import service as mediations
from portal.tables.agreements.models import AgreementState, MediationEntry, MediationOutcome, Stance, Vote
from portal.tables.agreements.rules import Target, counts
from portal.tables.agreements.rulings import queries as ruling_queries
from portal.tables.agreements.rulings import service as rulings
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import ObligationType, TargetStatus
from portal.tables.rounds import queries as round_queries
from portal.tables.rounds import service as rounds
from tests.tables.world import POINTS, World, at

YES, BUT, NO = (Stance.CONSENT, ""), (Stance.RESERVATION, "Als de kosten meetellen."), (Stance.OBJECTION, "Te snel.")


@pytest.fixture
def proposal(world: World, work_as: Any, clock: Any) -> int:
    """An agreement with a target at a round that is going on; the school is away."""
    with work_as(world.secretary) as work:
        table = round_queries.table(work, world.table_id)
        times = {"starts_at": at("2023-03-15 13:30"), "ends_at": at("2023-03-15 16:00")}
        planned = rounds.plan_round(work, table, location="Raadhuis", points=POINTS, **times)
        meetings.send_agenda(work, planned.meeting)
    clock.set("2023-03-15 14:00")
    with work_as(world.secretary) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        seats = found.meeting.seats
        there = {seat.id: Attendance.PRESENT for seat in seats[:3]} | {seats[3].id: Attendance.EXCUSED}
        meetings.record_attendance(work, found.meeting, there)
        measure = kpis.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        return service.propose_agreement(
            work, found, title="Korter verblijf", text="Wij werken toe naar ten hoogste negen maanden.",
            obligation_type=ObligationType.EFFORT, target=Target(measure, Decimal(9), date(2025, 12, 31)),
        ).id  # fmt: skip


def take(work_as: Any, world: World, agreement_id: int, *stances: Any) -> None:
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, agreement_id)
        taken = {s.id: t for s, t in zip(agreement.table.seats, stances, strict=False) if t is not None}
        service.record_positions(work, agreement, taken)


def state(read_as: Any, agreement_id: int) -> AgreementState:
    with read_as(SYSTEM) as work:
        return queries.agreement(work, agreement_id).state


def target_status(read_as: Any, world: World) -> TargetStatus:
    with read_as(SYSTEM) as work:
        return kpis.kpi_by_code(work, world.region.id, "K-HV-DUUR").target.status


def tags(read_as: Any) -> list[str]:
    with read_as(SYSTEM) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def in_mediation(world: World, work_as: Any, agreement_id: int) -> int:
    take(work_as, world, agreement_id, YES, NO, YES)
    with work_as(world.chair) as work:
        return mediations.start_mediation(work, queries.agreement(work, agreement_id)).id


def failed(world: World, work_as: Any, agreement_id: int) -> None:
    mediation_id = in_mediation(world, work_as, agreement_id)
    with work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation_id), outcome=MediationOutcome.FAILED)


def at_the_colleges(world: World, work_as: Any, agreement_id: int) -> int:
    failed(world, work_as, agreement_id)
    with work_as(world.chair) as work:
        return rulings.request_ruling(work, queries.agreement(work, agreement_id), question="Wat geldt?").id


def decide(work_as: Any, actor: Any, ruling_id: int, vote: Vote = Vote.FOR, **facts: Any) -> None:
    facts = {"decided_on": date(2023, 3, 15), "decision_number": "B&W 23-118", "reasons": "Dit helpt.", **facts}
    with work_as(actor) as work:
        rulings.record_college_decision(work, ruling_queries.ruling(work, ruling_id), vote=vote, **facts)


# --- proposing and taking positions ------------------------------------------------------------------------------


def test_agreements_are_numbered_within_their_round(world: World, work_as: Any, read_as: Any, proposal: int) -> None:
    with work_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        second = service.propose_agreement(
            work, found, title="Nachtzorg", text="Tekst", obligation_type=ObligationType.RESULT
        )
        assert second.code == "1.2"
    with read_as(world.provider) as work:
        assert queries.agreement(work, proposal).code == "1.1"
    assert "agreement.proposed" in tags(read_as)


def test_a_target_in_the_past_is_not_proposed(world: World, work_as: Any, proposal: int) -> None:
    with pytest.raises(RuleBroken, match="target_date_in_the_past"), work_as(world.chair) as work:
        measure = kpis.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        found = round_queries.round_of(work, world.table_id, 1)
        service.propose_agreement(
            work, found, title="T", text="T", obligation_type=ObligationType.EFFORT,
            target=Target(measure, Decimal(9), date(2023, 3, 15)),
        )  # fmt: skip


def test_only_chair_and_secretary_write_agreements(world: World, work_as: Any, proposal: int) -> None:
    for actor in (world.participant, world.provider, world.manager, world.delegates[0]):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            agreement = queries.agreement(work, proposal)
            service.record_positions(work, agreement, {agreement.table.seats[0].id: (Stance.CONSENT, "")})


def test_positions_are_counted_in_four(world: World, work_as: Any, read_as: Any, proposal: int) -> None:
    take(work_as, world, proposal, YES, NO, BUT)
    with read_as(world.provider) as work:
        found = counts(queries.stands(queries.agreement(work, proposal)))
        assert (found.consent, found.reservation, found.objection, found.open) == (1, 1, 1, 1)
    assert state(read_as, proposal) is AgreementState.DISCUSSED
    assert tags(read_as).count("position.recorded") == 3 and "agreement.discuss" in tags(read_as)


def test_an_objection_without_a_reason_is_refused_with_the_name_of_the_seat(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    with pytest.raises(RuleBroken, match="position_needs_reason:Aanbieder 1"):
        take(work_as, world, proposal, YES, (Stance.OBJECTION, " "))
    assert state(read_as, proposal) is AgreementState.PROPOSED  # nothing half done
    with pytest.raises(RuleBroken, match="no_such_seat"), work_as(world.chair) as work:
        service.record_positions(work, queries.agreement(work, proposal), {999: YES})


def test_two_people_who_record_positions_notice_each_other(world: World, work_as: Any, proposal: int) -> None:
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, proposal)
        opened = agreement.version
        service.record_positions(work, agreement, {agreement.table.seats[0].id: YES}, version=opened)
    with pytest.raises(StaleVersion), work_as(world.chair) as work:
        agreement = queries.agreement(work, proposal)
        service.record_positions(work, agreement, {agreement.table.seats[0].id: NO}, version=opened)


def test_a_position_on_an_older_text_does_not_count(
    world: World, work_as: Any, read_as: Any, clock: Any, proposal: int
) -> None:
    take(work_as, world, proposal, YES, YES, YES)
    clock.advance(minutes=5)
    with work_as(world.secretary) as work:
        agreement = queries.agreement(work, proposal)
        target = Target(agreement.kpi, agreement.kpi_value, agreement.kpi_date)
        words = {
            "title": agreement.title,
            "text": "Ten hoogste tien maanden.",
            "obligation_type": ObligationType.EFFORT,
        }
        service.edit_agreement(work, agreement, target=target, version=agreement.version, **words)
    with pytest.raises(RuleBroken, match="position_on_an_older_text"), work_as(world.chair) as work:
        service.record_consensus(work, queries.agreement(work, proposal))
    take(work_as, world, proposal, YES, YES, YES)
    with work_as(world.chair) as work:
        service.record_consensus(work, queries.agreement(work, proposal))
    assert "agreement.edited" in tags(read_as)


def test_a_stale_edit_shows_both_texts(world: World, work_as: Any, proposal: int) -> None:
    words = {"title": "Korter verblijf", "obligation_type": ObligationType.EFFORT}
    with work_as(world.secretary) as work:
        service.edit_agreement(work, queries.agreement(work, proposal), text="Een", version=1, **words)
    with pytest.raises(StaleVersion) as refused, work_as(world.chair) as work:
        service.edit_agreement(work, queries.agreement(work, proposal), text="Twee", version=1, **words)
    assert refused.value.theirs["text"] == "Een"


# --- consensus ---------------------------------------------------------------------------------------------------


def test_consensus_sets_the_target_in_the_same_act(world: World, work_as: Any, read_as: Any, proposal: int) -> None:
    take(work_as, world, proposal, YES, BUT, YES)
    assert target_status(read_as, world) is TargetStatus.TBD_AT_TABLE
    with work_as(world.secretary) as work:
        service.record_consensus(work, queries.agreement(work, proposal))
    with read_as(world.provider) as work:
        measure = kpis.kpi_by_code(work, world.region.id, "K-HV-DUUR")
        assert [(t.number, t.status.value, t.value) for t in measure.targets] == [
            (1, "tbd_at_table", None),
            (2, "set", Decimal(9)),
        ]
        assert measure.target.agreement_id == proposal
        assert queries.agreement(work, proposal).settled_at == at("2023-03-15 14:00")
    assert {"agreement.record_consensus", "kpi.target_set"} <= set(tags(read_as))


@pytest.mark.parametrize(
    ("stances", "reason"),
    [((YES, NO, YES), "there_is_an_objection:Aanbieder 1"), ((YES, YES), "present_seat_without_position:Aanbieder 2")],
)
def test_no_consensus_over_an_objection_or_a_silent_seat(
    world: World, work_as: Any, read_as: Any, proposal: int, stances: Any, reason: str
) -> None:
    take(work_as, world, proposal, *stances)
    with pytest.raises(RuleBroken, match=reason), work_as(world.chair) as work:
        service.record_consensus(work, queries.agreement(work, proposal))
    assert target_status(read_as, world) is TargetStatus.TBD_AT_TABLE


def test_what_was_settled_does_not_change(world: World, work_as: Any, proposal: int) -> None:
    take(work_as, world, proposal, YES, YES, YES)
    with work_as(world.chair) as work:
        service.record_consensus(work, queries.agreement(work, proposal))
    with pytest.raises(RuleBroken, match="agreement_is_settled"):
        take(work_as, world, proposal, NO)
    with pytest.raises(RuleBroken, match="agreement_is_settled"), work_as(world.chair) as work:
        service.edit_agreement(
            work, queries.agreement(work, proposal), title="T", text="T", obligation_type=ObligationType.EFFORT
        )
    with pytest.raises(IllegalTransition), work_as(world.chair) as work:
        service.record_consensus(work, queries.agreement(work, proposal))


def test_nothing_is_proposed_at_a_round_whose_minutes_are_adopted(
    world: World, work_as: Any, clock: Any, proposal: int
) -> None:
    with work_as(world.chair) as work:
        meeting = round_queries.round_of(work, world.table_id, 1).meeting
        meetings.save_minutes(work, meeting.agenda[0], minutes="Tekst")
        meetings.send_minutes_draft(work, meeting, comments_until=at("2023-03-20 12:00"))
    clock.set("2023-03-20 12:00")
    with work_as(world.chair) as work:
        meetings.adopt_minutes(work, round_queries.round_of(work, world.table_id, 1).meeting)
    with pytest.raises(RuleBroken, match="round_is_closed"), work_as(world.chair) as work:
        found = round_queries.round_of(work, world.table_id, 1)
        service.propose_agreement(work, found, title="T", text="T", obligation_type=ObligationType.EFFORT)


# --- mediation ---------------------------------------------------------------------------------------------------


def test_mediation_has_four_weeks_and_is_announced_without_its_content(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with work_as(world.chair) as work:
        found = files.mediation(work, mediation_id)
        assert found.due_on == date(2023, 4, 12)
        mediations.note_mediation(work, found, text="Kranswier noemt een overname.")
    with read_as(SYSTEM) as work:
        mails = [m for m in work.session.scalars(select(OutboxMail)) if m.template == "mediation_started"]
        assert world.provider.email in {mail.recipient for mail in mails}
        assert all(world.region.name in mail.text for mail in mails)
        assert "12 april 2023" in mails[0].text and not any("overname" in mail.text for mail in mails)
        facts = str([event.facts for event in work.session.scalars(select(AuditEvent))])
        assert "overname" not in facts
    assert {"agreement.start_mediation", "mediation.noted"} <= set(tags(read_as))


def test_without_an_objection_there_is_nothing_to_mediate(world: World, work_as: Any, proposal: int) -> None:
    take(work_as, world, proposal, YES, BUT, YES)
    with pytest.raises(RuleBroken, match="nothing_to_mediate"), work_as(world.chair) as work:
        mediations.start_mediation(work, queries.agreement(work, proposal))


def test_a_secretary_does_not_mediate_and_a_mediator_is_an_independent_chair(
    world: World, work_as: Any, proposal: int
) -> None:
    take(work_as, world, proposal, YES, NO, YES)
    with pytest.raises(NotAllowed), work_as(world.secretary) as work:
        mediations.start_mediation(work, queries.agreement(work, proposal), mediator_id=world.chair.user_id)
    with pytest.raises(RuleBroken, match="no_such_mediator"), work_as(world.chair) as work:
        mediations.start_mediation(work, queries.agreement(work, proposal), mediator_id=world.manager.user_id)


def test_what_is_said_in_mediation_lies_sealed_and_opens_for_the_mediator_alone(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with work_as(world.chair) as work:
        mediations.note_mediation(work, files.mediation(work, mediation_id), text="Een vertrouwelijk woord")
    with read_as(SYSTEM) as work:
        assert b"vertrouwelijk" not in work.session.scalars(select(MediationEntry)).one().sealed
    with work_as(world.chair) as work:
        read = mediations.read_mediation(work, files.mediation(work, mediation_id))
        assert [text for _, text in read] == ["Een vertrouwelijk woord"]
    everybody_else = (
        world.secretary,
        world.substitute,
        world.provider,
        world.participant,
        world.manager,
        world.delegates[0],
    )
    for actor in everybody_else:
        with pytest.raises(NotFound), read_as(actor) as work:
            files.mediation(work, mediation_id)
    assert "mediation.read" in tags(read_as)


def test_with_a_substitute_the_file_opens_for_the_substitute_alone(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with work_as(world.chair) as work:
        found = files.mediation(work, mediation_id)
        mediations.replace_mediator(work, found, mediator_id=world.substitute.user_id)
    with pytest.raises(NotFound), read_as(world.chair) as work:
        files.mediation(work, mediation_id)
    with work_as(world.substitute) as work:
        found = files.mediation(work, mediation_id)
        mediations.note_mediation(work, found, text="Ik neem het over")
        assert [w.title for w in queries.waiting(work)] == ["Bemiddel en leg de uitkomst vast"]
    with pytest.raises(RuleBroken, match="no_such_mediator"), work_as(world.substitute) as work:
        mediations.replace_mediator(work, files.mediation(work, mediation_id), mediator_id=world.provider.user_id)
    assert "mediation.handed_over" in tags(read_as)


def test_a_handed_over_mediation_is_no_longer_the_chairs_to_close(world: World, work_as: Any, proposal: int) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with pytest.raises(NotAllowed), work_as(world.chair) as work:
        found = files.mediation(work, mediation_id)
        mediations.replace_mediator(work, found, mediator_id=world.substitute.user_id)
        mediations.close_mediation(work, found, outcome=MediationOutcome.FAILED)


def test_mediation_ends_in_consensus_only_when_the_objection_is_gone(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with pytest.raises(RuleBroken, match="there_is_an_objection"), work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation_id), outcome=MediationOutcome.CONSENSUS)
    take(work_as, world, proposal, None, BUT)
    with work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation_id), outcome=MediationOutcome.CONSENSUS)
    assert state(read_as, proposal) is AgreementState.CONSENSUS
    assert target_status(read_as, world) is TargetStatus.SET
    assert {"agreement.mediate_to_consensus", "mediation.closed"} <= set(tags(read_as))


def test_a_closed_mediation_takes_no_notes(world: World, work_as: Any, read_as: Any, proposal: int) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation_id), outcome=MediationOutcome.FAILED)
    with pytest.raises(RuleBroken, match="mediation_is_closed, note_is_empty"), work_as(world.chair) as work:
        mediations.note_mediation(work, files.mediation(work, mediation_id), text=" ")
    with pytest.raises(RuleBroken, match="mediation_is_closed"), work_as(world.chair) as work:
        found = files.mediation(work, mediation_id)
        mediations.replace_mediator(work, found, mediator_id=world.substitute.user_id)
    assert state(read_as, proposal) is AgreementState.MEDIATION_FAILED
    assert "agreement.fail_mediation" in tags(read_as)


# --- ruling ------------------------------------------------------------------------------------------------------


def test_a_ruling_is_asked_of_every_college_after_failed_mediation_only(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    take(work_as, world, proposal, YES, NO, YES)
    with pytest.raises(IllegalTransition), work_as(world.chair) as work:
        rulings.request_ruling(work, queries.agreement(work, proposal), question="Wat geldt?")
    with work_as(world.chair) as work:
        mediation = mediations.start_mediation(work, queries.agreement(work, proposal))
        mediations.close_mediation(work, mediation, outcome=MediationOutcome.FAILED)
    with pytest.raises(RuleBroken, match="question_is_empty"), work_as(world.chair) as work:
        rulings.request_ruling(work, queries.agreement(work, proposal), question=" ")
    with pytest.raises(NotAllowed), work_as(world.secretary) as work:
        rulings.request_ruling(work, queries.agreement(work, proposal), question="Wat geldt?")
    with work_as(world.chair) as work:
        assert (
            rulings.request_ruling(work, queries.agreement(work, proposal), question="Wat geldt?").rule == "unanimous"
        )
    with read_as(SYSTEM) as work:
        asked = [m for m in work.session.scalars(select(OutboxMail)) if m.template == "ruling_requested"]
        assert {mail.recipient for mail in asked} == {delegate.email for delegate in world.delegates}
        agreement = queries.agreement(work, proposal)
        for words in ("Wat geldt?", agreement.title, agreement.text, world.region.name):
            assert all(words in mail.text and words in unescape(mail.html) for mail in asked)
    assert "agreement.request_ruling" in tags(read_as)


def test_the_mediator_learns_where_to_hand_over_and_the_table_whom_to_ask(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    mediation_id = in_mediation(world, work_as, proposal)
    with work_as(world.chair) as work:
        mediations.replace_mediator(
            work, files.mediation(work, mediation_id), mediator_id=world.substitute.user_id or 0
        )
    page = f"/bemiddeling/{mediation_id}"
    with read_as(SYSTEM) as work:
        told = [m for m in work.session.scalars(select(OutboxMail)) if m.template == "mediation_started"]
        handed_over = [
            m for m in told if f"{world.substitute.name} bemiddelt" in m.text or m.recipient == world.substitute.email
        ]
        assert {m.recipient for m in handed_over if page in m.text} == {world.substitute.email}
        own = next(m for m in handed_over if m.recipient == world.provider.email)
        asks = f"Vraag dat aan {world.substitute.name}: {world.substitute.email}"
        assert asks in own.text and f"mailto:{world.substitute.email}" in own.html


def test_without_a_rule_in_the_blueprint_no_ruling_can_be_asked(world: World, work_as: Any, proposal: int) -> None:
    failed(world, work_as, proposal)
    with work_as(SYSTEM) as work:
        region = round_queries.region_of(work, round_queries.table(work, world.table_id))
        blueprint = dict(region.blueprint)
        blueprint["governance"] = {k: v for k, v in blueprint["governance"].items() if k != "final_ruling"}
        region.blueprint, region.blueprint_digest = blueprint, "0" * 64
    with pytest.raises(RuleBroken, match="region_has_no_rule"), work_as(world.chair) as work:
        rulings.request_ruling(work, queries.agreement(work, proposal), question="Wat geldt?")


def test_all_colleges_for_makes_a_ruling_that_sets_the_target(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    for delegate in world.delegates[:-1]:
        decide(work_as, delegate, ruling_id)
        assert state(read_as, proposal) is AgreementState.RULING_REQUESTED  # a missing vote keeps it open
    decide(work_as, world.delegates[-1], ruling_id)
    assert state(read_as, proposal) is AgreementState.RULED
    assert target_status(read_as, world) is TargetStatus.SET
    with read_as(SYSTEM) as work:
        told = {m.recipient for m in work.session.scalars(select(OutboxMail)) if m.template == "ruling_settled"}
        assert {world.provider.email, world.delegates[0].email} <= told
    assert {"ruling.decided", "agreement.rule_for"} <= set(tags(read_as))


def test_one_college_against_rejects_under_unanimity_once_all_have_decided(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    decide(work_as, world.delegates[0], ruling_id, Vote.AGAINST)
    for delegate in world.delegates[1:]:
        decide(work_as, delegate, ruling_id)
    assert state(read_as, proposal) is AgreementState.NOT_ADOPTED
    assert target_status(read_as, world) is TargetStatus.TBD_AT_TABLE
    assert "agreement.rule_against" in tags(read_as)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"decided_on": date(2023, 3, 16)}, "decision_in_the_future"),
        ({"decided_on": date(2023, 3, 14)}, "decision_before_the_question"),
        ({"decision_number": " "}, "decision_without_number"),
        ({"vote": Vote.AGAINST, "reasons": ""}, "vote_against_needs_reason"),
    ],
)
def test_a_decision_of_a_college_has_a_date_a_number_and_when_against_reasons(
    world: World, work_as: Any, proposal: int, facts: dict[str, Any], reason: str
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    with pytest.raises(RuleBroken, match=reason):
        decide(work_as, world.delegates[0], ruling_id, **facts)


def test_a_college_decides_once(world: World, work_as: Any, proposal: int) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    decide(work_as, world.delegates[0], ruling_id)
    with pytest.raises(RuleBroken, match="municipality_has_decided"):
        decide(work_as, world.delegates[0], ruling_id, Vote.AGAINST)


def test_only_a_delegate_with_a_mandate_in_the_register_records(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    with work_as(SYSTEM) as work:
        from portal.regions.models import Mandate

        register = work.session.scalars(select(Mandate).where(Mandate.holder_id == world.delegates[0].user_id)).one()
        register.valid_until = register.valid_from
    with pytest.raises(RuleBroken, match="no_mandate_to_rule"):
        decide(work_as, world.delegates[0], ruling_id)
    for actor in (world.chair, world.secretary, world.manager, world.provider):
        with pytest.raises(NotAllowed):
            decide(work_as, actor, ruling_id)
    with read_as(SYSTEM) as work:
        assert ruling_queries.ruling(work, ruling_id).decisions == []


def test_a_municipality_that_left_the_region_has_no_vote(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    leaving = world.delegates[0]
    with work_as(SYSTEM) as work:
        from portal.regions.models import RegionMembership

        query = select(RegionMembership).where(RegionMembership.municipality_id == leaving.municipality_id)
        for membership in work.session.scalars(query):
            membership.member_until = date(2023, 3, 14)
    with pytest.raises(RuleBroken, match="municipality_not_a_member"):
        decide(work_as, leaving, ruling_id)
    for delegate in world.delegates[1:]:
        decide(work_as, delegate, ruling_id)
    assert state(read_as, proposal) is AgreementState.RULED


def test_agreements_and_rulings_of_a_strange_table_are_not_found(
    world: World, work_as: Any, read_as: Any, proposal: int
) -> None:
    ruling_id = at_the_colleges(world, work_as, proposal)
    with read_as(world.outsider) as work:
        for find in (lambda: queries.agreement(work, proposal), lambda: ruling_queries.ruling(work, ruling_id)):
            with pytest.raises(NotFound):
                find()


def test_each_waits_for_whom_it_is_the_turn(world: World, work_as: Any, read_as: Any, proposal: int) -> None:
    def waits(actor: Any) -> list[tuple[str, bool]]:
        with read_as(actor) as work:
            return [(wait.title, wait.mine) for wait in queries.waiting(work)]

    mediation_id = in_mediation(world, work_as, proposal)
    assert waits(world.chair) == [("Bemiddel en leg de uitkomst vast", True)]
    assert waits(world.provider) == [("Uitkomst van de bemiddeling", False)]
    with work_as(world.chair) as work:
        mediations.close_mediation(work, files.mediation(work, mediation_id), outcome=MediationOutcome.FAILED)
    assert waits(world.chair) == [("Vraag de gemeenten om een uitspraak", True)]
    with work_as(world.chair) as work:
        ruling_id = rulings.request_ruling(work, queries.agreement(work, proposal), question="Wat geldt?").id
    assert waits(world.delegates[0]) == [("Leg het besluit van uw college vast", True)]
    decide(work_as, world.delegates[0], ruling_id)
    assert waits(world.delegates[0]) == [("Uitspraak van de gemeenten", False)]
    assert waits(world.manager) == [("Uitspraak van de gemeenten", False)]
    assert waits(world.outsider) == []
