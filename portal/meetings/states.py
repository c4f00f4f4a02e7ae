"""The life of a meeting: planned, agenda out, held, minutes with the participants, minutes adopted."""

from __future__ import annotations

from portal.access import Permission as P
from portal.meetings.models import MeetingState as S
from portal.workflow import Transition, Workflow

MEETING = Workflow(
    "meeting",
    S.SCHEDULED,
    Transition("set_agenda", (S.SCHEDULED,), S.SCHEDULED, P.TABLE_PLAN),
    Transition("move_planned", (S.SCHEDULED,), S.SCHEDULED, P.TABLE_PLAN),
    Transition("send_agenda", (S.SCHEDULED,), S.AGENDA_SENT, P.TABLE_PLAN),
    Transition("move", (S.AGENDA_SENT,), S.AGENDA_SENT, P.TABLE_PLAN),
    Transition("hold", (S.AGENDA_SENT,), S.HELD, P.MINUTES_WRITE),
    Transition("correct_attendance", (S.HELD,), S.HELD, P.MINUTES_WRITE),
    Transition("send_minutes_draft", (S.HELD,), S.MINUTES_DRAFT, P.MINUTES_WRITE),
    Transition("comment", (S.MINUTES_DRAFT,), S.MINUTES_DRAFT, P.MINUTES_COMMENT),
    Transition("adopt_minutes", (S.MINUTES_DRAFT,), S.MINUTES_ADOPTED, P.MINUTES_ADOPT),
    Transition("add_addendum", (S.MINUTES_ADOPTED,), S.MINUTES_ADOPTED, P.MINUTES_WRITE),
)
