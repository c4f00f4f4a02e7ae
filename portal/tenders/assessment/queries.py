"""What an assessor and an officer may see of the judging. What is not yours, or conflicted, is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission, Role
from portal.accounts.models import Organisation
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.listing import FIRST, Asked, Key, Order, Page, count_of, page_of
from portal.statements import ask
from portal.tenders.assessment import rules
from portal.tenders.assessment.board.queries import OPENED_STATES, in_region, led
from portal.tenders.assessment.models import (
    Assignment,
    AssignmentState,
    Judgement,
    Opening,
    Settlement,
)
from portal.tenders.procedures.models import Criterion, Procedure, ProcedureProduct, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.waits import Wait
from portal.work import Work


def opening_of(work: Work, procedure: Procedure) -> Opening | None:
    """The opening of a procedure that the caller has found for this actor."""
    names = (joinedload(Opening.first_officer), joinedload(Opening.second_officer))
    return work.session.scalar(select(Opening).where(Opening.procedure_id == procedure.id).options(*names))


def submitted_in(work: Work, procedure: Procedure) -> list[Submission]:
    """What lies sealed in this procedure; only the opening looks here."""
    find = select(Submission).where(
        Submission.procedure_id == procedure.id, Submission.state == SubmissionState.SUBMITTED
    )
    return list(work.session.scalars(find.order_by(Submission.id)))


def opened_in(work: Work, procedure_id: int) -> list[Submission]:
    """Every opened submission of a procedure that the caller has found, with its provider and products."""
    find = select(Submission).where(Submission.procedure_id == procedure_id, Submission.state.in_(OPENED_STATES))
    return list(work.session.scalars(_with_products(find).order_by(Submission.id)))


def withdrawn_count(work: Work, procedure_id: int) -> int:
    """How many submissions of this procedure were handed in and taken back again."""
    taken_back = (Submission.state == SubmissionState.WITHDRAWN) & Submission.submitted_at.is_not(None)
    find = select(func.count()).where(Submission.procedure_id == procedure_id, taken_back)
    return work.session.scalar(find) or 0


def _with_products(find: Select[Submission]) -> Select[Submission]:
    product = selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    return find.options(
        joinedload(Submission.procedure),
        joinedload(Submission.organisation),
        product.joinedload(ProcedureProduct.product),
    )


def opened_submission(work: Work, submission_id: int) -> Submission:
    """An opened submission of the actor's region, for who leads its assessment. Raises NotFound."""
    find = select(Submission).join(Submission.procedure)
    find = find.where(Submission.id == submission_id, in_region(work), Submission.state.in_(OPENED_STATES))
    found = work.session.scalar(_with_products(find))
    if found is None:
        raise NotFound("submission")
    return found


def assignments_of(work: Work, submission: Submission) -> list[Assignment]:
    """Everybody who was asked to judge this submission, conflicted ones too."""
    find = select(Assignment).where(Assignment.submission_id == submission.id).order_by(Assignment.id)
    people = (joinedload(Assignment.assessor), selectinload(Assignment.reopenings))
    return list(work.session.scalars(find.options(*people)))


def _mine(work: Work) -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.submission)
        .join(Submission.procedure)
        .where(
            Assignment.assessor_id == work.actor.user_id,
            Assignment.state != AssignmentState.CONFLICTED,
            in_region(work),
        )
    )


def _files() -> tuple[Any, ...]:
    """With its provider, its procedure and its products."""
    submission = joinedload(Assignment.submission)
    product = submission.selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    return (
        submission.joinedload(Submission.organisation),
        submission.joinedload(Submission.procedure),
        product.joinedload(ProcedureProduct.product),
    )


TO_DO_FIRST = Order(
    {"": [Key(case((Assignment.state == AssignmentState.LOCKED, 1), else_=0))]}, last=Key(Assignment.id)
)


def my_assignments(work: Work, asked: Asked = FIRST) -> Page[Assignment]:
    """One page of the actor's own files, what is still to do first; one with a conflict of interest is gone for good."""
    criteria = joinedload(Assignment.submission).joinedload(Submission.procedure).selectinload(Procedure.criteria)
    return page_of(work.session, _mine(work).options(*_files(), criteria), TO_DO_FIRST, asked)


