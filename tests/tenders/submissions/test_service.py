"""From the first answer to the receipt, and back: every verb, every refusal, the exact moment of closing."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.access import Actor
from portal.accounts.models import AuthorityKind
from portal.audit import AuditEvent, verify_chain
from portal.clock import local_moment
from portal.errors import FileRefused, IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.evidence.models import EvidenceUse
from portal.mail import OutboxMail
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures import service as procedure_service
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.content.rules import Proof, Said
from portal.tenders.submissions.models import Signature, Submission, SubmissionState
from portal.tenders.submissions.received import queries as received
from portal.tenders.submissions.signing.queries import receipt
from portal.tenders.submissions.waits.queries import waiting
from portal.work import Lock, Office, Work, begin_write
from tests.conftest import TestClock
from tests.factories import PDF
from tests.tenders.people import People, authorise, fresh
from tests.tenders.submissions.steps import WORD, filled, missing, passport, started, with_file

WorkAs = Callable[..., AbstractContextManager[Work]]
CLOSES = local_moment(datetime.fromisoformat("2022-06-15 17:00"))
MICROSECOND = timedelta(microseconds=1)


def sign(office: Office, actor: Actor, id: int) -> None:
    with begin_write(office, fresh(actor), Lock(Procedure, 1, share=True)) as work:
        service.sign_submission(work, queries.submission(work, id))


def state(office: Office, actor: Actor, id: int) -> SubmissionState:
    with begin_write(office, actor) as work:
        return queries.submission(work, id).state


def events(work: Work, tag: str) -> list[AuditEvent]:
    return list(work.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.seq)))


# --- filling in --------------------------------------------------------------------------------------------------


def test_a_submission_asks_common_parts_once_and_each_product_its_own(office: Office, people: People) -> None:
    id = started(office, people.admin)
    parts = missing(office, people.admin, id)
    assert parts.count("G1") == 1 and "verklaringen" in parts
    assert {"HA-1.HA-1a", "HA-1.tarief", "OA-2.OA-2a", "OA-2.tarief"} <= set(parts)
    assert not [key for key in parts if key.startswith("HA-2")]


def test_answers_leave_nothing_missing_when_all_is_said(office: Office, people: People) -> None:
    id = started(office, people.admin)
    filled(office, people.admin, id, leave=("G15", "HA-1.tarief"))
    assert missing(office, people.admin, id) == ["G15", "HA-1.tarief"]


def test_a_provider_has_one_live_submission_per_procedure(office: Office, people: People) -> None:
    started(office, people.admin)
    with pytest.raises(RuleBroken, match="submission_exists"):
        started(office, people.editor)
    assert started(office, people.other)


def test_a_submission_needs_a_product_of_this_procedure(office: Office, people: People, work_as: WorkAs) -> None:
    with pytest.raises(RuleBroken, match="no_products_chosen"):
        started(office, people.admin, codes=())
    with pytest.raises(NotFound), work_as(people.admin) as work:
        service.start_submission(work, procedures.published_procedure(work, "ALK-2022-01"), [999])


@pytest.mark.parametrize(("moment", "reason"), [("2022-02-01 09:00", "not_yet_open"), ("2022-06-15 17:00", "too_late")])
def test_a_submission_is_begun_only_while_the_procedure_is_open(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, moment: str, reason: str
) -> None:
    if reason == "not_yet_open":
        with work_as(people.officer) as work:
            procedures.procedure(work, 1).opens_at = local_moment(datetime.fromisoformat("2022-06-01 09:00"))
    else:
        clock.set(moment)
    with pytest.raises(RuleBroken, match=reason):
        started(office, people.admin)


def test_nobody_of_the_buyer_and_no_other_provider_fills_in_or_sees_it(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    for actor in (people.officer, people.assessor, people.delegate, people.other, people.elsewhere):
        with pytest.raises(NotFound), work_as(actor) as work:
            queries.submission(work, ready)
    with pytest.raises(NotAllowed), work_as(people.officer) as work:
        service.start_submission(work, procedures.published_procedure(work, "ALK-2022-01"), [1])
    with pytest.raises(NotAllowed), work_as(people.other) as work:
        service.save_answer(work, work.get(Submission, ready), "G15", Said(text="van een ander"))


def test_the_slower_of_two_editors_gets_both_texts(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        answer = service.save_answer(work, queries.submission(work, id), "G15", Said(text="van Fatima"), version=0)
        assert answer.version == 1
    with pytest.raises(StaleVersion) as stale, work_as(people.editor) as work:
        service.save_answer(work, queries.submission(work, id), "G15", Said(text="van Gijs"), version=0)
    assert stale.value.theirs == {"text": "van Fatima"}


def test_saving_the_same_answer_again_changes_nothing(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    for _ in range(2):
        with work_as(people.admin) as work:
            answer = service.save_answer(work, queries.submission(work, id), "G15", Said(text="hetzelfde"))
            assert answer.version == 1


def test_an_answer_about_a_client_is_refused(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with pytest.raises(RuleBroken, match="text_holds_citizen_number"), work_as(people.admin) as work:
        service.save_answer(work, queries.submission(work, id), "G15", Said(text="zie 123456782"))


def test_an_unknown_part_or_evidence_of_another_is_not_found(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with work_as(people.other) as work:
        strange = passport(work, people.other, "melding")
    for key, said in (
        ("HA-9.HA-9a", Said(text="x")),
        ("G2", Said(proofs=(Proof("melding", version_id=strange),))),
        ("G2", Said(proofs=(Proof("melding", file_id=1),))),
        ("G2", Said(proofs=(Proof("vog", version_id=strange),))),
    ):
        with pytest.raises(NotFound), work_as(people.admin) as work:
            service.save_answer(work, queries.submission(work, id), key, said)


def test_a_file_is_checked_sealed_and_counts_as_evidence(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with_file(office, people.admin, id)
    assert "G2" not in missing(office, people.admin, id)
    with pytest.raises(FileRefused), work_as(people.admin) as work:
        submission = queries.submission(work, id)
        service.attach_file(
            work, submission, "G2", BytesIO(b"geen pdf"), name="x.pdf", kind="melding", valid_until=None
        )


def test_products_come_and_go_while_in_draft(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        submission = queries.submission(work, id)
        lines = {line.product.code: line.id for line in submission.procedure.products}
        service.choose_products(work, submission, [lines["OA-2"], lines["HA-4"]])
    keys = missing(office, people.admin, id)
    assert "HA-4.tarief" in keys and "HA-1.tarief" not in keys
    with pytest.raises(RuleBroken, match="no_products_chosen"), work_as(people.admin) as work:
        service.choose_products(work, queries.submission(work, id), [])


def test_a_tariff_and_the_statements_are_parts_of_their_own(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        submission = queries.submission(work, id)
        service.accept_tariff(work, submission, "HA-1", accepted=True, version=0)
        service.make_statement(work, submission, declared=["visie", "waarheid", "uitsluiting"], turnover="1.000")
    keys = missing(office, people.admin, id)
    assert "HA-1.tarief" not in keys and "verklaringen" not in keys


# --- signing -----------------------------------------------------------------------------------------------------


def assert_same_address(mail: OutboxMail, path: str) -> None:
    """The address at the foot is that of the button, and there is no third one."""
    assert re.findall(r'href="(.*?)"', mail.html) == [f"http://localhost{path}"] * 2


def test_a_sole_signature_hands_in_with_a_receipt_by_mail(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    with_file(office, people.admin, ready)
    sign(office, people.admin, ready)
    with work_as(people.admin) as work:
        found = queries.submission(work, ready)
        assert found.state is SubmissionState.SUBMITTED and found.submitted_at == work.now
        assert found.receipt_number == f"ONT-2022-{ready:04d}"
        shown = receipt(work, found)
        assert shown["content_digest"] == found.content_digest and len(found.content_digest) == 64
        assert [(f["name"], len(f["sha256"])) for f in shown["files"]] == [(f"{WORD}.pdf", 64)]
        mails = list(work.session.scalars(select(OutboxMail).where(OutboxMail.template == "submission_received")))
        assert {mail.recipient for mail in mails} == {people.admin.email, people.editor.email}
        for mail in mails:
            assert shown["files"][0]["sha256"] in mail.text and found.content_digest in mail.html
            assert_same_address(mail, f"/inschrijvingen/{ready}/ontvangstbewijs")
            assert found.receipt_number in mail.subject and WORD not in mail.text + mail.html
        assert [len(events(work, tag)) for tag in ("submission.freeze", "submission.sign", "submission.submit")] == [
            1,
            1,
            1,
        ]
        assert work.session.scalars(select(EvidenceUse.version_id)).first() is not None
        assert not list(verify_chain(work.session))


@pytest.mark.parametrize("offset", [-MICROSECOND, timedelta(0), MICROSECOND, timedelta(seconds=1)])
def test_the_closing_is_half_open(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int, offset: timedelta
) -> None:
    clock.set(CLOSES + offset)
    if offset < timedelta(0):
        sign(office, people.admin, ready)
        assert state(office, people.admin, ready) is SubmissionState.SUBMITTED
        return
    with pytest.raises(RuleBroken) as late:
        sign(office, people.admin, ready)
    assert late.value.reasons == ("too_late",)
    assert state(office, people.admin, ready) is SubmissionState.DRAFT
    with work_as(people.admin) as work:
        [attempt] = events(work, "act.refused")
        assert (attempt.facts["reasons"], attempt.at) == (["too_late"], CLOSES + offset)
        assert (attempt.subject_type, attempt.subject_id) == ("submission", ready)


def test_a_clock_that_is_set_back_opens_nothing_again(
    office: Office, people: People, clock: TestClock, ready: int
) -> None:
    clock.set(CLOSES)
    with pytest.raises(RuleBroken, match="too_late"):
        sign(office, people.admin, ready)
    clock.set(CLOSES - timedelta(hours=1))
    with pytest.raises(RuleBroken, match="too_late"):
        sign(office, people.admin, ready)


def test_nothing_is_changed_after_the_closing(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int
) -> None:
    clock.set(CLOSES)
    with pytest.raises(RuleBroken, match="too_late"), work_as(people.admin) as work:
        service.save_answer(work, queries.submission(work, ready), "G15", Said(text="nog gauw"))


def test_an_incomplete_submission_is_not_signed(office: Office, people: People) -> None:
    authorise(office, people.admin, AuthorityKind.SOLE, checked_by=people.officer)
    id = started(office, people.admin)
    filled(office, people.admin, id, leave=("G15",))
    with pytest.raises(RuleBroken) as broken:
        sign(office, people.admin, id)
    assert broken.value.reasons == ("incomplete",)


def test_only_a_verified_signatory_who_just_logged_in_signs(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    with pytest.raises(RuleBroken, match="not_authorised"):
        sign(office, people.editor, ready)
    with pytest.raises(RuleBroken, match="log_in_again"), work_as(people.admin) as work:
        service.sign_submission(work, queries.submission(work, ready))


@pytest.fixture
def joint(office: Office, people: People) -> int:
    for actor in (people.admin, people.editor):
        authorise(office, actor, AuthorityKind.JOINT, checked_by=people.officer)
    id = started(office, people.admin)
    filled(office, people.admin, id)
    return id


def test_joint_authority_takes_two_different_people(
    office: Office, people: People, work_as: WorkAs, joint: int
) -> None:
    sign(office, people.admin, joint)
    assert state(office, people.admin, joint) is SubmissionState.SIGNING
    with pytest.raises(RuleBroken, match="already_signed"):
        sign(office, people.admin, joint)
    with work_as(people.editor) as work:
        told = select(OutboxMail).where(OutboxMail.template == "submission_to_sign")
        (mail,) = work.session.scalars(told)
        assert mail.recipient == people.editor.email
        assert_same_address(mail, f"/inschrijvingen/{joint}/ondertekenen")
        assert [wait.title for wait in waiting(work)] == ["Onderteken de inschrijving"]
    with work_as(people.admin) as work:
        assert [(wait.mine, wait.title) for wait in waiting(work)] == [(False, "Wacht op een handtekening")]
    sign(office, people.editor, joint)
    assert state(office, people.admin, joint) is SubmissionState.SUBMITTED


def test_the_second_signature_after_the_closing_is_too_late(
    office: Office, people: People, clock: TestClock, joint: int
) -> None:
    sign(office, people.admin, joint)
    clock.set(CLOSES)
    with pytest.raises(RuleBroken, match="too_late"):
        sign(office, people.editor, joint)


def test_a_change_drops_the_signatures_and_says_so(office: Office, people: People, work_as: WorkAs, joint: int) -> None:
    sign(office, people.admin, joint)
    with pytest.raises(RuleBroken, match="submission_is_being_signed"), work_as(people.editor) as work:
        service.save_answer(work, queries.submission(work, joint), "G15", Said(text="anders"))
    with work_as(people.editor) as work:
        assert service.unfreeze_submission(work, queries.submission(work, joint)) == 1
    with work_as(people.editor) as work:
        found = queries.submission(work, joint)
        assert (found.state, found.content_digest, found.signatures) == (SubmissionState.DRAFT, "", [])
        assert not list(work.session.scalars(select(Signature)))
        told = select(OutboxMail).where(OutboxMail.template == "submission_changed")
        assert [mail.recipient for mail in work.session.scalars(told)] == [people.admin.email]
        service.save_answer(work, found, "G15", Said(text="anders"))
    sign(office, people.admin, joint)
    sign(office, people.editor, joint)
    assert state(office, people.admin, joint) is SubmissionState.SUBMITTED


def test_what_is_handed_in_is_not_handed_in_again(office: Office, people: People, work_as: WorkAs, ready: int) -> None:
    sign(office, people.admin, ready)
    with pytest.raises(RuleBroken, match="already_signed"):
        sign(office, people.admin, ready)
    with work_as(people.admin) as work:
        mails = select(OutboxMail).where(OutboxMail.template == "submission_received")
        assert len(list(work.session.scalars(mails))) == 2, "one for each person"


def test_two_clicks_at_the_same_moment_give_one_receipt(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    def click(_number: int) -> str:
        try:
            sign(office, people.admin, ready)
        except (RuleBroken, StaleVersion) as refused:
            return type(refused).__name__
        return "handed in"

    with ThreadPoolExecutor(4) as clicks:
        outcomes = list(clicks.map(click, range(4)))
    assert outcomes.count("handed in") == 1
    with work_as(people.admin) as work:
        assert len(events(work, "submission.submit")) == len(list(work.session.scalars(select(Signature)))) == 1
        mails = select(OutboxMail).where(OutboxMail.template == "submission_received")
        assert len(list(work.session.scalars(mails))) == 2, "one for each person"
        assert not list(verify_chain(work.session))


def test_evidence_that_changes_later_changes_nothing_in_what_was_signed(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    sign(office, people.admin, ready)
    with work_as(people.admin) as work:
        before = queries.content_of(work, queries.submission(work, ready))
        submission = queries.submission(work, ready)
        submission.organisation.name = "Een andere naam"
    with work_as(people.admin) as work:
        assert queries.content_of(work, queries.submission(work, ready)) == before


# --- withdrawing -------------------------------------------------------------------------------------------------


def test_a_submission_is_withdrawn_and_begun_again_with_its_answers(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    with_file(office, people.admin, ready)
    sign(office, people.admin, ready)
    with work_as(fresh(people.admin)) as work:
        service.withdraw_submission(work, queries.submission(work, ready))
    with work_as(people.admin) as work:
        old = queries.submission(work, ready)
        lines = [chosen.procedure_product_id for chosen in old.products]
        again = service.start_submission(work, old.procedure, lines, copy_from=old).id
    assert missing(office, people.admin, again) == []
    sign(office, people.admin, again)
    with work_as(people.admin) as work:
        assert queries.submission(work, again).receipt_number == f"ONT-2022-{again:04d}"
        assert len(receipt(work, queries.submission(work, again))["files"]) == 1
        told = select(OutboxMail).where(OutboxMail.template == "submission_withdrawn")
        assert len(list(work.session.scalars(told))) == 2


@pytest.mark.parametrize("offset", [-MICROSECOND, timedelta(0), MICROSECOND])
def test_withdrawing_ends_at_the_closing(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int, offset: timedelta
) -> None:
    sign(office, people.admin, ready)
    clock.set(CLOSES + offset)
    if offset < timedelta(0):
        with work_as(fresh(people.admin)) as work:
            service.withdraw_submission(work, queries.submission(work, ready))
        assert state(office, people.admin, ready) is SubmissionState.WITHDRAWN
        return
    with pytest.raises(RuleBroken, match="too_late_to_withdraw"), work_as(fresh(people.admin)) as work:
        service.withdraw_submission(work, queries.submission(work, ready))


def test_only_a_signatory_withdraws_what_was_handed_in(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    sign(office, people.admin, ready)
    with pytest.raises(RuleBroken, match="not_authorised"), work_as(fresh(people.editor)) as work:
        service.withdraw_submission(work, queries.submission(work, ready))


# --- sealed until opened -----------------------------------------------------------------------------------------


def test_no_buyer_reads_or_counts_before_the_opening(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int
) -> None:
    sign(office, people.admin, ready)
    for actor in (people.officer, people.assessor):
        with pytest.raises(NotAllowed), work_as(actor) as work:
            queries.content_of(work, work.get(Submission, ready))
    with work_as(people.officer) as work:
        procedure = procedures.procedure(work, 1)
        assert received.received_count(work, procedure) is None
        assert not received.opened_submissions(work, procedure).rows and received.opened_count(work, procedure) == (
            0,
            0,
        )
    with pytest.raises(RuleBroken, match="submission_still_sealed"), work_as(people.officer) as work:
        service.mark_opened(work, work.get(Submission, ready))
    clock.set(CLOSES)
    with work_as(people.officer) as work:
        assert received.received_count(work, procedures.procedure(work, 1)) == 1
        with pytest.raises(NotFound):
            queries.submission(work, ready)


def test_after_the_opening_an_officer_reads_all_and_every_look_is_on_record(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int
) -> None:
    with_file(office, people.admin, ready)
    sign(office, people.admin, ready)
    clock.set(CLOSES)
    with work_as(people.officer) as work:
        service.mark_opened(work, work.get(Submission, ready))
    with work_as(people.officer) as work:
        found = queries.submission(work, ready)
        content = service.read_submission(work, found)
        assert WORD in (content.part("G15").text if content.part("G15") else "")
        assert service.read_file(work, found, content.files[0].id).id == content.files[0].id
        with pytest.raises(NotFound):
            service.read_file(work, found, 999)
    with work_as(people.officer) as work:
        assert len(events(work, "submission.read")) == len(events(work, "submission.read_file")) == 1
        assert [s.id for s in received.opened_submissions(work, procedures.procedure(work, 1)).rows] == [ready]
    for actor in (people.elsewhere, people.delegate, people.other):
        with pytest.raises(NotFound), work_as(actor) as work:
            queries.submission(work, ready)


def test_what_was_opened_goes_on_to_be_judged_and_decided(
    office: Office, people: People, work_as: WorkAs, clock: TestClock, ready: int
) -> None:
    sign(office, people.admin, ready)
    clock.set(CLOSES)
    with work_as(people.officer) as work:
        service.mark_opened(work, work.get(Submission, ready))
        service.mark_assessed(work, work.get(Submission, ready))
    with pytest.raises(NotAllowed), work_as(people.officer) as work:
        service.mark_decided(work, work.get(Submission, ready))
    with work_as(people.delegate) as work:
        service.mark_decided(work, work.get(Submission, ready))
    assert state(office, people.officer, ready) is SubmissionState.DECIDED
    with pytest.raises(IllegalTransition), work_as(people.officer) as work:
        service.mark_opened(work, work.get(Submission, ready))


def test_planted_words_are_nowhere_in_the_clear_before_the_opening(
    office: Office, people: People, ready: int, tmp_path: Path
) -> None:
    with_file(office, people.admin, ready)
    sign(office, people.admin, ready)
    seen = 0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            seen += 1
            data = path.read_bytes()
            assert WORD.encode() not in data and PDF not in data, path.name
    assert seen > 1
    with office.db.engine.connect() as connection:
        for table in ("answer", "submission", "stored_file", "audit_event", "outbox_mail", "submission_file"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert not any(
                    WORD.encode() in bytes(v) if isinstance(v, bytes | memoryview) else WORD in str(v) for v in row
                )


def test_a_withdrawn_procedure_takes_no_more_submissions(
    office: Office, people: People, work_as: WorkAs, ready: int
) -> None:
    with work_as(people.officer) as work:
        procedure_service.withdraw_procedure(work, procedures.procedure(work, 1), reason="Fout in de tarieven")
    with pytest.raises(RuleBroken, match="procedure_was_withdrawn"):
        sign(office, people.admin, ready)


def test_an_open_procedure_waits_for_who_follows_the_region(office: Office, people: People, work_as: WorkAs) -> None:
    with work_as(people.other) as work:
        assert [(wait.endpoint, wait.args) for wait in waiting(work)] == [
            ("submissions.start", {"reference": "ALK-2022-01"})
        ]
    id = started(office, people.admin)
    filled(office, people.admin, id, leave=("G15",))
    with work_as(people.admin) as work:
        assert [wait.detail for wait in waiting(work)] == ["Nog 1 onderdeel"]
    with work_as(people.officer) as work:
        assert waiting(work) == []


def test_an_expired_piece_of_evidence_asks_for_attention(office: Office, people: People, work_as: WorkAs) -> None:
    id = started(office, people.admin)
    with work_as(people.admin) as work:
        old = passport(work, people.admin, "uea", valid_until=date(2022, 12, 31))
        service.save_answer(work, queries.submission(work, id), "G3", Said(proofs=(Proof("uea", version_id=old),)))
    assert "G3" in missing(office, people.admin, id)
