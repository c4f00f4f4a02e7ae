"""Obligations as the actor may see them: one, the list, the calendar, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal import i18n
from portal.access import Actor, Permission
from portal.accounts.models import Organisation
from portal.contracts.models import Contract
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

from . import rules
from .models import Obligation, ObligationState, Reminder, ReminderState
from .reminders.rules import SIGNAL
from .rules import Standing
from .states import OBLIGATION

S = ObligationState


# --- one item ----------------------------------------------------------------------------------------------------


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.is_provider:
        return [Obligation.organisation_id == actor.organisation_id]
    return [] if actor.region_id is None else [Obligation.region_id == actor.region_id]


def _seen(work: Work) -> Select[Obligation]:
    work.require(Permission.OBLIGATION_READ)
    find = select(Obligation).join(Obligation.organisation).options(contains_eager(Obligation.organisation))
    return find.where(*_visible(work.actor))


def obligation(work: Work, obligation_id: int) -> Obligation:
    """With its contract and the steps taken. Raises NotFound when it is not there or not the actor's."""
    wanted = joinedload(Obligation.contract).joinedload(Contract.procedure), selectinload(Obligation.steps)
    found = work.session.scalar(_seen(work).where(Obligation.id == obligation_id).options(*wanted))
    if found is None:
        raise NotFound("obligation")
    return found


def acts(actor: Actor, item: Obligation) -> list[str]:
    """What the actor can do with it now: what a page shows as buttons."""
    return OBLIGATION.acts(actor, item)


# --- the list ----------------------------------------------------------------------------------------------------


def standing_is(standing: Standing, today: date) -> ColumnElement[bool]:
    """`rules.standing` as the database can filter and count it."""
    late, overdue = Obligation.due_on < today, func.coalesce(Obligation.answer_by, date.max) < today
    state = Obligation.state
    return {
        Standing.RUNNING: and_(state == S.OPEN, ~late),
        Standing.LATE: and_(state == S.OPEN, late),
        Standing.ASKED: and_(state == S.RETURNED, ~overdue),
        Standing.UNANSWERED: and_(state == S.RETURNED, overdue),
        Standing.DELIVERED: state == S.DELIVERED,
        Standing.CHECKED: state == S.CHECKED,
        Standing.WAIVED: state == S.WAIVED,
    }[standing]


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
    found = work.session.scalars(
        _seen(work).where(*_narrowed(work, filters)).order_by(Obligation.due_on, Obligation.id)
    )
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
    return _seen(work).where(*_narrowed(work, filters)).options(joinedload(Obligation.contract))


def years(work: Work) -> list[int]:
    """Years of delivery in which there is anything, and this year; newest first."""
    first, last = ask(work, _ends).one()
    this = work.today.year
    return list(range(max(this, last.year if last else this), min(this, first.year if first else this) - 1, -1))


def _ends(work: Work) -> Select[date | None, date | None]:
    """Each apart: an index knows its first and its last without being read."""
    seen = _visible(work.actor)
    first = select(func.min(Obligation.due_on)).where(*seen).scalar_subquery()
    last = select(func.max(Obligation.due_on)).where(*seen).scalar_subquery()
    return select(first, last)


# --- the calendar ------------------------------------------------------------------------------------------------


