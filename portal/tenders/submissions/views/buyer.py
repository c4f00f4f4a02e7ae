"""What the buyer's side sees: before the closing nothing, then a number, and after the opening what was said."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.rules import Phase, phase
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.received.queries import (
    Filters,
    all_opened,
    opened_count,
    opened_submissions,
    received_count,
)
from portal.web.acts import reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.files import send
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import allow

from .blueprint import bp, said, submission_state


@bp.get("/inkoop/procedures/<int:id>/inschrijvingen")
@allow(P.SUBMISSION_OPEN)
def opened(id: int) -> str | Response:
    with reading() as work:
        procedure = procedures.procedure(work, id)
        products = [line.product for line in queries.products_of(work, id)]
        filters = Filters(text(), text("product", 20))
        if format := asked_format():
            return _export(all_opened(work, procedure, filters, asked().sort), format)
        return render_template(
            "submissions/opened.html",
            procedure=procedure,
            page=opened_submissions(work, procedure, filters, asked()),
            opened=opened_count(work, procedure),
            count=received_count(work, procedure),
            sealed=phase(procedure, work.now) is not Phase.CLOSED,
            product_columns=[product.code for product in products],
            product_choices=[(product.code, said(product)) for product in products],
        )


def _export(rows: Iterable[Submission], format: str) -> Response | str:
    header = [_("Nummer"), _("Aanbieder"), _("KvK-nummer"), _("Ingediend"), _("Staat"), _("Producten")]
    lines = (
        [
            s.number, s.organisation.name, s.organisation.kvk_number, s.submitted_at, submission_state(s)[1],
            ", ".join(chosen.procedure_product.product.code for chosen in s.products),
        ]
        for s in rows
    )  # fmt: skip
    return send_list("inschrijvingen", header, lines, format)


@bp.get("/inkoop/inschrijvingen/<int:id>")
@allow(P.SUBMISSION_READ)
def read(id: int) -> str:
    """Every look at it is on record, so this is a write that changes nothing else."""
    with writing() as work:
        submission = queries.submission(work, id)
        content = service.read_submission(work, submission)
        titles = {c.code: c for c in submission.procedure.criteria}
    with reading():
        return render_template("submissions/read.html", submission=submission, content=content, titles=titles)


@bp.get("/inkoop/inschrijvingen/<int:id>/bestanden/<int:file_id>")
@allow(P.SUBMISSION_READ)
def read_file(id: int, file_id: int) -> Response:
    with writing() as work:
        stored = service.read_file(work, queries.submission(work, id), file_id)
    with reading() as look:
        return send(look, stored)
