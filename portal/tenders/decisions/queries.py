"""Decisions as the region's people see them, and as the provider sees its own: only once they were sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission
from portal.errors import NotFound
from portal.statements import ask
from portal.storage.models import StoredFile
from portal.tasks import Task, TaskStatus
from portal.tenders.decisions import rules
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState, Objection, Outcome
from portal.tenders.decisions.terms.queries import blueprint_of as blueprint_of
from portal.tenders.decisions.terms.queries import template_by, template_of
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.work import Work

SENT = (DecisionState.ANNOUNCED, DecisionState.CHALLENGED, DecisionState.FINAL)
JUDGED = (SubmissionState.OPENED, SubmissionState.ASSESSED, SubmissionState.DECIDED)
LETTERS = "decisions.letters"


def in_region(work: Work) -> ColumnElement[bool]:
    return true() if work.actor.region_id is None else Procedure.region_id == work.actor.region_id


def _whole(find: Select[Decision]) -> Select[Decision]:
    """With everything a page on a decision shows."""
    submission = joinedload(Decision.submission)
    product = joinedload(Decision.submission_product).joinedload(SubmissionProduct.procedure_product)
    return find.options(
        submission.joinedload(Submission.organisation),
        submission.joinedload(Submission.procedure).joinedload(Procedure.region),
        product.joinedload(ProcedureProduct.product),
        joinedload(Decision.prepared_by),
        joinedload(Decision.decided_by),
        joinedload(Decision.mandate),
        joinedload(Decision.letter).joinedload(DecisionLetter.file),
        selectinload(Decision.objections),
    )


def inside(work: Work) -> Select[Decision]:
    """The decisions of the actor's region, for who works there."""
    find = select(Decision).join(Decision.submission).join(Submission.procedure)
    if work.actor.is_provider or not work.actor.may(Permission.DECISION_READ):
        return find.where(~true())
    return _whole(find.where(in_region(work)))


def decision(work: Work, decision_id: int) -> Decision:
    """Raises NotFound."""
    found = work.session.scalar(inside(work).where(Decision.id == decision_id))
    if found is None:
        raise NotFound("decision")
    return found


def decisions_in(work: Work, procedure: Procedure, *ids: int) -> list[Decision]:
    """All decisions of a procedure, or the named ones, by provider and product."""
    find = inside(work).where(Submission.procedure_id == procedure.id)
    if ids:
        find = find.where(Decision.id.in_(ids))
    found = work.session.scalars(find).all()
    return sorted(
        found, key=lambda d: (d.submission.organisation.sort_name, d.submission_product.procedure_product.position)
    )


def decisions_of(work: Work, submission: Submission) -> list[Decision]:
    """All decisions on one submission that the caller has found."""
    return list(work.session.scalars(select(Decision).where(Decision.submission_id == submission.id)))


def count_not_final(work: Work, procedure: Procedure) -> int:
    find = select(func.count(Decision.id)).join(Decision.submission).where(Submission.procedure_id == procedure.id)
    return work.session.scalar(find.where(Decision.state != DecisionState.FINAL)) or 0


def objection(work: Work, objection_id: int) -> Objection:
    """Raises NotFound."""
    find = select(Objection).join(Objection.decision).join(Decision.submission).join(Submission.procedure)
    found = work.session.scalar(find.where(Objection.id == objection_id, in_region(work)))
    if found is None or work.actor.is_provider or not work.actor.may(Permission.DECISION_READ):
        raise NotFound("objection")
    return found


def _own(work: Work) -> Select[Decision]:
    find = select(Decision).join(Decision.submission)
    mine = Submission.organisation_id == (work.actor.organisation_id if work.actor.is_provider else None)
    return _whole(find.where(mine, Decision.state.in_(SENT)))


def own_decisions(work: Work) -> list[Decision]:
    """What was sent to the actor's organisation, the latest first."""
    return list(work.session.scalars(_own(work).order_by(Decision.announced_at.desc(), Decision.id)))


def own_decision(work: Work, decision_id: int) -> Decision:
    """Raises NotFound for somebody else's, and for one that was not sent."""
    found = work.session.scalar(_own(work).where(Decision.id == decision_id))
    if found is None:
        raise NotFound("decision")
    return found