def board(work: Work, filters: rules.Filters, asked: Asked = FIRST) -> rules.Board:
    """One page of providers with their months, the late ones first: three queries for any number of them."""
    work.require(Permission.OBLIGATION_READ)
    year = filters.year or work.today.year
    in_year = [*_visible(work.actor), Obligation.due_on.between(date(year, 1, 1), date(year, 12, 31))]
    late = func.max(case((_any_of(rules.TOO_LATE, work.today), 1), else_=0))
    moving = func.max(case((_any_of(rules.PROVIDERS_MOVE, work.today), 1), else_=0))
    per_provider = select(
        Obligation.organisation_id.label("id"), Organisation.sort_name, late.label("late"), moving.label("moving")
    ).join(Obligation.organisation)
    grouped = per_provider.where(*in_year).group_by(Obligation.organisation_id, Organisation.sort_name).subquery()
    counts = select(func.count(), func.sum(grouped.c.late), func.sum(grouped.c.moving))
    total, late_ones, open_ones = work.session.execute(counts).one()
    narrowed = [grouped.c.late == 1] if filters.late_only else []
    if words := sort_key(filters.q):
        narrowed.append(grouped.c.sort_name.contains(words, autoescape=True))
    late_first = Order({"": [Key(grouped.c.late, down=True), Key(grouped.c.sort_name)]}, last=Key(grouped.c.id))
    page = page_of(work.session, select(grouped.c.id).where(*narrowed), late_first, replace(asked, sort=""))
    items = work.session.scalars(_seen(work).where(*in_year, Obligation.organisation_id.in_(page.rows)))
    return rules.Board(
        year=year,
        month=work.today.month - 1 if work.today.year == year else None,
        rows=rules.board_rows(items, work.today, page.rows),
        late=late_ones or 0,
        running=(open_ones or 0) - (late_ones or 0),
        total=total,
        page=page,
    )


# --- what waits --------------------------------------------------------------------------------------------------

MOST = 5
"""So many rows of one kind on a home page; more of them are one row that leads to the list."""


def waiting(work: Work) -> list[Wait]:
    """What the actor has to deliver, check, decide or wait for: one query."""
    actor = work.actor
    if not actor.may(Permission.OBLIGATION_READ):
        return []
    if actor.may(Permission.DECLARATION_FILE):
        rows = ask(work, _to_deliver, soon=work.today + rules.SOON)
        return [_provider_wait(work, item, signalled) for item, signalled in rows]
    return _manager_waits(work) if actor.may(Permission.DECLARATION_CHECK) else []


def _to_deliver(work: Work) -> Select[Obligation, datetime]:
    """What the provider has to do soon or what is being checked, and when it became a signal."""
    soon = and_(Obligation.state == S.OPEN, Obligation.due_on <= bindparam("soon"))
    find = _seen(work).where(or_(soon, Obligation.state.in_((S.RETURNED, S.DELIVERED))))
    return find.add_columns(_signalled()).order_by(Obligation.due_on)


def _signalled() -> ScalarSelect[datetime]:
    """When the ladder of an obligation became a signal."""
    step = select(func.max(Reminder.taken_at)).where(Reminder.obligation_id == Obligation.id)
    return step.where(Reminder.recipient == SIGNAL, Reminder.state == ReminderState.DONE).scalar_subquery()


def signalled_at(item: Obligation) -> datetime | None:
    """The same of an item that was found with its steps."""
    taken = [s.taken_at for s in item.steps if s.recipient == SIGNAL and s.state is ReminderState.DONE]
    return max(taken, default=None)


def _provider_wait(work: Work, item: Obligation, signalled: datetime | None) -> Wait:
    _ = i18n.gettext(work.actor.locale)
    title = _("%(what)s over %(year)s", what=rules.kind_name(item.kind, work.actor.locale), year=item.about_year)
    endpoint, args = "declarations.show", {"obligation_id": item.id}
    found = rules.standing_of(item, work.today)
    if found is Standing.DELIVERED:
        detail = _("U hebt dit ingediend; het wordt gecontroleerd.")
        return Wait(title, detail, endpoint, args, mine=False, whose=_("contractmanager"))
    detail = {
        Standing.ASKED: _("De contractmanager heeft een vraag."),
        Standing.UNANSWERED: _("De contractmanager wacht op uw antwoord."),
        Standing.LATE: _("Dien dit zo snel mogelijk in."),
    }.get(found, _("Dien dit op tijd in."))
    if found is Standing.LATE and signalled is not None:
        day = i18n.date_long(signalled, work.actor.locale)
        escalated = _("Op %(day)s is een signaal geopend bij de contractmanager.", day=day)
        detail = f"{detail} {escalated}"
    due = item.answer_by if item.state is S.RETURNED else item.due_on
    kind, words = rules.state_beside_a_day(item, work.today, work.actor.locale)
    return Wait(title, detail, endpoint, args, due, words, kind)


