"""Decisions as the region's people see them, and as the provider sees its own: only once they were sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission, Role
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.regions.mandates import queries as mandates
from portal.regions.models import Power
from portal.storage.models import StoredFile
from portal.tasks import Task, TaskStatus
from portal.tenders.decisions import rules
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState, Objection, ObjectionState, Outcome
from portal.tenders.decisions.terms.queries import blueprint_of as blueprint_of
from portal.tenders.decisions.terms.queries import template_by, template_of
from portal.tenders.procedures.models import Procedure, ProcedureProduct, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.waits import Wait
from portal.work import Work

SENT = (DecisionState.ANNOUNCED, DecisionState.CHALLENGED, DecisionState.FINAL)
JUDGED = (SubmissionState.OPENED, SubmissionState.ASSESSED, SubmissionState.DECIDED)
LETTERS = "decisions.letters"


def in_region(work: Work) -> ColumnElement[bool]:
    return Procedure.region_id == work.actor.region_id if work.actor.region_id else true()


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


def contractable_count(work: Work, *where: ColumnElement[bool]) -> int:
    """How many submissions have an admission that may be contracted now, in one query."""
    final = case((Decision.state == DecisionState.FINAL, Decision.submission_id))
    ready, at_once = func.count(final.distinct()), func.count(Decision.submission_id.distinct())
    terms = (Procedure.blueprint_digest, Procedure.template_code)
    find = (
        select(*terms, func.min(Procedure.id), ready, at_once)
        .select_from(Decision)
        .join(Decision.submission)
        .join(Submission.procedure)
        .where(in_region(work), Decision.outcome == Outcome.ADMITTED, Decision.state.in_(SENT), *where)
        .group_by(*terms)
    )
    return sum(
        sent if template_by(work, digest, id, code).contract_before_objection_ends else final
        for digest, code, id, final, sent in work.session.execute(find).all()
    )


# --- what waits --------------------------------------------------------------------------------------------------


def waiting(work: Work) -> list[Wait]:
    """What waits for the officer, the mandate holder or the provider."""
    actor = work.actor
    if actor.role is Role.SYSTEM:
        return []
    if actor.is_provider:
        return _provider_waits(work)
    if actor.may(Permission.DECISION_DECIDE):
        return _delegate_waits(work)
    return _officer_waits(work) if actor.may(Permission.DECISION_PREPARE) else []


def _provider_waits(work: Work) -> list[Wait]:
    """Sent decisions whose term runs, one row per submission: one query."""
    _ = gettext(work.actor.locale)
    mine = Submission.organisation_id == work.actor.organisation_id
    find = (
        select(func.min(Decision.id), Procedure.title, func.min(Decision.objection_ends))
        .join(Decision.submission)
        .join(Submission.procedure)
        .where(mine, Decision.state.in_(SENT), Decision.objection_ends >= work.today)
        .group_by(Decision.submission_id, Procedure.id, Procedure.title)
        .order_by(func.min(Decision.id))
    )
    return [
        Wait(
            title=_("Lees de beslissing over %(name)s", name=title),
            detail=_("Bent u het er niet mee eens? Dan kunt u tot en met deze dag een klacht of bezwaar indienen."),
            endpoint="decisions.own",
            args={"decision_id": id},
            due=ends,
            words=_("Termijn loopt"),
            kind="idle",
            due_words=_("Klacht of bezwaar tot en met"),
        )
        for id, title, ends in work.session.execute(find)
    ]


def _per_procedure(work: Work, *where: ColumnElement[bool]) -> list[tuple[Procedure, int]]:
    find = select(Procedure, func.count(Decision.id)).join(Decision.submission).join(Submission.procedure)
    rows = work.session.execute(find.where(in_region(work), *where).group_by(Procedure.id).order_by(Procedure.id))
    return [(row[0], row[1]) for row in rows]


def _delegate_waits(work: Work) -> list[Wait]:
    """Only for who can really decide today: the mandate holder of the register."""
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    if work.actor.user_id is None or not mandates.mandates_of(
        work, work.actor.user_id, Power.DECIDE_ADMISSION, work.today
    ):
        return []
    return [
        Wait(
            title=_("Beslis over %(name)s", name=procedure.title),
            detail=_("De inkoper heeft de besluiten voorbereid, met de reden per criterium."),
            endpoint="decisions.take",
            args={"procedure_id": procedure.id},
            due=procedure.decision_by,
            words=n_("%(num)s besluit", "%(num)s besluiten", count),
            kind="let-op",
        )
        for procedure, count in _per_procedure(work, Decision.state == DecisionState.PREPARED)
    ]


def _officer_waits(work: Work) -> list[Wait]:
    """What to prepare, to announce, to answer and to confirm: two queries."""
    _ = gettext(work.actor.locale)
    found = [(_("Bereid de besluiten voor"), *row) for row in _to_prepare_counts(work)]
    titles = (
        _("Maak de besluiten bekend"),
        _("Behandel klachten en bezwaren"),
        _("Bevestig welke besluiten definitief zijn"),
    )
    open_ones = exists().where(Objection.decision_id == Decision.id, Objection.state == ObjectionState.RECEIVED)
    kinds = (
        (Decision.state == DecisionState.DECIDED) & (Procedure.state == ProcedureState.OPENED),
        open_ones,
        (Decision.state == DecisionState.ANNOUNCED) & (Decision.objection_ends < work.today),
    )
    counts = [func.sum(case((kind, 1), else_=0)) for kind in kinds]
    find = select(Procedure, *counts).select_from(Decision).join(Decision.submission).join(Submission.procedure)
    rows = list(work.session.execute(find.where(in_region(work), or_(*kinds)).group_by(Procedure.id)))
    for place, title in enumerate(titles, 1):
        found += [(title, row[0], row[place]) for row in rows if row[place]]
    return [_officer_wait(work, title, procedure, count) for title, procedure, count in found]


def _officer_wait(work: Work, title: str, procedure: Procedure, count: int) -> Wait:
    n_ = ngettext(work.actor.locale)
    return Wait(
        title=title,
        detail=procedure.title,
        endpoint="decisions.overview",
        args={"procedure_id": procedure.id},
        due=procedure.decision_by if procedure.state is ProcedureState.OPENED else None,
        words=n_("%(num)s besluit", "%(num)s besluiten", count),
        kind="let-op",
    )


def _to_prepare_counts(work: Work) -> list[tuple[Procedure, int]]:
    find = (
        select(Procedure, func.count(SubmissionProduct.id))
        .join(Submission, Submission.procedure_id == Procedure.id)
        .join(SubmissionProduct, SubmissionProduct.submission_id == Submission.id)
        .where(in_region(work), Submission.state == SubmissionState.ASSESSED)
        .where(~exists().where(Decision.submission_product_id == SubmissionProduct.id))
        .group_by(Procedure.id)
    )
    return [(row[0], row[1]) for row in work.session.execute(find.order_by(Procedure.id))]
