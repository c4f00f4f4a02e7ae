"""The dates that a procedure template suggests once the day of publication is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from portal.regions.blueprints.terms import ProcedureTemplate
from portal.workdays import next_working_day, previous_working_day


@dataclass(frozen=True, kw_only=True)
class SuggestedDates:
    """All on working days. `questions_close` and `last_note` are last days; closing is a moment in Dutch time."""

    published: date
    questions_close: date
    last_note: date
    closing: date
    closing_time: time
    decision: date


def suggested_dates(template: ProcedureTemplate, published: date) -> SuggestedDates:
    """Never shorter for the market than the template says: ends move forward, the last note moves back."""
    plan = template.schedule
    closing = next_working_day(published + timedelta(days=plan.closing_after_days))
    return SuggestedDates(
        published=published,
        questions_close=next_working_day(published + timedelta(days=plan.questions_close_after_days)),
        last_note=previous_working_day(closing - timedelta(days=plan.last_note_days_before_closing)),
        closing=closing,
        closing_time=plan.closing_time,
        decision=next_working_day(closing + timedelta(days=plan.decision_days_after_closing)),
    )