def _manager_waits(work: Work) -> list[Wait]:
    found: dict[tuple[str, int], Wait] = {}
    for item, kind, number in ask(work, _to_decide, long_ago=work.today - rules.LATE_FOR_MANAGER):
        key, make = ((kind, 0), _many) if number > MOST else ((kind, item.id), _one)
        found.setdefault(key, make(work, item, kind, number))
    return list(found.values())


def _to_decide(work: Work) -> Select[Obligation, str, int]:
    """The first few of each kind, with the kind and how many there are of it."""
    can_waive = Obligation.state.in_((S.OPEN, S.RETURNED))
    asked = and_(can_waive, Obligation.waiver_asked_by_id != work.actor.user_id)
    long_late = and_(Obligation.state == S.OPEN, Obligation.due_on <= bindparam("long_ago"))
    group = case(
        (asked, "waive"),
        (standing_is(Standing.DELIVERED, work.today), "check"),
        (standing_is(Standing.UNANSWERED, work.today), "unanswered"),
        (long_late, "late"),
        else_="",
    )
    place = func.row_number().over(partition_by=group, order_by=(Obligation.due_on, Obligation.id))
    count = func.count().over(partition_by=group)
    ranked = select(Obligation.id, group.label("kind"), place.label("place"), count.label("count"))
    ranks = ranked.where(*_visible(work.actor), group != "").subquery()
    find = _seen(work).join(ranks, ranks.c.id == Obligation.id).add_columns(ranks.c.kind, ranks.c.count)
    return find.where(ranks.c.place <= MOST).order_by(Obligation.due_on, Obligation.id)


def _words(work: Work, kind: str) -> tuple[str, str, str]:
    """(what to do, words, kind of tag) for a group of items."""
    _ = i18n.gettext(work.actor.locale)
    return {
        "waive": (_("Een collega stelt een vrijstelling voor; u beslist als tweede."), _("Vrijstelling"), "let-op"),
        "check": (_("Controleer wat is ingediend."), _("Te controleren"), "bezig"),
        "unanswered": (_("De aanbieder gaf nog geen antwoord op de vraag."), _("Antwoord te laat"), "fout"),
        "late": (_("Bekijk de herinneringen en vraag de aanbieder naar de reden."), _("Te laat"), "fout"),
    }[kind]


def _one(work: Work, item: Obligation, kind: str, _number: int) -> Wait:
    _ = i18n.gettext(work.actor.locale)
    what = rules.kind_name(item.kind, work.actor.locale)
    title = _(
        "%(what)s over %(year)s van %(provider)s", what=what, year=item.about_year, provider=item.organisation.name
    )
    detail, words, tag = _words(work, kind)
    due = {"late": item.due_on, "unanswered": item.answer_by}.get(kind)
    return Wait(title, detail, "declarations.show", {"obligation_id": item.id}, due, words, tag)


def _many(work: Work, item: Obligation, kind: str, number: int) -> Wait:
    n_ = i18n.ngettext(work.actor.locale)
    detail, words, tag = _words(work, kind)
    stand = {"check": Standing.DELIVERED, "unanswered": Standing.UNANSWERED, "late": Standing.LATE}.get(kind)
    title = n_("%(num)s verklaring", "%(num)s verklaringen", number)
    due = {"late": item.due_on, "unanswered": item.answer_by}.get(kind)
    args = {"stand": stand.value} if stand else {}
    return Wait(f"{title}: {words.lower()}", detail, "obligations.listing", args, due, words, tag)
