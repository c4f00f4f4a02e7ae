"""The case file of a procedure: ask for it, see how far it is, take it along."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.reports.casefile import queries, service
from portal.reports.casefile.forms import CasefileForm
from portal.reports.casefile.rules import KEPT_FOR, reach_of
from portal.tasks import Task, TaskStatus, cancel
from portal.tenders.procedures.models import Procedure
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock, Work

bp = Blueprint("casefile", __name__)
Page = tuple[str, int] | Response
STATES = {
    TaskStatus.QUEUED: "bezig",
    TaskStatus.RUNNING: "bezig",
    TaskStatus.DONE: "ok",
    TaskStatus.FAILED: "fout",
    TaskStatus.CANCELLED: "idle",
}


@bp.route("/inkoop/procedures/<int:id>/dossier", methods=["GET", "POST"])
@allow(P.CASEFILE_TAKE)
def page(id: int) -> Page:
    form = CasefileForm().offer()
    if form.validate_on_submit():
        try:
            with writing(form, Lock(Procedure, id)) as work:
                service.order_casefile(work, queries.procedure_of(work, id), purpose=form.chosen)
                done = _("Het dossier wordt samengesteld. U kunt deze pagina verlaten en later terugkomen.")
                return finish(work, form, url_for("casefile.page", id=id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, {"casefile_being_made": "purpose"})
    with reading() as work:
        procedure = queries.procedure_of(work, id)
        shown = render_template(
            "reports/casefile.html",
            form=form,
            procedure=procedure,
            reach=reach_of(work.actor, procedure),
            lines=[(task, STATES[task.status], _said(work, task)) for task in queries.own_casefiles(work, procedure)],
            days=KEPT_FOR.days,
        )
    return shown, 422 if form.errors or form.form_errors else 200


def _said(work: Work, task: Task) -> str:
    """How far it is, in words."""
    if task.status is TaskStatus.DONE:
        gone = task.result_until is None or task.result_until <= work.now
        return _("Verlopen: vraag het opnieuw aan") if gone else _("Klaar om te downloaden")
    if task.status is TaskStatus.FAILED:
        return _("Niet gelukt: vraag het opnieuw aan")
    if task.status is TaskStatus.CANCELLED:
        return _("Gestopt")
    if not task.total:
        return _("Wacht tot het begint")
    return _("%(done)s van %(total)s stukken", done=task.done, total=task.total)


@bp.get("/inkoop/procedures/<int:id>/dossier/<int:task_id>")
@allow(P.CASEFILE_TAKE)
def download(id: int, task_id: int) -> Response:
    """That it was taken along is on record, so this is a write that changes nothing else."""
    with writing() as work:
        procedure = queries.procedure_of(work, id)
        stored = service.read_casefile(work, procedure, queries.own_casefile(work, procedure, task_id))
    with reading() as look:
        return send(look, stored)


@bp.post("/inkoop/procedures/<int:id>/dossier/<int:task_id>/stoppen")
@allow(P.CASEFILE_TAKE)
def stop(id: int, task_id: int) -> Response:
    form = BaseForm()
    with writing(form) as work:
        cancel(work, queries.own_casefile(work, queries.procedure_of(work, id), task_id))
        return finish(work, form, url_for("casefile.page", id=id), _("Het samenstellen is gestopt."))
