"""Looking at the machine, the database and the services around them, one thing after the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.access import SYSTEM
from portal.audit import AuditEvent, AuditHead
from portal.clock import system_clock
from portal.config import Settings
from portal.db import migration_of, newest_migration
from portal.i18n import CATALOGUES, LOCALES, translations
from portal.mail import DeliveryFailed, SmtpTransport
from portal.scheduler import is_at_work
from portal.storage.clamav import Clamd, NotScanned
from portal.storage.disk import free_bytes
from portal.storage.pdf import is_installed
from portal.storage.seal import try_seals
from portal.tasks import JobRun
from portal.work import Office, Work, begin_read

from . import rules
from .rules import Finding

PORTAL = Path(rules.__file__).parent.parent.parent
PARTS = (
    "portal/static/portal.css",
    "portal/static/portal.js",
    "portal/static/vendor",
    "templates/base.html",
    "migrations/env.py",
)
MOUNTS = Path("/proc/mounts")


def examine(office: Office) -> Iterator[Finding]:
    """Every finding, also when something in between breaks."""
    known = office.settings
    yield rules.python(sys.version_info[:2])
    yield from _settings(known)
    yield rules.parts(missing_parts(PORTAL.parent))
    yield _room(known)
    yield from _database(office)
    yield _mail_server(known)
    yield rules.office_suite(known.soffice, bool(known.soffice) and is_installed(known.soffice))
    yield rules.scanner(bool(known.clamav), _scanner_version(known.clamav))


def _settings(known: Settings) -> Iterator[Finding]:
    yield rules.practice_mode(known.practice)
    yield rules.base_url(known.base_url, practice=known.practice)
    yield rules.secret(known.secret_key)
    yield rules.mail_from(known.mail_from, practice=known.practice)
    yield rules.log_format(known.log_format)


def missing_parts(root: Path) -> list[str]:
    """What should lie beside the code and does not, and languages without texts."""
    missing = [part for part in PARTS if not (root / part).exists()]
    others = [locale for locale in LOCALES if locale != "nl"]
    return missing + [f"texts of {locale} in {CATALOGUES.name}" for locale in others if not _has_texts(locale)]


def _has_texts(locale: str) -> bool:
    return bool(getattr(translations(locale), "_catalog", None))


def _room(known: Settings) -> Finding:
    try:
        free = free_bytes(known.file_root)
    except OSError:
        return rules.room("store", False, 0)
    return rules.room("store", all(os.access(place, os.W_OK) for place in (known.var, known.file_root)), free)


def _database(office: Office) -> Iterator[Finding]:
    try:
        with begin_read(office, SYSTEM) as work:
            yield rules.ok("database", f"{'SQLite' if office.db.is_sqlite else 'PostgreSQL'} answers.")
            yield from _kind(work, office)
            found = rules.migration(migration_of(work.session), newest_migration())
            yield found
            if found.level is rules.Level.OK:
                yield from _contents(work)
    except SQLAlchemyError as error:
        yield rules.wrong(
            "database", f"It cannot be used ({type(error).__name__}); check PORTAL_DATABASE_URL and the server."
        )


def _kind(work: Work, office: Office) -> Iterator[Finding]:
    if office.db.is_sqlite:
        path = database_file(office.settings)
        journal = str(work.session.scalar(text("PRAGMA journal_mode")))
        yield from rules.sqlite(file_system_of(path) if path else "memory", journal)
        return
    row = work.session.execute(text(_POSTGRESQL)).one()
    yield from rules.postgresql(int(row[0]), row[1])
    yield rules.clock(row[2] - system_clock())


_POSTGRESQL = "SELECT current_setting('server_version_num'), current_setting('server_encoding'), clock_timestamp()"


def database_file(known: Settings) -> Path | None:
    """Where the SQLite file lies, if it is one."""
    url = make_url(known.database_url)
    return Path(url.database).absolute() if url.get_backend_name() == "sqlite" and url.database else None


def file_system_of(path: Path) -> str:
    """The kind of the file system below a path, as the machine's list of mounts has it."""
    try:
        mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return ""
    below = [(len(m[1]), m[2]) for m in mounts if path.is_relative_to(m[1].replace("\\040", " "))]
    return max(below, default=(0, ""))[1]


def _contents(work: Work) -> Iterator[Finding]:
    """What the tables say; only asked of a database that is at the newest migration."""
    looks: Iterable[Callable[[Work], Iterable[Finding]]] = (_key, _scheduler, _chain)
    for look in looks:
        yield from look(work)


def _key(work: Work) -> Iterator[Finding]:
    known = work.settings
    path = known.seal_key_file.absolute()
    seals, unopened = try_seals(work)
    facts = rules.KeyFacts(
        path=path, exists=path.exists(), mode=path.stat().st_mode if path.exists() else 0,
        file_root=known.file_root.absolute(), var=known.var.absolute(), database=database_file(known),
        seals=seals, unopened=unopened, practice=known.practice,
    )  # fmt: skip
    return rules.seal_key(facts)


def _scheduler(work: Work) -> Iterator[Finding]:
    runs = list(work.session.scalars(select(JobRun).order_by(JobRun.name)))
    last: datetime | None = max((run.started_at for run in runs), default=None)
    since: timedelta | None = None if last is None else system_clock() - last
    yield rules.scheduler(is_at_work(work), since)
    yield rules.failing_jobs([run.name for run in runs if run.outcome != "ok"])


def _chain(work: Work) -> Iterator[Finding]:
    head = work.session.scalar(select(AuditHead))
    count = work.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    event = work.session.scalar(select(AuditEvent).where(AuditEvent.seq == head.seq)) if head else None
    end = (head.seq, head.hash) if head else None
    yield rules.audit_chain(end, (event.seq, event.hash) if event else None, count)


def _mail_server(known: Settings) -> Finding:
    encrypts = known.smtp_starttls or known.smtp_port == 465
    return rules.mail_server(bool(known.smtp_host), _mail_failure(known), practice=known.practice, encrypts=encrypts)


def _mail_failure(known: Settings) -> str | None:
    """Why the mail server takes nothing; None when it does, and when there is nothing to ask."""
    if known.practice or not known.smtp_host:
        return None
    transport = SmtpTransport(known)
    try:
        transport.try_out()
    except DeliveryFailed as failure:
        return failure.code
    finally:
        transport.close()
    return None


def _scanner_version(address: str) -> str | None:
    try:
        return Clamd(address).version() if address else None
    except NotScanned:
        return None