def letter_file(work: Work, found: Decision) -> StoredFile:
    """The letter that a decision was sent with, for who was found to read that decision. Raises NotFound."""
    if found.letter is None:
        raise NotFound("letter")
    return found.letter.file


def judged_submissions(work: Work, procedure: Procedure) -> list[Submission]:
    """Everybody who is to get a decision in this procedure."""
    product = selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    find = select(Submission).where(Submission.procedure_id == procedure.id, Submission.state.in_(JUDGED))
    names = (joinedload(Submission.organisation), product.joinedload(ProcedureProduct.product))
    return list(work.session.scalars(find.options(*names).order_by(Submission.id)))


def to_prepare(work: Work, procedure: Procedure) -> list[SubmissionProduct]:
    """Products whose assessment is concluded and on which no decision was drafted yet."""
    find = (
        select(SubmissionProduct)
        .join(SubmissionProduct.submission)
        .where(Submission.procedure_id == procedure.id, Submission.state == SubmissionState.ASSESSED)
        .where(~exists().where(Decision.submission_product_id == SubmissionProduct.id))
        .options(joinedload(SubmissionProduct.submission))
    )
    return list(work.session.scalars(find.order_by(SubmissionProduct.id)))


def decided_submissions(submissions: Sequence[Submission], decisions: Sequence[Decision]) -> set[int]:
    """Ids of the submissions of which every product was decided."""
    done = Counter(d.submission_id for d in decisions if d.state is not DecisionState.PREPARED)
    return {s.id for s in submissions if done[s.id] == len(s.products)}


def is_prepared(work: Work, product: SubmissionProduct) -> bool:
    find = select(Decision.id).where(Decision.submission_product_id == product.id)
    return work.session.scalar(find) is not None


def letters_task(work: Work, procedure: Procedure) -> Task | None:
    """The latest task that makes the letters of this procedure."""
    mine = Task.facts["procedure_id"].as_integer() == procedure.id
    return work.session.scalar(select(Task).where(Task.kind == LETTERS, mine).order_by(Task.id.desc()).limit(1))


def is_making_letters(task: Task | None) -> bool:
    return task is not None and task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING)


def contractable_in(work: Work, submission: Submission) -> list[Decision]:
    """The decisions of one submission on which a contract may be drawn up now."""
    find = _whole(select(Decision).where(Decision.submission_id == submission.id)).order_by(Decision.id)
    at_once = template_of(submission.procedure).contract_before_objection_ends
    return [d for d in work.session.scalars(find) if rules.may_contract(d, before_term_ends=at_once)]


def contractable(work: Work, *where: ColumnElement[bool]) -> list[Decision]:
    """Sent admissions in the actor's region; `contracts` leaves out those that have a contract."""
    find = inside(work).where(Decision.outcome == Outcome.ADMITTED, Decision.state.in_(SENT), *where)
    found = list(work.session.scalars(find.order_by(Decision.submission_id, Decision.id)))
    every = {d.submission.procedure_id: d.submission.procedure for d in found}
    at_once = {id: template_of(procedure).contract_before_objection_ends for id, procedure in every.items()}
    return [d for d in found if rules.may_contract(d, before_term_ends=at_once[d.submission.procedure_id])]


def contractable_count(work: Work, where: ColumnElement[bool]) -> int:
    """How many submissions have such an admission that may be contracted now, in one query; `where` is a constant."""
    return sum(
        sent if template_by(work, digest, id, code).contract_before_objection_ends else final
        for digest, code, id, final, sent in ask(work, _contractable_counts, where)
    )


def _contractable_counts(work: Work, where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Per blueprint and template: how many submissions with a final admission, and with one that was sent."""
    final = case((Decision.state == DecisionState.FINAL, Decision.submission_id))
    ready, at_once = func.count(final.distinct()), func.count(Decision.submission_id.distinct())
    terms = (Procedure.blueprint_digest, Procedure.template_code)
    return (
        select(*terms, func.min(Procedure.id), ready, at_once)
        .select_from(Decision)
        .join(Decision.submission)
        .join(Submission.procedure)
        .where(in_region(work), Decision.outcome == Outcome.ADMITTED, Decision.state.in_(SENT), where)
        .group_by(*terms)
    )
