"""Procedures as lists: the board of a region, and what everybody may read; a page at a time, or all of it for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from portal.access import Permission
from portal.clock import AMSTERDAM
from portal.listing import FIRST, Asked, Key, Order, Page, batches, has_words, page_asked, page_of
from portal.regions.models import Product
from portal.statements import ask, ask_lately
from portal.tenders.procedures.models import Procedure, ProcedureProduct, ProcedureState
from portal.tenders.procedures.queries import inside
from portal.work import Work

S = ProcedureState
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
CLOSES = func.coalesce(Procedure.closes_at, NEVER)
PRODUCTS = (
    select(func.count())
    .where(ProcedureProduct.procedure_id == Procedure.id)
    .correlate(Procedure)
    .scalar_subquery()
    .label("products")
)
Line = tuple[Procedure, int]
"""A procedure, and how many products it asks for."""


@dataclass(frozen=True)
class Filters:
    """What the board's address says."""

    q: str = ""
    state: str = ""
    year: int | None = None
    """In which it closes."""


@dataclass(frozen=True)
class Board:
    page: Page[Line]
    counts: dict[ProcedureState, int]


ORDER = Order(
    {
        "": [Key(case((Procedure.state.in_((S.COMPLETED, S.WITHDRAWN)), 1), else_=0)), Key(CLOSES)],
        "titel": [Key(Procedure.sort_title)],
        "nummer": [Key(Procedure.reference)],
        "sluit": [Key(CLOSES)],
    },
    last=Key(Procedure.id),
)


def visible_procedures(work: Work, filters: Filters = Filters(), asked: Asked = FIRST) -> Board:
    """The board of a region: one page of it, and how many stand in each state."""
    counts = {row[0]: row[1] for row in ask(work, _counts)}
    return Board(page_asked(work, _listed, ORDER, asked, filters), counts)


def _counts(work: Work) -> Select[ProcedureState, int]:
    return select(Procedure.state, func.count()).where(inside(work)).group_by(Procedure.state)


def all_procedures(work: Work, filters: Filters, sort: str = "") -> Iterator[Line]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _listed(work, filters), ORDER, sort):
        yield from some


def _listed(work: Work, filters: Filters) -> Select[Procedure, int]:
    where = [inside(work), *named(filters.q)]
    if filters.state in {state.value for state in S}:
        where.append(Procedure.state == S(filters.state))
    if filters.year is not None:
        first, after = (datetime(year, 1, 1, tzinfo=AMSTERDAM) for year in (filters.year, filters.year + 1))
        where.append(and_(Procedure.closes_at >= first, Procedure.closes_at < after))
    return select(Procedure, PRODUCTS).where(*where)


def named(words: str) -> list[ColumnElement[bool]]:
    """A part of the title, however it is written, or of the reference."""
    if not words.strip():
        return []
    title = has_words(Procedure.sort_title, words)
    return [or_(title, Procedure.reference.icontains(words.strip(), autoescape=True))]


# --- found by words ----------------------------------------------------------------------------------------------


def found(work: Work, words: str, asked: Asked) -> Page[Procedure]:
    """One page of what the actor may read of these words: its own region's, and everywhere what was published."""
    seen = or_(Procedure.published_at.is_not(None), inside(work))
    return page_of(work.session, select(Procedure).where(seen, *named(words)), LATEST, asked)


def is_inside(work: Work, procedure: Procedure) -> bool:
    """Whether the actor works with it, and so has its page of work."""
    return work.actor.may(Permission.PROCEDURE_WORK, procedure)


# --- for everybody -----------------------------------------------------------------------------------------------


LATEST = Order({"": [Key(CLOSES, down=True)]}, last=Key(Procedure.id, down=True))


def open_now(work: Work, words: str = "", product: str = "") -> Sequence[Line]:
    """What is published and not closed, what closes first on top: as many as run at one time, so all of them."""
    return [(procedure, products) for procedure, products in ask_lately(work, _open, words, product)]


def _open(work: Work, words: str, product: str) -> Select[Procedure, int]:
    find = _public(words, product).where(Procedure.state == S.PUBLISHED, work.now < CLOSES)
    return find.order_by(CLOSES, Procedure.id)


def closed(work: Work, words: str, product: str, asked: Asked) -> Page[Line]:
    """One page of what is over, the latest first."""
    return page_asked(work, _over, LATEST, asked, words, product)


def _over(work: Work, words: str, product: str) -> Select[Procedure, int]:
    return _public(words, product).where(or_(Procedure.state != S.PUBLISHED, work.now >= CLOSES))


def _public(words: str, product: str) -> Select[Procedure, int]:
    find = select(Procedure, PRODUCTS).where(Procedure.published_at.is_not(None))
    if words:
        find = find.where(or_(*named(words), Procedure.summary.icontains(words, autoescape=True)))
    if product:
        asks = select(ProcedureProduct.id).join(ProcedureProduct.product)
        find = find.where(exists(asks.where(ProcedureProduct.procedure_id == Procedure.id, Product.code == product)))
    return find


def products_asked(work: Work) -> Sequence[Product]:
    """Every product that was ever asked for, to choose from."""
    return ask(work, _products_asked).scalars().all()


def _products_asked(_work: Work) -> Select[Product]:
    asked = select(ProcedureProduct.product_id).join(ProcedureProduct.procedure)
    asked = asked.where(Procedure.published_at.is_not(None))
    return select(Product).where(Product.id.in_(asked)).order_by(Product.id)
