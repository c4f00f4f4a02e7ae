"""Who hears what during the assessment."""

from __future__ import annotations

from portal.mail import queue_mail
from portal.tenders.assessment.models import Assignment
from portal.tenders.submissions.models import Submission
from portal.work import Work


def tell_of_assignment(work: Work, assignment: Assignment) -> None:
    """The assessor is asked to declare first. Only the provider's name stands in it: nothing of the file."""
    procedure = assignment.submission.procedure
    queue_mail(
        work,
        to=assignment.assessor.email,
        template="assessment_assigned",
        locale=assignment.assessor.locale,
        key=f"assignment:{assignment.id}",
        facts={
            "name": assignment.assessor.name,
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
    queue_mail(
        work,
        to=assignment.assigned_by.email,
        template=template,
        locale=assignment.assigned_by.locale,
        key=key,
        facts={
            "name": assignment.assigned_by.name,
            "provider": submission.organisation.name,
            "procedure": submission.procedure.title,
            "assessor": assignment.assessor.name,
            "region_name": submission.procedure.region.name,
            "link": f"/inkoop/inschrijvingen/{submission.id}/beoordeling",
        },
    )
