"""Asking, answering without showing who asked, and publishing a note of information."""

from __future__ import annotations

import hashlib

from portal import storage
from portal.access import Permission
from portal.accounts.organisations import queries as organisations
from portal.audit import record
from portal.errors import RuleBroken
from portal.tasks import enqueue
from portal.tenders.procedures import queries, rules
from portal.tenders.procedures.models import NoteOfInformation, Procedure, ProcedureState, Question
from portal.tenders.procedures.questions.states import QUESTION
from portal.tenders.procedures.service import note_participation, tell_of_note
from portal.work import Work


def ask_question(work: Work, procedure: Procedure, *, subject: str, text: str) -> Question:
    """Raises NotAllowed and RuleBroken (not published, too late, something about a client in it)."""
    work.require(Permission.QUESTION_ASK)
    if reasons := [*rules.reasons_not_to_ask(procedure, work.now), *rules.reasons_against_text(subject, text)]:
        raise RuleBroken(*reasons, subject=procedure)
    assert work.actor.organisation_id is not None and work.actor.user_id is not None
    note_participation(work, procedure, work.actor.organisation_id)
    asker = {"organisation_id": work.actor.organisation_id, "asked_by_id": work.actor.user_id}
    words = {"subject": subject.strip(), "text": text.strip()}
    question = work.add(Question(procedure=procedure, asked_at=work.now, **asker, **words))
    record(work, "question.ask", question, procedure_id=procedure.id)
    return question


def answer_question(
    work: Work,
    question: Question,
    *,
    public_text: str,
    answer: str,
    ready: bool = True,
    names_checked: bool = False,
    version: int | None = None,
) -> None:
    """Draft the public question and its answer. Until it is `ready` it is kept but stays out of the next note.

    A word of a provider's name could tell who asked: it is refused, unless the officer looked and said that it does not
    (`names_checked`). Raises NotAllowed, IllegalTransition (already published), RuleBroken, StaleVersion.
    """
    work.expect_version(question, version, public_text=question.public_text, answer=question.answer)
    reasons = [] if (public_text.strip() and answer.strip()) or not ready else ["answer_empty"]
    if ready and not names_checked:
        telling = rules.telling_words(f"{public_text} {answer}", organisations.provider_names(work))
        reasons += [f"text_may_tell_who_asked:{', '.join(telling)}"] if telling else []
    reasons += rules.reasons_against_text(public_text, answer)
    if ready:
        QUESTION.apply(work, question, "draft_answer", unless=reasons, procedure_id=question.procedure_id)
    else:
        work.require(Permission.QUESTION_ANSWER, question)
        reasons += [] if question.state is QUESTION.start else ["answer_is_ready"]
        if reasons:
            raise RuleBroken(*reasons, subject=question)
    question.public_text, question.answer = public_text.strip(), answer.strip()


def publish_note(work: Work, procedure: Procedure) -> NoteOfInformation:
    """Publish every drafted answer as the next numbered note, to all at once (equal treatment). It is final.
    Raises NotAllowed and RuleBroken (nothing drafted, not published)."""
    work.require(Permission.NOTE_PUBLISH, procedure)
    ready = queries.drafted_questions(work, procedure)
    reasons = [] if ready else ["no_answers_ready"]
    reasons += [] if procedure.state is ProcedureState.PUBLISHED else ["procedure_not_published"]
    if reasons:
        raise RuleBroken(*reasons, subject=procedure)
    number = len(procedure.notes) + 1
    note = NoteOfInformation(number=number, published_at=work.now, published_by_id=work.actor.user_id, questions=ready)
    procedure.notes.append(note)
    work.session.flush()
    for question in ready:
        QUESTION.apply(work, question, "publish", procedure_id=procedure.id, note_id=note.id)
    record(work, "note.publish", note, procedure_id=procedure.id, number=number, questions=len(ready))
    tell_of_note(work, procedure, note)
    enqueue(work, "procedures.note_document", note_id=note.id)
    return note


def keep_note_document(work: Work, note: NoteOfInformation, data: bytes, name: str) -> None:
    """Keep the rendered note; its hash goes on record. A second time changes nothing."""
    if note.file_id is None:
        stored = storage.put_bytes(work, data, name=name, seal=storage.system_seal(work))
        note.file_id = stored.id
        record(work, "note.keep_document", note, sha256=hashlib.sha256(data).hexdigest())
