"""Background tasks: what takes long is a row with progress, run by the scheduler's process in small acts.

A feature that wants one: `HANDLERS[kind] = function` in its jobs, `TITLES[kind] = mark("Woorden")` where pages load it
too (its service), and in a verb `task = enqueue(work, kind, ...)`. Its page leads the reader to the endpoint "taken.show"
(/taken/<task_id>), which shows progress and offers stop and retry. A handler that made a file ends with
`give_result(work, task_id, stored.id)`: the page then offers "Downloaden" to who asked for it, until `Task.result_until`.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from .access import SYSTEM
from .clock import Clock, system_clock
from .db import Base, choice
from .work import Office, Work, begin_read, begin_write

log = logging.getLogger("portal.tasks")

LEASE = timedelta(minutes=5)
"""A running task that has not told of progress for this long lost its process, and is taken up again."""
ATTEMPTS = 3


class TaskStatus(enum.Enum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Task(Base):
    __tablename__ = "task"

    kind: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    status: Mapped[TaskStatus] = mapped_column(choice(TaskStatus), default=TaskStatus.QUEUED)
    outcome: Mapped[str | None] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(default=0)
    asked_by_id: Mapped[int | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]
    """By the machine's clock."""
    result_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    """What it made, for who asked for it: `give_result` sets it, the page /taken/<id> offers it."""
    result_until: Mapped[datetime | None]
    """Until then the result can be downloaded; afterwards it is removed."""

    __table_args__ = (
        CheckConstraint("done >= 0 AND total >= 0", name="progress_counts"),
        CheckConstraint("(result_file_id IS NULL) = (result_until IS NULL)", name="result_has_an_end"),
        Index("ix_task_status", "status", "id"),
        Index("ix_task_asked_by", "asked_by_id", "id"),
    )


class JobRun(Base):
    """When each job of the scheduler last ran and what came of it; one row per job."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(80))
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often in a row it failed."""
    succeeded_at: Mapped[datetime | None]
    """When it last ended well."""


class Cancelled(Exception):
    """Raised inside a handler by `progress` when somebody cancelled its task."""


Handler = Callable[[Office, int], str | None]

HANDLERS: dict[str, Handler] = {}
"""Kind -> what does it: `handler(office, task_id)` opens its own acts and returns an outcome. Filled where the parts are
put together. A handler may be run again after a crash, so each of its acts looks first whether it was done."""


TITLES: dict[str, str] = {}
"""Kind -> what it does, as a marked Dutch text; OUTCOMES likewise for the codes that a handler returns."""
OUTCOMES: dict[str, str] = {}
KEPT_FOR = timedelta(days=7)
"""So long a result can be downloaded, unless the feature says otherwise."""


def enqueue(work: Work, kind: str, **facts: Any) -> Task:
    """Ask for it, in the same transaction as what caused it. Facts are ids and codes."""
    return work.add(Task(kind=kind, facts=facts, asked_by_id=work.actor.user_id, queued_at=work.now))


def progress(office: Office, task_id: int, done: int, total: int) -> None:
    """Tell how far it is. Raises Cancelled when the task should stop."""
    with begin_write(office, SYSTEM) as work:
        task = work.get(Task, task_id)
        if task.status is TaskStatus.CANCELLED:
            raise Cancelled
        task.done, task.total, task.alive_at = done, total, system_clock()


def cancel(work: Work, task: Task) -> None:
    """Stop it at its next step; what was done stays done. A finished task stays as it is."""
    if task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING):
        task.status, task.finished_at = TaskStatus.CANCELLED, work.now


def retry(work: Work, task: Task) -> None:
    """Let a task that failed or was stopped go on where it was; what was done is not done again."""
    if task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED):
        task.status, task.attempts, task.outcome, task.finished_at = TaskStatus.QUEUED, 0, None, None


def give_result(work: Work, task_id: int, file_id: int, *, kept_for: timedelta = KEPT_FOR) -> None:
    """What it made, for who asked for it. Called by a handler in the act that stored the file."""
    task = work.get(Task, task_id)
    task.result_file_id, task.result_until = file_id, work.now + kept_for


def forget_result(work: Work, task: Task) -> int | None:
    """The result is no longer to be had; gives the id of the file that may go."""
    file_id, task.result_file_id, task.result_until = task.result_file_id, None, None
    return file_id


def run_pending(office: Office, limit: int = 20, *, clock: Clock = system_clock) -> int:
    """Run what waits, and what lost its process halfway. Returns how many tasks were taken up."""
    taken = 0
    while taken < limit and (task_id := _claim(office, clock())) is not None:
        _run(office, task_id)
        taken += 1
    return taken


def _claim(office: Office, now: datetime) -> int | None:
    lost = (Task.status == TaskStatus.RUNNING) & (Task.alive_at < now - LEASE)
    waiting = (Task.status == TaskStatus.QUEUED) | lost
    with begin_read(office, SYSTEM) as work:
        if not work.session.scalar(select(exists().where(waiting))):
            return None
    with begin_write(office, SYSTEM) as work:
        next_one = select(Task).where(waiting).order_by(Task.id).limit(1).with_for_update(skip_locked=True)
        task = work.session.scalar(next_one)
        if task is None:
            return None
        task.status, task.attempts, task.alive_at = TaskStatus.RUNNING, task.attempts + 1, now
        task.started_at = task.started_at or work.now
        return task.id


def _run(office: Office, task_id: int) -> None:
    with begin_read(office, SYSTEM) as work:
        task = work.get(Task, task_id)
        kind, attempts = task.kind, task.attempts
    handler = HANDLERS.get(kind)
    if handler is None or attempts > ATTEMPTS:
        return _finish(office, task_id, TaskStatus.FAILED, "unknown_kind" if handler is None else "gave_up")
    try:
        outcome = handler(office, task_id)
    except Cancelled:
        return None
    except Exception as error:  # a task that fails is a row to look at, not the end of the process
        log.exception("task %s (%s) failed", task_id, kind)
        return _finish(office, task_id, TaskStatus.FAILED, type(error).__name__)
    return _finish(office, task_id, TaskStatus.DONE, outcome)


def _finish(office: Office, task_id: int, status: TaskStatus, outcome: str | None) -> None:
    with begin_write(office, SYSTEM) as work:
        task = work.get(Task, task_id)
        if task.status is TaskStatus.RUNNING:
            task.status, task.outcome, task.finished_at = status, outcome and outcome[:200], work.now
