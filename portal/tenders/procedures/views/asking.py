"""A provider asks a question, and sees what became of the questions of its organisation."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.tenders.procedures import queries, rules, service
from portal.tenders.procedures.forms import PLACES, QuestionForm
from portal.tenders.procedures.models import Procedure
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.locale import _
from portal.web.reasons import sentences
from portal.web.wall import allow
from portal.work import Lock

from .blueprint import bp

Page = tuple[str, int] | Response
Subjects = dict[str, list[tuple[str, str]]]

GENERAL = {
    "procedure": "De procedure en de planning",
    "inschrijven": "Inschrijven in het portaal",
    "contract": "Het contract",
    "anders": "Iets anders",
}
"""What a question can be about besides a product, its tariff or a requirement; in Dutch, as the note will say it."""


@bp.route("/procedures/<reference>/vragen", methods=["GET", "POST"])
@allow(P.QUESTION_ASK)
def own_questions(reference: str) -> Page:
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        form = QuestionForm(subjects(procedure))
        if not form.is_submitted():
            form.subject.data = _chosen(procedure, request.args.get("over", ""))
        too_late = [*rules.reasons_not_to_ask(procedure, work.now)]
    if form.validate_on_submit() or (too_late and form.is_submitted()):
        try:
            return _ask(form, procedure)
        except RuleBroken as broken:
            if too_late := [code for code in broken.reasons if code not in PLACES]:
                return _over(procedure, too_late)
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        asked = queries.own_questions(work, procedure)
        facts = {"procedure": procedure, "questions": asked, "asks": not too_late}
        page = render_template("procedures/own_questions.html", form=form, **facts)
    return page, 422 if form.errors else 200


def _ask(form: QuestionForm, procedure: Procedure) -> Response:
    """In time or not is decided under the lock that a later closing takes alone; a late attempt is on record."""
    named = {code: words for choices in subjects(procedure).values() for code, words in choices}
    with writing(form, Lock(Procedure, procedure.id, share=True)) as work:
        found = queries.published_procedure(work, procedure.reference)
        service.ask_question(work, found, subject=named.get(form.subject.data, "")[:160], text=form.text.data or "")
        here = url_for("procedures.own_questions", reference=found.reference)
        return finish(work, form, here, _("Uw vraag is verstuurd. Het antwoord komt in een nota van inlichtingen."))


def _over(procedure: Procedure, codes: list[str]) -> Page:
    back = (_("Lees de nota’s bij deze procedure"), url_for("procedures.public_page", reference=procedure.reference))
    title = _("Vragen stellen kan niet meer")
    return refusal(sentences(codes), 409, since=procedure.questions_until, title=title, what_now=[back])


def subjects(procedure: Procedure) -> Subjects:
    """What a question can be about, in groups: (code, Dutch words as the note will say them)."""
    products = [line.product for line in procedure.products]
    return {
        _("Algemeen"): [("", _("Kies een onderwerp")), *GENERAL.items()],
        _("Product"): [(product.code, f"Product {product.code}: {product.name_nl}") for product in products],
        _("Tarief"): [(f"tarief {product.code}", f"Tarief {product.code}: {product.name_nl}") for product in products],
        _("Eis"): [(found.code, f"Eis {found.code}: {found.title_nl}") for found in procedure.criteria],
    }


def _chosen(procedure: Procedure, about: str) -> str:
    """The subject that an address names: its code, alone or before its name."""
    known = {code for choices in subjects(procedure).values() for code, _words in choices}
    return next((code for code in (about, about.partition(" ")[0]) if code in known), "")
