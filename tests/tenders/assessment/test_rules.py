"""What assessors' states and verdicts come to: without a database."""

from __future__ import annotations

import pytest

from portal.tenders.assessment import rules
from portal.tenders.assessment.models import Assignment, AssignmentState, Judgement, Verdict
from portal.tenders.submissions.models import Submission, SubmissionState

A, S, Stage = AssignmentState, SubmissionState, rules.Stage
MEETS, FAILS = Verdict.MEETS, Verdict.DOES_NOT_MEET


def assignments(*states):
    return [Assignment(state=state) for state in states]


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        ((), Stage.TO_ASSIGN),
        ((A.LOCKED,), Stage.TO_ASSIGN),
        ((A.LOCKED, A.CONFLICTED), Stage.TO_ASSIGN),
        ((A.LOCKED, A.ASSIGNED), Stage.JUDGING),
        ((A.LOCKED, A.DECLARED), Stage.JUDGING),
        ((A.LOCKED, A.LOCKED), Stage.TO_SETTLE),
        ((A.LOCKED, A.LOCKED, A.CONFLICTED), Stage.TO_SETTLE),
        ((A.LOCKED, A.LOCKED, A.ASSIGNED), Stage.JUDGING),
    ],
)
def test_a_file_stands_where_its_assessors_are(states, stage):
    assert rules.stage_of(Submission(state=S.OPENED), assignments(*states)) is stage
    assert rules.all_locked(assignments(*states)) is (stage is Stage.TO_SETTLE)


@pytest.mark.parametrize(("state", "stage"), [(S.ASSESSED, Stage.ASSESSED), (S.DECIDED, Stage.DECIDED)])
def test_after_the_conclusion_the_submission_says_where_it_stands(state, stage):
    assert rules.stage_of(Submission(state=state), []) is stage


@pytest.mark.parametrize(
    ("verdicts", "agreed"),
    [([MEETS, MEETS], MEETS), ([FAILS, FAILS], FAILS), ([MEETS, FAILS], None), ([], None)],
)
def test_only_what_all_say_is_agreed(verdicts, agreed):
    assert rules.unanimous(verdicts) is agreed


@pytest.mark.parametrize(
    ("verdict", "reasons", "judged"),
    [(MEETS, "Zie bladzijde 2.", True), (FAILS, "Ontbreekt.", True), (MEETS, "  ", False), (None, "Nog even.", False)],
)
def test_there_is_no_verdict_without_reasons(verdict, reasons, judged):
    assert rules.is_judged(Judgement(verdict=verdict, reasons=reasons)) is judged
    assert not rules.is_judged(None)


def test_reasons_that_are_the_same_are_said_once():
    assert rules.joined_reasons(["Voldoet. ", "Voldoet.", "", "Ook bladzijde 3."]) == "Voldoet.\n\nOok bladzijde 3."
