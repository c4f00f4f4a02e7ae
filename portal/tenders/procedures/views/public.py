"""What everybody may read: procedures, their requirements and tariffs, and the notes of information."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from portal.storage import StoredFile
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.documents import NoteFacts, note_of_information
from portal.tenders.procedures.models import Criterion, Procedure
from portal.web.acts import reading
from portal.web.files import send, send_bytes
from portal.web.wall import open_endpoint

from .blueprint import bp

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/procedures")
@open_endpoint
def public_list() -> str:
    with reading() as work:
        found = queries.public_procedures(work)
        running = [p for p in found if rules.phase(p, work.now) is not rules.Phase.CLOSED]
        over = [p for p in found if p not in running]
        return render_template("procedures/public_list.html", running=running, over=over)


@bp.get("/procedures/<reference>")
@open_endpoint
def public_page(reference: str) -> str:
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        return render_template(
            "procedures/public_page.html",
            procedure=procedure,
            phase=rules.phase(procedure, work.now).value,
            asks=not any(rules.reasons_not_to_ask(procedure, work.now)),
            evidence=queries.evidence_names(procedure),
            groups=_groups(procedure),
        )


def _groups(procedure: Procedure) -> list[tuple[object, list[Criterion]]]:
    """Requirements for all, then for each product its own: (product or None, requirements)."""
    common = [c for c in procedure.criteria if c.is_common]
    own = [
        (line.product, [c for c in procedure.criteria if line.product.code in c.product_codes])
        for line in procedure.products
    ]
    return [(None, common), *((product, asked) for product, asked in own if asked)]


@bp.get("/procedures/<reference>/nota/<int:number>")
@open_endpoint
def note(reference: str, number: int) -> str:
    with reading() as work:
        procedure, found = queries.note(work, reference, number)
        return render_template("procedures/note.html", procedure=procedure, note=found)


@bp.get("/procedures/<reference>/nota/<int:number>/docx")
@open_endpoint
def note_document(reference: str, number: int) -> Response:
    """The stored document; in the seconds before it is stored the same bytes are made on the spot."""
    with reading() as work:
        procedure, found = queries.note(work, reference, number)
        if found.file_id is not None:
            return send(work, work.get(StoredFile, found.file_id))
        facts = NoteFacts.of(procedure, found)
        return send_bytes(note_of_information(facts), facts.file_name, DOCX)
