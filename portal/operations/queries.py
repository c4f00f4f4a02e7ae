"""How the installation stands: jobs, outbox, tasks, files, database. For whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import case, func, select, text

from portal.access import Permission
from portal.audit import AuditEvent, AuditHead
from portal.clock import system_clock
from portal.db import migration_of, newest_migration
from portal.errors import NotFound
from portal.mail import HeldUp, MailStatus, OutboxMail, held_up
from portal.regions import reference
from portal.scheduler import MORNING, is_at_work, jobs
from portal.storage import ScanStatus, StoredFile
from portal.storage.disk import free_bytes
from portal.tasks import JobRun, Task, TaskStatus
from portal.work import Work

from . import rules

RUN_JOB = "operations.run_job"
SHOWN = 25
"""So many failed mails and tasks stand on the page; all of them are counted."""


@dataclass(frozen=True)
class JobLine:
    name: str
    rhythm: str
    run: JobRun | None
    next_at: datetime | None
    on_request: bool
    """Whether running it now makes sense: not for what comes round every few seconds."""
    asked: bool
    """Somebody asked for it and it waits for its turn."""


@dataclass(frozen=True)
class FailedMail:
    id: int
    template: str
    domain: str
    """Where it should have gone, without the person."""
    queued_at: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True)
class FileStore:
    count: int
    size: int
    unscanned: int
    """So many wait until the malware scanner has looked."""
    free: int
    swept_at: datetime | None


@dataclass(frozen=True)
class DatabaseFacts:
    kind: str
    version: str
    migration: str | None
    newest: str
    size: int


@dataclass(frozen=True)
class Status:
    jobs: list[JobLine]
    mails: dict[str, int]
    failed_mails: list[FailedMail]
    held_up: list[HeldUp]
    """Mail that should have left and did not, by reason."""
    tasks: dict[str, int]
    open_tasks: list[Task]
    files: FileStore
    database: DatabaseFacts
    scheduler_at_work: bool
    entries: int
    last_backup: datetime | None
    unconfirmed: int
    """Facts of the law on record that nobody confirmed yet."""
    release: str
    amiss: list[str]


def status(work: Work) -> Status:
    """Everything the status page shows: a constant number of queries. Raises NotAllowed."""
    work.require(Permission.PLATFORM_STATUS)
    open_tasks = _open_tasks(work)
    lines, mails, tasks = _jobs(work, open_tasks), _per_status(work, OutboxMail), _per_status(work, Task)
    files, database, late = _files(work, lines), _database(work), held_up(work)
    at_work, last_backup = is_at_work(work), _last_backup(work)
    facts = rules.Facts(
        scheduler_at_work=at_work,
        failing_jobs=sum(1 for line in lines if line.run is not None and line.run.outcome != "ok"),
        failed_mails=mails.get("failed", 0),
        mails_held_up=sum(one.number for one in late if one.code),
        unscanned_files=files.unscanned,
        failed_tasks=tasks.get("failed", 0),
        at_newest_migration=database.migration == database.newest,
        free_bytes=files.free,
        practice=work.settings.practice,
        last_backup=last_backup,
    )
    return Status(
        lines, mails, _failed_mails(work), late, tasks, open_tasks, files, database, at_work,
        entries=work.session.scalar(select(func.max(AuditHead.seq))) or 0,
        last_backup=last_backup,
        unconfirmed=sum(1 for row in reference.rows() if not row.confirmed),
        release=release(),
        amiss=list(rules.what_is_amiss(facts, work.now)),
    )  # fmt: skip


def release() -> str:
    """The version that was installed."""
    try:
        return version("portal")
    except PackageNotFoundError:
        return "?"


def failed_mail(work: Work, mail_id: int) -> OutboxMail:
    """A mail that could not be delivered. Raises NotFound, also for one that was."""
    find = select(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.status == MailStatus.FAILED)
    found = work.session.scalar(find) if work.actor.may(Permission.PLATFORM_STATUS) else None
    if found is None:
        raise NotFound("mail")
    return found


def every_failed_mail(work: Work, limit: int = 1000) -> list[OutboxMail]:
    find = select(OutboxMail).where(OutboxMail.status == MailStatus.FAILED).order_by(OutboxMail.id).limit(limit)
    return list(work.session.scalars(find))


def asked_jobs(work: Work) -> set[str]:
    """Jobs that somebody asked for and that wait for their turn."""
    waiting = select(Task).where(Task.kind == RUN_JOB, Task.status.in_((TaskStatus.QUEUED, TaskStatus.RUNNING)))
    return {str(task.facts["job"]) for task in work.session.scalars(waiting)}


def on_request() -> list[str]:
    """The jobs that can be run at any moment."""
    return [job.name for job in jobs() if job.rhythm != "seconds"]


def _jobs(work: Work, open_tasks: list[Task]) -> list[JobLine]:
    runs = {run.name: run for run in work.session.scalars(select(JobRun))}
    asked, now = asked_jobs(work), system_clock()
    lines = []
    for job in jobs():
        rhythm = "hour" if job.rhythm == "day" and work.settings.practice else job.rhythm
        next_at = rules.next_run(rhythm, MORNING, now)
        on_request = job.rhythm != "seconds"
        lines.append(JobLine(job.name, rhythm, runs.get(job.name), next_at, on_request, job.name in asked))
    return lines


def _per_status(work: Work, model: type[OutboxMail] | type[Task]) -> dict[str, int]:
    rows = work.session.execute(select(model.status, func.count()).group_by(model.status))
    return {status.value: number for status, number in rows}


def _failed_mails(work: Work) -> list[FailedMail]:
    find = select(OutboxMail).where(OutboxMail.status == MailStatus.FAILED).order_by(OutboxMail.id.desc()).limit(SHOWN)
    return [
        FailedMail(m.id, m.template, m.recipient.rpartition("@")[2], m.queued_at, m.attempts, m.last_error)
        for m in work.session.scalars(find)
    ]


def _open_tasks(work: Work) -> list[Task]:
    """What is under way, what waits and what failed, the newest first."""
    unfinished = (TaskStatus.QUEUED, TaskStatus.RUNNING, TaskStatus.FAILED)
    return list(
        work.session.scalars(select(Task).where(Task.status.in_(unfinished)).order_by(Task.id.desc()).limit(SHOWN))
    )


def _files(work: Work, lines: list[JobLine]) -> FileStore:
    unscanned = func.count(case((StoredFile.scan_status == ScanStatus.WAITING, 1)))
    kept = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0), unscanned)
    count, size, waiting = work.session.execute(kept.where(StoredFile.removed_at.is_(None))).one()
    swept = next((line.run for line in lines if line.name == "sweep_files"), None)
    return FileStore(
        count, int(size), waiting, free_bytes(work.settings.file_root), swept.started_at if swept else None
    )


def _database(work: Work) -> DatabaseFacts:
    sqlite = work.session.get_bind().dialect.name == "sqlite"
    if sqlite:
        number, size = work.session.execute(text(_SQLITE)).one()
    else:
        number, size = work.session.execute(text(_POSTGRESQL)).one()
    kind = "SQLite" if sqlite else "PostgreSQL"
    return DatabaseFacts(kind, str(number), migration_of(work.session), newest_migration(), int(size))


_SQLITE = """
SELECT sqlite_version(), (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)
"""
_POSTGRESQL = "SELECT current_setting('server_version'), pg_database_size(current_database())"


def _last_backup(work: Work) -> datetime | None:
    """When the data was last written away, as the audit trail has it."""
    return work.session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.tag == "backup.made"))
