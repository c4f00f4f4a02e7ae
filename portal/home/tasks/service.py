"""What a reader does with a background task: stop it, let it try again, take along what it made."""

from __future__ import annotations

from portal import tasks
from portal.audit import record
from portal.errors import RuleBroken
from portal.storage import StoredFile
from portal.tasks import Task
from portal.work import Work

from . import queries, rules


def stop_task(work: Work, task: Task) -> None:
    """Stop it at its next step; what was done stays done. Raises RuleBroken when it is over already."""
    if not rules.runs(task):
        raise RuleBroken("task_is_over", subject=task)
    tasks.cancel(work, task)
    record(work, "task.stopped", task, kind=task.kind, done=task.done)


def retry_task(work: Work, task: Task) -> None:
    """Let it go on where it was. Raises RuleBroken when there is nothing to try again."""
    if not rules.can_retry(task):
        raise RuleBroken("task_is_not_stopped", subject=task)
    tasks.retry(work, task)
    record(work, "task.retried", task, kind=task.kind, done=task.done)


def take_result(work: Work, task_id: int) -> StoredFile:
    """The file, and on record that it was taken along. Raises NotFound when it is not for this reader."""
    stored = queries.result(work, task_id)
    record(work, "task.downloaded", queries.task(work, task_id), file_id=stored.id)
    return stored
