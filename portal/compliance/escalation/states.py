"""The first steps of the supplier ladder."""

from __future__ import annotations

from portal.access import Permission as P
from portal.workflow import Transition, Workflow

from .models import SignalState as S

SIGNAL = Workflow(
    "signal",
    S.OPEN,
    Transition("take_up", (S.OPEN,), S.TRIAGE, P.SIGNAL_TRIAGE),
    Transition("dismiss", (S.OPEN, S.TRIAGE), S.DISMISSED, P.SIGNAL_TRIAGE),
    Transition("talk", (S.OPEN, S.TRIAGE), S.CONVERSATION, P.SIGNAL_TRIAGE),
)
