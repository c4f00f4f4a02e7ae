"""The case file of a procedure: ask for it, see how far it is, take it along."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.reports.casefile import queries, service
from portal.reports.casefile.forms import CasefileForm
from portal.reports.casefile.rules import reach_of
from portal.tasks import KEPT_FOR
from portal.tenders.procedures.models import Procedure
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock

bp = Blueprint("casefile", __name__)
Page = tuple[str, int] | Response


@bp.route("/inkoop/procedures/<int:id>/dossier", methods=["GET", "POST"])
@allow(P.CASEFILE_TAKE)
def page(id: int) -> Page:
    form = CasefileForm().offer()
    if form.validate_on_submit():
        try:
            with writing(form, Lock(Procedure, id)) as work:
                task = service.order_casefile(work, queries.procedure_of(work, id), purpose=form.chosen)
                done = _("Het dossier wordt samengesteld. U kunt deze pagina verlaten en later terugkomen.")
                return finish(work, form, url_for("taken.show", task_id=task.id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, {"casefile_being_made": "purpose"})
    with reading() as work:
        procedure = queries.procedure_of(work, id)
        shown = render_template(
            "reports/casefile.html",
            form=form,
            procedure=procedure,
            reach=reach_of(work.actor, procedure),
            made=queries.own_casefiles(work, procedure),
            days=KEPT_FOR.days,
        )
    return shown, 422 if form.errors or form.form_errors else 200
