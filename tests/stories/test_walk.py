"""One region's story, step by step, as each of its people sees it; on both databases."""

from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import update

from portal import audit
from portal.access import SYSTEM, Role
from portal.accounts.models import AuthorityKind, Organisation, OrganisationState, SigningAuthority
from portal.contracts.models import Contract, ContractState
from portal.errors import NotAllowed, NotFound
from portal.evidence import queries as evidence
from portal.evidence.models import EvidenceMode
from portal.practice.story import (
    beginning,
    contracts,
    judging,
    later,
    procedures,
    providers,
    submissions,
    table,
)
from portal.practice.story.stage import Stage
from portal.regions import queries as regions
from portal.tenders.assessment.models import Opening
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState, Outcome
from portal.tenders.procedures import queries as procedure_queries
from portal.tenders.procedures.models import NoteOfInformation, Procedure, ProcedureState
from portal.tenders.submissions import queries as submission_queries
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.signing.queries import receipt
from portal.work import begin_read
from tests.stories import yearly
from tests.stories.reading import (
    bytes_of,
    check_all_mail_left,
    mails,
    row,
    rows,
    tags,
    trail,
    waiting,
    waits_for,
    words_of,
)

KEY = "ambulant 2022"


def test_a_region_walks_from_publication_to_a_signal(stage: Stage) -> None:
    beginning.tell(stage)
    check_a_visitor_sees_what_the_region_buys(stage)
    providers.tell(stage)
    check_providers_are_known_and_may_sign(stage)
    procedures.tell(stage)
    check_the_procedure_is_published_and_the_note_names_nobody(stage)
    submissions.tell(stage)
    check_receipts_and_the_second_too_late(stage)
    check_nothing_can_be_read_before_the_opening(stage)
    judging.tell(stage)
    check_openings_decisions_and_letters(stage)
    contracts.tell(stage)
    check_contracts_are_signed_by_everybody_and_in_force(stage)
    table.tell(stage)
    yearly.check_the_round_and_its_three_agreements(stage)
    later.tell(stage)
    check_every_role_has_something_to_do(stage)
    yearly.check_obligations_are_chased_filed_checked_and_handed_back(stage)
    yearly.check_the_late_one_becomes_a_signal(stage)
    check_the_visitor_and_the_auditor_at_the_end(stage)
    check_all_mail_left(stage)
    check_a_changed_byte_is_found(stage)


def test_the_worked_example_can_stop_at_its_beginning(stage: Stage) -> None:
    beginning.tell(stage)
    card = stage.card()
    assert {row["role"] for row in card} >= {"Inkoper", "Beoordelaar", "Contractmanager", "Auditor"}
    assert not rows(stage, Procedure)
    assert not waiting(stage, "esra")


def check_every_role_has_something_to_do(stage: Stage) -> None:
    """On Monday 13 May 2024 nobody who logs in finds an empty page, whatever the role."""
    roles = {who: stage.actor(who).role for who in stage.users}
    busy = {role for who, role in roles.items() if waiting(stage, who)}
    assert set(roles.values()) - busy == set()
    assert Role.ACCESS_ACCOUNT_HOLDER in busy
    assert waits_for(stage, "daan", "Lees de agenda en de stukken Ontwikkeltafel Transformatie, ronde 3")
    assert waits_for(stage, "daan", "Reageer op het verslag")


# --- 1 -----------------------------------------------------------------------------------------------------------


def check_a_visitor_sees_what_the_region_buys(stage: Stage) -> None:
    with stage.looks("visitor") as work:
        found = regions.catalogue(work, regions.region_by_code(work, "alkmaar"))
        assert [category.code for category in found] == ["HA", "HV", "OA", "OV"]
        assert all(category.products for category in found)
        assert not procedure_queries.public_procedures(work)


# --- 2 -----------------------------------------------------------------------------------------------------------


def check_providers_are_known_and_may_sign(stage: Stage) -> None:
    found = row(stage, Organisation, kvk_number="99000011")
    assert found.state is OrganisationState.ACTIVE
    kinds = [a.kind for a in rows(stage, SigningAuthority, organisation_id=stage.organisations["waterlijn"])]
    assert kinds == [AuthorityKind.JOINT, AuthorityKind.JOINT]
    assert "/bevestigen/" in mails(stage, "account_confirm", "nadia@wilgenrijk.example")[0].text
    assert mails(stage, "join_request", "ruben@waterlijn.example"), "the administrator was asked"
    with stage.looks("nadia") as work:
        kept = {item.evidence_type: item.current for item in evidence.passport(work)}
        work.session.expunge_all()
    assert kept["vog"].mode is EvidenceMode.ATTESTATION
    assert kept["vog"].file_id is None
    assert bytes_of(stage, kept["meldcode"].file_id or 0).startswith(b"%PDF-1.4")
    assert {"organisation.registered", "user_account.confirm", "signing_authority.verify", "evidence.added"} <= tags(
        stage
    )
    with stage.looks("ruben") as work, pytest.raises(NotFound):
        evidence.item(work, kept["vog"].item_id)


