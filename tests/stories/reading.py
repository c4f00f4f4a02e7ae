"""What somebody in the story sees: mails, waiting rows, the trail, the words of a document."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.home.queries import waits
from portal.mail import MailStatus, OutboxMail
from portal.practice.story.stage import Stage
from portal.storage import StoredFile
from portal.tasks import Task, TaskStatus
from portal.work import begin_read


def mails(stage: Stage, template: str, to: str = "") -> list[OutboxMail]:
    """All that were written from this template, to this reader."""
    with begin_read(stage.office, SYSTEM) as work:
        find = select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)
        found = list(work.session.scalars(find.where(OutboxMail.recipient == to) if to else find))
        work.session.expunge_all()
        return found


def check_all_mail_left(stage: Stage) -> None:
    with begin_read(stage.office, SYSTEM) as work:
        states = set(work.session.scalars(select(OutboxMail.status)))
        tasks = set(work.session.scalars(select(Task.status)))
    assert states == {MailStatus.SENT}
    assert tasks <= {TaskStatus.DONE}


def waiting(stage: Stage, who: str) -> list[str]:
    """Title and detail of what waits for this person."""
    with stage.looks(who) as work:
        return [f"{wait.title} {wait.detail}".strip() for wait in waits(work) if wait.mine]


def waits_for(stage: Stage, who: str, words: str) -> bool:
    return any(words in row for row in waiting(stage, who))


def trail(stage: Stage) -> list[AuditEvent]:
    with begin_read(stage.office, SYSTEM) as work:
        found = list(work.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))
        work.session.expunge_all()
        return found


def tags(stage: Stage) -> set[str]:
    return {event.tag for event in trail(stage)}


def words_of(stage: Stage, file_id: int | None) -> str:
    """A stored Word file, opened with python-docx: its paragraphs and cells."""
    assert file_id is not None
    document = docx.Document(BytesIO(bytes_of(stage, file_id)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def bytes_of(stage: Stage, file_id: int) -> bytes:
    with begin_read(stage.office, SYSTEM) as work:
        return storage.open_file(work, work.get(StoredFile, file_id)).read()


def row(stage: Stage, model: Any, **where: Any) -> Any:
    """The one row that fits."""
    with begin_read(stage.office, SYSTEM) as work:
        found = work.session.scalars(select(model).filter_by(**where)).one()
        work.session.expunge(found)
        return found


def rows(stage: Stage, model: Any, **where: Any) -> list[Any]:
    with begin_read(stage.office, SYSTEM) as work:
        found = list(work.session.scalars(select(model).filter_by(**where).order_by(model.id)))
        work.session.expunge_all()
        return found
