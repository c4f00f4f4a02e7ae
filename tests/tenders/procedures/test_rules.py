"""What the clock decides, what publication needs, what a text may hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.tenders.procedures import rules
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.procedures.rules import Dates, Phase

CLOSES = datetime(2022, 6, 15, 15, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def procedure(state: ProcedureState = ProcedureState.PUBLISHED) -> Procedure:
    return Procedure(state=state, opens_at=CLOSES - timedelta(days=60), closes_at=CLOSES)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (CLOSES - timedelta(days=60) - MICROSECOND, Phase.QUESTIONS),
        (CLOSES - timedelta(days=60), Phase.OPEN),
        (CLOSES - MICROSECOND, Phase.OPEN),
        (CLOSES, Phase.CLOSED),
        (CLOSES + MICROSECOND, Phase.CLOSED),
    ],
)
def test_a_procedure_is_open_from_its_opening_up_to_but_not_including_its_closing(
    now: datetime, expected: Phase
) -> None:
    assert rules.phase(procedure(), now) is expected


@pytest.mark.parametrize("state", [ProcedureState.DRAFT, ProcedureState.INTERNAL_REVIEW, ProcedureState.APPROVED])
def test_what_is_not_published_is_not_open(state: ProcedureState) -> None:
    assert rules.phase(procedure(state), CLOSES - timedelta(days=1)) is Phase.NOT_OPEN


def test_a_withdrawn_procedure_is_closed_at_once() -> None:
    assert rules.phase(procedure(ProcedureState.WITHDRAWN), CLOSES - timedelta(days=1)) is Phase.CLOSED


DATES = Dates(
    opens_at=CLOSES - timedelta(days=60),
    questions_until=CLOSES - timedelta(days=20),
    answers_by=date(2022, 6, 3),
    closes_at=CLOSES,
    decision_by=date(2022, 8, 1),
    contract_starts=date(2023, 1, 1),
)


@pytest.mark.parametrize(
    ("dates", "reasons"),
    [
        (DATES, []),
        (replace(DATES, opens_at=CLOSES), ["opens_after_closing"]),
        (replace(DATES, questions_until=CLOSES, answers_by=None), ["questions_after_closing"]),
        (replace(DATES, answers_by=date(2022, 6, 15)), ["answers_after_closing"]),
        (replace(DATES, answers_by=date(2022, 5, 1)), ["answers_before_questions_end"]),
        (replace(DATES, decision_by=date(2022, 6, 15)), ["decision_before_closing"]),
        (replace(DATES, contract_starts=date(2022, 8, 1)), ["contract_before_decision"]),
        (replace(DATES, closes_at=None), []),
    ],
)
def test_dates_in_an_impossible_order_are_refused(dates: Dates, reasons: list[str]) -> None:
    assert list(rules.reasons_against_dates(dates)) == reasons


def test_a_term_shorter_than_customary_gives_a_warning_and_no_reason_against() -> None:
    start = date(2022, 6, 1)
    warnings = set(rules.warnings_about_terms(DATES, 10, start))
    assert warnings == {"questions_term_short", "closing_term_short", "objection_term_short"}
    assert not list(rules.reasons_against_dates(DATES))


def test_customary_terms_give_no_warning() -> None:
    assert not list(rules.warnings_about_terms(DATES, 20, date(2022, 4, 1)))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Het gaat om 123456782 uit Bergen", True),
        ("bsn 1234.56.782", True),
        ("KvK 12345678", False),
        ("telefoon 0612345678", False),
        ("123456789 is geen geldig nummer", False),
        ("000000000", False),
    ],
)
def test_a_citizen_service_number_in_free_text_is_found(text: str, holds: bool) -> None:
    assert rules.holds_citizen_number(text) is holds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wij zijn Wilgenrijk.", ("Wilgenrijk",)),
        ("WATERLIJN en wilgenrijk", ("WATERLIJN", "wilgenrijk")),
        ("Bel 99000011 of mail nadia@wilgenrijk.example", ("99000011", "nadia@wilgenrijk.example")),
        ("Mag een stichting voor jeugdhulp dit ook?", ()),
        ("Wat is de aanvangsdatum in 2023?", ()),
    ],
)
def test_words_that_may_tell_who_asked(text: str, found: tuple[str, ...]) -> None:
    providers = [("Stichting Wilgenrijk", "99000011"), ("De Waterlijn Jeugdhulp bv", None)]
    assert rules.telling_words(text, providers) == found


def test_an_announcement_that_did_not_appear_yet_stops_publication() -> None:
    found = Procedure(state=ProcedureState.APPROVED, above_threshold=True, notice_date=date(2022, 5, 2))
    assert "notice_in_future" in rules.reasons_not_to_publish(found, datetime(2022, 5, 1, 12, tzinfo=UTC))
    assert "notice_in_future" not in rules.reasons_not_to_publish(found, datetime(2022, 5, 2, 12, tzinfo=UTC))
