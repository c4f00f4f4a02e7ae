"""A job that somebody asked for, run by the scheduler's process as a background task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.access import SYSTEM
from portal.scheduler import run_job
from portal.tasks import HANDLERS, Task
from portal.work import Office, begin_read

from .queries import RUN_JOB


def run_asked_job(office: Office, task_id: int) -> str:
    """Run it and say what came of it. Running a job twice is harmless, so a second run after a crash is too."""
    with begin_read(office, SYSTEM) as work:
        name = str(work.get(Task, task_id).facts["job"])
    return f"{name}: {run_job(office, name)}"


HANDLERS[RUN_JOB] = run_asked_job

JOBS: dict[str, Callable[[Office], Any]] = {}