# --- 3 and 4 -----------------------------------------------------------------------------------------------------


def check_the_procedure_is_published_and_the_note_names_nobody(stage: Stage) -> None:
    found = row(stage, Procedure, id=stage.things[KEY])
    assert found.state is ProcedureState.PUBLISHED
    assert found.approved_by_id == stage.users["pieter"] != found.drafted_by_id
    assert found.closes_at == stage.moment("2022-06-15 17:00")
    refused = [event for event in trail(stage) if event.tag == "act.refused"]
    assert refused[-1].facts["reasons"] == ["no_notice"], "publication was blocked until it was complete"
    assert {mail.recipient for mail in mails(stage, "procedure_published")} == {
        f"{who}.example" for who in ("nadia@wilgenrijk", "ruben@waterlijn", "selma@morgenster", "jelle@zandkreek")
    }
    note = row(stage, NoteOfInformation, procedure_id=found.id)
    said = words_of(stage, note.file_id)
    assert "vrijwilligers" in said
    assert "Wilgenrijk" not in said
    told = mails(stage, "note_published")
    assert {mail.recipient.split("@")[1] for mail in told} >= {"waterlijn.example", "wilgenrijk.example"}
    assert not any("Wilgenrijk" in mail.text and "wilgenrijk" not in mail.recipient for mail in told)
    assert waits_for(stage, "selma", "U kunt inschrijven")


# --- 5 -----------------------------------------------------------------------------------------------------------


def check_receipts_and_the_second_too_late(stage: Stage) -> None:
    states = [s.state for s in rows(stage, Submission, procedure_id=stage.things[KEY])]
    assert states.count(SubmissionState.SUBMITTED) == 3
    assert states.count(SubmissionState.WITHDRAWN) == 1
    assert states.count(SubmissionState.DRAFT) == 1, "what came too late stays a draft"
    late = [event for event in trail(stage) if event.tag == "act.refused"][-1]
    assert late.facts["reasons"] == ["too_late"]
    assert late.user_id == stage.users["jelle"]
    assert late.at >= stage.moment("2022-06-15 17:00:01")
    for who, address in (("nadia", "nadia@wilgenrijk.example"), ("mirte", "mirte@waterlijn.example")):
        check_the_receipt_shows_the_hash_of_every_file(stage, who, address)
    with stage.looks("mirte") as work:
        assert len(submissions.own(work, stage, KEY).signatures) == 2, "joint authority takes two"


def check_the_receipt_shows_the_hash_of_every_file(stage: Stage, who: str, address: str) -> None:
    with stage.looks(who) as work:
        own = submissions.own(work, stage, KEY)
        content, shown = submission_queries.content_of(work, own), receipt(work, own)
        assert shown["content_digest"] == own.content_digest == hashlib.sha256(content.to_bytes()).hexdigest()
    hashes = {file["sha256"] for file in shown["files"]}
    assert hashes == {hashlib.sha256(bytes_of(stage, file.id)).hexdigest() for file in content.files}
    assert len(hashes) > 10
    mail = mails(stage, "submission_received", address)[-1]
    assert hashes <= set(re.findall(r"\b[0-9a-f]{64}\b", mail.text))
    assert shown["number"] in mail.text


# --- 6 -----------------------------------------------------------------------------------------------------------


def check_nothing_can_be_read_before_the_opening(stage: Stage) -> None:
    with stage.looks("nadia") as work:
        sealed = submissions.own(work, stage, KEY).id
    for who in ("esra", "pieter", "marloes", "fenna", "karel", "alkmaar", "wim"):
        with stage.looks(who) as work:
            with pytest.raises(NotFound):
                submission_queries.submission(work, sealed)
            with pytest.raises(NotAllowed):
                submission_queries.content_of(work, work.get(Submission, sealed))
    with stage.looks("ruben") as work, pytest.raises(NotFound):
        submission_queries.submission(work, sealed)
    clear = "werkgroep houdt bij welke methoden"
    assert clear in submissions.WORDS["HA-1c"]
    files = [path for path in stage.office.settings.file_root.rglob("*") if path.is_file()]
    assert files
    assert not any(clear.encode() in path.read_bytes() for path in files)
    assert waits_for(stage, "esra", "Open de inschrijvingen")


