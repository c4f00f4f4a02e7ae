"""One act: who, at what moment, in which transaction. Views, jobs, the command line and tests all open one here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from .access import Actor, Permission, Scope, Scoped, may
from .clock import Clock, PracticeClock, local_date, system_clock
from .config import Settings
from .db import Base, Database, Versioned
from .errors import FileRefused, IllegalTransition, NotAllowed, NotFound, PortalError, RuleBroken, StaleVersion

T = TypeVar("T", bound=Base)


@dataclass(frozen=True)
class Office:
    """Where acts are done: the database, the settings and the clock of this installation."""

    db: Database
    settings: Settings
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock | None = None) -> Office:
        """The office of this installation; in a practice installation with the clock that can be moved."""
        known = clock or (PracticeClock(settings.clock_file) if settings.practice else system_clock)
        return cls(Database(settings.database_url), settings, known)


@dataclass(frozen=True)
class Lock:
    """The row, or rows, that a write takes before it reads the clock: shared by those who must be in time, alone by who
    moves it."""

    model: type[Base]
    id: int | Sequence[int]
    share: bool = False


@dataclass
class PendingEvent:
    tag: str
    subject: Any
    facts: dict[str, Any]


@dataclass
class Work:
    session: Session
    actor: Actor
    now: datetime
    settings: Settings
    writable: bool = False
    events: list[PendingEvent] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The Dutch calendar date of this act."""
        return local_date(self.now)

    def require(self, permission: Permission, thing: Scoped | Scope | None = None) -> None:
        """Raises NotAllowed unless the actor's role and scope grant this."""
        if not may(self.actor, permission, thing):
            raise NotAllowed(permission.value, subject=thing)

    def get(self, model: type[T], id: int) -> T:
        """The row with this id; raises NotFound. Only for what has been found through a scoped query before."""
        found = self.session.get(model, id)
        if found is None:
            raise NotFound(model.__name__)
        return found

    def add(self, thing: T) -> T:
        """Add a new row and give it its id."""
        self.session.add(thing)
        self.session.flush()
        return thing

    def expect_version(self, thing: Versioned, version: int | None, **theirs: Any) -> None:
        """Raises StaleVersion when the form was opened on an older version; `theirs` is what stands there now."""
        if version is not None and thing.version != version:
            raise StaleVersion(subject=thing, theirs=theirs, version=thing.version)


@contextmanager
def begin_read(office: Office, actor: Actor) -> Iterator[Work]:
    """A consistent look at the data, open until the page is rendered, never committed."""
    session = office.db.session()
    try:
        yield Work(session, actor, office.clock(), office.settings)
    finally:
        session.close()  # rolls the transaction back, and expires none of the many things that were only looked at


@contextmanager
def begin_write(office: Office, actor: Actor, lock: Lock | None = None) -> Iterator[Work]:
    """One act as one transaction: facts, audit entries and mails are committed together or not at all.

    The moment is read after the lock and never runs behind the last audit entry, so a clock that is set back
    re-opens nothing. A refusal is rolled back and then recorded by itself.
    """
    from . import audit

    session = office.db.session(write=True)
    try:
        _take(session, office.db, lock)
        now = max(office.clock(), audit.last_moment(session))
        work = Work(session, actor, now, office.settings, writable=True)
        yield work
        session.flush()
        audit.append(work)
        session.commit()
    except (StaleDataError, IntegrityError) as error:
        session.rollback()
        raise StaleVersion() from error
    except PortalError as refusal:
        named = audit.Named.of(refusal.subject)
        session.rollback()
        _record_refusal(office, actor, refusal, named)
        raise
    finally:
        session.rollback()
        session.close()


def _take(session: Session, db: Database, lock: Lock | None) -> None:
    if lock is None or db.is_sqlite:
        return  # BEGIN IMMEDIATE already holds the whole database
    ids = [lock.id] if isinstance(lock.id, int) else lock.id
    find = select(lock.model.id).where(lock.model.id.in_(ids)).order_by(lock.model.id)
    session.execute(find.with_for_update(read=lock.share))


def _record_refusal(office: Office, actor: Actor, refusal: PortalError, subject: object) -> None:
    """The refused act leaves a trace of its own. What does not exist or is not yours leaves none: it says nothing."""
    from . import audit

    if isinstance(refusal, NotFound | StaleVersion):
        return
    facts: dict[str, Any] = {"kind": type(refusal).__name__}
    if isinstance(refusal, RuleBroken):
        facts["reasons"] = list(refusal.reasons)
    elif isinstance(refusal, NotAllowed):
        facts["permission"] = refusal.permission
    elif isinstance(refusal, IllegalTransition):
        facts |= {"machine": refusal.machine, "act": refusal.act, "state": refusal.state}
    elif isinstance(refusal, FileRefused):
        facts["reason"] = refusal.reason
    with begin_write(office, actor) as work:
        audit.record(work, "act.refused", subject, **facts)
