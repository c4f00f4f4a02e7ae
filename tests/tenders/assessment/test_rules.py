"""What assessors' states and verdicts come to: without a database."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from portal.tenders.assessment import rules
from portal.tenders.assessment.models import Assignment, AssignmentState, Judgement, Settlement, Verdict
from portal.tenders.procedures.models import Criterion, ProcedureProduct
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState

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


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("Zie bladzijde 2. En bladzijde 3.", "Zie bladzijde 2."),
        ("Waarom dan? Daarom.", "Waarom dan?"),
        ("Zonder\neinde", "Zonder einde"),
        ("woord " * 40, f"{'woord ' * 19}woord …"),
        ("", ""),
    ],
)
def test_a_list_shows_how_a_motivation_begins(text, beginning):
    assert rules.first_sentence(text) == beginning


def compared(product, *verdicts, settled=None):
    item = rules.Item("x", Criterion(), product)
    opinions = tuple(rules.Opinion(n, User(), verdict, "") for n, verdict in enumerate(verdicts))
    return rules.Compared(item, opinions, Settlement(verdict=settled) if settled else None)


def test_a_product_stands_as_its_own_and_the_common_criteria_do():
    one, two = (SubmissionProduct(procedure_product=ProcedureProduct(position=n)) for n in (1, 2))
    lines = [
        compared(None, MEETS, FAILS),
        compared(None, MEETS, FAILS, settled=FAILS),
        compared(one, FAILS, FAILS),
        compared(two, MEETS, MEETS),
    ]
    found = rules.standing_per_product(Submission(products=[two, one]), lines)
    assert [(s.product, s.failed, s.open) for s in found] == [(one, 2, 1), (two, 1, 1)]
