"""What has been kept long enough today, per class. What a procedure, objection or contract still needs is never among it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, literal, select, union_all

from portal.access import Permission
from portal.clock import local_date, local_moment
from portal.errors import NotFound
from portal.retention.classes import RetentionClass, all_classes, class_of
from portal.retention.due.queries import DUE, REGION, Rows
from portal.retention.models import Removal
from portal.work import Work

AT_ONCE = 500
"""So many at a time: what a human can look through."""


@dataclass(frozen=True)
class Due:
    """One record on the list: what it is called and since when it is no longer needed."""

    id: int
    what: str
    since: date


def _select(work: Work, kind: RetentionClass) -> Rows:
    last = kind.begins_before(work.today)
    return DUE[kind.key](local_moment(datetime.combine(last + timedelta(days=1), time())))


def by_hand(key: str) -> RetentionClass:
    """Raises NotFound for a class that nobody removes by hand."""
    found = next((kind for kind in all_classes() if kind.key == key and kind.by_hand), None)
    if found is None:
        raise NotFound("RetentionClass")
    return found


def due(work: Work, key: str) -> Sequence[Due]:
    """The oldest first, at most AT_ONCE."""
    return _oldest(work, _select(work, by_hand(key)))


def _oldest(work: Work, wanted: Rows) -> list[Due]:
    id_column, _what, since = wanted.selected_columns
    found = work.session.execute(wanted.order_by(since, id_column).limit(AT_ONCE))
    return [Due(id, what, _day(begun)) for id, what, begun in found]


# --- one region --------------------------------------------------------------------------------------------------


def in_region(work: Work) -> Iterator[tuple[RetentionClass, int]]:
    """Of the classes that belong to a region: how much of the actor's own is due. One question."""
    kinds = [kind for kind in all_classes() if kind.key in REGION]
    found = _counts(work, {kind.key: _of_region(work, kind) for kind in kinds})
    yield from ((kind, found[kind.key]) for kind in kinds)


def due_in_region(work: Work, key: str) -> Sequence[Due]:
    """The actor's own region only. Raises NotFound for a class that belongs to no region."""
    return _oldest(work, _of_region(work, regional(key)))


def regional(key: str) -> RetentionClass:
    """Raises NotFound."""
    if key not in REGION:
        raise NotFound("RetentionClass")
    return by_hand(key)


def _of_region(work: Work, kind: RetentionClass) -> Rows:
    work.require(Permission.RETENTION_READ)
    return _select(work, kind).where(REGION[kind.key] == work.actor.region_id)


# --- all ---------------------------------------------------------------------------------------------------------


def is_due(work: Work, key: str, id: int) -> bool:
    """Still, at this moment: what began to run meanwhile is kept."""
    wanted = _select(work, class_of(key))
    return work.session.execute(wanted.where(wanted.selected_columns[0] == id)).first() is not None


def _day(begun: object) -> date:
    """SQLite gives what a subquery finds as text."""
    if isinstance(begun, str):
        begun = datetime.fromisoformat(begun)
    return local_date(begun) if isinstance(begun, datetime) and begun.tzinfo else _plain(begun)


def _plain(begun: object) -> date:
    if isinstance(begun, datetime):
        return begun.date()
    assert isinstance(begun, date)
    return begun


def counts(work: Work) -> dict[str, int]:
    """Class -> how many are due, in one question."""
    return _counts(work, {kind.key: _select(work, kind) for kind in all_classes() if kind.by_hand})


def _counts(work: Work, wanted: dict[str, Rows]) -> dict[str, int]:
    several = [
        select(literal(key), select(func.count()).select_from(rows.subquery()).scalar_subquery())
        for key, rows in wanted.items()
    ]
    return {str(row[0]): int(row[1]) for row in work.session.execute(union_all(*several))}


def open_removal(work: Work, key: str) -> Removal | None:
    open_one = Removal.finished_at.is_(None), Removal.cancelled_at.is_(None)
    return work.session.scalar(select(Removal).where(Removal.class_key == key, *open_one))


def removals(work: Work, limit: int = 50) -> Sequence[Removal]:
    """The newest first."""
    return work.session.scalars(select(Removal).order_by(Removal.id.desc()).limit(limit)).all()


def removal(work: Work, removal_id: int) -> Removal:
    """Raises NotFound."""
    return work.get(Removal, removal_id)


def listed(work: Work, found: Removal) -> Sequence[Due]:
    """Those of the list that are still due."""
    wanted = _select(work, class_of(found.class_key))
    rows = work.session.execute(wanted.where(wanted.selected_columns[0].in_(found.subject_ids)))
    return [Due(id, what, _day(begun)) for id, what, begun in rows]
