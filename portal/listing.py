"""A page of a list by its keys: it begins where the last one ended, so page 1,000 costs what page 1 costs.

Takes statements, knows no Flask. An order names the keys by which rows stand; the place in the address holds the values
of those keys of one row. What an address cannot mean (a place of another order, a value of another kind) is the first page.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from .db import sort_key
from .statements import ask_lately
from .work import Work

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


@dataclass(frozen=True, eq=False)
class Order:
    """The orders of a list: word in the address -> its keys; "" is the order when the address names none of them."""

    sorts: Mapping[str, Sequence[Key]]
    last: Key
    """Unique, so that rows with equal keys still have one place each."""

    def known(self, sort: str) -> str:
        """This word, or "" where it names none of the orders."""
        name = sort.removeprefix("-")
        return sort if name and name in self.sorts else ""

    def keys(self, sort: str) -> list[Key]:
        """A minus turns the first key round; what stands behind it stays."""
        known = self.known(sort)
        keys = [*self.sorts[known.removeprefix("-")], self.last]
        if known.startswith("-"):
            keys[0] = replace(keys[0], down=not keys[0].down)
        return keys


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
    values: tuple[Any, ...]
    back: bool


Looked = Callable[[_Place | None], Sequence[Any]]
"""The rows from a place on, one more than a page has."""


def page_of(session: Session, find: Find, order: Order, asked: Asked = FIRST, *, counted: bool = False) -> Page[Any]:
    """One page of what `find` finds; a row is the thing itself, or a tuple where `find` selects several."""

    def looked(place: _Place | None) -> Sequence[Any]:
        return session.execute(_ordered(find, order, asked, place), _values(place)).all()

    page = _page(looked, order, asked)
    return replace(page, total=count_of(session, find)) if counted else page


def page_asked(
    work: Work,
    build: Callable[..., Find],
    order: Order,
    asked: Asked,
    *shape: Hashable,
    counted: bool = False,
) -> Page[Any]:
    """The same of what `build(work, *shape)` finds, a statement that is not put together anew for each reader."""
    plain = replace(asked, sort=order.known(asked.sort), place="")

    def looked(place: _Place | None) -> Sequence[Any]:
        way = place and replace(place, values=())
        return ask_lately(work, _ordered_asked, build, shape, order, plain, way, **_values(place)).all()

    page = _page(looked, order, asked)
    return replace(page, total=ask_lately(work, _count_asked, build, shape).scalar_one()) if counted else page


def _page(looked: Looked, order: Order, asked: Asked) -> Page[Any]:
    """From the place in the address; from the start where nothing stands there, or less than a page before it."""
    keys = order.keys(asked.sort)
    place = _read(asked.place, asked.sort, keys)
    page = _cut(looked(place), len(keys), place, asked)
    begun_short = place is not None and place.back and not page.previous and len(page.rows) < asked.size
    return _cut(looked(None), len(keys), None, asked) if place is not None and (not page.rows or begun_short) else page


def has_words(key: ColumnElement[str] | InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """Whether a text that is kept by its `sort_key` holds every one of these words, however they are written."""
    return and_(true(), *(key.contains(part, autoescape=True) for part in words_of(words)))


def words_of(words: str) -> list[str]:
    """What is looked for: without accents and capitals, and without an article where there is more."""
    every = sort_key(words).split()
    return [part for part in every if part not in ARTICLES] or every


def count_of(session: Session, find: Find, most: int = COUNTED) -> int:
    """How many rows, looking no further than `most` and one."""
    return session.scalar(_count(find, most)) or 0


def _count(find: Find, most: int = COUNTED) -> Select[int]:
    return select(func.count()).select_from(find.order_by(None).limit(most + 1).subquery())


def _count_asked(work: Work, build: Callable[..., Find], shape: tuple[Hashable, ...]) -> Select[int]:
    return _count(build(work, *shape))


def batches(session: Session, find: Find, order: Order, sort: str = "", size: int = BATCH) -> Iterator[list[Any]]:
    """All of it in its order, a part at a time."""
    keys, place, asked = order.keys(sort), None, Asked(sort, "", size)
    while True:
        rows = session.execute(_ordered(find, order, asked, place), _values(place)).all()
        found = _cut(rows, len(keys), place, asked)
        if found.rows:
            yield list(found.rows)
        if not found.next:
            return
        place = _read(found.next, sort, keys)


def _ordered_asked(
    work: Work,
    build: Callable[..., Find],
    shape: tuple[Hashable, ...],
    order: Order,
    asked: Asked,
    place: _Place | None,
) -> Find:
    return _ordered(build(work, *shape), order, asked, place)


def _ordered(find: Find, order: Order, asked: Asked, place: _Place | None) -> Find:
    """With its keys behind each row, and beyond the place whose values `_values` gives."""
    keys = order.keys(asked.sort)
    way = [replace(key, down=key.down is not (place is not None and place.back)) for key in keys]
    columns = [key.what.label(f"place_{n}") for n, key in enumerate(keys)]
    ordered = find.add_columns(*columns).order_by(None).order_by(*(k.by.desc() if k.down else k.by.asc() for k in way))
    return (ordered if place is None else ordered.where(_beyond(way))).limit(asked.size + 1)


def _values(place: _Place | None) -> dict[str, Any]:
    return {f"from_{n}": value for n, value in enumerate(place.values)} if place else {}


def _cut(found: Sequence[Any], keys: int, place: _Place | None, asked: Asked) -> Page[Any]:
    """One page of rows that end in the values of so many keys."""
    back = place is not None and place.back
    more, rows = len(found) > asked.size, [tuple(row) for row in found[: asked.size]]
    if back:
        rows.reverse()
    if not rows:
        return Page([])
    width = len(rows[0]) - keys
    return Page(
        rows=[row[0] if width == 1 else row[:width] for row in rows],
        previous=_written(asked.sort, rows[0][width:], back=True) if (more if back else place is not None) else "",
        next=_written(asked.sort, rows[-1][width:], back=False) if (back or more) else "",
    )


def _beyond(way: Sequence[Key]) -> ColumnElement[bool]:
    """Further than this row in this direction: the first key that differs decides."""
    values = [bindparam(f"from_{n}", type_=key.what.type) for n, key in enumerate(way)]
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
        return _Place(tuple(_value(value, key) for value, key in zip(values, keys, strict=True)), way == "<")
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
