"""The verbs of mediation. What is said there lies sealed, apart from the minutes; only the outcome leaves it."""

from __future__ import annotations

from datetime import timedelta

from portal.access import Permission
from portal.audit import record
from portal.errors import NotAllowed, RuleBroken
from portal.storage import new_seal, open_bytes, seal_bytes
from portal.storage.models import Seal
from portal.tables.agreements import rules
from portal.tables.agreements.mediation import mails, queries
from portal.tables.agreements.models import Agreement, Mediation, MediationEntry, MediationOutcome
from portal.tables.agreements.queries import stands
from portal.tables.agreements.service import advance
from portal.tables.rounds.queries import region_of
from portal.work import Work


def start_mediation(work: Work, agreement: Agreement, *, mediator_id: int | None = None) -> Mediation:
    """The chair mediates, or a substitute where a party asked for one. What is said lies sealed, apart from the minutes.

    Raises RuleBroken without an objection or with a mediator who is no independent chair, IllegalTransition, NotAllowed.
    """
    mediator_id = mediator_id or work.actor.user_id
    reasons = list(rules.reasons_not_to_mediate(stands(agreement)))
    if mediator_id not in {user.id for user in queries.mediators(work, agreement.table)}:
        reasons.append("no_such_mediator")
    due = work.today + timedelta(weeks=queries.mediation_weeks(region_of(work, agreement.table)))
    advance(work, agreement, "start_mediation", unless=reasons, mediator_id=mediator_id, due_on=due)
    mediation = Mediation(
        agreement_id=agreement.id, seal_id=new_seal(work).id, mediator_id=mediator_id, opened_at=work.now, due_on=due
    )
    agreement.mediation = mediation
    work.session.flush()
    mails.tell_of_mediation(work, agreement, mediation)
    return mediation


def replace_mediator(work: Work, mediation: Mediation, *, mediator_id: int) -> None:
    """A party asked for a substitute. From now on the file opens for the substitute alone. Raises RuleBroken, NotAllowed."""
    _require_mediator(work, mediation)
    reasons = [] if mediation.closed_at is None else ["mediation_is_closed"]
    if mediator_id not in {user.id for user in queries.mediators(work, mediation.agreement.table)}:
        reasons.append("no_such_mediator")
    if reasons:
        raise RuleBroken(*reasons, subject=mediation)
    record(work, "mediation.handed_over", mediation, before=mediation.mediator_id, after=mediator_id)
    mediation.mediator_id = mediator_id
    mails.tell_of_mediation(work, mediation.agreement, mediation)


def note_mediation(work: Work, mediation: Mediation, *, text: str) -> MediationEntry:
    """A confidential note, sealed before it is stored; the trail knows that there is one. Raises NotAllowed, RuleBroken."""
    by_id = _require_mediator(work, mediation)
    reasons = [] if mediation.closed_at is None else ["mediation_is_closed"]
    if not text.strip():
        reasons.append("note_is_empty")
    if reasons:
        raise RuleBroken(*reasons, subject=mediation)
    sealed = seal_bytes(work, work.get(Seal, mediation.seal_id), text.strip().encode())
    entry = MediationEntry(mediation_id=mediation.id, sealed=sealed, by_id=by_id, at=work.now)
    mediation.entries.append(entry)
    work.session.flush()
    record(work, "mediation.noted", mediation, mediation_entry_id=entry.id, agreement_id=mediation.agreement_id)
    return entry


def read_mediation(work: Work, mediation: Mediation) -> list[tuple[MediationEntry, str]]:
    """The notes in the clear, for their mediator; that they were read is on record. Raises NotAllowed."""
    _require_mediator(work, mediation)
    record(work, "mediation.read", mediation, agreement_id=mediation.agreement_id)
    seal = work.get(Seal, mediation.seal_id)
    return [(entry, open_bytes(work, seal, entry.sealed).decode()) for entry in mediation.entries]


def close_mediation(work: Work, mediation: Mediation, *, outcome: MediationOutcome) -> None:
    """Only the outcome leaves the file. Consensus asks what consensus always asks: no objection, everybody heard.

    Raises RuleBroken, IllegalTransition, NotAllowed.
    """
    _require_mediator(work, mediation)
    agreement = mediation.agreement
    act, reasons = "fail_mediation", list[str]()
    if outcome is MediationOutcome.CONSENSUS:
        act, reasons = "mediate_to_consensus", list(rules.reasons_against_consensus(stands(agreement)))
    advance(work, agreement, act, unless=reasons, mediation_id=mediation.id)
    mediation.outcome, mediation.closed_at = outcome, work.now
    record(work, "mediation.closed", mediation, outcome=outcome, agreement_id=agreement.id)


def _require_mediator(work: Work, mediation: Mediation) -> int:
    work.require(Permission.MEDIATION_LEAD, mediation)
    if work.actor.user_id != mediation.mediator_id:
        raise NotAllowed(Permission.MEDIATION_LEAD.value, subject=mediation)
    return mediation.mediator_id
