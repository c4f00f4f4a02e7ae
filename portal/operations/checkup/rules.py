"""What is sound, what deserves a look and what is wrong. Each finding is one line that says what to do."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

GIB = 1024**3
LEAST_PYTHON = (3, 11)
LEAST_POSTGRESQL = 13
LONG_SECRET = 32
QUIET_SCHEDULER = timedelta(minutes=30)
"""The scheduler notes something at least every ten minutes."""
SKEW = timedelta(seconds=5)
ON_THE_NETWORK = ("nfs", "cifs", "smb", "9p", "ceph", "gluster", "fuse.sshfs", "afs", "ncp")
LOG_FORMATS = ("json", "plain")


class Level(enum.Enum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    check: str
    level: Level
    words: str


def ok(check: str, words: str) -> Finding:
    return Finding(check, Level.OK, words)


def warning(check: str, words: str) -> Finding:
    return Finding(check, Level.WARNING, words)


def wrong(check: str, words: str) -> Finding:
    return Finding(check, Level.WRONG, words)


def python(version: tuple[int, int]) -> Finding:
    shown = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        return wrong("python", f"Python {shown} is too old; install Python 3.11 or newer.")
    return ok("python", f"Python {shown}.")


def base_url(url: str, *, practice: bool) -> Finding:
    host, scheme = urlsplit(url).hostname, urlsplit(url).scheme
    if not host or scheme not in ("http", "https"):
        return wrong("address", "PORTAL_BASE_URL is no address; set it to https://<name of the portal>.")
    if practice:
        return ok("address", f"{url}, a practice installation.")
    if host == "localhost" or host.startswith("127."):
        return wrong(
            "address", "PORTAL_BASE_URL is this machine itself: links in mail lead nowhere. Set the public address."
        )
    if scheme != "https":
        return wrong(
            "address", "PORTAL_BASE_URL is not https: log-ins travel in the open. Put TLS in front and set https://."
        )
    return ok("address", f"{url}.")


def secret(key: str) -> Finding:
    if len(key) < LONG_SECRET:
        return wrong(
            "secret", f"PORTAL_SECRET_KEY is shorter than {LONG_SECRET} characters; leave it out or set a longer one."
        )
    return ok("secret", "The key of the sessions is long enough.")


def practice_mode(on: bool) -> Finding:
    if on:
        return warning(
            "practice",
            "This is a practice installation: mail never leaves and the clock moves. Never use it in earnest.",
        )
    return ok("practice", "In earnest: mail leaves and the clock is the real one.")


def mail_from(sender: str, *, practice: bool) -> Finding:
    address = sender.rpartition("<")[2].strip(" >")
    if "@" not in address or "\n" in sender:
        return wrong("sender", "PORTAL_MAIL_FROM holds no mail address; set it as: Name <address@your.domain>.")
    if not practice and address.endswith(("@example.org", "@example.com", ".example")):
        return wrong("sender", "PORTAL_MAIL_FROM is still the example; set an address of your own domain.")
    return ok("sender", "Mail has a sender.")


def log_format(name: str) -> Finding:
    if name not in LOG_FORMATS:
        return wrong("log", "PORTAL_LOG_FORMAT is neither json nor plain; set one of the two.")
    return ok("log", f"The log is written as {name}.")


def migration(found: str | None, newest: str) -> Finding:
    if found is None:
        return wrong("migration", "The database is empty; run: portal upgrade.")
    if found > newest:
        return wrong(
            "migration", f"The database is at {found}, newer than this program ({newest}); install the newer program."
        )
    if found != newest:
        return wrong(
            "migration",
            f"The database is at {found}, not at {newest}; run: portal upgrade. A backup of it as it is now can only be made "
            "with the program before this one.",
        )
    return ok("migration", f"The database is at {newest}, the newest.")


def sqlite(file_system: str, journal: str) -> Iterator[Finding]:
    if file_system.startswith(ON_THE_NETWORK):
        yield wrong(
            "database disk", f"The SQLite file lies on {file_system}: locks fail there. Move it to a local disk."
        )
    else:
        yield ok("database disk", f"The SQLite file lies on a local disk ({file_system or 'unknown kind'}).")
    if journal != "wal":
        yield wrong(
            "journal", f"SQLite's journal is {journal}, not wal; check that the folder of the database is writable."
        )
    else:
        yield ok("journal", "SQLite writes ahead (WAL).")


def postgresql(version: int, encoding: str) -> Iterator[Finding]:
    """`version` as PostgreSQL counts: 150004 is 15.4."""
    if version // 10000 < LEAST_POSTGRESQL:
        yield wrong(
            "database version", f"PostgreSQL {version // 10000} is too old; upgrade to {LEAST_POSTGRESQL} or newer."
        )
    else:
        yield ok("database version", f"PostgreSQL {version // 10000}.")
    if encoding != "UTF8":
        yield wrong(
            "encoding", f"The database is {encoding}; make it anew with ENCODING 'UTF8' and restore a backup into it."
        )
    else:
        yield ok("encoding", "The database is UTF8.")


def room(check: str, writable: bool, free: int) -> Finding:
    if not writable:
        return wrong(check, "PORTAL_VAR cannot be written by this user; give the folder to the user of the services.")
    if free < GIB // 10:
        return wrong(check, "Less than 100 MB is free for files; make room now.")
    if free < GIB:
        return warning(check, "Less than 1 GB is free for files; make room soon.")
    return ok(check, f"Writable, {free // GIB} GB free.")


@dataclass(frozen=True)
class KeyFacts:
    """Of the file with the seal key; places are absolute."""

    path: Path
    exists: bool
    mode: int
    file_root: Path
    var: Path
    database: Path | None
    """The SQLite file, if it is one."""
    seals: int
    unopened: int
    practice: bool


def seal_key(facts: KeyFacts) -> Iterator[Finding]:
    check = "seal key"
    if not facts.exists:
        if facts.seals:
            yield wrong(
                check,
                "The seal key is gone and there is sealed data: put it back from its backup at PORTAL_SEAL_KEY_FILE.",
            )
        else:
            yield ok(check, "Not there yet; it is made with the first file.")
        return
    if facts.mode & 0o077:
        yield wrong(
            check, f"Others than its owner may read the seal key; run: chmod 600 {facts.path.name} in its folder."
        )
    if facts.path.is_relative_to(facts.file_root):
        yield wrong(check, "The seal key lies among the files it opens; move it and set PORTAL_SEAL_KEY_FILE.")
    elif facts.database is not None and facts.path.parent == facts.database.parent:
        yield wrong(
            check, "The seal key lies beside the database; move it to a folder of its own and set PORTAL_SEAL_KEY_FILE."
        )
    elif not facts.practice and facts.path.is_relative_to(facts.var):
        yield warning(
            check,
            "The seal key lies below PORTAL_VAR: a copy of that folder holds data and key. Set PORTAL_SEAL_KEY_FILE.",
        )
    if facts.unopened:
        yield wrong(
            check,
            f"The key does not open {facts.unopened} of {facts.seals} seals: it is another key. Put the right one back.",
        )
    else:
        yield ok(check, f"It opens all {facts.seals} seals.")


def scheduler(at_work: bool, since_last_job: timedelta | None) -> Finding:
    if not at_work:
        return wrong("scheduler", "No scheduler is at work: mail and deadlines stand still. Start: portal scheduler.")
    if since_last_job is None or since_last_job > QUIET_SCHEDULER:
        return wrong(
            "scheduler", "A scheduler holds the lock but ran nothing for half an hour; read its log and restart it."
        )
    return ok("scheduler", "At work.")


def failing_jobs(names: list[str]) -> Finding:
    if names:
        return warning("jobs", f"Failed the last time: {', '.join(names)}. The log and the page /status say more.")
    return ok("jobs", "None failed the last time.")


def mail_server(configured: bool, failure: str | None, *, practice: bool, encrypts: bool = True) -> Finding:
    if practice:
        return ok("mail server", "Not used in a practice installation.")
    if not configured:
        return warning("mail server", "PORTAL_SMTP_HOST is not set: mail waits in the outbox.")
    if failure:
        return wrong("mail server", f"It does not take mail ({failure}): {_SMTP.get(failure, 'read its log.')}")
    if not encrypts:
        return warning(
            "mail server",
            "It answers and lets the portal in, unencrypted: set PORTAL_SMTP_STARTTLS unless it is on this machine.",
        )
    return ok("mail server", "It answers, encrypts and lets the portal in.")


_SMTP = {
    "log_in": "check PORTAL_SMTP_USER and PORTAL_SMTP_PASSWORD.",
    "encryption": "check its certificate, PORTAL_SMTP_STARTTLS and PORTAL_SMTP_CA_FILE.",
    "timeout": "check PORTAL_SMTP_HOST, PORTAL_SMTP_PORT and the firewall.",
    "connection": "check PORTAL_SMTP_HOST, PORTAL_SMTP_PORT and the firewall.",
}


def office_suite(program: str, found: bool) -> Finding:
    if not program:
        return warning("pdf", "PORTAL_SOFFICE is empty: documents are Word only.")
    if not found:
        return warning("pdf", "LibreOffice is not there: documents are Word only. Install libreoffice-writer-nogui.")
    return ok("pdf", "LibreOffice is there.")


def scanner(configured: bool, version: str | None) -> Finding:
    if not configured:
        return warning("malware", "PORTAL_CLAMAV is not set: uploads are not scanned.")
    if version is None:
        return wrong(
            "malware", "The ClamAV daemon does not answer: uploads wait. Start clamav-daemon or check PORTAL_CLAMAV."
        )
    return ok("malware", f"{version}.")


def clock(skew: timedelta) -> Finding:
    if abs(skew) > SKEW:
        return wrong(
            "clock", f"The database's clock is {skew.total_seconds():+.0f} s off this machine's; let both follow NTP."
        )
    return ok("clock", "The clocks agree.")


def parts(missing: list[str]) -> Finding:
    if missing:
        return wrong("files of the program", f"Missing: {', '.join(missing)}. Install the program again.")
    return ok("files of the program", "Styles, scripts and texts are there.")


def audit_chain(head: tuple[int, str] | None, last: tuple[int, str] | None, count: int) -> Finding:
    """`head` and `last` are number and hash: of the kept end of the chain, and of the entry that has that number."""
    check = "audit chain"
    if head is None and not count:
        return ok(check, "Empty yet.")
    if head is None or head != last or count != head[0]:
        return wrong(
            check, "Its end and its entries do not agree; run: portal verify-audit, and keep the database as it is."
        )
    return ok(check, f"{count} entries up to its head; `portal verify-audit` reads them all.")
