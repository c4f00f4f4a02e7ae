"""The life of a procedure and of a question. Open and closed are not states: `rules.phase` knows them from the clock."""

from __future__ import annotations

from portal.access import Permission as P
from portal.tenders.procedures.models import ProcedureState as S
from portal.workflow import Transition, Workflow

PROCEDURE = Workflow(
    "procedure",
    S.DRAFT,
    Transition("send_to_review", (S.DRAFT,), S.INTERNAL_REVIEW, P.PROCEDURE_DRAFT),
    Transition("send_back", (S.INTERNAL_REVIEW, S.APPROVED), S.DRAFT, P.PROCEDURE_APPROVE),
    Transition("approve", (S.INTERNAL_REVIEW,), S.APPROVED, P.PROCEDURE_APPROVE),
    Transition("publish", (S.APPROVED,), S.PUBLISHED, P.PROCEDURE_PUBLISH),
    Transition("open", (S.PUBLISHED,), S.OPENED, P.SUBMISSION_OPEN),
    Transition("announce", (S.OPENED,), S.ANNOUNCED, P.DECISION_ANNOUNCE),
    Transition("complete", (S.ANNOUNCED,), S.COMPLETED, P.DECISION_CONFIRM),
    Transition(
        "withdraw",
        (S.DRAFT, S.INTERNAL_REVIEW, S.APPROVED, S.PUBLISHED, S.OPENED),
        S.WITHDRAWN,
        P.PROCEDURE_WITHDRAW,
    ),
)
