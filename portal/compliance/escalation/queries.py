"""Signals as the actor may see them, and the overdue items that have become one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal import i18n
from portal.access import Actor, Permission
from portal.accounts import queries as accounts
from portal.accounts.models import Organisation, User
from portal.compliance.obligations.models import Obligation, Reminder, ReminderState
from portal.compliance.obligations.reminders.rules import SIGNAL
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, batches, count_of, page_of
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

from . import rules
from .models import Signal, SignalNote, SignalState

MOST = 5


def _mine(actor: Actor) -> list[ColumnElement[bool]]:
    return [] if actor.region_id is None else [Signal.region_id == actor.region_id]


def _seen(work: Work) -> Select[Signal]:
    work.require(Permission.SIGNAL_READ)
    find = select(Signal).join(Signal.organisation).options(contains_eager(Signal.organisation))
    return find.where(*_mine(work.actor))


ORDER = Order(
    {
        "": [Key(case((Signal.state.in_(rules.ASKS_ATTENTION), 0), else_=1)), Key(Signal.opened_at, down=True)],
        "aanbieder": [Key(Organisation.sort_name)],
        "geopend": [Key(Signal.opened_at)],
    },
    last=Key(Signal.id, down=True),
)


def signals(work: Work, filters: rules.Filters, asked: Asked = FIRST) -> rules.SignalList:
    """One page of signals; without a chosen order those that ask for attention come first, then the newest."""
    asking = count_of(work.session, _seen(work).where(Signal.state.in_(rules.ASKS_ATTENTION)))
    return rules.SignalList(page_of(work.session, _listed(work, filters), ORDER, asked), asking)


def all_signals(work: Work, filters: rules.Filters, sort: str = "") -> Iterator[Signal]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _listed(work, filters), ORDER, sort):
        yield from some


def _listed(work: Work, filters: rules.Filters) -> Select[Signal]:
    where: list[ColumnElement[bool]] = []
    if filters.state is not None:
        where.append(Signal.state == filters.state)
    if words := sort_key(filters.q):
        where.append(Organisation.sort_name.contains(words, autoescape=True))
    return _seen(work).where(*where).options(joinedload(Signal.obligation))


def signal(work: Work, signal_id: int) -> Signal:
    """With its notes. Raises NotFound when it is not there or of another region."""
    notes = selectinload(Signal.notes).options(joinedload(SignalNote.written_by))
    about = joinedload(Signal.obligation).joinedload(Obligation.contract)
    found = work.session.scalar(_seen(work).where(Signal.id == signal_id).options(notes, about))
    if found is None:
        raise NotFound("signal")
    return found


def contacts(work: Work, found: Signal) -> list[User]:
    """Whom to ask at the provider; only for who follows up on a signal."""
    return accounts.recipients_of(work, found.organisation_id) if work.actor.may(Permission.SIGNAL_TRIAGE) else []


def overdue_without_signal(work: Work, obligation_id: int | None = None) -> list[int]:
    """Ids of obligations whose ladder reached the signal step while nobody has opened one."""
    known = select(Signal.obligation_id).where(Signal.obligation_id.is_not(None))
    find = (
        select(Obligation.id)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .where(Reminder.recipient == SIGNAL, Reminder.state == ReminderState.DONE, Obligation.id.not_in(known))
        .order_by(Obligation.id)
    )
    if obligation_id is not None:
        find = find.where(Obligation.id == obligation_id)
    return list(work.session.scalars(find))


def waiting(work: Work) -> list[Wait]:
    """Signals that ask for triage, and for who follows providers at case level: to read. Many are one row."""
    if not work.actor.may(Permission.SIGNAL_READ) or work.actor.may(Permission.AUDIT_READ):
        return []
    _ = i18n.gettext(work.actor.locale)
    found = ask(work, _to_look_at).scalars().all()
    triage = work.actor.may(Permission.SIGNAL_TRIAGE)
    detail = (
        _("Bekijk het signaal en kies wat er moet gebeuren.") if triage else _("Lees wat er speelt bij deze aanbieder.")
    )
    if len(found) > MOST:
        title = _("Meer dan %(most)s signalen vragen aandacht", most=MOST)
        return [Wait(title, detail, "escalation.index", words=_("Signalen"), kind="let-op")]
    return [_wait(work, one, detail) for one in found]


def _to_look_at(work: Work) -> Select[Signal]:
    return _seen(work).where(Signal.state.in_(rules.ASKS_ATTENTION)).order_by(Signal.id).limit(MOST + 1)


def _wait(work: Work, found: Signal, detail: str) -> Wait:
    _ = i18n.gettext(work.actor.locale)
    fresh = found.state is SignalState.OPEN
    return Wait(
        _("Signaal over %(provider)s", provider=found.organisation.name),
        detail,
        "escalation.show",
        {"signal_id": found.id},
        None,
        _("Nieuw signaal") if fresh else _("In behandeling"),
        "let-op" if fresh else "bezig",
    )
