"""The audit chain: every change of state, in order, each entry carrying the hash of the one before.

Facts are ids, codes and before/after values: never free text, never anything about a client.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base
from .work import PendingEvent, Work

GENESIS = "0" * 64
TAG = re.compile(r"[a-z_]+\.[a-z_]+")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class AuditEvent(Base):
    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), unique=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    membership_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(40))
    tag: Mapped[str] = mapped_column(String(80), index=True)
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (Index("ix_audit_event_subject", "subject_type", "subject_id"),)


class AuditRef(Base):
    """What an entry is about, so that the trail of a case is found by index. Derived: the chain does not cover it."""

    __tablename__ = "audit_ref"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    ref_id: Mapped[int]

    __table_args__ = (Index("ix_audit_ref_kind_ref", "kind", "ref_id"),)


class AuditHead(Base):
    """One row: the end of the chain. Its lock puts all writers in one order."""

    __tablename__ = "audit_head"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime | None]


_LAST_MOMENT, _HEAD = select(AuditHead.at), select(AuditHead).with_for_update()


@dataclass(frozen=True)
class Named:
    """A thing by table and id: what stays of it after its transaction is gone."""

    __tablename__: str
    id: int | None

    @classmethod
    def of(cls, thing: object | None) -> Named:
        return cls(getattr(thing, "__tablename__", "") or "", getattr(thing, "id", None))


def record(work: Work, tag: str, subject: object | None, **facts: Any) -> None:
    """Note that this happened to `subject`. Written at the end of the act, in the same transaction.

    A fact named `<thing>_id` makes the entry part of that thing's trail. Raises ValueError on a tag outside the grammar.
    """
    if not TAG.fullmatch(tag):
        raise ValueError(f"audit tag {tag!r} is not noun.verb")
    work.events.append(PendingEvent(tag, subject, facts))


def last_moment(session: Session) -> datetime:
    """The moment of the last entry, or the beginning of time."""
    return session.scalar(_LAST_MOMENT) or datetime.min.replace(tzinfo=UTC)


class Entry(NamedTuple):
    """What an entry says, in the order in which it is hashed."""

    seq: int
    previous: str
    at: datetime
    user_id: int | None
    membership_id: int | None
    role: str
    tag: str
    subject_type: str
    subject_id: int | None
    facts: dict[str, Any]


def append(work: Work) -> None:
    """Chain the entries of this act under the lock on the chain's head; all of them are one insert."""
    if not work.events:
        return
    head = work.session.scalar(_HEAD)
    if head is None:
        head = AuditHead(id=1, seq=0, hash=GENESIS)
        work.session.add(head)
    rows, refs = [], []
    for pending in work.events:
        entry = _entry(work, pending, head)
        head.seq, head.hash, head.at = entry.seq, digest(entry), entry.at
        rows.append({**entry._asdict(), "hash": head.hash})
        refs += [(entry.seq, kind, ref_id) for kind, ref_id in _refs(entry)]
    added = work.session.execute(insert(AuditEvent).returning(AuditEvent.seq, AuditEvent.id), rows)
    ids = dict(added.all())
    if refs:
        found = [{"event_id": ids[seq], "kind": kind, "ref_id": ref_id} for seq, kind, ref_id in refs]
        work.session.execute(insert(AuditRef), found)
    work.events.clear()


def _entry(work: Work, pending: PendingEvent, head: AuditHead) -> Entry:
    subject = Named.of(pending.subject)
    return Entry(
        seq=head.seq + 1,
        previous=head.hash,
        at=work.now,
        user_id=work.actor.user_id,
        membership_id=work.actor.membership_id,
        role=work.actor.role.value,
        tag=pending.tag,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        facts=plain(pending.facts),
    )


def _refs(entry: Entry) -> list[tuple[str, int]]:
    found = {(entry.subject_type, entry.subject_id)} if entry.subject_id is not None else set()
    found |= {(k.removesuffix("_id"), v) for k, v in entry.facts.items() if k.endswith("_id") and isinstance(v, int)}
    return sorted(found)


def plain(value: Any) -> Any:
    """Facts as JSON knows them: enums by value, moments in ISO 8601 UTC, decimals as text."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return getattr(value, "value", value)


def digest(entry: Entry) -> str:
    """SHA-256 over everything an entry says, in one canonical form."""
    said = [*entry]
    said[2] = entry.at.astimezone(UTC).isoformat()
    return hashlib.sha256(_canonical(said).encode()).hexdigest()


def verify_chain(session: Session) -> Iterator[str]:
    """Every fault of the chain, as a sentence: changed, missing, inserted, reordered or cut off."""
    previous, seq = GENESIS, 0
    wanted = select(AuditEvent.hash, *(getattr(AuditEvent, name) for name in Entry._fields)).order_by(AuditEvent.seq)
    for kept, *said in session.execute(wanted.execution_options(yield_per=1000)):
        entry = Entry(*said)
        if entry.seq != seq + 1:
            yield f"entry {seq + 1} is missing (next is {entry.seq})"
        elif entry.previous != previous:
            yield f"entry {entry.seq} does not follow entry {seq}"
        if digest(entry) != kept:
            yield f"entry {entry.seq} was changed"
        previous, seq = kept, entry.seq
    head = session.scalar(select(AuditHead))
    if head is not None and (head.seq, head.hash) != (seq, previous):
        yield f"the chain is cut off: head says {head.seq}, last entry is {seq}"
    if head is None and seq:
        yield "the head of the chain is missing"
