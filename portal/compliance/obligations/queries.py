"""Obligations as the actor may see them: one, the list, and the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Function, Integer, Select, and_, bindparam, case, column, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.access import Actor, Permission
from portal.accounts.models import Organisation
from portal.contracts.models import Contract
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_asked, page_of
from portal.statements import ask
from portal.work import Work

from . import rules
from .models import Obligation, ObligationState, ReminderState
from .reminders.rules import SIGNAL
from .rules import Standing
from .states import OBLIGATION

S = ObligationState
THEIRS = (S.OPEN, S.RETURNED)
"""For the provider to do, late or not: `rules.PROVIDERS_MOVE`, told without a day."""


# --- one item ----------------------------------------------------------------------------------------------------


def visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.is_provider:
        return [Obligation.organisation_id == actor.organisation_id]
    return [] if actor.region_id is None else [Obligation.region_id == actor.region_id]


def seen(work: Work) -> Select[Obligation]:
    work.require(Permission.OBLIGATION_READ)
    find = select(Obligation).join(Obligation.organisation).options(contains_eager(Obligation.organisation))
    return find.where(*visible(work.actor))


def obligation(work: Work, obligation_id: int) -> Obligation:
    """With its contract and the steps taken. Raises NotFound when it is not there or not the actor's."""
    wanted = joinedload(Obligation.contract).joinedload(Contract.procedure), selectinload(Obligation.steps)
    found = work.session.scalar(seen(work).where(Obligation.id == obligation_id).options(*wanted))
    if found is None:
        raise NotFound("obligation")
    return found


def acts(actor: Actor, item: Obligation) -> list[str]:
    """What the actor can do with it now: what a page shows as buttons."""
    return OBLIGATION.acts(actor, item)


def signalled_at(item: Obligation) -> datetime | None:
    """When the ladder of an item that was found with its steps became a signal."""
    taken = [s.taken_at for s in item.steps if s.recipient == SIGNAL and s.state is ReminderState.DONE]
    return max(taken, default=None)


# --- the list ----------------------------------------------------------------------------------------------------


def standing_is(standing: Standing, today: date) -> ColumnElement[bool]:
    """`rules.standing` as the database can filter and count it."""
    state, late = Obligation.state, Obligation.due_on < today
    overdue = func.coalesce(Obligation.answer_by, date.max) < today
    match standing:
        case Standing.RUNNING:
            return and_(state == S.OPEN, ~late)
        case Standing.LATE:
            return and_(state == S.OPEN, late)
        case Standing.ASKED:
            return and_(state == S.RETURNED, ~overdue)
        case Standing.UNANSWERED:
            return and_(state == S.RETURNED, overdue)
        case Standing.DELIVERED:
            return state == S.DELIVERED
        case Standing.CHECKED:
            return state == S.CHECKED
        case Standing.WAIVED:
            return state == S.WAIVED


def _any_of(standings: Iterable[Standing], today: date) -> ColumnElement[bool]:
    return or_(*(standing_is(standing, today) for standing in standings))


