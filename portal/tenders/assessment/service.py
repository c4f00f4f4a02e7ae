"""The verbs of opening, handing out, judging and settling. Raises what `workflow` and `rules` say, as named below."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import delete

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit import record
from portal.documents import document_name
from portal.errors import NotFound, RuleBroken
from portal.storage import StoredFile, put_bytes, system_seal
from portal.tasks import enqueue
from portal.tenders.assessment import mails, queries, rules
from portal.tenders.assessment.models import (
    Assignment,
    AssignmentState,
    Judgement,
    Opening,
    Reopening,
    Settlement,
    Verdict,
)
from portal.tenders.assessment.states import ASSIGNMENT, OPENING
from portal.tenders.procedures import service as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import queries as submission_queries
from portal.tenders.submissions import service as submissions
from portal.tenders.submissions.content.rules import PartSaid
from portal.tenders.submissions.models import Submission
from portal.work import Work

OPENING_RECORD = "assessment.opening_record"


def open_submissions(work: Work, procedure: Procedure) -> Opening:
    """The first officer's act, or the second's that opens everything at once (domain 3.16: two officers, after closing).

    Raises NotAllowed, IllegalTransition, RuleBroken (not_published, not_closed_yet, log_in_again,
    second_officer_needed, already_opened).
    """
    opening = queries.opening_of(work, procedure)
    reasons = rules.reasons_not_to_open(
        procedure, opening, work.now, officer_id=work.actor.user_id, fresh=work.actor.fresh
    )
    if opening is None:
        return _first_officer(work, procedure, reasons)
    found = queries.submitted_in(work, procedure)
    OPENING.apply(work, opening, "complete", unless=reasons, procedure_id=procedure.id, count=len(found))
    opening.second_officer_id, opening.second_at, opening.count = work.actor.user_id, work.now, len(found)
    for submission in found:
        submissions.mark_opened(work, submission)
    procedures.mark_opened(work, procedure)
    enqueue(work, OPENING_RECORD, opening_id=opening.id)
    return opening


def _first_officer(work: Work, procedure: Procedure, reasons: Sequence[str]) -> Opening:
    work.require(Permission.SUBMISSION_OPEN, procedure)
    if reasons or work.actor.user_id is None:
        raise RuleBroken(*reasons, subject=procedure)
    opening = work.add(Opening(procedure_id=procedure.id, first_officer_id=work.actor.user_id, first_at=work.now))
    opening.procedure = procedure
    record(work, "opening.start", opening, procedure_id=procedure.id)
    return opening


def keep_opening_record(work: Work, opening: Opening, document: bytes) -> None:
    """Keep the record of opening that was made from the facts of the act. A second one is not kept."""
    work.require(Permission.SUBMISSION_OPEN, opening)
    if opening.record_file_id is not None:
        return
    name = document_name("Proces-verbaal van opening", opening.procedure.reference, opening.second_at)
    opening.record_file = put_bytes(work, document, name=name, seal=system_seal(work))
    opening.record_digest = hashlib.sha256(document).hexdigest()
    record(work, "opening.keep_record", opening, procedure_id=opening.procedure_id, sha256=opening.record_digest)


def assign_assessor(work: Work, submission: Submission, assessor: User) -> Assignment:
    """Ask this person to judge. Not oneself, nobody who acts as officer in the same file (domain 1.3).

    Raises NotAllowed, RuleBroken (not_to_be_judged, not_an_assessor, assigns_himself, officer_not_both,
    has_a_conflict, already_assigned).
    """
    work.require(Permission.ASSESSMENT_ASSIGN, submission)
    staff = accounts.staff_of(work, submission.procedure.region_id, Role.ASSESSOR)
    reasons = rules.reasons_not_to_assign(
        submission,
        queries.people_of(work, submission),
        assessor_id=assessor.id,
        assigner_id=work.actor.user_id,
        is_assessor=any(person.id == assessor.id for person in staff),
    )
    if reasons or work.actor.user_id is None:
        raise RuleBroken(*reasons, subject=submission)
    assignment = Assignment(submission=submission, assessor=assessor, assigned_at=work.now)
    assignment.assigned_by = work.get(User, work.actor.user_id)
    work.add(assignment)
    record(work, "assignment.assign", assignment, submission_id=submission.id, assessor_id=assessor.id)
    mails.tell_of_assignment(work, assignment)
    return assignment


def assign_in_bulk(work: Work, chosen: Sequence[Submission], assessors: Sequence[User]) -> int:
    """The same people to many files. Who is in a file already, or may not be, is passed over there; the count says how
    many assignments were made. Raises as `assign_assessor` for every other reason."""
    made = 0
    for submission in chosen:
        there = queries.people_of(work, submission).assessors
        for assessor in assessors:
            if assessor.id not in there:
                assign_assessor(work, submission, assessor)
                made += 1
    return made


def declare_no_conflict(work: Work, assignment: Assignment) -> None:
    """Raises NotFound for another's assignment, IllegalTransition when it was declared before."""
    _own(work, assignment)
    ASSIGNMENT.apply(work, assignment, "declare_no_conflict", submission_id=assignment.submission_id)
    assignment.declared_at = work.now


