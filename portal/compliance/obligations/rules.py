"""When something is due, which step of the ladder has come, and what may not be waived. Dates are Dutch calendar dates."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.workdays import next_working_day

from .models import ObligationState

SHORT_PREPARATION = timedelta(weeks=4)


class Timing(enum.Enum):
    LATER = "later"
    SOON = "soon"
    OVERDUE = "overdue"
    DONE = "done"


def timing(state: ObligationState, due_on: date, today: date) -> Timing:
    """Where an obligation stands in time: soon is within thirty days, overdue the day after the due date."""
    if state in (ObligationState.DELIVERED, ObligationState.CHECKED, ObligationState.WAIVED):
        return Timing.DONE
    if today > due_on:
        return Timing.OVERDUE
    return Timing.SOON if today >= due_on - timedelta(days=30) else Timing.LATER


def planned_on(due_on: date, step: int) -> date:
    """The day of a step: so many days from the due date, moved to a working day on which somebody reads it."""
    return next_working_day(due_on + timedelta(days=step))


def ladder(reminders: Iterable[int], overdue: Iterable[int], *, created: date, due_on: date) -> list[int]:
    """All steps as days from the due date, in order. With less than four weeks to prepare, -60 and -30 make no sense."""
    before = [-days for days in reminders]
    if due_on - created < SHORT_PREPARATION:
        before = [step for step in before if step > -30]
    return sorted([*before, *overdue])


@dataclass(frozen=True)
class Due:
    """The step to take now and the earlier ones that nobody needs any more."""

    step: int | None
    superseded: tuple[int, ...]


def due_steps(steps: Iterable[int], taken: Collection[int], *, due_on: date, created: date, today: date) -> Due:
    """Which step is due: its planned day has come and it was not taken. After downtime only the latest is taken.

    A step whose day had passed before the obligation existed is never taken.
    """
    come = [s for s in steps if s not in taken and created <= planned_on(due_on, s) <= today]
    if not come:
        return Due(None, ())
    return Due(come[-1], tuple(come[:-1]))


def reasons_not_to_waive(*, asked_by_id: int | None, actor_id: int | None, reason: str) -> list[str]:
    """A waiver needs a reason and a second person (domain chapter 4)."""
    reasons = []
    if not reason.strip():
        reasons.append("waiver_needs_reason")
    if asked_by_id is None:
        reasons.append("waiver_not_asked")
    elif asked_by_id == actor_id:
        reasons.append("waiver_needs_second_person")
    return reasons
