"""The officer answers questions from the market, without seeing who asked, and publishes notes of information."""

from __future__ import annotations

from flask import jsonify, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import NotFound, RuleBroken, StaleVersion
from portal.i18n import time_short
from portal.tenders.procedures import queries
from portal.tenders.procedures.forms import PLACES, AnswerForm, NoteForm
from portal.tenders.procedures.models import Procedure, Question, QuestionState
from portal.tenders.procedures.questions import service
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.locale import _, reader_locale
from portal.web.reasons import sentences
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp

Page = tuple[str, int] | Response
ANSWER_PLACES = {**PLACES, "text_holds_citizen_number": "public_text"}


@bp.get("/inkoop/procedures/<int:id>/vragen")
@allow(P.QUESTION_ANSWER)
def questions(id: int) -> str:
    with reading() as work:
        procedure = queries.procedure(work, id)
        found = queries.questions_of(work, procedure)
        by_state = {state.value: [q for q in found if q.state is state] for state in QuestionState}
        return render_template("procedures/questions.html", procedure=procedure, **by_state)


@bp.route("/inkoop/procedures/<int:id>/vragen/<int:question_id>", methods=["GET", "POST"])
@allow(P.QUESTION_ANSWER)
def answer(id: int, question_id: int) -> Page:
    with reading() as work:
        procedure, shown = _found(work, id, question_id)
        form = AnswerForm(obj=shown)
        if not form.is_submitted() and not shown.public_text:
            form.public_text.data = shown.text
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                _save(work, form, question_id)
                done = _("Het antwoord staat klaar voor de volgende nota.")
                return finish(work, form, url_for("procedures.questions", id=id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, ANSWER_PLACES)
    with reading() as work:
        procedure, shown = _found(work, id, question_id)
        page = render_template(
            "procedures/answer.html",
            form=form,
            procedure=procedure,
            question=shown,
            about=_about(shown.subject),
            criterion=next((c for c in procedure.criteria if shown.subject.startswith(f"Eis {c.code}:")), None),
        )
    return page, 422 if form.errors else 200


def _about(subject: str) -> str:
    """`Eis G5: ...` as it reads within a sentence: eis G5, requirement G5."""
    kind, gap, code = subject.partition(":")[0].partition(" ")
    words = f"{_(kind)}{gap}{code}" if kind in ("Eis", "Product", "Tarief") else _(subject)
    return words[:1].lower() + words[1:]


@bp.post("/inkoop/procedures/<int:id>/vragen/<int:question_id>/bewaren")
@allow(P.QUESTION_ANSWER)
def keep_answer(id: int, question_id: int) -> Response | tuple[Response, int]:
    """While typing: kept, but not in the next note until the officer says that it is ready."""
    form = AnswerForm()
    try:
        with writing() as work:
            _found(work, id, question_id)
            question = _save(work, form, question_id, ready=False)
            work.session.flush()
            saved = {"saved_at": time_short(work.now, reader_locale()).split()[0], "version": question.version}
    except StaleVersion:
        return jsonify(error="conflict"), 409
    except RuleBroken as broken:
        return jsonify(error=sentences(broken.reasons)), 422
    return jsonify(saved)


def _found(work: Work, id: int, question_id: int) -> tuple[Procedure, queries.AskedQuestion]:
    """The question without its asker. Raises NotFound."""
    procedure = queries.procedure(work, id)
    shown = next((q for q in queries.questions_of(work, procedure) if q.id == question_id), None)
    if shown is None:
        raise NotFound("question")
    return procedure, shown


def _save(work: Work, form: AnswerForm, question_id: int, *, ready: bool = True) -> Question:
    question = queries.question(work, question_id)
    texts = {"public_text": form.public_text.data or "", "answer": form.answer.data or ""}
    checked = bool(form.names_checked.data)
    service.answer_question(work, question, ready=ready, names_checked=checked, version=form.version.data, **texts)
    return question


@bp.route("/inkoop/procedures/<int:id>/nota", methods=["GET", "POST"])
@allow(P.NOTE_PUBLISH)
def publish_note(id: int) -> Page:
    """Shows what the note will hold; publishes just that. An answer that changed meanwhile is shown again first."""
    form, back = NoteForm(), url_for("procedures.questions", id=id)
    changed = False
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                procedure = queries.procedure(work, id)
                if form.shown.data != _holds(queries.drafted_questions(work, procedure)):
                    raise StaleVersion
                number = service.publish_note(work, procedure).number
                done = _("Nota %(number)s is gepubliceerd. Alle aanbieders krijgen een e-mail.", number=number)
                return finish(work, form, back, done)
        except StaleVersion:
            changed = True
        except RuleBroken as broken:
            title = _("Er is nog niets te publiceren")
            return refusal(sentences(broken.reasons), title=title, what_now=[(_("Terug naar de vragen"), back)])
    with reading() as work:
        procedure = queries.procedure(work, id)
        ready = queries.drafted_questions(work, procedure)
        form.shown.data = _holds(ready)
        facts = {"procedure": procedure, "ready": ready, "changed": changed, "number": len(procedure.notes) + 1}
        return render_template("procedures/publish_note.html", form=form, **facts), 409 if changed else 200


def _holds(ready: list[Question]) -> str:
    return ",".join(f"{question.id}.{question.version}" for question in ready)
