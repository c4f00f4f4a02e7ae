"""The practice mailbox: every mail that would have left, with its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.errors import NotFound
from portal.mail import OutboxMail, build_message
from portal.storage import FileFacts, StoredFile, describe
from portal.tasks import JobRun
from portal.work import Work

PER_PAGE = 30


@dataclass(frozen=True)
class Mailbox:
    mails: Sequence[OutboxMail]
    total: int
    page: int
    pages: int
    search: str


@dataclass(frozen=True)
class MailView:
    mail: OutboxMail
    attachments: list[tuple[int, FileFacts]]


def mailbox(work: Work, *, search: str, page: int) -> Mailbox:
    """Newest first; `search` looks in address and subject."""
    find = select(OutboxMail)
    if search:
        find = find.where(OutboxMail.recipient.icontains(search) | OutboxMail.subject.icontains(search))
    total = work.session.scalar(select(func.count()).select_from(find.subquery())) or 0
    mails = work.session.scalars(
        find.order_by(OutboxMail.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    ).all()
    return Mailbox(mails, total, page, max(1, -(-total // PER_PAGE)), search)


def mail(work: Work, mail_id: int) -> MailView:
    """Raises NotFound."""
    found = work.get(OutboxMail, mail_id)
    files = work.session.scalars(select(StoredFile).where(StoredFile.id.in_(found.attachments or [])))
    return MailView(found, [(file.id, describe(work, file)) for file in files])


def attachment(work: Work, mail_id: int, file_id: int) -> StoredFile:
    """Raises NotFound when this mail does not carry that file."""
    if file_id not in (work.get(OutboxMail, mail_id).attachments or []):
        raise NotFound("attachment")
    return work.get(StoredFile, file_id)


def raw(work: Work, mail_id: int) -> bytes:
    """The message as it would go over the wire."""
    return build_message(work, work.get(OutboxMail, mail_id)).as_bytes()


def last_runs(work: Work) -> Sequence[JobRun]:
    """The last run of each job."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.name)
    return work.session.scalars(select(JobRun).where(JobRun.id.in_(newest)).order_by(JobRun.name)).all()
