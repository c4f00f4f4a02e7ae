"""Opening a procedure's submissions: what it needs, who did what, and the record of it."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.errors import NotFound
from portal.tenders.assessment import queries, rules, service
from portal.tenders.assessment.board.queries import to_assign_count
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.received.queries import received_count
from portal.web.acts import finish, reading, writing
from portal.web.files import Document, send_document
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow, fresh_login_required
from portal.work import Lock, Work

from .blueprint import bp


@bp.get("/inkoop/procedures/<int:procedure_id>/openen")
@allow(Permission.SUBMISSION_OPEN)
def open_procedure(procedure_id: int) -> str:
    with reading() as work:
        procedure = procedures.procedure(work, procedure_id)
        opening = queries.opening_of(work, procedure)
        against = rules.reasons_not_to_open(procedure, opening, work.now, officer_id=work.actor.user_id, fresh=True)
        return render_template(
            "assessment/opening.html",
            procedure=procedure,
            opening=opening,
            against=against,
            received=received_count(work, procedure),
            submissions=queries.opened_in(work, procedure.id),
            to_assign=to_assign_count(work, procedure),
            others=_others(work, procedure),
        )


def _others(work: Work, procedure: Procedure) -> list[str]:
    """The names of the officers who may open as the second person."""
    officers = accounts.staff_of(work, procedure.region_id, Role.PROCUREMENT_OFFICER)
    return [person.name for person in officers if person.id != work.actor.user_id]


@bp.post("/inkoop/procedures/<int:procedure_id>/openen")
@allow(Permission.SUBMISSION_OPEN)
@fresh_login_required
def open_submissions(procedure_id: int) -> Response:
    form = BaseForm()
    with writing(form, Lock(Procedure, procedure_id)) as work:
        opening = service.open_submissions(work, procedures.procedure(work, procedure_id))
        if opening.second_at is None:
            return finish(work, form, url_for("assessment.open_procedure", procedure_id=procedure_id))
        message = _("Alle inschrijvingen zijn geopend: %(count)s.", count=opening.count)
        return finish(work, form, url_for("assessment.board", procedure_id=procedure_id), message)


@bp.get("/inkoop/procedures/<int:procedure_id>/proces-verbaal")
@allow(Permission.SUBMISSION_OPEN, Permission.AUDIT_READ)
def opening_record(procedure_id: int) -> Document:
    with reading() as work:
        opening = queries.opening_of(work, procedures.procedure(work, procedure_id))
        if opening is None or opening.record_file is None:
            raise NotFound("record")
        return send_document(work, opening.record_file)
