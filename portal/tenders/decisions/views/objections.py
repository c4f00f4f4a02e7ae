"""What comes in against a decision: recorded by the officer, and dealt with."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import Permission
from portal.tenders.decisions import queries, service
from portal.tenders.decisions.forms import CloseForm, RecordForm
from portal.tenders.decisions.models import Decision, Objection, ObjectionKind, ObjectionState
from portal.web.acts import reading
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import Page, bp, handled


@bp.route("/inkoop/besluiten/<int:decision_id>/bezwaar", methods=["GET", "POST"])
@allow(Permission.OBJECTION_RECORD)
def record(decision_id: int) -> Page:
    form = RecordForm()

    def act(work: Work) -> None:
        kind, day = ObjectionKind(form.kind.data), form.received_on.data or work.today
        found = queries.decision(work, decision_id)
        service.record_objection(work, found, kind=kind, received_on=day, text=form.text.data or "")

    back = url_for("decisions.decision", decision_id=decision_id)
    done = _("Vastgelegd. Het besluit wordt niet definitief zolang dit openstaat.")
    if (answer := handled(form, Lock(Decision, decision_id), act, back, done)) is not None:
        return answer
    with reading() as work:
        page = render_template("decisions/record.html", form=form, decision=queries.decision(work, decision_id))
    return (page, 422) if form.is_submitted() else page


@bp.route("/inkoop/bezwaren/<int:objection_id>", methods=["GET", "POST"])
@allow(Permission.OBJECTION_RECORD)
def close(objection_id: int) -> Page:
    form = CloseForm()
    with reading() as work:
        decision_id = queries.objection(work, objection_id).decision_id

    def act(work: Work) -> None:
        outcome = ObjectionState(form.outcome.data)
        service.close_objection(work, queries.objection(work, objection_id), outcome=outcome, text=form.text.data or "")

    back = url_for("decisions.decision", decision_id=decision_id)
    if (answer := handled(form, Lock(Objection, objection_id), act, back, _("Het antwoord is verstuurd."))) is not None:
        return answer
    with reading() as work:
        found = queries.objection(work, objection_id)
        page = render_template("decisions/close.html", form=form, objection=found, decision=found.decision)
    return (page, 422) if form.is_submitted() else page
