"""Retention: what is due goes after a human's two steps, what is needed stays, and the chain still verifies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from sqlalchemy import select

from portal import audit, storage
from portal.access import SYSTEM, Role
from portal.accounts import service as accounts
from portal.accounts.models import Invitation, User
from portal.errors import FileWithheld, NotAllowed, RuleBroken
from portal.mail.models import MailStatus, OutboxMail
from portal.retention import jobs, queries, service
from portal.retention.classes import all_classes, class_of
from portal.retention.models import Removal
from portal.storage import StoredFile, disk
from portal.tasks import enqueue, give_result, run_pending
from portal.tenders.decisions.models import Decision, DecisionState, Objection, ObjectionKind, ObjectionState, Outcome
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.models import Answer, Signature, Submission, SubmissionFile
from portal.work import Office, Work, begin_read
from tests import factories
from tests.conftest import TestClock
from tests.tenders import judging

Acting = Callable[..., AbstractContextManager[Work]]
REASON = "De termijn is voorbij, gezien met de archivaris."


@pytest.fixture
def keeper(work_as: Acting):
    with work_as(SYSTEM) as work:
        return factories.actor_for(factories.make_staff(work, Role.PLATFORM_ADMIN))


@pytest.fixture
def let_go(work_as: Acting, office: Office, keeper):
    def both_steps(key: str) -> Removal:
        with work_as(keeper) as work:
            removal = service.propose_removal(work, key, reason=REASON)
        with work_as(keeper) as work:
            service.confirm_removal(work, work.get(Removal, removal.id), seen=len(removal.subject_ids))
        run_pending(office)
        with work_as(SYSTEM) as work:
            return work.get(Removal, removal.id)

    return both_steps


def due(office: Office, key: str) -> list[int]:
    with begin_read(office, SYSTEM) as work:
        assert queries.counts(work)[key] == len(queries.due(work, key))
        return [one.id for one in queries.due(work, key)]


def faults(office: Office) -> list[str]:
    with begin_read(office, SYSTEM) as work:
        return list(audit.verify_chain(work.session))


def test_every_class_has_a_source_and_a_day_and_says_when_it_is_not_confirmed():
    keys = [kind.key for kind in all_classes()]
    assert len(keys) == len(set(keys)) and {"rejected", "leaver", "audit"} <= set(keys)
    assert all(kind.source and kind.checked_on and kind.label.en for kind in all_classes())
    assert not class_of("rejected").confirmed


def test_a_rejected_submission_goes_after_its_term_and_not_while_an_objection_runs(office, clock, work_as, let_go):
    """Announced on 1 August 2022: two years after the end of the objection term, when every decision is final."""
    case = judging.announced_case(office, clock)
    clock.set("2027-01-10 09:00")
    assert due(office, "rejected") == [], "nothing is final yet"
    second = case.submissions[1]
    with work_as(SYSTEM) as work:
        for found in work.session.scalars(select(Decision).where(Decision.submission_id == second)):
            found.state, found.outcome = DecisionState.FINAL, Outcome.REJECTED
        objection = Objection(
            decision=found, kind=ObjectionKind.COURT_CASE, received_on=work.today, recorded_at=work.now, in_time=True,
            recorded_by_id=found.prepared_by_id,
        )  # fmt: skip
        work.add(objection)
    assert due(office, "rejected") == [], "a court case runs"
    with work_as(SYSTEM) as work:
        work.get(Objection, objection.id).state = ObjectionState.DISMISSED
    assert due(office, "rejected") == [second]
    assert let_go("rejected").removed == 1
    with begin_read(office, SYSTEM) as work:
        gone, kept = work.get(Submission, second), work.get(Submission, case.submissions[0])
        assert (gone.content, kept.content is not None) == (None, True)
        assert work.session.scalars(select(Decision).where(Decision.submission_id == second)).all()
    assert faults(office) == []


def test_an_old_draft_goes_with_its_bytes_and_what_is_submitted_stays(office, clock, work_as, let_go):
    case = judging.announced_case(office, clock)
    with work_as(SYSTEM) as work:
        first = work.get(Submission, case.submissions[0])
        draft = Submission(
            procedure_id=first.procedure_id,
            organisation_id=factories.make_provider(work).organisation.id,
            seal=storage.new_seal(work),
            started_at=work.now,
            started_by_id=first.started_by_id,
        )
        work.add(draft)
        stored = storage.receive(work, BytesIO(b"een concept"), name="concept.txt", seal=draft.seal)
        sealed = storage.seal_bytes(work, draft.seal, b"{}")
        work.add(
            Answer(submission_id=draft.id, key="G1", sealed=sealed, saved_at=work.now, saved_by_id=draft.started_by_id)
        )
        work.add(SubmissionFile(submission_id=draft.id, file_id=stored.id, answer_key="G1", added_at=work.now))
        draft_id, path = draft.id, disk.path_of(office.settings.file_root, stored.address)
    assert due(office, "draft") == []
    clock.set("2024-06-01 09:00")
    assert due(office, "draft") == [draft_id]
    done = let_go("draft")
    assert (done.removed, done.held_back, done.finished_at is not None) == (1, 0, True)
    assert not path.exists() and due(office, "draft") == [] and faults(office) == []
    with begin_read(office, SYSTEM) as work:
        assert not work.session.scalars(select(Answer).where(Answer.submission_id == draft_id)).all()
        with pytest.raises(FileWithheld, match="removed"):
            storage.open_file(work, work.get(StoredFile, stored.id))
        assert storage.describe(work, work.get(StoredFile, stored.id)).note == "verwijderd na de bewaartermijn"
        assert work.get(Submission, case.submissions[0]).content is not None
        tags = set(work.session.scalars(select(audit.AuditEvent.tag)))
    assert {
        "retention.proposed",
        "retention.confirmed",
        "submission.removed",
        "file.removed",
        "retention.finished",
    } <= tags


def test_a_leaver_becomes_a_number_unless_there_is_a_role(office, clock, work_as, let_go):
    with work_as(SYSTEM) as work:
        region = factories.make_region(work)
        leaver, stays = factories.make_officer(work, region, name="Lena Vertrek"), factories.make_officer(work, region)
        for membership in work.get(User, leaver.id).memberships:
            membership.ended_at = work.now
    clock.advance(days=365)
    assert due(office, "leaver") == []
    clock.advance(days=370)
    assert due(office, "leaver") == [leaver.id]
    let_go("leaver")
    with begin_read(office, SYSTEM) as work:
        gone = work.get(User, leaver.id)
        assert "Lena" not in f"{gone.name} {gone.email} {gone.sort_name}" and gone.password_hash == ""
        assert work.get(User, stays.id).name == stays.name
    assert faults(office) == []


def test_who_signed_in_a_procedure_that_runs_stays_and_nobody_else_because_of_it(office, clock, work_as):
    case = judging.announced_case(office, clock)
    with work_as(SYSTEM) as work:
        region = work.get(Procedure, case.procedure_id).region
        leaver, signatory = factories.make_officer(work, region), factories.make_provider(work, authority=None)
        held = factories.make_authority(work, signatory.actor)
        work.add(
            Signature(
                submission_id=case.submissions[0], user_id=held.user_id, authority_id=held.id,
                content_digest="0" * 64, signed_at=work.now,
            )
        )  # fmt: skip
        for membership in (m for id in (leaver.id, held.user_id) for m in work.get(User, id).memberships):
            membership.ended_at = work.now
    clock.advance(days=735)
    assert due(office, "leaver") == [leaver.id]


def test_sent_mail_is_emptied_and_mail_that_waits_is_not(office, clock, work_as, let_go):
    with work_as(SYSTEM) as work:
        factories.make_provider(work)
        mails = list(work.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
        mails[0].status, mails[0].sent_at = MailStatus.SENT, work.now
        first = mails[0].id
    clock.advance(days=740)
    assert due(office, "mail") == [first]
    let_go("mail")
    with begin_read(office, SYSTEM) as work:
        mail = work.get(OutboxMail, first)
        assert (mail.text, mail.html, mail.subject, mail.sent_at is not None) == ("", "", "", True)


def test_an_invitation_goes_and_one_that_is_open_stays(office, clock, work_as, let_go):
    with work_as(SYSTEM) as work:
        provider = factories.make_provider(work)
        factories.make_colleague(work, provider)
    clock.advance(days=100)
    with work_as(SYSTEM) as work:
        accounts.invite(
            factories.in_name_of(work, provider.actor),
            email="nieuw@example.org",
            organisation=provider.organisation,
            role=Role.PROVIDER_EDITOR,
        )
    assert len(due(office, "invitation")) == 1
    let_go("invitation")
    with begin_read(office, SYSTEM) as work:
        assert [i.email for i in work.session.scalars(select(Invitation))] == ["nieuw@example.org"]


def test_what_is_needed_again_between_the_two_steps_is_held_back(office, clock, work_as, keeper):
    with work_as(SYSTEM) as work:
        leaver = factories.make_officer(work, factories.make_region(work))
        for membership in work.get(User, leaver.id).memberships:
            membership.ended_at = work.now
    clock.advance(days=800)
    with work_as(keeper) as work:
        removal = service.propose_removal(work, "leaver", reason=REASON)
    with work_as(keeper) as work:
        service.confirm_removal(work, work.get(Removal, removal.id), seen=1)
        for membership in work.get(User, leaver.id).memberships:
            membership.ended_at = None
    run_pending(office)
    with begin_read(office, SYSTEM) as work:
        done = work.get(Removal, removal.id)
        assert (done.removed, done.held_back) == (0, 1)
        assert work.get(User, leaver.id).name == leaver.name


@pytest.mark.parametrize(
    ("seen", "reason", "says"), [(1, "kort", "retention_reason_too_short"), (2, REASON, "retention_list_differs")]
)
def test_without_a_reason_or_the_right_number_nothing_goes(office, clock, work_as, keeper, seen, reason, says):
    with work_as(SYSTEM) as work:
        leaver = factories.make_officer(work, factories.make_region(work))
        for membership in work.get(User, leaver.id).memberships:
            membership.ended_at = work.now
    clock.advance(days=800)
    with pytest.raises(RuleBroken, match=says), work_as(keeper) as work:
        service.confirm_removal(work, service.propose_removal(work, "leaver", reason=reason), seen=seen)
    assert run_pending(office) == 0 and due(office, "leaver") == [leaver.id]


def test_only_who_keeps_the_platform_confirms(office, work_as):
    with work_as(SYSTEM) as work:
        officer = factories.make_officer(work, factories.make_region(work))
    with pytest.raises(NotAllowed), work_as(factories.actor_for(officer)) as work:
        service.propose_removal(work, "leaver", reason=REASON)


def test_nothing_due_and_a_second_proposal_are_refused(office, clock, work_as, keeper):
    with pytest.raises(RuleBroken, match="retention_nothing_due"), work_as(keeper) as work:
        service.propose_removal(work, "leaver", reason=REASON)
    with work_as(SYSTEM) as work:
        leaver = factories.make_officer(work, factories.make_region(work))
        for membership in work.get(User, leaver.id).memberships:
            membership.ended_at = work.now
    clock.advance(days=800)
    with work_as(keeper) as work:
        removal_id = service.propose_removal(work, "leaver", reason=REASON).id
    with pytest.raises(RuleBroken, match="retention_proposed_already"), work_as(keeper) as work:
        service.propose_removal(work, "leaver", reason=REASON)
    with work_as(keeper) as work:
        service.cancel_removal(work, work.get(Removal, removal_id))
    with pytest.raises(RuleBroken, match="retention_over"), work_as(keeper) as work:
        service.confirm_removal(work, work.get(Removal, removal_id), seen=1)


def test_a_result_of_a_task_goes_by_itself_when_its_time_is_over(office, clock: TestClock, work_as):
    with work_as(SYSTEM) as work:
        stored = storage.put_bytes(work, b"lijst", name="lijst.txt", seal=storage.system_seal(work))
        task = enqueue(work, "letters")
        give_result(work, task.id, stored.id)
        path = disk.path_of(office.settings.file_root, stored.address)
    assert jobs.remove_expired_results(office) == 0 and path.exists()
    clock.advance(days=7)
    assert jobs.remove_expired_results(office) == 1 and not path.exists()
    assert jobs.remove_expired_results(office) == 0 and faults(office) == []
