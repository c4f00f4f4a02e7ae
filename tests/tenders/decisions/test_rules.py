"""What a decision may be and when: without a database."""

from __future__ import annotations

from datetime import date

import pytest

from portal.tenders.assessment.models import Verdict
from portal.tenders.decisions import rules
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionState, Outcome

MEETS, FAILS = Verdict.MEETS, Verdict.DOES_NOT_MEET


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ([MEETS, MEETS], Outcome.ADMITTED),
        ([MEETS, FAILS], Outcome.REJECTED),
        ([FAILS], Outcome.REJECTED),
        ([], Outcome.REJECTED),
    ],
)
def test_who_meets_everything_is_admitted_and_nobody_else(verdicts, outcome):
    assert rules.outcome_of(verdicts) is outcome


@pytest.mark.parametrize(
    ("sent", "choices", "last_day"),
    [
        ("2022-08-01", {}, "2022-08-21"),  # a Sunday: the procedure's own term is not extended
        ("2022-08-01", {"statutory": True}, "2022-08-22"),
        ("2022-08-01", {"from_sending": True}, "2022-08-20"),
        ("2022-08-02", {"statutory": True}, "2022-08-22"),
        ("2022-12-05", {"statutory": True}, "2022-12-27"),  # both days of Christmas are days off
    ],
)
def test_the_objection_term_starts_the_day_after_sending(sent, choices, last_day):
    assert rules.objection_ends(date.fromisoformat(sent), 20, **choices) == date.fromisoformat(last_day)


@pytest.mark.parametrize(
    ("outcome", "state", "at_once", "may"),
    [
        (Outcome.ADMITTED, DecisionState.ANNOUNCED, True, True),
        (Outcome.ADMITTED, DecisionState.CHALLENGED, True, True),
        (Outcome.ADMITTED, DecisionState.ANNOUNCED, False, False),
        (Outcome.ADMITTED, DecisionState.FINAL, False, True),
        (Outcome.ADMITTED, DecisionState.DECIDED, True, False),
        (Outcome.REJECTED, DecisionState.FINAL, True, False),
    ],
)
def test_an_admission_is_contracted_at_once_unless_the_region_waits(outcome, state, at_once, may):
    decision = Decision(outcome=outcome, state=state)
    assert rules.may_contract(decision, before_term_ends=at_once) is may


@pytest.mark.parametrize(("received", "in_time"), [("2022-08-21", True), ("2022-08-22", False)])
def test_the_last_day_is_in_time(received, in_time):
    assert rules.in_time(date.fromisoformat(received), date(2022, 8, 21)) is in_time


Standing, Obj = rules.Standing, ObjectionState


@pytest.mark.parametrize(
    ("state", "objections", "today", "standing"),
    [
        (DecisionState.ANNOUNCED, (), "2022-08-21", Standing.TERM_RUNS),
        (DecisionState.ANNOUNCED, (), "2022-08-22", Standing.TERM_OVER),
        (DecisionState.ANNOUNCED, (Obj.DISMISSED,), "2022-08-21", Standing.TERM_RUNS),
        (DecisionState.CHALLENGED, (Obj.RECEIVED,), "2022-08-21", Standing.CHALLENGED),
        (DecisionState.CHALLENGED, (Obj.RECEIVED, Obj.UPHELD), "2022-08-21", Standing.UPHELD),
        (DecisionState.FINAL, (Obj.RECEIVED,), "2022-09-01", Standing.FINAL),
    ],
)
def test_a_sent_decision_stands_by_what_came_in_and_by_the_term(state, objections, today, standing):
    decision = Decision(state=state, objection_ends=date(2022, 8, 21))
    came_in = [Objection(state=one) for one in objections]
    assert rules.standing(decision, came_in, date.fromisoformat(today)) is standing


def test_decisions_are_told_per_submission():
    found = [
        Decision(submission_id=n, outcome=outcome)
        for n, outcome in ((2, Outcome.ADMITTED), (1, Outcome.ADMITTED), (2, Outcome.REJECTED))
    ]
    letters = rules.own_letters(found, date(2022, 8, 1))
    assert [(len(letter.decisions), letter.admitted) for letter in letters] == [(2, 1), (1, 1)]