def declare_conflict(work: Work, assignment: Assignment, *, note: str = "") -> None:
    """Locks this person out of the file for good, also when it turns up later. What the interest is stays out of the audit.

    Raises NotFound, IllegalTransition.
    """
    _own(work, assignment)
    ASSIGNMENT.apply(work, assignment, "declare_conflict", submission_id=assignment.submission_id)
    assignment.declared_at, assignment.conflict_note = work.now, note.strip()
    mails.tell_of_conflict(work, assignment)


def read_part(work: Work, assignment: Assignment, key: str) -> PartSaid | None:
    """What the provider said to one criterion, with this look on record (domain 1.3: every look at a sealed thing is logged).

    Raises NotFound for another's assignment, before the declaration, and for no such criterion.
    """
    _own(work, assignment)
    _item(assignment.submission, key)
    if assignment.state is AssignmentState.ASSIGNED:
        raise NotFound("assignment")
    record(work, "submission.read", assignment.submission, assignment_id=assignment.id, key=key)
    return submission_queries.content_of(work, assignment.submission).part(key)


def read_file(work: Work, assignment: Assignment, file_id: int) -> StoredFile:
    """A file of the submission, with this look on record. Raises NotFound as `read_part`."""
    _own(work, assignment)
    if assignment.state is AssignmentState.ASSIGNED:
        raise NotFound("assignment")
    return submissions.read_file(work, assignment.submission, file_id)


def save_judgement(
    work: Work,
    assignment: Assignment,
    key: str,
    *,
    verdict: Verdict | None,
    reasons: str,
    version: int | None = None,
) -> Judgement:
    """Keep a verdict and its reasons, also half done. No score exists in an admission procedure.

    Raises NotFound (not yours, no such criterion), StaleVersion, RuleBroken (already_locked, not_declared, judgement_too_long).
    """
    _own(work, assignment)
    work.require(Permission.ASSESSMENT_JUDGE, assignment)
    if broken := rules.reasons_not_to_save(assignment, reasons):
        raise RuleBroken(*broken, subject=assignment)
    item = _item(assignment.submission, key)
    judgement = queries.judgements_of(work, assignment).get(key)
    if judgement is None:
        product_id = item.product.id if item.product else None
        judgement = Judgement(
            assignment_id=assignment.id, key=key, criterion_id=item.criterion.id, submission_product_id=product_id
        )
        record(work, "judgement.begin", assignment, submission_id=assignment.submission_id, key=key)
    else:
        work.expect_version(judgement, version, verdict=judgement.verdict, reasons=judgement.reasons)
    judgement.verdict, judgement.reasons, judgement.saved_at = verdict, reasons.strip(), work.now
    return work.add(judgement)


def lock_judgement(work: Work, assignment: Assignment) -> None:
    """Finished: nothing changes any more, and the others' judgements show once they are locked too.

    Raises NotFound, NotAllowed, IllegalTransition, RuleBroken (not_all_judged).
    """
    _own(work, assignment)
    judged = queries.judgements_of(work, assignment)
    reasons = rules.reasons_not_to_lock(rules.items(assignment.submission), judged)
    facts = {"submission_id": assignment.submission_id, "sha256": _digest(judged.values())}
    ASSIGNMENT.apply(work, assignment, "lock", unless=reasons, **facts)
    assignment.locked_at = work.now
    if rules.all_locked(queries.assignments_of(work, assignment.submission)):
        mails.tell_of_all_locked(work, assignment.submission, assignment)