def _narrowed(work: Work, filters: rules.Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.year is not None:
        where.append(Obligation.due_on.between(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    if filters.kind is not None:
        where.append(Obligation.kind == filters.kind)
    if filters.standing is not None:
        where.append(standing_is(filters.standing, work.today))
    if filters.late_only:
        where.append(_any_of(rules.TOO_LATE, work.today))
    if words := sort_key(filters.q):
        where.append(Organisation.sort_name.contains(words, autoescape=True))
    return where


def obligations(work: Work, *, year: int | None = None) -> Sequence[Obligation]:
    """All that the actor sees of a year of delivery, what still has to be done first: for a provider's own list."""
    filters = rules.Filters(year=year)
    found = work.session.scalars(seen(work).where(*_narrowed(work, filters)).order_by(Obligation.due_on, Obligation.id))
    return sorted(found, key=lambda item: item.state in (S.CHECKED, S.WAIVED))


BY_NAME, BY_DAY = Key(Organisation.sort_name), Key(Obligation.due_on)
ORDER = Order(
    {
        "": [Key(case((Obligation.state.in_((S.CHECKED, S.WAIVED)), 1), else_=0)), BY_DAY, BY_NAME],
        "aanbieder": [BY_NAME, BY_DAY],
        "uiterlijk": [BY_DAY, BY_NAME],
        "over": [Key(Obligation.about_year), BY_NAME, BY_DAY],
    },
    last=Key(Obligation.id),
)


def listed(work: Work, filters: rules.Filters, asked: Asked = FIRST) -> Page[Obligation]:
    """One page of what the actor may see; without a chosen order what still has to be done comes first."""
    return page_of(work.session, _listed(work, filters), ORDER, asked, counted=True)


def all_listed(work: Work, filters: rules.Filters, sort: str = "") -> Iterator[Obligation]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _listed(work, filters), ORDER, sort):
        yield from some


def _listed(work: Work, filters: rules.Filters) -> Select[Obligation]:
    return seen(work).where(*_narrowed(work, filters)).options(joinedload(Obligation.contract))


def years(work: Work) -> list[int]:
    """Years of delivery in which there is anything, and this year; newest first."""
    first, last = ask(work, _ends).one()
    this = work.today.year
    return list(range(max(this, last.year if last else this), min(this, first.year if first else this) - 1, -1))


def _ends(work: Work) -> Select[date | None, date | None]:
    """Each apart: an index knows its first and its last without being read."""
    own = visible(work.actor)
    first = select(func.min(Obligation.due_on)).where(*own).scalar_subquery()
    last = select(func.max(Obligation.due_on)).where(*own).scalar_subquery()
    return select(first, last)


# --- the calendar ------------------------------------------------------------------------------------------------


LATE_FIRST = Order({"": [Key(column("late", Integer), down=True), BY_NAME]}, last=Key(Organisation.id))


def board(work: Work, filters: rules.Filters, asked: Asked = FIRST) -> rules.Board:
    """One page of providers with their months, the late ones first: two queries for any number of them."""
    work.require(Permission.OBLIGATION_READ)
    year = filters.year or work.today.year
    in_year = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    page = page_asked(work, _late_first, LATE_FIRST, replace(asked, sort=""), replace(filters, year=year))
    total, late_ones, open_ones = page.rows[0][2:] if page.rows else ask(work, _counts, **in_year).one()
    providers = {id: name for id, name, *_counted in page.rows}
    items = ask(work, _cells, providers=list(providers), **in_year)
    return rules.Board(
        year=year,
        month=work.today.month - 1 if work.today.year == year else None,
        rows=rules.board_rows((rules.Marked(*row) for row in items), work.today, providers),
        late=late_ones or 0,
        running=(open_ones or 0) - (late_ones or 0),
        total=total,
        page=page,
    )


def _grouped(work: Work, first: Any, last: Any) -> CTE:
    """Of each provider whether anything of that year is late, and whether anything is for the provider to do."""
    late = func.max(case((_any_of(rules.TOO_LATE, work.today), 1), else_=0)).label("late")
    moving = func.max(case((Obligation.state.in_(THEIRS), 1), else_=0)).label("moving")
    find = select(Obligation.organisation_id.label("id"), late, moving)
    here = *visible(work.actor), Obligation.due_on.between(first, last)
    return find.where(*here).group_by(Obligation.organisation_id).cte("found")


def _counted(found: CTE) -> list[Function[Any]]:
    return [func.count(found.c.id), func.sum(found.c.late), func.sum(found.c.moving)]


def _counts(work: Work) -> Select[*tuple[Any, ...]]:
    return select(*_counted(_grouped(work, bindparam("first"), bindparam("last"))))


def _late_first(work: Work, filters: rules.Filters) -> Select[*tuple[Any, ...]]:
    """Id and name of each provider with anything in that year, and beside each the counts of all: grouped once."""
    year = filters.year or 0
    found = _grouped(work, date(year, 1, 1), date(year, 12, 31))
    counts = (select(counted).scalar_subquery() for counted in _counted(found))
    find = select(Organisation.id, Organisation.name, *counts).join(found, found.c.id == Organisation.id)
    if filters.late_only:
        find = find.where(found.c.late == 1)
    if words := sort_key(filters.q):
        find = find.where(Organisation.sort_name.contains(words, autoescape=True))
    return find


def _cells(work: Work) -> Select[int, S, date, date | None, bool]:
    """Of each item what a cell of the calendar says."""
    said = Obligation.state, Obligation.due_on, Obligation.answer_by, Obligation.delivered_late
    here = Obligation.organisation_id.in_(bindparam("providers", expanding=True))
    in_year = Obligation.due_on.between(bindparam("first"), bindparam("last"))
    return select(Obligation.organisation_id, *said).where(*visible(work.actor), here, in_year)
