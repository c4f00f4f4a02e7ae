from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.evidence.models import EvidenceMode
from portal.evidence.rules import Facts, Validity, mode_of, months_later, reasons_not_to_keep, validity
from portal.regions.blueprints.criteria import EvidenceType
from portal.regions.blueprints.identity import Text
from portal.regions.blueprints.vocabulary import EvidenceForm

TODAY = date(2022, 3, 1)
MARK = EvidenceType(
    code="keurmerk", name=Text(nl="Keurmerk"), form=EvidenceForm.FILE, needs_issuer=True, needs_number=True,
    needs_valid_until=True, valid_months=36,
)  # fmt: skip
VOG = EvidenceType(
    code="vog", name=Text(nl="VOG"), form=EvidenceForm.ATTESTATION, needs_issuer=False, needs_number=False,
    needs_valid_until=True, valid_months=36,
)  # fmt: skip
SHOWN = Facts(
    EvidenceMode.FILE, issuer="Keurmerkinstituut", reference="K-12", issued_on=date(2022, 1, 10),
    valid_until=date(2025, 1, 10), has_file=True,
)  # fmt: skip
SEEN = Facts(EvidenceMode.ATTESTATION, issued_on=TODAY, valid_until=date(2025, 3, 1), statement="Alle VOG's gezien.")


def test_what_is_complete_is_kept():
    assert reasons_not_to_keep(MARK, SHOWN, TODAY) == []
    assert reasons_not_to_keep(VOG, SEEN, TODAY) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": " "}, "evidence_issuer_missing"),
        ({"reference": ""}, "evidence_number_missing"),
        ({"has_file": False}, "evidence_file_missing"),
        ({"mode": EvidenceMode.ATTESTATION}, "evidence_file_missing"),
        ({"issued_on": None}, "evidence_date_missing"),
        ({"issued_on": date(2022, 3, 2)}, "evidence_date_in_future"),
        ({"valid_until": None}, "evidence_end_missing"),
        ({"valid_until": date(2022, 2, 28)}, "evidence_already_expired"),
        ({"valid_until": date(2025, 1, 11)}, "evidence_valid_too_long:36"),
    ],
)
def test_what_is_missing_or_wrong_is_named(changes, reason):
    assert reasons_not_to_keep(MARK, replace(SHOWN, **changes), TODAY) == [reason]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_file": True}, "evidence_file_not_kept"),
        ({"mode": EvidenceMode.FILE}, "evidence_file_not_kept"),
        ({"statement": "  "}, "evidence_statement_missing"),
    ],
)
def test_a_certificate_of_conduct_is_attested_and_never_kept(changes, reason):
    assert reasons_not_to_keep(VOG, replace(SEEN, **changes), TODAY) == [reason]


def test_the_form_of_evidence_follows_its_kind():
    assert mode_of(VOG) is EvidenceMode.ATTESTATION and mode_of(MARK) is EvidenceMode.FILE


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
        (date(2022, 12, 1), 1, date(2023, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2022, 3, 1), 36, date(2025, 3, 1)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, Validity.VALID),
        (61, Validity.VALID),
        (60, Validity.EXPIRING),
        (0, Validity.EXPIRING),
        (-1, Validity.EXPIRED),
    ],
)
def test_the_last_day_still_counts(days, expected):
    until = None if days is None else TODAY + timedelta(days=days)
    assert validity(until, TODAY) is expected


def test_what_nobody_can_open_shows_nothing_however_long_it_lasts():
    assert validity(None, TODAY, is_blocked=True) is Validity.BLOCKED
