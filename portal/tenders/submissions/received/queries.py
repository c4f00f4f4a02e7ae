"""What the buyer's side may know of the submissions to a procedure: nothing before closing, a number, then all."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission
from portal.db import sort_key
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.rules import Phase, phase
from portal.tenders.submissions import rules
from portal.tenders.submissions.models import Submission, SubmissionProduct
from portal.tenders.submissions.queries import HANDED_IN
from portal.work import Work


def received_count(work: Work, procedure: Procedure) -> int | None:
    """How many were handed in; None before the closing, when nobody may know."""
    work.require(Permission.PROCEDURE_WORK, procedure)
    if phase(procedure, work.now) is not Phase.CLOSED:
        return None
    handed_in = select(func.count()).where(Submission.procedure_id == procedure.id, Submission.state.in_(HANDED_IN))
    return work.session.scalar(handed_in) or 0


def opened_submissions(work: Work, procedure: Procedure) -> list[Submission]:
    """What was opened, by name of provider. Empty before the opening."""
    work.require(Permission.SUBMISSION_READ, procedure)
    opened = select(Submission).where(
        Submission.procedure_id == procedure.id, Submission.state.in_(rules.READABLE_BY_BUYER)
    )
    line = selectinload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    rows = work.session.scalars(opened.options(joinedload(Submission.organisation), line))
    return sorted(rows, key=lambda s: (sort_key(s.organisation.name), s.id))
