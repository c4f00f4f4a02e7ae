"""The receipt: what was handed in, when, by whom, with the SHA-256 of every file."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from portal import storage
from portal.errors import NotFound
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.content.rules import Content
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import Work


def receipt_facts(submission: Submission, content: Content) -> dict[str, Any]:
    """What the receipt holds: sealed, because names of files are part of what the submission says."""
    signed = [
        {"name": s.user.name, "authority": s.authority.kind.value, "signed_at": s.signed_at.isoformat()}
        for s in submission.signatures
    ]
    return {
        "number": submission.receipt_number,
        "submission": submission.number,
        "submitted_at": submission.submitted_at.isoformat() if submission.submitted_at else "",
        "content_digest": submission.content_digest,
        "products": [product.name for product in content.products],
        "files": [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in content.files],
        "signatures": signed,
    }


def receipt(work: Work, submission: Submission) -> dict[str, Any]:
    """The sealed receipt of the actor's own submission. Raises NotFound when nothing was handed in."""
    is_own = work.actor.is_provider and submission.organisation_id == work.actor.organisation_id
    if submission.receipt is None or not is_own:
        raise NotFound("receipt")
    found: dict[str, Any] = json.loads(storage.open_bytes(work, submission.seal, submission.receipt))
    return found


def count_unjudged(work: Work, procedure: Procedure) -> int:
    """The opened submissions whose assessment is not concluded. Under the procedure's lock: the later of two sees both."""
    work.session.flush()
    work.session.refresh(procedure, with_for_update=True)
    opened = (Submission.procedure_id == procedure.id) & (Submission.state == SubmissionState.OPENED)
    return work.session.scalar(select(func.count()).select_from(Submission).where(opened)) or 0
