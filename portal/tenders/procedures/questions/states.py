"""A question from the market: asked, answered, and in a note."""

from __future__ import annotations

from portal.access import Permission as P
from portal.tenders.procedures.models import QuestionState as Q
from portal.workflow import Transition, Workflow

QUESTION = Workflow(
    "question",
    Q.ASKED,
    Transition("draft_answer", (Q.ASKED, Q.DRAFTED), Q.DRAFTED, P.QUESTION_ANSWER),
    Transition("publish", (Q.DRAFTED,), Q.PUBLISHED, P.NOTE_PUBLISH),
)
