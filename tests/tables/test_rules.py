from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.meetings.models import Attendance, SeatKind
from portal.tables.agreements import rules
from portal.tables.agreements.models import Stance, Vote
from portal.tables.agreements.rules import Outcome, SeatStand
from portal.tables.kpis.models import Kpi, KpiTarget, TargetStatus
from portal.tables.kpis.rules import Verdict, path_years, target_words, verdict

FOR, AGAINST = Vote.FOR, Vote.AGAINST


@pytest.mark.parametrize(
    ("rule", "members", "votes", "outcome"),
    [
        ("unanimous", [1, 2, 3], {1: FOR, 2: FOR, 3: FOR}, Outcome.FOR),
        ("unanimous", [1, 2, 3], {1: FOR, 2: AGAINST, 3: FOR}, Outcome.AGAINST),
        ("unanimous", [1, 2, 3], {1: FOR, 2: FOR}, Outcome.OPEN),
        ("unanimous", [1, 2, 3], {1: AGAINST}, Outcome.OPEN),  # every college is heard first
        ("unanimous", [1, 2], {1: FOR, 2: FOR, 9: AGAINST}, Outcome.FOR),  # 9 is no member on that day
        ("unanimous", [], {}, Outcome.OPEN),
        ("majority", [1, 2, 3], {1: FOR, 2: FOR, 3: AGAINST}, Outcome.FOR),
        ("majority", [1, 2, 3], {1: FOR, 2: AGAINST, 3: AGAINST}, Outcome.AGAINST),
        ("majority", [1, 2, 3, 4], {1: FOR, 2: FOR, 3: AGAINST, 4: AGAINST}, Outcome.AGAINST),  # a tie
        ("majority", [1, 2, 3, 4], {1: FOR, 2: FOR, 3: FOR}, Outcome.OPEN),
        ("majority", [1, 2, 3], {1: FOR, 2: FOR, 9: FOR}, Outcome.OPEN),
    ],
)
def test_what_the_decisions_of_the_colleges_amount_to(
    rule: str, members: list[int], votes: dict[int, Vote], outcome: Outcome
) -> None:
    assert rules.outcome(rule, members, votes) is outcome


def test_a_rule_that_colleges_cannot_vote_under_is_an_error() -> None:
    with pytest.raises(ValueError, match="mandate"):
        rules.outcome("mandate", [1], {1: FOR})


def seat(label: str, stance: Stance | None, *, there: bool = True, older: bool = False) -> SeatStand:
    attendance = Attendance.PRESENT if there else Attendance.EXCUSED
    return SeatStand(1, label, SeatKind.OTHER, "", attendance, stance, "", older)


@pytest.mark.parametrize(
    ("stands", "reasons"),
    [
        ([seat("A", Stance.CONSENT), seat("B", Stance.CONSENT)], []),
        ([seat("A", Stance.CONSENT), seat("B", Stance.RESERVATION)], []),  # noted, and no obstacle
        ([seat("A", Stance.CONSENT), seat("B", None, there=False)], []),  # who was not there keeps nobody up
        ([seat("A", Stance.CONSENT), seat("B", None)], ["present_seat_without_position:B"]),
        ([seat("A", Stance.CONSENT), seat("B", Stance.OBJECTION)], ["there_is_an_objection:B"]),
        ([seat("A", Stance.CONSENT), seat("B", Stance.OBJECTION, there=False)], ["there_is_an_objection:B"]),
        ([seat("A", Stance.CONSENT, older=True)], ["position_on_an_older_text:A"]),
        ([seat("A", Stance.CONSENT, there=False)], ["attendance_is_not_recorded"]),
        ([], ["attendance_is_not_recorded"]),
    ],
)
def test_when_there_is_consensus(stands: list[SeatStand], reasons: list[str]) -> None:
    assert list(rules.reasons_against_consensus(stands)) == reasons


@pytest.mark.parametrize(
    ("stance", "reason", "reasons"),
    [
        (Stance.CONSENT, "", []),
        (Stance.RESERVATION, "Als de frictiekosten meetellen.", []),
        (Stance.RESERVATION, " ", ["position_needs_reason"]),
        (Stance.OBJECTION, "", ["position_needs_reason"]),
        (Stance.OBJECTION, "x" * 1001, ["reason_too_long"]),
    ],
)
def test_who_does_not_consent_says_why(stance: Stance, reason: str, reasons: list[str]) -> None:
    assert list(rules.reasons_against_position(stance, reason)) == reasons


def kpi(*, unit: str = "months", comparator: str = "", wanted: str = "", **target: object) -> Kpi:
    found = Kpi(code="K", name_nl="Verblijf", unit=unit, comparator=comparator, wanted=wanted)
    found.targets = [KpiTarget(number=1, approximate=False, **target)]
    return found


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (kpi(status=TargetStatus.TBD_AT_TABLE), "nog te bepalen"),
        (kpi(status=TargetStatus.NO_NUMBER), "richting, geen getal"),
        (kpi(wanted="shrink", status=TargetStatus.SET, value=Decimal(9)), "ten hoogste 9 maanden"),
        (kpi(unit="pct", wanted="grow", status=TargetStatus.SET, value=Decimal(80)), "ten minste 80%"),
        (kpi(unit="pct", comparator="change", status=TargetStatus.SET, value=Decimal(-30)), "30% minder"),
        (kpi(unit="pct", wanted="shrink", status=TargetStatus.SET, value=Decimal(-20)), "20% minder"),
        (kpi(unit="count", status=TargetStatus.SET, value=Decimal(0)), "0"),  # a zero that was agreed is a zero
    ],
)
def test_a_target_in_words_is_never_a_zero_when_it_is_unknown(measure: Kpi, words: str) -> None:
    assert target_words(measure, measure.target) == words


def test_a_path_needs_a_baseline_and_a_target() -> None:
    known = kpi(status=TargetStatus.SET, value=Decimal(9), target_date=date(2025, 12, 31))
    assert path_years(known) == [] and verdict(known) is Verdict.NO_BASELINE
    known.baseline_year, known.baseline_value = 2022, Decimal(12)
    assert path_years(known) == [2022, 2023, 2024, 2025] and verdict(known) is Verdict.NOT_MEASURED
    assert verdict(kpi(status=TargetStatus.TBD_AT_TABLE)) is Verdict.UNDECIDED
