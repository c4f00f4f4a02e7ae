"""Time passing: one process that asks, again and again, what is due. Running a job twice or an hour late is harmless.

A second process stands by and takes over. The jobs themselves are each feature's `jobs.py`.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from .. import storage
from ..access import SYSTEM
from ..clock import AMSTERDAM, PracticeClock, local_date, local_moment, system_clock
from ..config import load_settings
from ..db import load_models
from ..logs import busy_with, new_id, note
from ..mail import Transport, deliver_pending, transport_for
from ..tasks import JobRun, run_pending
from ..work import Office, begin_read, begin_write
from .lock import SchedulerLock, is_at_work, lock_of

__all__ = ["Job", "is_at_work", "jobs", "main", "run_all", "run_days", "run_job"]

log = logging.getLogger("portal.scheduler")

PORTAL = Path(__file__).parent.parent
ORDER = (
    "accounts", "regions", "evidence", "meetings", "tenders.procedures", "tenders.submissions", "tenders.assessment",
    "tenders.decisions", "contracts", "tables.rounds", "tables.kpis", "tables.agreements", "tables.plans",
    "compliance.obligations", "compliance.declarations", "compliance.escalation", "reports", "retention", "home",
    "operations", "practice",
)  # fmt: skip
"""In which order the features' jobs run on one day: as data moves. A feature with a `jobs.py` is found by itself."""

MORNING = time(7, 0)
"""Daily work is done before office hours, and never between two and three, when summer time begins or ends."""
TRIGGERS: Mapping[str, Callable[[], Any]] = {
    "seconds": lambda: IntervalTrigger(seconds=5),
    "minute": lambda: IntervalTrigger(minutes=1),
    "quarter": lambda: IntervalTrigger(minutes=15),
    "hour": lambda: IntervalTrigger(hours=1),
    "day": lambda: CronTrigger(hour=MORNING.hour, minute=MORNING.minute, timezone=AMSTERDAM),
}
STAND_BY_SECONDS = 5.0
QUIET = timedelta(minutes=10)
"""A job that had nothing to do is noted at most this often."""


@dataclass(frozen=True)
class Job:
    """What is asked, how often, and how: `run` does what is due and says how many things that were."""

    name: str
    run: Callable[[Office, Transport], int]
    rhythm: str = "day"


@cache
def jobs() -> tuple[Job, ...]:
    """All jobs in the order of a day: what is due, what takes long, and at last the mail of it all.

    A feature's `jobs.py` has JOBS: name -> function(office), daily, or name -> (function, rhythm). Importing it also
    registers the feature's background tasks.
    """
    found = [job for module in job_modules() for job in _jobs_of(import_module(module))]
    own = (
        Job("sweep_files", lambda office, _transport: storage.sweep(office)),
        Job("run_tasks", lambda office, _transport: run_pending(office), "seconds"),
        Job("send_mail", lambda office, transport: deliver_pending(office, transport, limit=1000), "seconds"),
    )
    return (*found, *own)


def job_modules() -> list[str]:
    """Every `jobs.py` below this package, in the order of the features."""
    names = [".".join(path.relative_to(PORTAL.parent).with_suffix("").parts) for path in PORTAL.rglob("jobs.py")]

    def place(name: str) -> tuple[int, str]:
        below = name.removeprefix("portal.")
        return next((n for n, feature in enumerate(ORDER) if below.startswith(f"{feature}.")), len(ORDER)), name

    return sorted(names, key=place)


def _jobs_of(module: Any) -> list[Job]:
    listed: Mapping[str, Any] = module.JOBS
    found = []
    for name, given in listed.items():
        function, rhythm = given if isinstance(given, tuple) else (given, "day")
        found.append(Job(name, partial(_without_transport, function), rhythm))
    return found


def _without_transport(function: Callable[[Office], int | None], office: Office, _transport: Transport) -> int:
    return function(office) or 0


def run_job(office: Office, name: str, transport: Transport | None = None) -> int:
    """Run one job now and note it; returns how many things it did. Raises KeyError, or what the job raises."""
    job = {job.name: job for job in jobs()}[name]
    return _run(office, job, transport or transport_for(office.settings))


def _run(office: Office, job: Job, transport: Transport) -> int:
    started = system_clock()
    with busy_with(run_id=new_id()):
        try:
            count = job.run(office, transport)
        except Exception as error:
            _note(office, job, started, error=type(error).__name__)
            raise
        _note(office, job, started, count=count)
        return count


