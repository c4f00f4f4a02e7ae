"""The life of an opening and of an assessor's work on one submission."""

from __future__ import annotations

from portal.access import Permission
from portal.tenders.assessment.models import AssignmentState as A
from portal.tenders.assessment.models import OpeningState as O
from portal.workflow import Transition, Workflow

OPENING = Workflow(
    "opening",
    O.WAITING_FOR_SECOND,
    Transition("complete", (O.WAITING_FOR_SECOND,), O.OPENED, Permission.SUBMISSION_OPEN),
)

ASSIGNMENT = Workflow(
    "assignment",
    A.ASSIGNED,
    Transition("declare_no_conflict", (A.ASSIGNED,), A.DECLARED, Permission.ASSESSMENT_DECLARE),
    Transition("declare_conflict", (A.ASSIGNED, A.DECLARED), A.CONFLICTED, Permission.ASSESSMENT_DECLARE),
    Transition("lock", (A.DECLARED,), A.LOCKED, Permission.ASSESSMENT_JUDGE),
    Transition("reopen", (A.LOCKED,), A.DECLARED, Permission.ASSESSMENT_SETTLE),
)
