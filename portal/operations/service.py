"""What whoever runs the portal can do from its page."""

from __future__ import annotations

from portal.access import Permission
from portal.audit import record
from portal.errors import NotFound
from portal.mail import OutboxMail, retry_mail, send_now
from portal.tasks import Task, enqueue
from portal.work import Work

from . import queries


def ask_for_job(work: Work, name: str) -> Task | None:
    """Have the scheduler run this job as soon as it can; None when that was asked for already.

    Raises NotAllowed, and NotFound for a job that is not run on request.
    """
    work.require(Permission.PLATFORM_STATUS)
    if name not in queries.on_request():
        raise NotFound("job")
    if name in queries.asked_jobs(work):
        return None
    task = enqueue(work, queries.RUN_JOB, job=name)
    record(work, "job.ask", task, job=name)
    return task


def send_again(work: Work, mail: OutboxMail) -> None:
    """Put a mail that could not be delivered back in the queue. Raises NotAllowed."""
    retry_mail(work, mail)


def send_all_again(work: Work) -> int:
    """The same for all of them; returns how many. Raises NotAllowed."""
    work.require(Permission.PLATFORM_STATUS)
    failed = queries.every_failed_mail(work)
    for mail in failed:
        retry_mail(work, mail)
    return len(failed)


def send_waiting_now(work: Work) -> int:
    """The mail server is back: what was tried in vain leaves now. Returns how many. Raises NotAllowed."""
    return send_now(work)
