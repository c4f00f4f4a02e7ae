"""Verbs on submissions that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete, select

from portal.audit import record
from portal.evidence.expiry.service import release_uses
from portal.storage import StoredFile
from portal.storage.copies import remove_copies
from portal.storage.removal import remove_file
from portal.tenders.submissions.models import Answer, Submission, SubmissionFile
from portal.work import Work


def remove_content(work: Work, submission: Submission) -> None:
    """Answers, files and the sealed content go; that there was a submission, its course and its receipt stay."""
    own = select(SubmissionFile.file_id).where(SubmissionFile.submission_id == submission.id)
    shared = select(SubmissionFile.file_id).where(SubmissionFile.submission_id != submission.id)
    for stored in work.session.scalars(select(StoredFile).where(StoredFile.id.in_(own), StoredFile.id.not_in(shared))):
        remove_file(work, stored)
    remove_copies(work, submission.seal_id)
    for kind in (Answer, SubmissionFile):
        work.session.execute(delete(kind).where(kind.submission_id == submission.id))
    submission.content = None
    release_uses(work, used_by="submission", used_by_id=submission.id)
    record(
        work,
        "submission.removed",
        submission,
        organisation_id=submission.organisation_id,
        procedure_id=submission.procedure_id,
    )