def _note(office: Office, job: Job, started: datetime, *, count: int = 0, error: str | None = None) -> None:
    """For the status page and the log, by the machine's clock: when the job last ran and what came of it."""
    with begin_read(office, SYSTEM) as look:
        last = look.session.scalar(select(JobRun).where(JobRun.name == job.name))
        if last and not count and not error and not last.error and last.started_at > started - QUIET:
            return
    with begin_write(office, SYSTEM) as work:
        run = work.session.scalar(select(JobRun).where(JobRun.name == job.name))
        run = run or work.add(JobRun(name=job.name, started_at=started))
        run.started_at, run.finished_at = started, system_clock()
        run.outcome, run.count, run.error = "error" if error else "ok", count, error
        run.failures = run.failures + 1 if error else 0
        run.succeeded_at = run.succeeded_at if error else started
        ms = round((run.finished_at - started).total_seconds() * 1000)
    note(log, "job", job=job.name, outcome=run.outcome, count=count, ms=ms, **({"error": error} if error else {}))


def run_all(office: Office, transport: Transport | None = None, *, strict: bool = False) -> dict[str, int]:
    """Run every job once, in order. One that fails is noted and does not stop the others, unless `strict`."""
    known, counts = transport or transport_for(office.settings), {}
    for job in jobs():
        try:
            counts[job.name] = _run(office, job, known)
        except Exception:
            if strict:
                raise
            log.exception("job %s failed", job.name)
    return counts


def run_days(
    office: Office,
    practice_clock: PracticeClock,
    until: datetime,
    transport: Transport | None = None,
    *,
    strict: bool = False,
    tell: Callable[[datetime], None] = lambda moment: None,
) -> int:
    """Move the practice clock to `until`, stopping at seven each morning on the way to run all jobs.

    Returns how many things the jobs did; `tell` hears each stop. Raises ValueError when `until` is in the past.
    """
    if until < practice_clock():
        raise ValueError("clock_moves_forward_only")
    done = 0
    for moment in (*_mornings(practice_clock(), until), until):
        if moment > practice_clock():  # the jobs themselves take time too
            practice_clock.set_to(moment)
        tell(moment)
        done += sum(run_all(office, transport, strict=strict).values())
    return done


def _mornings(after: datetime, until: datetime) -> list[datetime]:
    """Seven o'clock Dutch time on each day between the two moments."""
    first, days = local_date(after), (local_date(until) - local_date(after)).days
    stops = [local_moment(datetime.combine(first + timedelta(days=n), MORNING)) for n in range(days + 1)]
    return [stop for stop in stops if after < stop < until]


def main(office: Office | None = None) -> None:
    """The scheduler's process: stand by until the lock is free, then fire the jobs for as long as it is ours."""
    load_models()
    office = office or Office.of(load_settings())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    lock, said = lock_of(office), ""
    while not stop.is_set():
        try:
            why = "" if lock.acquire() else "another scheduler is at work; this one stands by"
        except SQLAlchemyError:
            why = "the database cannot be reached; this scheduler tries again"
        if not why:
            log.info("the scheduler is at work")
            serve(office, lock, stop)
        else:
            if why != said:
                log.warning(why)
            stop.wait(STAND_BY_SECONDS)
        said = why
    lock.release()


def serve(office: Office, lock: SchedulerLock, stop: threading.Event) -> None:
    """Fire the jobs until stopped or the lock is lost; each once at the start, for what fell due while nobody was at work."""
    scheduler = BackgroundScheduler(
        timezone=AMSTERDAM,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    transport = transport_for(office.settings)
    for n, job in enumerate(jobs()):
        rhythm = "hour" if job.rhythm == "day" and office.settings.practice else job.rhythm
        at_once = system_clock() + timedelta(milliseconds=50 * n)
        scheduler.add_job(_fire, TRIGGERS[rhythm](), (office, job, transport, lock), id=job.name, next_run_time=at_once)
    scheduler.start()
    try:
        while lock.held() and not stop.wait(STAND_BY_SECONDS):
            pass
    finally:
        scheduler.shutdown(wait=True)


def _fire(office: Office, job: Job, transport: Transport, lock: SchedulerLock) -> None:
    """Nothing is fired without the lock, also not in the seconds before its loss is noticed."""
    if not lock.held():
        return
    try:
        _run(office, job, transport)
    except Exception:
        log.exception("job %s failed", job.name)
