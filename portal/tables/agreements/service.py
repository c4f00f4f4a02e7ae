"""The verbs of agreements: propose, word, take positions, agree. Mediation and rulings are folders of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from portal.access import Permission
from portal.audit import record
from portal.documents import document_name
from portal.errors import NotAllowed, RuleBroken
from portal.meetings.documents import MinutesFacts, facts_of
from portal.meetings.models import MeetingState
from portal.meetings.queries import meeting, names_of, staff_of
from portal.meetings.service import keep_minutes_file
from portal.tables.agreements import queries, rules
from portal.tables.agreements.documents import agreement_facts
from portal.tables.agreements.models import Agreement, AgreementState, Position, Stance
from portal.tables.agreements.rules import Target
from portal.tables.agreements.states import AGREEMENT
from portal.tables.kpis.models import ObligationType
from portal.tables.kpis.service import set_target
from portal.tables.rounds.models import Round
from portal.tables.rounds.queries import region_of
from portal.work import Work


def propose_agreement(
    work: Work, round_: Round, *, title: str, text: str, obligation_type: ObligationType, target: Target | None = None
) -> Agreement:
    """A proposal at a round. Raises NotAllowed, or RuleBroken once the minutes of the round are adopted."""
    work.require(Permission.AGREEMENT_WRITE, round_.table)
    reasons = list(rules.reasons_not_to_aim(target, round_.table.region_id, work.today))
    if round_.meeting.state is MeetingState.MINUTES_ADOPTED:
        reasons.append("round_is_closed")
    if reasons:
        raise RuleBroken(*reasons, subject=round_)
    last = work.session.scalar(select(func.max(Agreement.number)).where(Agreement.round_id == round_.id))
    agreement = Agreement(
        table_id=round_.table_id, round_id=round_.id, number=(last or 0) + 1, title=title.strip(), text=text.strip(),
        obligation_type=obligation_type, proposed_at=work.now, text_changed_at=work.now,
    )  # fmt: skip
    agreement.table, agreement.round = round_.table, round_
    _aim(agreement, target)
    work.add(agreement)
    record(work, "agreement.proposed", agreement, table_id=round_.table_id, round_id=round_.id, kpi_id=agreement.kpi_id)
    return agreement


def _aim(agreement: Agreement, target: Target | None) -> None:
    agreement.kpi = target.kpi if target else None
    agreement.kpi_id = target.kpi.id if target else None
    agreement.kpi_value = target.value if target else None
    agreement.kpi_date = target.on if target else None


def edit_agreement(
    work: Work,
    agreement: Agreement,
    *,
    title: str,
    text: str,
    obligation_type: ObligationType,
    target: Target | None = None,
    version: int | None = None,
) -> None:
    """Other words. Positions on the older text no longer count: each seat takes its position again.

    Raises NotAllowed, RuleBroken once settled, StaleVersion.
    """
    work.require(Permission.AGREEMENT_WRITE, agreement)
    theirs = {key: getattr(agreement, key) for key in ("title", "text", "kpi_value", "kpi_date")}
    kpi, obligation = agreement.kpi_id or 0, agreement.obligation_type
    work.expect_version(agreement, version, **theirs, obligation=obligation, kpi=kpi)
    reasons = rules.reasons_not_to_aim(target, agreement.table.region_id, work.today)
    if broken := [*rules.reasons_not_to_change(agreement), *reasons]:
        raise RuleBroken(*broken, subject=agreement)
    before = rules.meaning(agreement)
    agreement.title, agreement.text = title.strip(), text.replace("\r\n", "\n").strip()
    agreement.obligation_type = obligation_type
    _aim(agreement, target)
    changed = before != rules.meaning(agreement)
    if changed:
        agreement.text_changed_at = work.now
    record(work, "agreement.edited", agreement, table_id=agreement.table_id, other_meaning=changed)


def record_positions(
    work: Work, agreement: Agreement, taken: Mapping[int, tuple[Stance, str]], *, version: int | None = None
) -> None:
    """The positions of several seats in one act, per seat id. The first ones say that the proposal was discussed.

    Raises NotAllowed, RuleBroken (reasons carry the seat's name), StaleVersion.
    """
    work.require(Permission.AGREEMENT_WRITE, agreement)
    work.expect_version(agreement, version)
    seats = {seat.id: seat for seat in agreement.table.seats}
    reasons = list(rules.reasons_not_to_change(agreement))
    for seat_id, (stance, reason) in taken.items():
        if seat_id not in seats:
            reasons.append("no_such_seat")
        else:
            reasons += [f"{r}:{seats[seat_id].label}" for r in rules.reasons_against_position(stance, reason)]
    if reasons:
        raise RuleBroken(*reasons, subject=agreement)
    if taken and agreement.state is AgreementState.PROPOSED:
        AGREEMENT.apply(work, agreement, "discuss", table_id=agreement.table_id)
    for seat_id, (stance, reason) in taken.items():
        _take(work, agreement, seat_id, stance, reason.strip())
    agreement.positions_at = work.now
    work.session.flush()


def _take(work: Work, agreement: Agreement, seat_id: int, stance: Stance, reason: str) -> None:
    found = next((position for position in agreement.positions if position.seat_id == seat_id), None)
    before = found.stance if found else None
    if found is None:
        found = Position(seat_id=seat_id)
        agreement.positions.append(found)
    found.stance, found.reason = stance, reason
    found.recorded_at, found.recorded_by_id = work.now, _person(work, Permission.AGREEMENT_WRITE, agreement)
    if before is not stance:
        record(work, "position.recorded", agreement, table_seat_id=seat_id, before=before, after=stance)


def _person(work: Work, permission: Permission, thing: object) -> int:
    """These acts are somebody's: a job cannot do them."""
    if work.actor.user_id is None:
        raise NotAllowed(permission.value, subject=thing)
    return work.actor.user_id


def record_consensus(work: Work, agreement: Agreement) -> None:
    """Nobody objects and every seat that was there has spoken; reservations are noted. Sets the KPI's target.

    Raises RuleBroken, IllegalTransition, NotAllowed.
    """
    advance(work, agreement, "record_consensus", unless=rules.reasons_against_consensus(queries.stands(agreement)))


def advance(work: Work, agreement: Agreement, act: str, *, unless: Iterable[str] = (), **facts: Any) -> None:
    """One step on the road to a decision, for mediation and ruling as well. Where the agreement stands after it, its
    target is set in the same act. Raises NotAllowed, IllegalTransition, RuleBroken.
    """
    AGREEMENT.apply(work, agreement, act, unless=unless, table_id=agreement.table_id, **facts)
    if agreement.state in rules.OVER:
        agreement.settled_at = work.now
    if agreement.state in rules.STANDS and agreement.kpi is not None:
        assert agreement.kpi_value is not None and agreement.kpi_date is not None  # a whole target or none
        set_target(
            work, agreement.kpi, value=agreement.kpi_value, target_date=agreement.kpi_date,
            obligation_type=agreement.obligation_type, agreement_id=agreement.id,
        )  # fmt: skip


# --- the document of a round -------------------------------------------------------------------------------------


def freeze_minutes(work: Work, round_: Round) -> MinutesFacts:
    """The meeting of a round with its agreements, as facts for a document that is rendered after this act. Raises NotFound."""
    found = meeting(work, round_.meeting_id)
    proposed = queries.agreements_of(work, round_id=round_.id)
    return facts_of(
        found,
        region=region_of(work, round_.table).name,
        made_at=found.adopted_at or work.now,
        as_of=work.now,
        staff=staff_of(work, region_id=found.region_id, table_id=found.table_id),
        names=names_of(work, [addendum.by_id for addendum in found.addenda]),
        agreements=[agreement_facts(agreement, queries.stands(agreement)) for agreement in proposed],
    )


def file_title(round_: Round) -> str:
    """What a document of this round is called as a file, between its kind and its day."""
    return f"{round_.table.code} ronde {round_.number}"


def keep_minutes(work: Work, round_: Round, *, document: bytes) -> None:
    """Store the document of adopted minutes. Raises IllegalTransition before adoption, NotAllowed."""
    name = document_name("Verslag", file_title(round_), round_.meeting.starts_at)
    keep_minutes_file(work, round_.meeting, document=document, name=name)
