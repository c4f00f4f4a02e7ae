"""Questions from the market and the notes that answer them."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.tenders.procedures import queries, rules, service
from portal.tenders.procedures.forms import PLACES, AnswerForm, QuestionForm
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.reasons import sentences
from portal.web.wall import allow

from .blueprint import bp

Page = tuple[str, int] | Response


@bp.route("/procedures/<reference>/vragen", methods=["GET", "POST"])
@allow(P.QUESTION_ASK)
def own_questions(reference: str) -> Page:
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                procedure = queries.published_procedure(work, reference)
                service.ask_question(work, procedure, subject=form.subject.data or "", text=form.text.data or "")
                here = url_for("procedures.own_questions", reference=reference)
                return finish(
                    work, form, here, _("Uw vraag is verstuurd. Het antwoord komt in een nota van inlichtingen.")
                )
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    elif not form.is_submitted():
        form.subject.data = request.args.get("over", "")[:160]
    with reading() as work:
        procedure = queries.published_procedure(work, reference)
        page = render_template(
            "procedures/own_questions.html",
            form=form,
            procedure=procedure,
            questions=queries.own_questions(work, procedure),
            asks=not any(rules.reasons_not_to_ask(procedure, work.now)),
        )
        return page, 422 if form.errors or form.form_errors else 200


@bp.get("/inkoop/procedures/<int:id>/vragen")
@allow(P.QUESTION_ANSWER)
def questions(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        found = queries.questions_of(work, procedure)
        return render_template(
            "procedures/questions.html",
            procedure=procedure,
            asked=[q for q in found if q.state.value == "asked"],
            drafted=[q for q in found if q.state.value == "drafted"],
            published=[q for q in found if q.state.value == "published"],
        )


@bp.route("/inkoop/procedures/<int:id>/vragen/<int:question_id>", methods=["GET", "POST"])
@allow(P.QUESTION_ANSWER)
def answer(id: int, question_id: int) -> Page:
    with reading() as work:
        procedure = queries.procedure(work, id)
        shown = next((q for q in queries.questions_of(work, procedure) if q.id == question_id), None)
        question = queries.question(work, question_id)
        form = AnswerForm(obj=question)
        if not form.is_submitted() and not question.public_text:
            form.public_text.data = question.text
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                texts = {"public_text": form.public_text.data or "", "answer": form.answer.data or ""}
                found = queries.question(work, question_id)
                service.answer_question(work, found, version=form.version.data, **texts)
                done = _("Het antwoord staat klaar voor de volgende nota.")
                return finish(work, form, url_for("procedures.questions", id=id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, {"text_holds_citizen_number": "answer", **PLACES})
    page = render_template("procedures/answer.html", form=form, procedure=procedure, question=shown)
    return page, 422 if form.errors else 200


@bp.post("/inkoop/procedures/<int:id>/nota")
@allow(P.NOTE_PUBLISH)
def publish_note(id: int) -> Page:
    form, back = BaseForm(), url_for("procedures.questions", id=id)
    try:
        with writing(form) as work:
            found = service.publish_note(work, queries.procedure(work, id))
            done = _("Nota %(number)s is gepubliceerd. Alle aanbieders krijgen een e-mail.", number=found.number)
            return finish(work, form, back, done)
    except RuleBroken as broken:
        return refusal(
            sentences(broken.reasons), title=_("Er is nog niets te publiceren"), what_now=[(_("Terug"), back)]
        )
