"""The board of submissions: where the work is, what is stuck, and who is to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.errors import NotFound, RuleBroken
from portal.regions.models import Product
from portal.tenders.assessment import queries, rules, service
from portal.tenders.assessment.board.queries import BoardRow, Filters, all_rows
from portal.tenders.assessment.board.queries import board as board_of
from portal.tenders.assessment.forms import STAGES, VERDICTS, AssignForm
from portal.tenders.assessment.models import Verdict
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.models import Submission
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text, ticked
from portal.web.locale import _, ngettext
from portal.web.reasons import sentences
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

MOST_AT_ONCE = 200


def _filters() -> Filters:
    get = request.args.get
    return Filters(
        q=text(),
        stage=get("staat", "")[:30],
        product=get("product", "")[:20],
        assessor_id=get("beoordelaar", type=int),
    )


@bp.get("/inkoop/procedures/<int:procedure_id>/beoordeling")
@allow(Permission.SUBMISSION_READ)
def board(procedure_id: int) -> str | Response:
    with reading() as work:
        procedure = procedures.procedure(work, procedure_id, products=True)
        filters = _filters()
        if format := asked_format():
            return _export(procedure, all_rows(work, procedure, filters, asked().sort), format)
        opening = queries.opening_of(work, procedure)
        assessors = accounts.staff_of(work, procedure.region_id, Role.ASSESSOR)
        form = AssignForm()
        form.assessor_id.choices = [(person.id, person.name) for person in assessors]
        return render_template(
            "assessment/board.html",
            procedure=procedure,
            opening=opening if opening and opening.second_at else None,
            board=board_of(work, procedure, filters, asked()),
            filters=asdict(filters),
            form=form,
            assessors=assessors,
            stages=list(STAGES),
        )


def _export(procedure: Procedure, found: Iterable[BoardRow], format: str) -> Response | str:
    lines = [line.product for line in procedure.products]
    header = [_("Nummer"), _("Aanbieder"), _("Ingediend"), *(product.code for product in lines), _("Beoordelaars")]
    rows = (_line(row, lines) for row in found)
    return send_list(f"Inschrijvingen {procedure.reference}", header, rows, format)


def _line(row: BoardRow, lines: list[Product]) -> list[Any]:
    cells = {id: _cell(row.stage, verdict) for id, verdict in row.products.items()}
    shown = [cells.get(product.id, "") for product in lines]
    return [row.submission.number, row.provider, row.submission.submitted_at, *shown, ", ".join(row.assessors)]


def _cell(stage: rules.Stage, verdict: Verdict | None) -> str:
    return str(VERDICTS[verdict] if verdict is not None else STAGES[stage][1])


@bp.post("/inkoop/procedures/<int:procedure_id>/beoordeling")
@allow(Permission.ASSESSMENT_ASSIGN)
def assign_many(procedure_id: int) -> Response | tuple[str, int]:
    form, back = AssignForm(), url_for("assessment.board", procedure_id=procedure_id, **_address())
    chosen = ticked("kies")[:MOST_AT_ONCE]
    with reading() as work:
        procedure = procedures.procedure(work, procedure_id)
        form.assessor_id.choices = [(p.id, p.name) for p in accounts.staff_of(work, procedure.region_id, Role.ASSESSOR)]
    if not form.validate_on_submit() or not chosen:
        return _refused([_("Kies een of meer inschrijvingen en een beoordelaar.")], back, 422)
    try:
        with writing(form, Lock(Procedure, procedure_id)) as work:
            made = service.assign_in_bulk(work, _files(work, procedure_id, chosen), [_person(work, form)])
            done = ngettext(
                "%(num)s inschrijving is toegewezen. De beoordelaar krijgt een e-mail.",
                "%(num)s inschrijvingen zijn toegewezen. De beoordelaar krijgt een e-mail.",
                made,
            )
            return finish(work, form, back, done)
    except RuleBroken as broken:
        return _refused(sentences(broken.reasons), back, 409)


def _refused(words: list[str], back: str, code: int) -> tuple[str, int]:
    return refusal(words, code, title=_("Er is niets toegewezen"), what_now=[(_("Terug naar de beoordeling"), back)])


def _address() -> dict[str, Any]:
    """The filters of the page that the form stood on."""
    return {name: value for name, value in request.args.items() if name in ("q", "staat", "product", "beoordelaar")}


def _files(work: Work, procedure_id: int, ids: list[int]) -> list[Submission]:
    found = [queries.opened_submission(work, id) for id in ids]
    if any(s.procedure_id != procedure_id for s in found):
        raise NotFound("submission")
    return found


def _person(work: Work, form: AssignForm) -> User:
    return work.get(User, form.assessor_id.data)
