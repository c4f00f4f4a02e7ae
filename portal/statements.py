"""A query that many pages ask is put together once, not at every request: only the values in it change.

Putting a statement together costs several times what the database needs to answer it. So the query is a function of a
Work like any other, and `ask` calls it once for each role, with parameters where the facts of the actor and the moment
stand. What comes out is kept, and filled in at each request. A query that looks at such a fact itself, or a value that
nobody gives, is an error, never somebody else's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from functools import cache, lru_cache
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import BigInteger, BinaryExpression, BindParameter, Date, Result, Select, String, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.operators import is_comparison

from .access import Actor, Role
from .db import Base, UtcDateTime
from .work import Work

Ts = TypeVarTuple("Ts")
B = TypeVar("B", bound=Base)
Way = InstrumentedAttribute[Any] | tuple[InstrumentedAttribute[Any], ...]
"""What stands in a row, or what stands in that."""

NUMBERS = ("user_id", "membership_id", "organisation_id", "region_id", "municipality_id", "table_id")
WORDS = ("name", "email", "organisation_name")
LATEST = 200
"""So many statements of lists are kept, whatever readers look for."""


def ask(work: Work, build: Callable[..., Select[*Ts]], *shape: Hashable, **facts: Any) -> Result[*Ts]:
    """The rows of the statement that `build(work, *shape)` describes, with these facts for its own parameters.

    `shape` is what the statement itself depends on beside the role, such as whether there is a filter: of few values.
    """
    found: Result[*Ts] = _asked(work, _always, build, shape, facts)
    return found


def ask_lately(work: Work, build: Callable[..., Select[*Ts]], *shape: Hashable, **facts: Any) -> Result[*Ts]:
    """The same for what readers narrow with words of their own: of its many statements the latest are kept."""
    found: Result[*Ts] = _asked(work, _lately, build, shape, facts)
    return found


def _asked(work: Work, kept: Callable[..., Select[*Ts]], build: object, shape: object, facts: dict[str, Any]) -> Any:
    actor = work.actor
    own = {name: getattr(actor, name) for name in (*NUMBERS, *WORDS)}
    absent = frozenset(name for name in NUMBERS if own[name] is None)
    values = {f"own_{name}": value for name, value in own.items()}
    find = kept(build, shape, actor.role, actor.locale, absent)
    return work.session.execute(find, {**facts, **values, "now": work.now, "today": work.today})


def fill(work: Work, owners: Collection[Base], relation: InstrumentedAttribute[Any], *more: Way) -> None:
    """The list of each of these rows, with `more` of what stands in it, by a statement that is kept: `selectinload`
    puts its own together at every request.
    """
    if not owners:
        return
    found: dict[int, list[Any]] = {owner.id: [] for owner in owners}
    key = _key_of(relation).key
    for row in ask(work, _listed, relation, *more, owners=list(found)).scalars():
        found[getattr(row, key)].append(row)
    for owner in owners:
        set_committed_value(owner, relation.key, found[owner.id])


def _listed(_work: Work, relation: InstrumentedAttribute[Any], *more: Way) -> Select[Any]:
    own = _key_of(relation).in_(bindparam("owners", expanding=True))
    find = select(relation.property.entity.class_).where(own).order_by(*(relation.property.order_by or ()))
    return _with(find, more)


def named(work: Work, model: type[B], ids: Collection[int], *more: Way) -> dict[int, B]:
    """The rows with these ids, by id, with `more` of what stands in them, by a statement that is kept."""
    if not ids:
        return {}
    return {row.id: row for row in ask(work, _named, model, *more, ids=list(ids)).scalars()}


def _named(_work: Work, model: type[Base], *more: Way) -> Select[Any]:
    return _with(select(model).where(model.id.in_(bindparam("ids", expanding=True))), more)


def _with(find: Select[Any], more: Iterable[Way]) -> Select[Any]:
    return find.options(*(joinedload(*one) if isinstance(one, tuple) else joinedload(one) for one in more))


def _key_of(relation: InstrumentedAttribute[Any]) -> Any:
    ((_own, key),) = relation.property.local_remote_pairs
    return key


class _Sketch(Work):
    """A work of which only the role is known: its facts are parameters."""

    @property
    def today(self) -> Any:
        return _Fact("today", type_=Date())


def _put_together(
    build: Callable[..., Select[*Ts]], shape: tuple[Hashable, ...], role: Role, locale: str, absent: frozenset[str]
) -> Select[*Ts]:
    facts: dict[str, Any] = {name: _Fact(f"own_{name}", type_=BigInteger()) for name in NUMBERS if name not in absent}
    facts = dict.fromkeys(absent) | facts | {name: _Fact(f"own_{name}", type_=String()) for name in WORDS}
    nothing: Any = None
    now: Any = _Fact("now", type_=UtcDateTime())
    return build(_Sketch(nothing, Actor(role=role, locale=locale, **facts), now, nothing), *shape)


_always: Callable[..., Any] = cache(_put_together)
_lately: Callable[..., Any] = lru_cache(LATEST)(_put_together)


class _Fact(BindParameter[Any]):
    """A value of the request to come. It can be compared with; to reckon with it is for Python, which gives the result."""

    inherit_cache = True

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        if not is_comparison(op):
            raise TypeError("a fact of the request is only known when it asks: give what follows from it as a fact")
        found = super().operate(op, *other, **options)
        if type(found) is BinaryExpression:
            found.__class__ = _Compared
        return found


class _Compared(BinaryExpression[Any]):
    """A fact beside something else. Asked by Python whether it holds, SQLAlchemy would say no and that would be kept."""

    inherit_cache = True

    def __bool__(self) -> bool:
        raise TypeError("whether a fact of the request equals something is only known when it asks")
