"""The verbs of deciding: prepare, decide, announce, object, confirm. Raises what is named at each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from portal.access import Permission
from portal.audit import record
from portal.clock import local_date
from portal.documents import document_name
from portal.errors import NotFound, RuleBroken
from portal.regions.mandates import queries as mandates
from portal.regions.mandates.queries import JointMandate
from portal.regions.models import Power
from portal.storage import put_bytes, system_seal
from portal.tasks import Task, enqueue
from portal.tenders.assessment import queries as assessment
from portal.tenders.decisions import mails, queries, rules
from portal.tenders.decisions.documents import LetterFacts, letter_facts
from portal.tenders.decisions.models import (
    Decision,
    DecisionLetter,
    DecisionState,
    Objection,
    ObjectionKind,
    ObjectionState,
)
from portal.tenders.decisions.states import DECISION, OBJECTION
from portal.tenders.decisions.terms.queries import objection_counting
from portal.tenders.procedures import service as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import service as submissions
from portal.tenders.submissions.models import SubmissionProduct
from portal.work import Work

CLOSING_ACTS = {
    ObjectionState.DISMISSED: "dismiss",
    ObjectionState.UPHELD: "uphold",
    ObjectionState.WITHDRAWN: "note_withdrawal",
}


def prepare_decision(work: Work, product: SubmissionProduct) -> Decision:
    """Draw up the decision on one product from what was settled: the outcome follows, nobody chooses it.

    Raises NotAllowed, RuleBroken (already_prepared, not_assessed).
    """
    work.require(Permission.DECISION_PREPARE, product)
    settled = assessment.settled(work, product)
    reasons = rules.reasons_not_to_prepare(product.submission, settled, queries.is_prepared(work, product))
    if reasons or work.actor.user_id is None:
        raise RuleBroken(*reasons, subject=product.submission)
    decision = Decision(
        submission_product=product,
        submission=product.submission,
        outcome=rules.outcome_of(s.verdict for s in settled),
        reasons=[
            {"code": s.criterion.code, "title": s.criterion.title_nl, "verdict": s.verdict.value, "reasons": s.reasons}
            for s in settled
        ],
        prepared_by_id=work.actor.user_id,
        prepared_at=work.now,
    )
    work.add(decision)
    record(work, "decision.prepare", decision, submission_id=product.submission_id, outcome=decision.outcome)
    return decision


def prepare_decisions(work: Work, procedure: Procedure) -> list[Decision]:
    """All that are ready in this procedure. Raises NotAllowed, RuleBroken (nothing_to_prepare)."""
    work.require(Permission.DECISION_PREPARE, procedure)
    ready = queries.to_prepare(work, procedure)
    if not ready:
        raise RuleBroken("nothing_to_prepare", subject=procedure)
    return [prepare_decision(work, product) for product in ready]


def mandate_of_actor(work: Work, region_id: int) -> JointMandate:
    """The lines in the mandate registers by which the actor decides today."""
    return mandates.joint_mandate(work, work.actor.user_id, region_id, Power.DECIDE_ADMISSION, work.today)


def decide(work: Work, decision: Decision) -> None:
    """The mandate holder takes the decision (art. 160 Gemeentewet: the colleges, each by its mandate; a second person).

    Raises NotAllowed, IllegalTransition, RuleBroken (no_mandate_to_decide, college_without_mandate, preparer_decides,
    log_in_again).
    """
    held = mandate_of_actor(work, decision.submission.procedure.region_id)
    reasons = rules.reasons_not_to_decide(decision, held, decider_id=work.actor.user_id, fresh=work.actor.fresh)
    mandate = held.of(work.actor.municipality_id) or next(iter(held.lines), None)  # their own college's, if it gave one
    facts = {"submission_id": decision.submission_id, "outcome": decision.outcome}
    DECISION.apply(work, decision, "decide", unless=reasons, mandate_id=mandate.id if mandate else None, **facts)
    decision.decided_by_id, decision.decided_at, decision.mandate = work.actor.user_id, work.now, mandate
    decision.mandates = [
        {"municipality": line.municipality.name, "decision_number": line.decision_number} for line in held.lines
    ]
    work.session.flush()
    submission = decision.submission
    if submission.id in queries.decided_submissions([submission], queries.decisions_of(work, submission)):
        submissions.mark_decided(work, submission)


def announce(work: Work, procedure: Procedure) -> Task:
    """Order the letters to everybody; a task renders them and `send_letters` sends them all on one day.

    Raises NotAllowed, RuleBroken (already_announced, nothing_to_announce, not_all_decided, objection_term_missing,
    letters_in_the_making).
    """
    work.require(Permission.DECISION_ANNOUNCE, procedure)
    everybody = queries.judged_submissions(work, procedure)
    decided = queries.decided_submissions(everybody, queries.decisions_in(work, procedure))
    reasons = rules.reasons_not_to_announce(procedure, everybody, decided)
    if queries.is_making_letters(queries.letters_task(work, procedure)):
        reasons.append("letters_in_the_making")
    if reasons:
        raise RuleBroken(*reasons, subject=procedure)
    record(work, "decision.order_letters", procedure, count=len(everybody))
    return enqueue(work, queries.LETTERS, procedure_id=procedure.id)


def facts_of_letters(work: Work, procedure: Procedure) -> list[LetterFacts]:
    """What each letter will say when it is sent today. Raises ValueError while something is undecided."""
    by_submission: dict[int, list[Decision]] = {}
    for decision in queries.decisions_in(work, procedure):
        by_submission.setdefault(decision.submission_id, []).append(decision)
    counting = objection_counting(procedure)
    ends = rules.objection_ends(work.today, procedure.objection_days or 0, **counting)
    return [
        letter_facts(
            decisions[0].submission,
            decisions,
            reference=f"{procedure.reference}-B{number:03d}",
            sent_on=work.today,
            made_at=max(d.decided_at for d in decisions if d.decided_at),
            objection_ends=ends,
        )
        for number, (_id, decisions) in enumerate(sorted(by_submission.items()), 1)
    ]


def send_letters(work: Work, procedure: Procedure, letters: Mapping[int, tuple[LetterFacts, bytes]]) -> int:
    """Send every letter of the procedure in one transaction: all hear on the same day, the term starts the day after.

    Raises NotAllowed, RuleBroken (as `announce`; letters_out_of_date when something changed since they were made).
    """
    work.require(Permission.DECISION_ANNOUNCE, procedure)
    everybody = queries.judged_submissions(work, procedure)
    decisions = queries.decisions_in(work, procedure)
    reasons = rules.reasons_not_to_announce(procedure, everybody, queries.decided_submissions(everybody, decisions))
    if not reasons:
        today = {facts.submission_id: facts for facts in facts_of_letters(work, procedure)}
        if today != {submission_id: facts for submission_id, (facts, _document) in letters.items()}:
            reasons = ["letters_out_of_date"]
    if reasons:
        raise RuleBroken(*reasons, subject=procedure)
    for submission_id, (facts, document) in sorted(letters.items()):
        _send(work, facts, document, [d for d in decisions if d.submission_id == submission_id])
    ends = next((facts.objection_ends for facts, _document in letters.values()), None)
    procedures.mark_announced(work, procedure, objection_ends=ends)
    return len(letters)


def _send(work: Work, facts: LetterFacts, document: bytes, decisions: list[Decision]) -> None:
    name = document_name("Beslissing", facts.reference, facts.sent_on)
    stored = put_bytes(work, document, name=name, seal=system_seal(work))
    letter = work.add(
        DecisionLetter(
            submission_id=facts.submission_id,
            reference=facts.reference,
            file=stored,
            file_digest=hashlib.sha256(document).hexdigest(),
            sent_at=work.now,
        )
    )
    record(work, "decision_letter.send", letter, submission_id=facts.submission_id, sha256=letter.file_digest)
    for decision in decisions:
        DECISION.apply(
            work, decision, "announce", submission_id=decision.submission_id, objection_ends=facts.objection_ends
        )
        decision.announced_at, decision.objection_ends, decision.letter = work.now, facts.objection_ends, letter
    mails.tell_of_decision(work, letter, facts, decisions)


def file_objection(work: Work, decision: Decision, *, kind: ObjectionKind, text: str) -> Objection:
    """The provider's complaint or objection, also when it is late: then it is on record as late (domain 2.8).

    Raises NotAllowed, RuleBroken (not_announced, writ_comes_elsewhere, objection_text_missing, objection_text_too_long).
    """
    work.require(Permission.OBJECTION_FILE, decision)
    if reasons := rules.reasons_not_to_object(decision, kind, text):
        raise RuleBroken(*reasons, subject=decision)
    objection = _objection(work, decision, kind, work.today, text)
    if decision.state is DecisionState.ANNOUNCED:
        DECISION.apply(work, decision, "challenge", objection_id=objection.id)
    mails.tell_of_objection(work, objection)
    return objection


def record_objection(
    work: Work, decision: Decision, *, kind: ObjectionKind, received_on: date, text: str = ""
) -> Objection:
    """What came by another route: a letter, a writ, a telephone call. The decision cannot become final while it is open.

    Raises NotAllowed, RuleBroken (not_announced, received_in_future, received_before_letter).
    """
    work.require(Permission.OBJECTION_RECORD, decision)
    announced_on = local_date(decision.announced_at) if decision.announced_at else None
    if reasons := rules.reasons_not_to_record(decision, received_on, work.today, announced_on):
        raise RuleBroken(*reasons, subject=decision)
    objection = _objection(work, decision, kind, received_on, text)
    if decision.state is DecisionState.ANNOUNCED:
        DECISION.apply(work, decision, "note_challenge", objection_id=objection.id)
    mails.tell_of_objection(work, objection)
    return objection


def _objection(work: Work, decision: Decision, kind: ObjectionKind, received_on: date, text: str) -> Objection:
    if work.actor.user_id is None:
        raise NotFound("user")
    in_time = rules.in_time(received_on, decision.objection_ends)
    objection = Objection(
        decision=decision,
        kind=kind,
        received_on=received_on,
        recorded_by_id=work.actor.user_id,
        recorded_at=work.now,
        text=text.strip(),
        in_time=in_time,
    )
    work.add(objection)
    record(work, "objection.receive", objection, decision_id=decision.id, kind=kind, in_time=in_time)
    return objection


def close_objection(work: Work, objection: Objection, *, outcome: ObjectionState, text: str) -> None:
    """Dealt with: dismissed, upheld or withdrawn, with the answer. When nothing is open any more the decision stands again.

    Raises NotAllowed, IllegalTransition, RuleBroken (answer_missing).
    """
    decision = objection.decision
    unless = [] if text.strip() else ["answer_missing"]
    OBJECTION.apply(work, objection, CLOSING_ACTS[outcome], unless=unless, decision_id=decision.id)
    objection.outcome_text, objection.closed_by_id, objection.closed_at = text.strip(), work.actor.user_id, work.now
    others: Sequence[Objection] = decision.objections
    stands = not rules.open_objections(others) and not rules.is_upheld(others)
    if decision.state is DecisionState.CHALLENGED and stands:
        DECISION.apply(work, decision, "resume", objection_id=objection.id)
    mails.tell_of_answer(work, objection)


def confirm_final(work: Work, decision: Decision) -> None:
    """After the term: an officer confirms that no writ, letter or complaint came by any route. Only then it is final.

    Raises NotAllowed, IllegalTransition, RuleBroken (term_still_runs, objection_open, objection_upheld).
    """
    unless = rules.reasons_not_to_confirm(decision, decision.objections, work.today)
    if decision.state is DecisionState.CHALLENGED:
        raise RuleBroken(*(unless or ["objection_open"]), subject=decision)
    DECISION.apply(work, decision, "confirm_final", unless=unless, submission_id=decision.submission_id)
    decision.confirmed_by_id, decision.confirmed_at = work.actor.user_id, work.now
    mails.tell_of_finality(work, decision)
    procedure = decision.submission.procedure
    work.session.flush()
    if not queries.count_not_final(work, procedure):
        procedures.complete_procedure(work, procedure)