def reopen_judgement(work: Work, assignment: Assignment, *, reason: str) -> None:
    """Let an assessor change a locked judgement, with the reason on record (domain 2.6). What was settled falls away.

    Raises NotAllowed, IllegalTransition, RuleBroken (already_concluded, judgement_reasons_missing).
    """
    reasons = rules.reasons_not_to_reopen(assignment.submission, reason)
    ASSIGNMENT.apply(work, assignment, "reopen", unless=reasons, submission_id=assignment.submission_id)
    if work.actor.user_id is None:
        raise NotFound("officer")
    assignment.locked_at = None
    by = {"reopened_by_id": work.actor.user_id, "reopened_at": work.now}
    work.add(Reopening(assignment_id=assignment.id, reason=reason.strip(), **by))
    work.session.execute(delete(Settlement).where(Settlement.submission_id == assignment.submission_id))


def settle(work: Work, submission: Submission, key: str, *, verdict: Verdict, reasons: str) -> Settlement:
    """Lay down what the assessors agreed on in consensus, where their own verdicts differed.

    Raises NotAllowed, NotFound (no such criterion), RuleBroken (already_concluded, too_few_assessors, not_all_locked,
    officer_not_both, assessors_agree, judgement_reasons_missing, judgement_too_long).
    """
    work.require(Permission.ASSESSMENT_SETTLE, submission)
    assignments = queries.assignments_of(work, submission)
    item = _item(submission, key)
    lines = {line.item.key: line for line in queries.compared(work, submission, assignments)}
    same = key in lines and lines[key].agreed is not None
    if broken := rules.reasons_not_to_settle(
        submission, assignments, officer_id=work.actor.user_id, same=same, reasons=reasons
    ):
        raise RuleBroken(*broken, subject=submission)
    found = lines[key].settlement
    settlement = found or _settlement(work, submission, item)
    settlement.verdict, settlement.reasons, settlement.unanimous = verdict, reasons.strip(), False
    settlement.settled_by_id, settlement.settled_at = _officer(work), work.now
    record(work, "settlement.settle", submission, key=key, verdict=verdict, again=found is not None)
    return work.add(settlement)


def conclude_assessment(work: Work, submission: Submission) -> None:
    """Take over what the assessors agree on, word for word, and close the assessment.

    Raises NotAllowed, RuleBroken (already_concluded, too_few_assessors, not_all_locked, officer_not_both, still_to_settle).
    """
    work.require(Permission.ASSESSMENT_SETTLE, submission)
    assignments = queries.assignments_of(work, submission)
    lines = queries.compared(work, submission, assignments)
    open_keys = [line.item.key for line in lines if line.is_open]
    if broken := rules.reasons_not_to_conclude(
        submission, assignments, officer_id=work.actor.user_id, open_keys=open_keys
    ):
        raise RuleBroken(*broken, subject=submission)
    for line in lines:
        if line.agreed is not None:
            taken = line.settlement or _settlement(work, submission, line.item)
            taken.verdict, taken.unanimous = line.agreed, True
            taken.reasons = rules.joined_reasons(o.reasons for o in line.opinions)
            taken.settled_by_id, taken.settled_at = _officer(work), work.now
            work.add(taken)
    record(work, "assessment.conclude", submission, unanimous=sum(1 for line in lines if line.agreed is not None))
    submissions.mark_assessed(work, submission)


def _settlement(work: Work, submission: Submission, item: rules.Item) -> Settlement:
    product_id = item.product.id if item.product else None
    return Settlement(
        submission_id=submission.id, key=item.key, criterion_id=item.criterion.id, submission_product_id=product_id
    )


def _item(submission: Submission, key: str) -> rules.Item:
    for item in rules.items(submission):
        if item.key == key:
            return item
    raise NotFound("criterion")


def _own(work: Work, assignment: Assignment) -> None:
    """Somebody else's assignment is not there, and neither is one with a conflict."""
    if assignment.assessor_id != work.actor.user_id or assignment.state is AssignmentState.CONFLICTED:
        raise NotFound("assignment")


def _officer(work: Work) -> int:
    if work.actor.user_id is None:
        raise NotFound("officer")
    return work.actor.user_id


def _digest(judgements: Iterable[Judgement]) -> str:
    """SHA-256 over what was locked, so that the audit trail shows a change without saying what was judged."""
    in_order = sorted(judgements, key=lambda j: j.key)
    said = [[j.key, j.verdict.value if j.verdict else None, j.reasons] for j in in_order]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
