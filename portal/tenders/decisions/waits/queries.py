"""What waits for the officer, the mandate holder and the provider around a decision: for the home pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, exists, func, or_, select

from portal.access import Permission, Role
from portal.i18n import gettext, ngettext
from portal.regions.mandates import queries as mandates
from portal.regions.models import Power
from portal.statements import ask
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionState
from portal.tenders.decisions.queries import SENT, in_region
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.waits import Wait
from portal.work import Work


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
        for id, title, ends in ask(work, _running)
    ]


def _running(work: Work) -> Select[int, str, date | None]:
    mine = Submission.organisation_id == work.actor.organisation_id
    return (
        select(func.min(Decision.id), Procedure.title, func.min(Decision.objection_ends))
        .join(Decision.submission)
        .join(Submission.procedure)
        .where(mine, Decision.state.in_(SENT), Decision.objection_ends >= work.today)
        .group_by(Decision.submission_id, Procedure.id, Procedure.title)
        .order_by(func.min(Decision.id))
    )


def _delegate_waits(work: Work) -> list[Wait]:
    """Only for who can really decide today: the mandate holder of the register."""
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    if work.actor.user_id is None or not mandates.mandates_of(
        work, work.actor.user_id, Power.DECIDE_ADMISSION, work.today
    ):
        return []
    return [
        Wait(
            title=_("Beslis over %(name)s", name=title),
            detail=_("De inkoper heeft de besluiten voorbereid, met de reden per criterium."),
            endpoint="decisions.take",
            args={"procedure_id": id},
            due=due,
            words=n_("%(num)s besluit", "%(num)s besluiten", count),
            kind="let-op",
        )
        for id, title, due, count in ask(work, _to_take)
    ]


def _to_take(work: Work) -> Select[int, str, date | None, int]:
    counts = select(Submission.procedure_id, func.count(Decision.id).label("number")).join(Decision.submission)
    prepared = counts.where(Decision.state == DecisionState.PREPARED).group_by(Submission.procedure_id).subquery()
    find = select(Procedure.id, Procedure.title, Procedure.decision_by, prepared.c.number)
    return find.join(prepared, prepared.c.procedure_id == Procedure.id).where(in_region(work)).order_by(Procedure.id)


def _officer_waits(work: Work) -> list[Wait]:
    """What to prepare, to announce, to answer and to confirm: two queries."""
    _ = gettext(work.actor.locale)
    prepare = _("Bereid de besluiten voor")
    found = [_officer_wait(work, prepare, row, row[-1]) for row in ask(work, _to_prepare)]
    titles = (
        _("Maak de besluiten bekend"),
        _("Behandel klachten en bezwaren"),
        _("Bevestig welke besluiten definitief zijn"),
    )
    for row in ask(work, _to_handle):
        found += [
            _officer_wait(work, title, row, count) for title, count in zip(titles, row[-3:], strict=True) if count
        ]
    return found


SHOWN = Procedure.id, Procedure.title, Procedure.state, Procedure.decision_by


def _to_handle(work: Work) -> Select[*tuple[Any, ...]]:
    """Procedures with how many decisions to announce, to answer and to confirm."""
    received = select(Objection.decision_id).where(Objection.state == ObjectionState.RECEIVED)
    kinds = (
        (Decision.state == DecisionState.DECIDED) & (Procedure.state == ProcedureState.OPENED),
        Decision.id.in_(received),
        (Decision.state == DecisionState.ANNOUNCED) & (Decision.objection_ends < work.today),
    )
    counts = [func.sum(case((kind, 1), else_=0)) for kind in kinds]
    find = select(*SHOWN, *counts).select_from(Decision).join(Decision.submission).join(Submission.procedure)
    return find.where(in_region(work), or_(*kinds)).group_by(Procedure.id).order_by(Procedure.id)


def _officer_wait(work: Work, title: str, procedure: Row[*tuple[Any, ...]], count: int) -> Wait:
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


def _to_prepare(work: Work) -> Select[*tuple[Any, ...]]:
    return (
        select(*SHOWN, func.count(SubmissionProduct.id))
        .join(Submission, Submission.procedure_id == Procedure.id)
        .join(SubmissionProduct, SubmissionProduct.submission_id == Submission.id)
        .where(in_region(work), Submission.state == SubmissionState.ASSESSED)
        .where(~exists().where(Decision.submission_product_id == SubmissionProduct.id))
        .group_by(Procedure.id)
        .order_by(Procedure.id)
    )
