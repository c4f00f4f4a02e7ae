"""When a part is complete, and what stands in the way of handing in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.models import AuthorityKind, AuthorityState, LegalForm, Organisation, SigningAuthority
from portal.tenders.procedures.models import AnswerKind, Criterion, Procedure, ProcedureState
from portal.tenders.submissions import rules
from portal.tenders.submissions.content.rules import Content, FileSaid, PartSaid, ProductSaid, Proof, ProofSaid, Said
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.rules import Held, Part, PartKind, PartState

DAY = date(2023, 1, 1)


def part(**facts: Any) -> Part:
    known = {
        "answer_kind": AnswerKind.TEXT,
        "accepted_evidence": [],
        "figures": [],
        "evidence_all": False,
        "max_words": 3,
    }
    return Part("X", PartKind.CRITERION, Criterion(code="X", condition="always", product_codes=[], **(known | facts)))


PROOF = {"answer_kind": AnswerKind.EVIDENCE, "accepted_evidence": ["vog", "uea"], "max_words": None}
FIGURE = {"answer_kind": AnswerKind.FIGURES, "figures": [{"code": "f"}], "max_words": None}
HELD = {
    1: Held(1, "vog", "VOG", None),
    2: Held(2, "vog", "VOG oud", date(2022, 12, 31)),
    3: Held(3, "uea", "UEA", None, archived=True),
    4: Held(4, "vog", "VOG besmet", None, blocked=True),
}


@pytest.mark.parametrize(
    ("asked", "said", "found", "state"),
    [
        (part(), None, ["text_missing"], PartState.NOT_STARTED),
        (part(), Said(text="een twee drie"), [], PartState.COMPLETE),
        (part(), Said(text="een twee drie vier"), ["text_too_long:3"], PartState.ATTENTION),
        (part(answer_kind=AnswerKind.STATEMENT), Said(), ["statement_not_agreed"], PartState.NOT_STARTED),
        (part(answer_kind=AnswerKind.STATEMENT), Said(agreed=True), [], PartState.COMPLETE),
        (part(**FIGURE), Said(text="toelichting"), ["figure_missing:f"], PartState.IN_PROGRESS),
        (part(**FIGURE), Said(figures={"f": "veel"}), ["figure_unreadable:f"], PartState.ATTENTION),
        (part(**FIGURE), Said(figures={"f": "1.234,5"}), [], PartState.COMPLETE),
        (part(**PROOF), Said(), ["proof_missing"], PartState.NOT_STARTED),
        (part(**PROOF), Said(proofs=(Proof("vog", version_id=1),)), [], PartState.COMPLETE),
        (part(**PROOF), Said(proofs=(Proof("vog", file_id=7),)), [], PartState.COMPLETE),
        (part(**PROOF), Said(proofs=(Proof("vog", version_id=2),)), ["proof_expires:VOG oud"], PartState.ATTENTION),
        (part(**PROOF), Said(proofs=(Proof("uea", version_id=3),)), ["proof_gone"], PartState.ATTENTION),
        (part(**PROOF), Said(proofs=(Proof("uea", version_id=9),)), ["proof_gone"], PartState.ATTENTION),
        (part(**PROOF), Said(proofs=(Proof("vog", version_id=4),)), ["proof_blocked:vog"], PartState.ATTENTION),
        (part(**PROOF), Said(proofs=(Proof("vog", file_id=8),)), ["proof_blocked:vog"], PartState.ATTENTION),
        (
            part(**PROOF, evidence_all=True),
            Said(proofs=(Proof("vog", version_id=1),)),
            ["proof_missing:uea"],
            PartState.IN_PROGRESS,
        ),
        (Part("t", PartKind.TARIFF), Said(), ["tariff_not_accepted"], PartState.NOT_STARTED),
        (
            Part("v", PartKind.STATEMENTS),
            Said(figures={"waarheid": "ja"}),
            ["not_declared:uitsluiting", "figure_missing:omzet"],
            PartState.IN_PROGRESS,
        ),
    ],
)
def test_a_part_says_what_it_still_needs(asked: Part, said: Said | None, found: list[str], state: PartState) -> None:
    gaps = list(rules.gaps(asked, said, HELD, DAY, blocked={8}))
    assert gaps == found
    assert rules.state_of(said, gaps) is state


@pytest.mark.parametrize(
    ("changes", "ready"),
    [
        ({}, True),
        ({"evidence_all": True}, False),
        ({"accepted_evidence": ["uea"]}, False),
        ({"accepted_evidence": []}, False),
    ],
    ids=["one of them suffices", "each is asked", "only in the archive", "nothing is asked"],
)
def test_evidence_stands_ready_when_the_passport_holds_what_is_accepted(changes: dict[str, Any], ready: bool) -> None:
    criterion = part(**PROOF | changes).criterion
    assert criterion is not None
    assert rules.stands_ready(criterion, HELD.values(), DAY) is ready


def test_evidence_that_ends_too_early_does_not_stand_ready() -> None:
    criterion = part(**PROOF).criterion
    assert criterion is not None and not rules.stands_ready(criterion, [HELD[2]], DAY)


def test_a_receipt_names_equal_files_once_with_all_they_are_for() -> None:
    one, two = (FileSaid(id, name, "application/pdf", "a" * 64, 1000) for id, name in ((1, "plan.pdf"), (2, "b.pdf")))
    attested = ProofSaid("vog", "VOG", mode="attestation", version_id=9)
    parts = (
        PartSaid("G8", "G8", "", "", False, {}, (ProofSaid("format", "Format", version_id=5, file=one), attested)),
        PartSaid("HA-2.HA-2d", "HA-2d", "HA-2", "", True, {}, (ProofSaid("format", "b.pdf", file=two), attested)),
        PartSaid("verklaringen", "", "", "", False, {"waarheid": "ja", "omzet": "1"}),
    )
    content = Content("INS", "ALK", "Wilgenrijk", "", "", "", (), parts)
    (shown,) = content.shown
    assert (shown.names, shown.titles, shown.criteria) == (("plan.pdf", "b.pdf"), ("Format",), ("G8", "HA-2d"))
    assert content.declarations == 3, "one agreed, one stated, one attested"


@pytest.mark.parametrize(
    ("kept", "unit", "value"),
    [
        ("640000.5", "eur", "640000.5"), ("250.000", "eur", "250000"), ("250,000", "eur", "250000"), ("28.5", "pct", "28.5"),
        ("28,500", "pct", "28.5"), ("1.250", "count", None), ("1,250", "count", None), ("1250", "count", "1250"),
        ("veel", "eur", None), ("NaN", "", None), ("Infinity", "", None), ("", "", None),
    ],
)  # fmt: skip
def test_a_kept_figure_that_could_be_two_numbers_is_none(kept: str, unit: str, value: str | None) -> None:
    assert rules.number(kept, unit) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("state", "procedure", "shown"),
    [
        (SubmissionState.SUBMITTED, ProcedureState.PUBLISHED, SubmissionState.SUBMITTED),
        (SubmissionState.ASSESSED, ProcedureState.OPENED, SubmissionState.OPENED),
        (SubmissionState.DECIDED, ProcedureState.OPENED, SubmissionState.OPENED),
        (SubmissionState.DECIDED, ProcedureState.ANNOUNCED, SubmissionState.DECIDED),
        (SubmissionState.DECIDED, ProcedureState.COMPLETED, SubmissionState.DECIDED),
    ],
)
def test_a_provider_learns_of_the_decision_when_all_do(
    state: SubmissionState, procedure: ProcedureState, shown: SubmissionState
) -> None:
    submission = Submission(state=state, procedure=Procedure(state=procedure))
    assert rules.state_for_provider(submission) is shown


@pytest.mark.parametrize(
    ("state", "now", "never_sent"),
    [
        (SubmissionState.DRAFT, "2022-06-01T11:59", False),
        (SubmissionState.DRAFT, "2022-06-01T12:00", True),
        (SubmissionState.SIGNING, "2029-01-01T09:00", True),
        (SubmissionState.SUBMITTED, "2029-01-01T09:00", False),
        (SubmissionState.WITHDRAWN, "2029-01-01T09:00", False),
    ],
)
def test_what_was_begun_and_missed_the_closing_was_never_sent(
    state: SubmissionState, now: str, never_sent: bool
) -> None:
    procedure = Procedure(state=ProcedureState.PUBLISHED, closes_at=datetime(2022, 6, 1, 12, tzinfo=UTC))
    assert rules.was_never_sent(state, procedure, datetime.fromisoformat(f"{now}+00:00")) is never_sent


def test_who_works_alone_is_not_asked_what_only_a_team_can_have() -> None:
    asked = Criterion(code="X", condition="not_solo", product_codes=[])
    alone = Organisation(legal_form=LegalForm.SOLE_TRADER, youth_workers=1)
    assert not rules.applies(asked, alone)
    assert rules.applies(asked, Organisation(legal_form=LegalForm.FOUNDATION, youth_workers=1))


@pytest.mark.parametrize(
    ("authority", "amount", "is_fresh", "reasons"),
    [
        (None, None, True, ["not_authorised"]),
        (SigningAuthority(kind=AuthorityKind.SOLE, state=AuthorityState.VERIFIED), None, True, []),
        (SigningAuthority(kind=AuthorityKind.SOLE, state=AuthorityState.VERIFIED), None, False, ["log_in_again"]),
        (
            SigningAuthority(kind=AuthorityKind.LIMITED, state=AuthorityState.VERIFIED, limit_amount=Decimal(100)),
            Decimal(101),
            True,
            ["amount_above_authority"],
        ),
        (
            SigningAuthority(kind=AuthorityKind.LIMITED, state=AuthorityState.VERIFIED, limit_amount=Decimal(100)),
            Decimal(100),
            True,
            [],
        ),
    ],
)
def test_only_a_verified_authority_signs_within_its_amount_and_freshly_logged_in(
    authority: SigningAuthority | None, amount: Decimal | None, is_fresh: bool, reasons: list[str]
) -> None:
    assert list(rules.reasons_against_signatory(authority, DAY, amount, fresh=is_fresh)) == reasons


def test_content_survives_its_way_through_bytes_unchanged() -> None:
    file = FileSaid(4, "plan.pdf", "application/pdf", "ab" * 32, 12)
    proof = ProofSaid("uea", "Eigen verklaring", version_id=2, file=file)
    spoken = PartSaid("G3", "G3", "", "tekst é", True, {"f": "1"}, (proof,))
    line = ProductSaid("HA-1", "Behandeling", 3, "112.80", "hour")
    content = Content(
        "INS-2022-0001", "ALK-2022-01", "Lindeveld", "12345678", "foundation", "Bergen", (line,), (spoken,)
    )
    again = Content.from_bytes(content.to_bytes())
    assert again == content and again.to_bytes() == content.to_bytes()
    assert again.files == [file] and again.part("G3") == spoken and again.part("G9") is None


def test_one_content_is_one_text_so_that_a_signature_of_years_ago_still_fits() -> None:
    said = Said("tékst", True, {"b": "2", "a": "1"}, (Proof("vog", version_id=3),))
    assert said.to_bytes().decode() == (
        '{"agreed":true,"figures":{"a":"1","b":"2"},'
        '"proofs":[{"file_id":null,"kind":"vog","valid_until":"","version_id":3}],"text":"tékst"}'
    )
