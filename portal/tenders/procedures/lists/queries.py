"""Procedures as lists: the board of a region, and what everybody may read; a page at a time, or all of it for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission
from portal.clock import AMSTERDAM
from portal.listing import FIRST, Asked, Key, Order, Page, batches, has_words, page_of
from portal.regions.models import Product
from portal.tenders.procedures.models import Procedure, ProcedureProduct, ProcedureState
from portal.tenders.procedures.queries import inside
from portal.work import Work

S = ProcedureState
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
CLOSES = func.coalesce(Procedure.closes_at, NEVER)


@dataclass(frozen=True)
class Filters:
    """What the board's address says."""

    q: str = ""
    state: str = ""
    year: int | None = None
    """In which it closes."""


@dataclass(frozen=True)
class Board:
    page: Page[Procedure]
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
    counted = select(Procedure.state, func.count()).where(inside(work)).group_by(Procedure.state)
    counts = {row[0]: row[1] for row in work.session.execute(counted)}
    return Board(page_of(work.session, _listed(work, filters), ORDER, asked), counts)


def all_procedures(work: Work, filters: Filters, sort: str = "") -> Iterator[Procedure]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _listed(work, filters), ORDER, sort):
        yield from some


def _listed(work: Work, filters: Filters) -> Select[Procedure]:
    where = [inside(work), *named(filters.q)]
    if filters.state in {state.value for state in S}:
        where.append(Procedure.state == S(filters.state))
    if filters.year is not None:
        first, after = (datetime(year, 1, 1, tzinfo=AMSTERDAM) for year in (filters.year, filters.year + 1))
        where.append(and_(Procedure.closes_at >= first, Procedure.closes_at < after))
    return select(Procedure).where(*where).options(selectinload(Procedure.products))


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


def open_now(work: Work, words: str = "", product: str = "") -> list[Procedure]:
    """What is published and not closed, what closes first on top: as many as run at one time, so all of them."""
    find = _public(words, product).where(Procedure.state == S.PUBLISHED, work.now < CLOSES)
    return list(work.session.scalars(find.order_by(CLOSES, Procedure.id)))


def closed(work: Work, words: str, product: str, asked: Asked) -> Page[Procedure]:
    """One page of what is over, the latest first."""
    over = or_(Procedure.state != S.PUBLISHED, work.now >= CLOSES)
    return page_of(work.session, _public(words, product).where(over), LATEST, asked)


def _public(words: str, product: str) -> Select[Procedure]:
    find = select(Procedure).where(Procedure.published_at.is_not(None))
    if words:
        find = find.where(or_(*named(words), Procedure.summary.icontains(words, autoescape=True)))
    if product:
        asks = select(ProcedureProduct.id).join(ProcedureProduct.product)
        find = find.where(exists(asks.where(ProcedureProduct.procedure_id == Procedure.id, Product.code == product)))
    line = selectinload(Procedure.products).joinedload(ProcedureProduct.product)
    return find.options(joinedload(Procedure.region), line)


def products_asked(work: Work) -> Sequence[Product]:
    """Every product that was ever asked for, to choose from."""
    asked = select(ProcedureProduct.product_id).join(ProcedureProduct.procedure)
    asked = asked.where(Procedure.published_at.is_not(None))
    return work.session.scalars(select(Product).where(Product.id.in_(asked)).order_by(Product.id)).all()
