"""The background tasks that the reader may see: the own ones, and all of them for who keeps the platform."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, true

from portal.access import Permission
from portal.errors import NotFound
from portal.storage import StoredFile
from portal.tasks import Task
from portal.work import Work

from . import rules

PER_PAGE = 50


def _reach(work: Work) -> ColumnElement[bool]:
    everything = work.actor.may(Permission.PLATFORM_STATUS)
    return true() if everything else Task.asked_by_id == work.actor.user_id


def tasks(work: Work, *, before: int | None = None) -> tuple[Sequence[Task], bool]:
    """The newest first, and whether there are older ones."""
    wanted = select(Task).where(_reach(work)).order_by(Task.id.desc()).limit(PER_PAGE + 1)
    if before is not None:
        wanted = wanted.where(Task.id < before)
    found = work.session.scalars(wanted).all()
    return found[:PER_PAGE], len(found) > PER_PAGE


def task(work: Work, task_id: int) -> Task:
    """Raises NotFound when it is somebody else's."""
    found = work.session.scalar(select(Task).where(Task.id == task_id, _reach(work)))
    if found is None:
        raise NotFound("Task")
    return found


def result(work: Work, task_id: int) -> StoredFile:
    """What it made. Raises NotFound when that is not for this reader, or not any more."""
    found = task(work, task_id)
    if not rules.offers_result(found, work.actor, work.now) or found.result_file_id is None:
        raise NotFound("StoredFile")
    return work.get(StoredFile, found.result_file_id)
