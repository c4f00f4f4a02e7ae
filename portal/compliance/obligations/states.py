"""The life of an obligation. Late is no state: `rules.standing` knows it from the date."""

from __future__ import annotations

from portal.access import Permission as P
from portal.workflow import Transition, Workflow

from .models import ObligationState as S

OBLIGATION = Workflow(
    "obligation",
    S.OPEN,
    Transition("deliver", (S.OPEN, S.RETURNED), S.DELIVERED, P.DECLARATION_FILE),
    Transition("check", (S.DELIVERED,), S.CHECKED, P.DECLARATION_CHECK),
    Transition("return", (S.DELIVERED,), S.RETURNED, P.DECLARATION_CHECK),
    Transition("waive", (S.OPEN, S.RETURNED), S.WAIVED, P.OBLIGATION_WAIVE),
)
