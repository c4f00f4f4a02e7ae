"""A page of a list by its keys: it begins where the last one ended, so page 1,000 costs what page 1 costs.

Takes statements, knows no Flask. An order names the keys by which rows stand; the place in the address holds the values
of those keys of one row. What an address cannot mean (a place of another order, a value of another kind) is the first page.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from .db import sort_key

T = TypeVar("T")
Find = Select[*tuple[Any, ...]]
SIZE = 25
BATCH = 500
"""So many rows are held at once while a whole list is read."""
COUNTED = 1000
"""Further than this nobody counts; a page says "1.000+"."""
LONGEST = 4000
ARTICLES = ("de", "het", "een", "'t", "stichting")
"""Words that a key of a name begins without."""
BIGGEST = 2**63


class in_bytes(FunctionElement[str]):  # noqa: N801  (reads as the function of the database that it is)
    """A text as it stands, compared by its bytes: SQLite's way, whatever language a PostgreSQL server was set up in."""

    type = String()
    inherit_cache = True
    name = "in_bytes"


@compiles(in_bytes)
def _as_it_is(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(in_bytes, "postgresql")
def _collated(element: Any, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


@dataclass(frozen=True)
class Key:
    """What rows stand by; never empty (coalesce) and of a plain type: a number, a text, a day or a moment."""

    what: ColumnElement[Any] | InstrumentedAttribute[Any]
    down: bool = False

    @property
    def by(self) -> ColumnElement[Any]:
        what: Any = self.what
        return in_bytes(what) if isinstance(what.type, String) else what


@dataclass(frozen=True)
class Order:
    """The orders of a list: word in the address -> its keys; "" is the order when the address names none of them."""

    sorts: Mapping[str, Sequence[Key]]
    last: Key
    """Unique, so that rows with equal keys still have one place each."""

    def keys(self, sort: str) -> list[Key]:
        """A minus turns the first key round; what stands behind it stays."""
        name = sort.removeprefix("-")
        if not name or name not in self.sorts:
            return [*self.sorts[""], self.last]
        first, *others = self.sorts[name]
        turned = replace(first, down=not first.down) if sort.startswith("-") else first
        return [turned, *others, self.last]


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list besides its filters."""

    sort: str = ""
    place: str = ""
    size: int = SIZE


FIRST = Asked()


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    previous: str = ""
    next: str = ""
    """Places in the address; empty where the list begins or ends."""
    total: int = 0
    """How many rows there are, up to COUNTED and one; 0 where nobody asked."""


@dataclass(frozen=True)
class _Place:
    values: list[Any]
    back: bool


def page_of(session: Session, find: Find, order: Order, asked: Asked = FIRST, *, counted: bool = False) -> Page[Any]:
    """One page of what `find` finds; a row is the thing itself, or a tuple where `find` selects several."""
    keys = order.keys(asked.sort)
    place = _read(asked.place, asked.sort, keys)
    found = _look(session, find, keys, place, asked)
    begun_short = place is not None and place.back and not found.previous and len(found.rows) < asked.size
    if place is not None and (not found.rows or begun_short):
        found = _look(session, find, keys, None, asked)
    return replace(found, total=count_of(session, find)) if counted else found


def has_words(key: ColumnElement[str] | InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """Whether a text that is kept by its `sort_key` holds every one of these words, however they are written."""
    return and_(true(), *(key.contains(part, autoescape=True) for part in words_of(words)))


def words_of(words: str) -> list[str]:
    """What is looked for: without accents and capitals, and without an article where there is more."""
    every = sort_key(words).split()
    return [part for part in every if part not in ARTICLES] or every


def count_of(session: Session, find: Find, most: int = COUNTED) -> int:
    """How many rows, looking no further than `most` and one."""
    return session.scalar(select(func.count()).select_from(find.order_by(None).limit(most + 1).subquery())) or 0


def batches(session: Session, find: Find, order: Order, sort: str = "", size: int = BATCH) -> Iterator[list[Any]]:
    """All of it in its order, a part at a time."""
    keys, place = order.keys(sort), None
    while True:
        found = _look(session, find, keys, place, Asked(sort, "", size))
        if found.rows:
            yield list(found.rows)
        if not found.next:
            return
        place = _read(found.next, sort, keys)


def _look(session: Session, find: Find, keys: Sequence[Key], place: _Place | None, asked: Asked) -> Page[Any]:
    back = place is not None and place.back
    way = [replace(key, down=key.down is not back) for key in keys]
    width, columns = len(find.column_descriptions), [key.what.label(f"place_{n}") for n, key in enumerate(keys)]
    ordered = find.add_columns(*columns).order_by(None).order_by(*(k.by.desc() if k.down else k.by.asc() for k in way))
    if place is not None:
        ordered = ordered.where(_beyond(way, place.values))
    found = [tuple(row) for row in session.execute(ordered.limit(asked.size + 1))]
    more, found = len(found) > asked.size, found[: asked.size]
    if back:
        found.reverse()
    if not found:
        return Page([])
    return Page(
        rows=[row[0] if width == 1 else row[:width] for row in found],
        previous=_written(asked.sort, found[0][width:], back=True) if (more if back else place is not None) else "",
        next=_written(asked.sort, found[-1][width:], back=False) if (back or more) else "",
    )


def _beyond(way: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Further than this row in this direction: the first key that differs decides."""
    steps: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for key, value in zip(way, values, strict=True):
        steps.append(and_(*equal, key.by < value if key.down else key.by > value))
        equal.append(key.by == value)
    first = way[0].by <= values[0] if way[0].down else way[0].by >= values[0]
    return and_(first, or_(*steps))


# --- the place in the address ------------------------------------------------------------------------------------


def _written(sort: str, values: Sequence[Any], *, back: bool) -> str:
    said = [value.isoformat() if isinstance(value, date) else value for value in values]
    packed = json.dumps(["<" if back else ">", sort, *said], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read(place: str, sort: str, keys: Sequence[Key]) -> _Place | None:
    """None for what is no place of this order: somebody typed it, or the order was changed since."""
    if not place or len(place) > LONGEST:
        return None
    try:
        way, of_sort, *values = json.loads(urlsafe_b64decode(place + "=" * (-len(place) % 4)))
        if way not in ("<", ">") or of_sort != sort or len(values) != len(keys):
            return None
        return _Place([_value(value, key) for value, key in zip(values, keys, strict=True)], way == "<")
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _value(value: Any, key: Key) -> Any:
    """The value as this key's type has it. Raises ValueError or TypeError."""
    stored = key.what.type
    kind = stored.impl_instance.python_type if isinstance(stored, TypeDecorator) else stored.python_type
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value).astimezone(UTC)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError(value)
    elif isinstance(value, int) and not -BIGGEST <= value < BIGGEST:
        raise ValueError(value)
    return value
