"""What everybody may read: procedures, their requirements and tariffs, and the notes of information."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template

from portal.access import Permission as P
from portal.i18n import date_short
from portal.storage import StoredFile
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.documents import NoteFacts, note_of_information
from portal.tenders.procedures.lists import queries as lists
from portal.tenders.procedures.models import Procedure
from portal.web.acts import reading
from portal.web.files import Document, send_document, send_docx
from portal.web.listing import asked, text
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow, open_endpoint
from portal.work import Work

from .blueprint import bp, said

PER_PAGE = 10


@bp.get("/procedures")
@open_endpoint
def public_list() -> str:
    words, product = text(), text("product", 20)
    with reading() as work:
        over = lists.closed(work, words, product, asked(PER_PAGE))
        found = {one.code: said(one) for one in lists.products_asked(work)}
        return render_template(
            "procedures/public_list.html",
            running=[] if over.previous else lists.open_now(work, words, product),
            over=over,
            products=sorted(found.items(), key=lambda choice: choice[1].lower()),
            filtered=bool(words or product),
        )


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
    return render_template(
        "procedures/public_page.html",
        procedure=procedure,
        phase=rules.phase(procedure, work.now).value,
        reader=work.actor,
        can_join=work.actor.may(P.SUBMISSION_EDIT),
        can_ask=work.actor.may(P.QUESTION_ASK),
        can_work=work.actor.may(P.PROCEDURE_WORK, procedure),
        evidence=queries.evidence_names(procedure),
        common=[c for c in procedure.criteria if c.is_common],
        products=[
            (line, [c for c in procedure.criteria if line.product.code in c.product_codes])
            for line in procedure.products
        ],
        contract=_contract(procedure),
        objection_basis=_objection_basis(procedure),
        **facts,
    )


def _contract(procedure: Procedure) -> list[tuple[str, str]]:
    """How long the contract runs, as the procedure's own copy of the blueprint says it; empty where it says nothing."""
    terms = procedure.blueprint.get("contract", {})
    phases = terms.get("phases", [])
    if not (procedure.contract_starts and phases):
        return []
    starts = date_short(procedure.contract_starts, reader_locale())
    found = [(_("Looptijd"), _("%(start)s tot en met %(end)s", start=starts, end=_day(phases[-1]["ends"])))]
    for phase in phases:
        found.append((_words(phase["name"]), _("tot en met %(end)s", end=_day(phase["ends"]))))
    for more in terms.get("extensions", []):
        years = ngettext("%(num)s jaar", "%(num)s jaar", more["count"] * more["years"])
        condition = f". {_words(more['condition'])}" if more.get("condition") else ""
        found.append((_("Verlenging"), _("ten hoogste %(years)s", years=years) + condition))
    return found


def _objection_basis(procedure: Procedure) -> str:
    """As the procedure says it; in English where it is what the blueprint says."""
    templates = procedure.blueprint.get("procedure_templates", [])
    texts = [(one.get("objection") or {}).get("legal_basis") or {} for one in templates]
    return next(
        (_words(text) for text in texts if text.get("nl") == procedure.objection_basis), procedure.objection_basis
    )


def _day(iso: str) -> str:
    return date_short(date.fromisoformat(iso), reader_locale())


def _words(text: dict[str, str]) -> str:
    return text.get(reader_locale()) or text["nl"]


@bp.get("/procedures/<reference>/nota/<int:number>")
@open_endpoint
def note(reference: str, number: int) -> str:
    with reading() as work:
        procedure, found = queries.note(work, reference, number)
        return render_template("procedures/note.html", procedure=procedure, note=found)


@bp.get("/procedures/<reference>/nota/<int:number>/docx")
@open_endpoint
def note_document(reference: str, number: int) -> Document:
    """The stored document; in the seconds before it is stored the same bytes are made on the spot."""
    with reading() as work:
        procedure, found = queries.note(work, reference, number)
        if found.file_id is not None:
            return send_document(work, work.get(StoredFile, found.file_id))
        facts = NoteFacts.of(procedure, found)
        return send_docx(note_of_information(facts), facts.file_name)
