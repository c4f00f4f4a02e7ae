"""The life of a submission: filled in, signed, handed in, opened, judged, decided."""

from __future__ import annotations

from portal.access import Permission as P
from portal.tenders.submissions.models import SubmissionState as S
from portal.workflow import Transition, Workflow

SUBMISSION = Workflow(
    "submission",
    S.DRAFT,
    Transition("freeze", (S.DRAFT,), S.SIGNING, P.SUBMISSION_SIGN),
    Transition("unfreeze", (S.SIGNING,), S.DRAFT, P.SUBMISSION_EDIT),
    Transition("submit", (S.SIGNING,), S.SUBMITTED, P.SUBMISSION_SIGN),
    Transition("withdraw", (S.DRAFT, S.SIGNING, S.SUBMITTED), S.WITHDRAWN, P.SUBMISSION_WITHDRAW),
    Transition("open", (S.SUBMITTED,), S.OPENED, P.SUBMISSION_OPEN),
    Transition("assess", (S.OPENED,), S.ASSESSED, P.ASSESSMENT_SETTLE),
    Transition("decide", (S.ASSESSED,), S.DECIDED, P.DECISION_DECIDE),
)
