"""The life of a development table. A round has no state of its own: its meeting carries it."""

from __future__ import annotations

from portal.access import Permission as P
from portal.tables.rounds.models import TableState as S
from portal.workflow import Transition, Workflow

TABLE = Workflow(
    "table",
    S.PLANNED,
    Transition("activate", (S.PLANNED,), S.ACTIVE, P.TABLE_PLAN),
    Transition("close", (S.ACTIVE,), S.CLOSED, P.TABLE_PLAN),
)