def check_openings_decisions_and_letters(stage: Stage) -> None:
    opening = row(stage, Opening, procedure_id=stage.things[KEY])
    assert (opening.first_officer_id, opening.second_officer_id) == (stage.users["esra"], stage.users["pieter"])
    record = words_of(stage, opening.record_file_id)
    assert "Esra Demirci" in record
    assert "Pieter Hoekman" in record
    decided = rows(stage, Decision)
    assert [d.outcome for d in decided].count(Outcome.REJECTED) == 1
    assert len(decided) == 5
    assert {d.state for d in decided} == {DecisionState.FINAL}
    assert all(d.mandate_id and d.decided_by_id == stage.users["alkmaar"] != d.prepared_by_id for d in decided)
    letters = {letter.id: words_of(stage, letter.file_id) for letter in rows(stage, DecisionLetter)}
    refused = next(d for d in decided if d.outcome is Outcome.REJECTED)
    assert judging.NO_SAFETY_PLAN in letters[refused.letter_id]
    assert "21 augustus 2022" in letters[refused.letter_id], "the end of the objection term"
    assert "score" not in letters[refused.letter_id].lower()
    told = mails(stage, "decision_announced")
    assert {mail.recipient.split("@")[1] for mail in told} == {
        "wilgenrijk.example", "waterlijn.example", "morgenster.example",
    }  # fmt: skip
    assert row(stage, Procedure, id=stage.things[KEY]).state is ProcedureState.COMPLETED
    assert {
        "opening.complete",
        "assignment.lock",
        "settlement.settle",
        "decision.decide",
        "decision.confirm_final",
    } <= tags(stage)


# --- 7 -----------------------------------------------------------------------------------------------------------


def check_contracts_are_signed_by_everybody_and_in_force(stage: Stage) -> None:
    found = rows(stage, Contract)
    assert {contract.state for contract in found} == {ContractState.IN_FORCE}
    with begin_read(stage.office, SYSTEM) as work:
        joint = work.get(Contract, stage.things["contract waterlijn"])
        assert len(joint.signatures) == 2 + len(beginning.colleges(stage))
        assert [str(p.starts_on) for p in joint.phases] == ["2023-01-01", "2026-01-01", "2031-01-01"]
        single = work.get(Contract, stage.things["contract wilgenrijk"])
        assert [sub.product.code for sub in single.sub_agreements] == ["HA-1"], "the refused product has none"
    contract = row(stage, Contract, id=stage.things["contract wilgenrijk"])
    text, register = words_of(stage, contract.file_id), words_of(stage, contract.signed_file_id)
    assert contract.file_digest == hashlib.sha256(bytes_of(stage, contract.file_id)).hexdigest()
    assert "Stichting Wilgenrijk" in text
    assert contract.file_digest in register
    assert "Nadia Ferwerdaal" in register
    assert "Anneke Boogerd" in register
    assert mails(stage, "contract_in_force", "nadia@wilgenrijk.example")
    assert mails(stage, "contract_signed", "nadia@wilgenrijk.example")[0].attachments


# --- 10 ----------------------------------------------------------------------------------------------------------


def check_the_visitor_and_the_auditor_at_the_end(stage: Stage) -> None:
    from portal.contracts.register.queries import admitted
    from portal.reports import queries as reports

    with stage.looks("visitor") as work:
        names = {line.name for line in admitted(work, stage.things["region"]).rows}
    assert names == {"De Waterlijn Jeugdhulp bv", "Praktijk Morgenster", "Stichting Wilgenrijk"}
    with stage.looks("karel") as work:
        case = reports.case(work, stage.things[KEY], stage.organisations["morgenster"])
        seen = {line.tag for line in reports.every_entry(work, about=case)}
    assert {"procedure.publish", "submission.submit", "decision.decide", "contract.sign", "signal.opened"} <= seen


def check_a_changed_byte_is_found(stage: Stage) -> None:
    """The chain is whole; then somebody with the database in hand changes one word of one entry."""
    with begin_read(stage.office, SYSTEM) as work:
        assert list(audit.verify_chain(work.session)) == []
    session = stage.office.db.session(write=True)
    session.execute(update(audit.AuditEvent).where(audit.AuditEvent.tag == "decision.decide").values(role="auditor"))
    session.commit()
    with begin_read(stage.office, SYSTEM) as work:
        assert list(audit.verify_chain(work.session))
