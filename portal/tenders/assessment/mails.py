"""Who hears what during the assessment."""

from __future__ import annotations

from portal.mail import tell
from portal.tenders.assessment.models import Assignment
from portal.tenders.submissions.models import Submission
from portal.work import Work


def tell_of_assignment(work: Work, assignment: Assignment) -> None:
    """The assessor is asked to declare first. Only the provider's name stands in it: nothing of the file."""
    procedure = assignment.submission.procedure
    tell(
        work,
        assignment.assessor,
        "assessment_assigned",
        key=f"assignment:{assignment.id}",
        facts={
            "provider": assignment.submission.organisation.name,
            "procedure": procedure.title,
            "link": f"/beoordelen/{assignment.id}",
            "decision_by": procedure.decision_by,
            "region_name": procedure.region.name,
        },
    )


def tell_of_conflict(work: Work, assignment: Assignment) -> None:
    """Who handed out the file hears that somebody else is needed; what the interest is stays with the declaration."""
    _tell_officer(work, assignment, "assessment_conflict", f"conflict:{assignment.id}")


def tell_of_all_locked(work: Work, submission: Submission, last: Assignment) -> None:
    """The judgements lie side by side now: the officer can settle."""
    _tell_officer(work, last, "assessment_locked", f"locked:{submission.id}:{last.version}")


def _tell_officer(work: Work, assignment: Assignment, template: str, key: str) -> None:
    submission = assignment.submission
    tell(
        work,
        assignment.assigned_by,
        template,
        key=key,
        facts={
            "provider": submission.organisation.name,
            "procedure": submission.procedure.title,
            "assessor": assignment.assessor.name,
            "region_name": submission.procedure.region.name,
            "link": f"/inkoop/inschrijvingen/{submission.id}/beoordeling",
        },
    )