def to_judge(work: Work) -> int:
    """How many of the actor's own files are still to be judged."""
    find = _mine(work).where(Assignment.state != AssignmentState.LOCKED)
    return count_of(work.session, find.with_only_columns(Assignment.id))


def my_assignment(work: Work, assignment_id: int) -> Assignment:
    """Raises NotFound for somebody else's, and after a declared conflict."""
    found = work.session.scalar(_mine(work).options(*_files()).where(Assignment.id == assignment_id))
    if found is None:
        raise NotFound("assignment")
    return found


def readable_assignment(work: Work, assignment_id: int) -> Assignment:
    """The same, once the actor has declared that there is no conflict: before that nothing of the file is there."""
    found = my_assignment(work, assignment_id)
    if found.state is AssignmentState.ASSIGNED:
        raise NotFound("assignment")
    return found


def assignment_to_lead(work: Work, assignment_id: int) -> Assignment:
    """Anybody's assignment in the actor's region, for the officer who leads the assessment. Raises NotFound."""
    find = select(Assignment).join(Assignment.submission).join(Submission.procedure)
    found = work.session.scalar(find.where(Assignment.id == assignment_id, in_region(work)))
    if found is None:
        raise NotFound("assignment")
    return found


def people_of(work: Work, submission: Submission) -> rules.FilePeople:
    """Who already does what in this file and its procedure."""
    find = select(Assignment.submission_id, Assignment.assessor_id, Assignment.assigned_by_id, Assignment.state)
    rows = work.session.execute(
        find.join(Assignment.submission).where(Submission.procedure_id == submission.procedure_id)
    ).all()
    opening = opening_of(work, submission.procedure)
    openers = {opening.first_officer_id, opening.second_officer_id} if opening else set()
    return rules.FilePeople(
        officers=frozenset({o for o in openers if o} | {r.assigned_by_id for r in rows}),
        assessors={r.assessor_id: r.state for r in rows if r.submission_id == submission.id},
        assessors_in_procedure=frozenset(r.assessor_id for r in rows),
    )


def judgements_of(work: Work, assignment: Assignment) -> dict[str, Judgement]:
    """One assessor's judgements by key. Only for that assessor, or through `compared`."""
    find = select(Judgement).where(Judgement.assignment_id == assignment.id)
    return {j.key: j for j in work.session.scalars(find)}


def settlements_of(work: Work, submission: Submission) -> dict[str, Settlement]:
    find = select(Settlement).where(Settlement.submission_id == submission.id)
    return {s.key: s for s in work.session.scalars(find)}


def compared(work: Work, submission: Submission, assignments: Sequence[Assignment]) -> list[rules.Compared]:
    """All judgements per criterion; empty as long as one assessor has not locked his own."""
    if not rules.all_locked(assignments):
        return []
    working = {a.id: (n, a) for n, a in enumerate(rules.active(assignments), 1)}
    opinions: dict[str, list[rules.Opinion]] = defaultdict(list)
    find = select(Judgement).where(Judgement.assignment_id.in_(working)).order_by(Judgement.assignment_id)
    for judgement in work.session.scalars(find):
        number, assignment = working[judgement.assignment_id]
        if judgement.verdict is not None:
            opinions[judgement.key].append(
                rules.Opinion(number, assignment.assessor, judgement.verdict, judgement.reasons)
            )
    settled = settlements_of(work, submission)
    return [rules.Compared(i, tuple(opinions[i.key]), settled.get(i.key)) for i in rules.items(submission)]


def settled(work: Work, product: SubmissionProduct) -> list[Settlement]:
    """The verdicts that count for one product: the common criteria and its own, in the order of the procedure."""
    find = (
        select(Settlement)
        .join(Settlement.criterion)
        .where(Settlement.submission_id == product.submission_id)
        .where((Settlement.submission_product_id.is_(None)) | (Settlement.submission_product_id == product.id))
        .options(joinedload(Settlement.criterion))
    )
    rows = list(work.session.scalars(find.order_by(Criterion.position)))
    return sorted(rows, key=lambda s: s.submission_product_id is not None)


