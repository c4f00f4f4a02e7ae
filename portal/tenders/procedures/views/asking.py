"""A provider asks a question, and sees what became of the questions of its organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.i18n import mark
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.forms import PLACES, QuestionForm
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.questions import service
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.locale import _
from portal.web.reasons import sentences
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp, said

Page = tuple[str, int] | Response
Subjects = dict[str, list[tuple[str, str]]]

GENERAL = {
    "procedure": mark("De procedure en de planning"),
    "inschrijven": mark("Inschrijven in het portaal"),
    "contract": mark("Het contract"),
    "anders": mark("Iets anders"),
}
"""What a question can be about besides a product, its tariff or a requirement; in Dutch, as the note will say it."""


@dataclass(frozen=True)
class Asked:
    """What the page needs of the procedure, also when no reading is open any more."""

    id: int
    reference: str
    until: datetime | None
    late: list[str]
    words: dict[str, str]
    """Dutch words per subject."""


@bp.route("/procedures/<reference>/vragen", methods=["GET", "POST"])
@allow(P.QUESTION_ASK)
def own_questions(reference: str) -> Page:
    with reading() as work:
        about, form = _form(work, queries.published_procedure(work, reference))
    if form.validate_on_submit() or (about.late and form.is_submitted()):
        try:
            return _ask(form, about)
        except RuleBroken as broken:
            if late := [code for code in broken.reasons if code not in PLACES]:
                return _over(about, late)
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        facts = {"procedure": procedure, "questions": queries.own_questions(work, procedure), "asks": not about.late}
        page = render_template("procedures/own_questions.html", form=form, **facts)
    return page, 422 if form.errors else 200


def _form(work: Work, procedure: Procedure) -> tuple[Asked, QuestionForm]:
    choices = subjects(procedure)
    words = {code: said for group in choices.values() for code, said in group}
    late = list(rules.reasons_not_to_ask(procedure, work.now))
    form = QuestionForm(offered(procedure))
    if not form.is_submitted():
        about = request.args.get("over", "")
        form.subject.data = next((code for code in (about, about.partition(" ")[0]) if code in words), "")
    return Asked(procedure.id, procedure.reference, procedure.questions_until, late, words), form


def _ask(form: QuestionForm, about: Asked) -> Response:
    """In time or not is decided under the lock that a later closing takes alone; a late attempt is on record."""
    subject = about.words.get(form.subject.data, "")[:160]
    with writing(form, Lock(Procedure, about.id, share=True)) as work:
        found = queries.published_procedure(work, about.reference)
        service.ask_question(work, found, subject=subject, text=form.text.data or "")
        here = url_for("procedures.own_questions", reference=about.reference)
        return finish(work, form, here, _("Uw vraag is verstuurd. Het antwoord komt in een nota van inlichtingen."))


def _over(about: Asked, codes: list[str]) -> Page:
    notes = (_("Lees de nota’s bij deze procedure"), url_for("procedures.public_page", reference=about.reference))
    title = _("Vragen stellen kan niet meer")
    return refusal(sentences(codes), 409, since=about.until, title=title, what_now=[notes])


def offered(procedure: Procedure) -> Subjects:
    """The same to choose from, in the reader's language; the heading says what it is."""
    products = [(line.product.code, f"{line.product.code} {said(line.product)}") for line in procedure.products]
    return {
        _("Algemeen"): [("", _("Kies een onderwerp")), *((code, _(words)) for code, words in GENERAL.items())],
        _("Product"): products,
        _("Tarief"): [(f"tarief {code}", words) for code, words in products],
        _("Eis"): [(found.code, f"{found.code} {said(found, 'title')}") for found in procedure.criteria],
    }


def subjects(procedure: Procedure) -> Subjects:
    """What a question can be about, in groups: (code, Dutch words as the note will say them)."""
    products = [line.product for line in procedure.products]
    return {
        _("Algemeen"): [("", _("Kies een onderwerp")), *GENERAL.items()],
        _("Product"): [(product.code, f"Product {product.code}: {product.name_nl}") for product in products],
        _("Tarief"): [(f"tarief {product.code}", f"Tarief {product.code}: {product.name_nl}") for product in products],
        _("Eis"): [(found.code, f"Eis {found.code}: {found.title_nl}") for found in procedure.criteria],
    }
