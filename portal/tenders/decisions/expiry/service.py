"""Verbs on decisions that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import select

from portal.audit import record
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.tenders.decisions.models import Decision, DecisionLetter, Objection
from portal.tenders.submissions.models import Submission
from portal.work import Work


def remove_letters(work: Work, submission: Submission) -> None:
    """The letter and the words of objections go; the decision itself, its outcome and its dates stay."""
    for letter in work.session.scalars(select(DecisionLetter).where(DecisionLetter.submission_id == submission.id)):
        remove_file(work, work.get(StoredFile, letter.file_id))
    own = select(Decision.id).where(Decision.submission_id == submission.id)
    for objection in work.session.scalars(select(Objection).where(Objection.decision_id.in_(own))):
        objection.text = objection.outcome_text = ""
    record(work, "decision.letters_removed", submission, organisation_id=submission.organisation_id)
