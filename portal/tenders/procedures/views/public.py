"""What everybody may read: procedures, their requirements and tariffs, and the notes of information."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.regions.models import Product
from portal.storage import StoredFile
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.documents import NoteFacts, note_of_information
from portal.tenders.procedures.models import Criterion, Procedure
from portal.web.acts import reading
from portal.web.files import DOCX, send, send_bytes
from portal.web.wall import allow, open_endpoint
from portal.work import Work

from .blueprint import bp, said

PER_PAGE = 10


@bp.get("/procedures")
@open_endpoint
def public_list() -> str:
    words, product = request.args.get("q", "")[:100], request.args.get("product", "")[:20]
    with reading() as work:
        every = queries.public_procedures(work)
        found = [p for p in every if rules.fits(p, words, product)]
        over = [p for p in found if rules.phase(p, work.now) is rules.Phase.CLOSED]
        pages = max(1, -(-len(over) // PER_PAGE))
        page = min(max(request.args.get("pagina", 1, type=int), 1), pages)
        return render_template(
            "procedures/public_list.html",
            running=[p for p in found if p not in over],
            over=over[(page - 1) * PER_PAGE : page * PER_PAGE],
            pager=(page, pages, len(over), PER_PAGE),
            products=_products(every),
            filtered=bool(words.strip() or product),
        )


def _products(procedures: list[Procedure]) -> list[tuple[str, str]]:
    """Every product that was ever asked for, to choose from."""
    found = {line.product.code: said(line.product) for p in procedures for line in p.products}
    return sorted(found.items(), key=lambda choice: choice[1].lower())


@bp.get("/procedures/<reference>")
@open_endpoint
def public_page(reference: str) -> str:
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        return _page(
            work,
            procedure,
            asks=not any(rules.reasons_not_to_ask(procedure, work.now)),
            own=queries.own_questions(work, procedure) if work.actor.may(P.QUESTION_ASK) else [],
        )


@bp.get("/inkoop/procedures/<int:id>/voorbeeld")
@allow(P.PROCEDURE_WORK)
def preview(id: int) -> str:
    """What everybody will read once it is published: for who draws it up and who checks it."""
    with reading() as work:
        return _page(work, queries.procedure(work, id), asks=False, own=[], preview=True)


def _page(work: Work, procedure: Procedure, **facts: Any) -> str:
    sheets = [line.tariff_sheet for line in procedure.products if line.tariff_sheet]
    return render_template(
        "procedures/public_page.html",
        procedure=procedure,
        phase=rules.phase(procedure, work.now).value,
        reader=work.actor,
        can_join=work.actor.may(P.SUBMISSION_EDIT),
        can_ask=work.actor.may(P.QUESTION_ASK),
        can_work=work.actor.may(P.PROCEDURE_WORK, procedure),
        evidence=queries.evidence_names(procedure),
        groups=_groups(procedure),
        parts=next((sheet.components for sheet in sheets if sheet.components), []),
        illustrative=any(sheet.illustrative for sheet in sheets),
        **facts,
    )


def _groups(procedure: Procedure) -> list[tuple[list[Product], list[Criterion]]]:
    """Each requirement once: first those for all (no products named), then by the products they hold for."""
    groups: dict[tuple[str, ...], list[Criterion]] = {(): []}
    for criterion in procedure.criteria:
        groups.setdefault(() if criterion.is_common else tuple(criterion.product_codes), []).append(criterion)
    products = {line.product.code: line.product for line in procedure.products}
    return [([products[code] for code in codes if code in products], asked) for codes, asked in groups.items()]


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
