"""The ladder of an obligation: reminders before its last day, steps after it, and which of them is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from portal import i18n
from portal.clock import local_date
from portal.compliance.obligations.models import Obligation, ObligationState, ReminderState
from portal.regions.blueprints.terms import Obligation as Term
from portal.regions.blueprints.vocabulary import OverdueAction
from portal.workdays import next_working_day, previous_working_day

SHORT_PREPARATION = timedelta(weeks=4)

MANAGERS = "contractmanagers"
PROFILE = "risicoprofiel"
SIGNAL = "signaal"
"""Recipients of steps that are no mail to one person: the managers' own mail, a note in the risk profile, a signal."""
NOT_MAILED = {
    OverdueAction.NOTICE_CONTRACT_MANAGER: MANAGERS,
    OverdueAction.RISK_NOTE: PROFILE,
    OverdueAction.SIGNAL: SIGNAL,
}


@lru_cache(maxsize=4096)
def planned_on(due_on: date, step: int) -> date:
    """The day of a step, so many days from the last day, moved to a working day on which somebody reads it.

    A reminder that would fall on the last day or later is sent on the working day before.
    """
    day = next_working_day(due_on + timedelta(days=step))
    return previous_working_day(due_on + timedelta(days=step)) if step < 0 and day >= due_on else day


def ladder(term: Term, *, created: date, due_on: date) -> list[int]:
    """All steps as days from the last day, in order.

    With less than four weeks to prepare, -60 and -30 make no sense; a step whose day had passed before the obligation
    existed is none.
    """
    before = [-days for days in term.reminders]
    if due_on - created < SHORT_PREPARATION:
        before = [step for step in before if step > -30]
    steps = sorted([*before, *(overdue.days for overdue in term.overdue)])
    return [step for step in steps if planned_on(due_on, step) >= created]


@dataclass(frozen=True)
class Due:
    """The step to take now and the earlier ones that nobody needs any more."""

    step: int
    superseded: tuple[int, ...]


def due_step(steps: Iterable[int], last: int | None, *, due_on: date, today: date) -> Due | None:
    """The latest step whose day has come and that was not taken; after downtime the ones before it are passed over."""
    come = [s for s in steps if (last is None or s > last) and planned_on(due_on, s) <= today]
    return Due(come[-1], tuple(come[:-1])) if come else None


def due_of(term: Term, last: int | None, *, created: date, due_on: date, today: date) -> Due | None:
    return due_step(ladder(term, created=created, due_on=due_on), last, due_on=due_on, today=today)


def actions(term: Term, step: int) -> tuple[OverdueAction, ...]:
    """What a step is: before the last day a notice to the provider, after it what the contract says."""
    if step < 0:
        return (OverdueAction.NOTICE_PROVIDER,)
    return next((overdue.actions for overdue in term.overdue if overdue.days == step), ())


@dataclass(frozen=True)
class Chase:
    """One obligation with the step to take."""

    item: Obligation
    due: Due
    actions: tuple[OverdueAction, ...]

    @property
    def tells_provider(self) -> bool:
        return OverdueAction.NOTICE_PROVIDER in self.actions

    @property
    def not_mailed(self) -> list[str]:
        return [NOT_MAILED[action] for action in self.actions if action in NOT_MAILED]


# --- as the page draws it ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rung:
    """A step of the ladder; `state` is gedaan, grens, nu or later."""

    days: int
    date: date
    words: str
    state: str

    @property
    def day(self) -> str:
        return f"{'+' if self.days > 0 else '−' if self.days < 0 else ''}{abs(self.days)}"


ACTION_WORDS: Mapping[OverdueAction, str] = {
    OverdueAction.NOTICE_PROVIDER: i18n.mark("Bericht aan de aanbieder"),
    OverdueAction.NOTICE_CONTRACT_MANAGER: i18n.mark("Bericht aan de regio"),
    OverdueAction.RISK_NOTE: i18n.mark("Aantekening in het risicoprofiel"),
    OverdueAction.SIGNAL: i18n.mark("Signaal bij de regio"),
}


def rungs(item: Obligation, term: Term, today: date, locale: str, asked_on: date | None = None) -> list[Rung]:
    """The whole ladder of an item: what was done, the last day, a question that is open, and what comes.

    Empty for what was delivered in time without a word of the portal: then there is nothing to tell.
    """
    _ = i18n.gettext(locale)
    created, delivered = local_date(item.created_at), local_date(item.delivered_at) if item.delivered_at else None
    taken = {reminder.step: reminder.state for reminder in item.steps}
    is_open = item.state is ObligationState.OPEN
    steps = [s for s in ladder(term, created=created, due_on=item.due_on) if is_open or s in taken]
    found = [_rung(item, term, step, taken.get(step), locale) for step in steps]
    late = today > item.due_on if delivered is None else delivered > item.due_on
    last_day = "grens" if late and item.state is not ObligationState.WAIVED else _passed(item.due_on < today)
    if delivered is not None and not (found or late or asked_on):
        return []
    words = _("Uiterste datum") if item.confirmed else _("Uiterste datum (voorstel)")
    found.append(Rung(0, item.due_on, words, last_day))
    if delivered is not None:
        found.append(_on(item, delivered, _("Ingediend"), "gedaan"))
    if asked_on is not None:
        found.append(_on(item, asked_on, _("Vraag gesteld"), "gedaan"))
    if item.answer_by is not None:
        words = _("Antwoord uiterlijk")
        found.append(_on(item, item.answer_by, words, "grens" if today > item.answer_by else "later"))
    found.sort(key=lambda rung: (rung.date, rung.days))
    return _with_today(found, today) if is_open and late else found


def _on(item: Obligation, day: date, words: str, state: str) -> Rung:
    return Rung((day - item.due_on).days, day, words, state)


def _rung(item: Obligation, term: Term, step: int, taken: ReminderState | None, locale: str) -> Rung:
    _ = i18n.gettext(locale)
    does = [_("Herinnering")] if step < 0 else [_(ACTION_WORDS[action]) for action in actions(term, step)]
    words = ", ".join(does)
    if taken is ReminderState.SUPERSEDED:
        words = _("%(step)s (overgeslagen)", step=words)
    elif taken is ReminderState.NOBODY:
        words = _("%(step)s (er was niemand bereikbaar)", step=words)
    done = taken is not None and taken is not ReminderState.SUPERSEDED
    return Rung(step, planned_on(item.due_on, step), words, _passed(done))


def _passed(done: bool) -> str:
    return "gedaan" if done else "later"


def _with_today(found: list[Rung], today: date) -> list[Rung]:
    """Marks the last step whose day has come: that is where it stands."""
    reached = [rung for rung in found if rung.date <= today and rung.days > 0]
    if not reached:
        return found
    now = reached[-1]
    return [Rung(r.days, r.date, r.words, "nu") if r is now else r for r in found]
