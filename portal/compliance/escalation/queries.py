"""Signals as the actor may see them, and the overdue items that have become one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import i18n
from portal.access import Permission
from portal.compliance.obligations.models import Obligation, Reminder, ReminderState
from portal.compliance.obligations.service import SIGNAL
from portal.errors import NotFound
from portal.waits import Wait
from portal.work import Work

from .models import Signal, SignalState


def signals(work: Work, *, open_only: bool = False) -> Sequence[Signal]:
    work.require(Permission.SIGNAL_READ)
    find = select(Signal).options(joinedload(Signal.organisation)).order_by(Signal.id.desc())
    if work.actor.region_id is not None:
        find = find.where(Signal.region_id == work.actor.region_id)
    if open_only:
        find = find.where(Signal.state.in_([SignalState.OPEN, SignalState.TRIAGE]))
    return work.session.scalars(find).all()


def signal(work: Work, signal_id: int) -> Signal:
    """Raises NotFound."""
    for found in signals(work):
        if found.id == signal_id:
            return found
    raise NotFound("signal")


def overdue_without_signal(work: Work) -> Sequence[Obligation]:
    """Obligations whose ladder reached the signal step while nobody has opened one."""
    has_signal = select(Signal.obligation_id).where(Signal.obligation_id.is_not(None))
    find = (
        select(Obligation)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .where(Reminder.recipient == SIGNAL, Reminder.state == ReminderState.DONE, Obligation.id.not_in(has_signal))
        .order_by(Obligation.id)
    )
    return work.session.scalars(find).unique().all()


def waiting(work: Work) -> list[Wait]:
    """Signals that ask for triage, and for who follows providers at case level: to read."""
    if not work.actor.may(Permission.SIGNAL_READ) or work.actor.may(Permission.AUDIT_READ):
        return []
    _ = i18n.gettext(work.actor.locale)
    triage = work.actor.may(Permission.SIGNAL_TRIAGE)
    detail = (
        _("Bekijk het signaal en kies wat er moet gebeuren.") if triage else _("Lees wat er speelt bij deze aanbieder.")
    )
    return [
        Wait(
            _("Signaal over %(provider)s", provider=found.organisation.name),
            detail,
            "escalation.show",
            {"signal_id": found.id},
            None,
            _("Nieuw signaal") if found.state is SignalState.OPEN else _("In behandeling"),
            "fout" if found.state is SignalState.OPEN else "bezig",
        )
        for found in signals(work, open_only=True)
    ]
