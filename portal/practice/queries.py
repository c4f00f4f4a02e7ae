"""The practice mailbox: every mail that would have left, with its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, page_of
from portal.mail import OutboxMail, build_message
from portal.storage import FileFacts, StoredFile, describe
from portal.tasks import JobRun
from portal.work import Work


@dataclass(frozen=True)
class Mailbox:
    page: Page[OutboxMail]
    search: str


@dataclass(frozen=True)
class MailView:
    mail: OutboxMail
    attachments: list[tuple[int, FileFacts]]


NEWEST = Order({"": []}, last=Key(OutboxMail.id, down=True))


def mailbox(work: Work, *, search: str, asked: Asked = FIRST) -> Mailbox:
    """Newest first; `search` looks in address and subject."""
    find = select(OutboxMail)
    if search:
        found = (OutboxMail.recipient, OutboxMail.subject)
        find = find.where(or_(*(column.icontains(search, autoescape=True) for column in found)))
    return Mailbox(page_of(work.session, find, NEWEST, asked, counted=True), search)


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
