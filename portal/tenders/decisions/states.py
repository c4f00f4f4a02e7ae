"""The life of an admission decision and of what comes in against it."""

from __future__ import annotations

from portal.access import Permission
from portal.tenders.decisions.models import DecisionState as D
from portal.tenders.decisions.models import ObjectionState as O
from portal.workflow import Transition, Workflow

DECISION = Workflow(
    "decision",
    D.PREPARED,
    Transition("decide", (D.PREPARED,), D.DECIDED, Permission.DECISION_DECIDE),
    Transition("announce", (D.DECIDED,), D.ANNOUNCED, Permission.DECISION_ANNOUNCE),
    Transition("challenge", (D.ANNOUNCED,), D.CHALLENGED, Permission.OBJECTION_FILE),
    Transition("note_challenge", (D.ANNOUNCED,), D.CHALLENGED, Permission.OBJECTION_RECORD),
    Transition("resume", (D.CHALLENGED,), D.ANNOUNCED, Permission.OBJECTION_RECORD),
    Transition("confirm_final", (D.ANNOUNCED,), D.FINAL, Permission.DECISION_CONFIRM),
)

OBJECTION = Workflow(
    "objection",
    O.RECEIVED,
    Transition("dismiss", (O.RECEIVED,), O.DISMISSED, Permission.OBJECTION_RECORD),
    Transition("uphold", (O.RECEIVED,), O.UPHELD, Permission.OBJECTION_RECORD),
    Transition("note_withdrawal", (O.RECEIVED,), O.WITHDRAWN, Permission.OBJECTION_RECORD),
)
