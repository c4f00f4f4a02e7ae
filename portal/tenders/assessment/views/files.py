"""One submission's file, for the officer: who judges, and settling what the assessors differ on."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.errors import NotFound, RuleBroken
from portal.tenders.assessment import queries, rules, service
from portal.tenders.assessment.forms import PLACES, AssignForm, ReopenForm, SettleForm
from portal.tenders.assessment.models import Assignment, Verdict
from portal.tenders.submissions.models import Submission
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

Page = str | tuple[str, int] | Response


@bp.get("/inkoop/inschrijvingen/<int:submission_id>/beoordeling")
@allow(Permission.SUBMISSION_READ)
def file(submission_id: int) -> Page:
    with reading() as work:
        return _file_page(work, submission_id, AssignForm())


def _file_page(work: Work, submission_id: int, form: AssignForm) -> str:
    submission = queries.opened_submission(work, submission_id)
    assignments = queries.assignments_of(work, submission)
    _choices(work, form, submission)
    return render_template(
        "assessment/file.html",
        submission=submission,
        procedure=submission.procedure,
        assignments=assignments,
        stage=rules.stage_of(submission, assignments),
        form=form,
        count=len(rules.items(submission)),
        all_locked=rules.all_locked(assignments),
        settled=queries.settlements_of(work, submission) if rules.all_locked(assignments) else {},
        needed=rules.ASSESSORS_NEEDED,
        may_settle=work.actor.may(Permission.ASSESSMENT_SETTLE, submission),
        may_assign=work.actor.may(Permission.ASSESSMENT_ASSIGN, submission),
    )


def _choices(work: Work, form: AssignForm, submission: Submission) -> None:
    there = queries.people_of(work, submission).assessors
    people = accounts.staff_of(work, submission.procedure.region_id, Role.ASSESSOR)
    form.assessor_id.choices = [(person.id, person.name) for person in people if person.id not in there]


@bp.post("/inkoop/inschrijvingen/<int:submission_id>/toewijzen")
@allow(Permission.ASSESSMENT_ASSIGN)
def assign(submission_id: int) -> Page:
    form = AssignForm()
    with reading() as work:
        _choices(work, form, queries.opened_submission(work, submission_id))
        if not form.validate_on_submit():
            return _file_page(work, submission_id, form), 422
    try:
        with writing(form, Lock(Submission, submission_id)) as work:
            person = work.get(User, form.assessor_id.data)
            service.assign_assessor(work, queries.opened_submission(work, submission_id), person)
            message = _("%(name)s is gevraagd en krijgt een e-mail.", name=person.name)
            return finish(work, form, url_for("assessment.file", submission_id=submission_id), message)
    except RuleBroken as broken:
        form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        return _file_page(work, submission_id, form), 422


@bp.route("/inkoop/beoordelingen/<int:assignment_id>/heropenen", methods=["GET", "POST"])
@allow(Permission.ASSESSMENT_SETTLE)
def reopen(assignment_id: int) -> Page:
    form = ReopenForm()
    if form.validate_on_submit():
        with writing(form, Lock(Assignment, assignment_id)) as work:
            assignment = queries.assignment_to_lead(work, assignment_id)
            service.reopen_judgement(work, assignment, reason=form.reason.data or "")
            back = url_for("assessment.file", submission_id=assignment.submission_id)
            return finish(work, form, back, _("Het oordeel staat weer open. De reden is vastgelegd."))
    with reading() as work:
        assignment = queries.assignment_to_lead(work, assignment_id)
        submission = queries.opened_submission(work, assignment.submission_id)
        page = render_template("assessment/reopen.html", form=form, assignment=assignment, submission=submission)
    return (page, 422) if form.is_submitted() else page


@bp.get("/inkoop/inschrijvingen/<int:submission_id>/vaststellen")
@allow(Permission.ASSESSMENT_SETTLE)
def consensus(submission_id: int) -> Page:
    with reading() as work:
        return _consensus_page(work, submission_id)


def _consensus_page(work: Work, submission_id: int, form: SettleForm | None = None, key: str = "") -> str:
    """The criteria side by side; beside them the form of the one to talk about: `key`, or the first that is open."""
    submission = queries.opened_submission(work, submission_id)
    assignments = queries.assignments_of(work, submission)
    lines = queries.compared(work, submission, assignments)
    if not lines:
        raise NotFound("consensus")
    differing = [line for line in lines if line.agreed is None]
    open_ones = [line for line in differing if line.is_open]
    wanted = key or request.args.get("criterium", "")
    current = next((line for line in differing if line.item.key == wanted), open_ones[0] if open_ones else None)
    return render_template(
        "assessment/consensus.html",
        submission=submission,
        procedure=submission.procedure,
        total=len(lines),
        differing=differing,
        open_ones=open_ones,
        failing=[line for line in lines if line.agreed is Verdict.DOES_NOT_MEET],
        meeting=[line for line in lines if line.agreed is Verdict.MEETS],
        standing=rules.standing_per_product(submission, lines),
        current=current,
        form=form or _settle_form(current),
        people=rules.active(assignments),
        concluded=rules.stage_of(submission, assignments) in (rules.Stage.ASSESSED, rules.Stage.DECIDED),
    )


def _settle_form(current: rules.Compared | None) -> SettleForm:
    form = SettleForm(formdata=None)
    if current is not None and current.settlement is not None:
        form.verdict.data, form.reasons.data = current.settlement.verdict.value, current.settlement.reasons
    return form


@bp.post("/inkoop/inschrijvingen/<int:submission_id>/vaststellen/<key>")
@allow(Permission.ASSESSMENT_SETTLE)
def settle(submission_id: int, key: str) -> Page:
    form = SettleForm()
    if form.validate_on_submit():
        try:
            with writing(form, Lock(Submission, submission_id)) as work:
                submission = queries.opened_submission(work, submission_id)
                verdict = form.chosen or Verdict.DOES_NOT_MEET
                service.settle(work, submission, key, verdict=verdict, reasons=form.reasons.data or "")
                back = url_for("assessment.consensus", submission_id=submission_id)
                return finish(work, form, back, _("Het gezamenlijke oordeel is vastgelegd."))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        return _consensus_page(work, submission_id, form, key), 422


@bp.post("/inkoop/inschrijvingen/<int:submission_id>/afronden")
@allow(Permission.ASSESSMENT_SETTLE)
def conclude(submission_id: int) -> Response:
    form = BaseForm()
    with writing(form, Lock(Submission, submission_id)) as work:
        submission = queries.opened_submission(work, submission_id)
        service.conclude_assessment(work, submission)
        message = _("De beoordeling is vastgesteld. U kunt het besluit voorbereiden.")
        return finish(work, form, url_for("assessment.file", submission_id=submission_id), message)
