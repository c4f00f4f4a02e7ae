"""When decisions may be prepared, taken, sent and called final. Facts and a moment in, reason codes out."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.regions.mandates.queries import JointMandate
from portal.tenders.assessment.models import Verdict
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionKind, ObjectionState, Outcome
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.workdays import add_calendar_days_then_working_day

LONGEST_TEXT = 10_000
BY_PROVIDER = (ObjectionKind.COMPLAINT, ObjectionKind.OBJECTION_LETTER)
"""What a provider files here; a writ reaches the region by another route."""


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """Admitted when every criterion is met. An admission procedure must refuse who does not meet one: equality asks it."""
    given = list(verdicts)
    return Outcome.ADMITTED if given and all(v is Verdict.MEETS for v in given) else Outcome.REJECTED


def reasons_not_to_prepare(submission: Submission, settled: Collection[Any], decided_before: bool) -> list[str]:
    found = []
    if decided_before:
        found.append("already_prepared")
    elif submission.state is not SubmissionState.ASSESSED or not settled:
        found.append("not_assessed")
    return found


def reasons_not_to_decide(decision: Decision, held: JointMandate, *, decider_id: int | None, fresh: bool) -> list[str]:
    """Only who holds every college's mandate today, did not prepare it, and freshly logged in (domain 1.3 and 3.16)."""
    found = []
    if not held.lines:
        found.append("no_mandate_to_decide")
    elif held.missing:
        found.append("college_without_mandate")
    if decision.prepared_by_id == decider_id:
        found.append("preparer_decides")
    if not fresh:
        found.append("log_in_again")
    return found


def is_announced(procedure: Procedure) -> bool:
    return procedure.state in (ProcedureState.ANNOUNCED, ProcedureState.COMPLETED)


def reasons_not_to_announce(
    procedure: Procedure, submissions: Sequence[Submission], decided: Collection[int]
) -> list[str]:
    """All letters leave on one day: nobody hears earlier. `decided` holds the ids of the submissions fully decided."""
    if is_announced(procedure):
        return ["already_announced"]
    if not submissions:
        return ["nothing_to_announce"]
    found = [] if all(s.id in decided for s in submissions) else ["not_all_decided"]
    return found if procedure.objection_days else [*found, "objection_term_missing"]


def objection_ends(sent_on: date, days: int, *, statutory: bool = False, from_sending: bool = False) -> date:
    """The last day of the objection term: calendar days, the first being the day after sending.

    A statutory term that ends on a day off runs to the next working day (Algemene termijnenwet); a term that the
    procedure itself sets does not. `from_sending`: the region counts the day of sending as the first.
    """
    sent_on -= timedelta(days=1 if from_sending else 0)
    return add_calendar_days_then_working_day(sent_on, days) if statutory else sent_on + timedelta(days=days)


def reasons_not_to_object(decision: Decision, kind: ObjectionKind, text: str) -> list[str]:
    found = []
    if decision.state not in (DecisionState.ANNOUNCED, DecisionState.CHALLENGED, DecisionState.FINAL):
        found.append("not_announced")
    if kind not in BY_PROVIDER:
        found.append("writ_comes_elsewhere")
    if not text.strip():
        found.append("objection_text_missing")
    elif len(text) > LONGEST_TEXT:
        found.append("objection_text_too_long")
    return found


def reasons_not_to_record(decision: Decision, received_on: date, today: date, announced_on: date | None) -> list[str]:
    if announced_on is None:
        return ["not_announced"]
    if received_on > today:
        return ["received_in_future"]
    return ["received_before_letter"] if received_on < announced_on else []


def in_time(received_on: date, ends: date | None) -> bool:
    return ends is not None and received_on <= ends


def open_objections(objections: Iterable[Objection]) -> list[Objection]:
    return [o for o in objections if o.state is ObjectionState.RECEIVED]


def is_upheld(objections: Iterable[Objection]) -> bool:
    return any(o.state is ObjectionState.UPHELD for o in objections)


def reasons_not_to_confirm(decision: Decision, objections: Sequence[Objection], today: date) -> list[str]:
    """Finality is a human act after the term, and never while something is open (domain 3.16)."""
    found = []
    if decision.objection_ends is None or today <= decision.objection_ends:
        found.append("term_still_runs")
    if open_objections(objections):
        found.append("objection_open")
    if is_upheld(objections):
        found.append("objection_upheld")
    return found


class Standing(enum.Enum):
    """How a decision stands for the provider that it was sent to."""

    TERM_RUNS = "term_runs"
    TERM_OVER = "term_over"
    """Nothing can become of it but final; an officer has yet to confirm that."""
    CHALLENGED = "challenged"
    UPHELD = "upheld"
    FINAL = "final"


def standing(decision: Decision, objections: Sequence[Objection], today: date) -> Standing:
    if decision.state is DecisionState.FINAL:
        return Standing.FINAL
    if is_upheld(objections):
        return Standing.UPHELD
    if open_objections(objections):
        return Standing.CHALLENGED
    return Standing.TERM_RUNS if in_time(today, decision.objection_ends) else Standing.TERM_OVER


@dataclass(frozen=True)
class OwnLetter:
    """What a provider was told about one submission: the decision on each product."""

    submission: Submission
    decisions: list[Decision]
    today: date

    @property
    def first(self) -> Decision:
        return self.decisions[0]

    @property
    def admitted(self) -> int:
        return sum(1 for d in self.decisions if d.outcome is Outcome.ADMITTED)

    @property
    def is_running(self) -> bool:
        """The term for a complaint or objection is not over yet."""
        return in_time(self.today, self.first.objection_ends)

    @property
    def standings(self) -> set[Standing]:
        return {standing(d, d.objections, self.today) for d in self.decisions}


def own_letters(decisions: Iterable[Decision], today: date) -> list[OwnLetter]:
    """Sent decisions per submission, in the order in which they come."""
    found: dict[int, list[Decision]] = {}
    for one in decisions:
        found.setdefault(one.submission_id, []).append(one)
    return [OwnLetter(every[0].submission, every, today) for every in found.values()]


def may_contract(decision: Decision, *, before_term_ends: bool) -> bool:
    """An admitted provider may contract at once, unless the region waits for the objection term."""
    sent = (DecisionState.ANNOUNCED, DecisionState.CHALLENGED, DecisionState.FINAL)
    allowed = sent if before_term_ends else (DecisionState.FINAL,)
    return decision.outcome is Outcome.ADMITTED and decision.state in allowed