def judged_counts(work: Work, assignments: Sequence[Assignment]) -> dict[int, int]:
    """How many criteria each assignment has judged in full, for its own assessor's list."""
    complete = (Judgement.verdict.is_not(None)) & (func.trim(Judgement.reasons) != "")
    find = select(Judgement.assignment_id, func.count()).where(
        complete, Judgement.assignment_id.in_([a.id for a in assignments])
    )
    return {row[0]: row[1] for row in work.session.execute(find.group_by(Judgement.assignment_id))}


def waiting(work: Work) -> list[Wait]:
    """What waits for an officer or an assessor."""
    if work.actor.may(Permission.ASSESSMENT_JUDGE):
        return _waiting_for_assessor(work)
    if work.actor.may(Permission.SUBMISSION_OPEN) and work.actor.role is not Role.SYSTEM:
        return [*_to_open(work), *_to_lead(work)]
    return []


def _to_open(work: Work) -> list[Wait]:
    _ = gettext(work.actor.locale)
    found = []
    for id, title, begun, first_officer_id in ask(work, _closed):
        mine = first_officer_id != work.actor.user_id
        detail = (
            _("De eerste inkoper heeft geopend.") if begun else _("De termijn is voorbij. Twee inkopers openen samen.")
        )
        found.append(
            Wait(
                title=_("Open de inschrijvingen van %(name)s", name=title),
                detail=detail,
                endpoint="assessment.open_procedure",
                args={"procedure_id": id},
                words=_("Tweede inkoper nodig") if begun else _("Te openen"),
                kind="let-op",
                mine=mine,
                whose="" if mine else _("een tweede inkoper"),
            )
        )
    return found


def _closed(work: Work) -> Select[int, str, int | None, int | None]:
    """Published procedures past their term, with the opening as far as one officer has begun it."""
    find = select(Procedure.id, Procedure.title, Opening.id, Opening.first_officer_id)
    find = find.outerjoin(Opening, Opening.procedure_id == Procedure.id)
    over = Procedure.state == ProcedureState.PUBLISHED, Procedure.closes_at <= work.now
    return find.where(in_region(work), *over).order_by(Procedure.closes_at)


def _to_lead(work: Work) -> list[Wait]:
    _, _n = gettext(work.actor.locale), ngettext(work.actor.locale)
    titles = {rules.Stage.TO_ASSIGN: _("Wijs beoordelaars toe"), rules.Stage.TO_SETTLE: _("Stel de beoordeling vast")}
    return [
        Wait(
            title=titles[found.stage],
            detail=found.title,
            endpoint="assessment.board",
            args={"procedure_id": found.id, "staat": found.stage.value},
            due=found.decision_by,
            words=_n("%(num)s inschrijving", "%(num)s inschrijvingen", found.files),
            kind="let-op",
        )
        for found in led(work)
        if found.stage in titles
    ]


def _waiting_for_assessor(work: Work) -> list[Wait]:
    _ = gettext(work.actor.locale)
    found = []
    for id, state, provider, title, due in ask(work, _to_judge):
        declared = state is AssignmentState.DECLARED
        found.append(
            Wait(
                title=_("Beoordeel de inschrijving van %(name)s", name=provider)
                if declared
                else _("Meld of u een belang hebt bij %(name)s", name=provider),
                detail=title,
                endpoint="assessment.assignment",
                args={"assignment_id": id},
                due=due,
                words=_("Te beoordelen") if declared else _("Eerst uw verklaring"),
                kind="bezig" if declared else "let-op",
            )
        )
    return found


def _to_judge(work: Work) -> Select[*tuple[Any, ...]]:
    shown = Assignment.id, Assignment.state, Organisation.name, Procedure.title, Procedure.decision_by
    find = _mine(work).join(Submission.organisation).where(Assignment.state != AssignmentState.LOCKED)
    return find.with_only_columns(*shown).order_by(Assignment.id)
