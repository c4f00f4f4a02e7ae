"""Assigning, declaring, judging alone, settling together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.accounts.models import User
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.listing import Asked
from portal.mail.models import OutboxMail
from portal.tenders.assessment import queries, rules, service
from portal.tenders.assessment.board.queries import Filters, board
from portal.tenders.assessment.models import Assignment, AssignmentState, Settlement, Verdict
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import begin_read, begin_write
from tests.tenders.judging import SECRET, assess, assign, judge_all, opened_case, procedure_of

MEETS, FAILS = Verdict.MEETS, Verdict.DOES_NOT_MEET


@pytest.fixture
def case(office, clock):
    return opened_case(office, clock)


def first(case):
    return case.submissions[0]


def assign_as(case, officer, assessor):
    with begin_write(case.office, officer) as work:
        person = work.get(User, assessor.user_id)
        return service.assign_assessor(work, queries.opened_submission(work, first(case)), person).id


def tags(case):
    with begin_read(case.office, case.officer) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def mails(case, template):
    with begin_read(case.office, case.officer) as work:
        found = work.session.scalars(select(OutboxMail).where(OutboxMail.template == template))
        return [(mail.recipient, mail.text) for mail in found]


# --- assigning ---------------------------------------------------------------------------------------------------


def test_an_assessor_is_asked_by_mail_and_told_nothing_of_the_file(case):
    assign(case, first(case), case.assessors[0])
    ((recipient, words),) = mails(case, "assessment_assigned")
    assert recipient == case.assessors[0].email
    assert "Lindeveld" in words and SECRET not in words
    assert "assignment.assign" in tags(case)


def test_nobody_gives_himself_a_file(case):
    with pytest.raises(RuleBroken, match="assigns_himself"):
        assign_as(case, case.officer, case.officer)


def test_only_an_assessor_of_the_region_is_asked(case):
    with pytest.raises(RuleBroken, match="not_an_assessor"):
        assign_as(case, case.officer, case.manager)


def test_who_opened_the_procedure_does_not_judge_in_it(case):
    with pytest.raises(RuleBroken, match="officer_not_both"):
        assign_as(case, case.officer, case.second)


def test_an_assessor_is_asked_once(case):
    assign(case, first(case), case.assessors[0])
    with pytest.raises(RuleBroken, match="already_assigned"):
        assign_as(case, case.officer, case.assessors[0])


def test_an_assessor_gives_out_no_work(case):
    with pytest.raises(NotAllowed):
        assign_as(case, case.assessors[1], case.assessors[0])


def test_an_officer_of_another_region_finds_no_file(case):
    with pytest.raises(NotFound):
        assign_as(case, case.elsewhere, case.assessors[0])


def test_many_files_are_given_out_in_one_act(case):
    assign(case, first(case), case.assessors[0])
    with begin_write(case.office, case.officer) as work:
        files = [queries.opened_submission(work, id) for id in case.submissions]
        people = [work.get(User, a.user_id) for a in case.assessors[:2]]
        assert service.assign_in_bulk(work, files, people) == 3


# --- conflict of interest ----------------------------------------------------------------------------------------


def test_before_the_declaration_nothing_of_the_file_is_there(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with begin_read(case.office, case.assessors[0]) as work:
        assert queries.my_assignment(work, id).state is AssignmentState.ASSIGNED
        with pytest.raises(NotFound):
            queries.readable_assignment(work, id)
    with pytest.raises(NotFound), begin_write(case.office, case.assessors[0]) as work:
        service.read_part(work, queries.my_assignment(work, id), "G1")
    with pytest.raises(RuleBroken, match="not_declared"), begin_write(case.office, case.assessors[0]) as work:
        service.save_judgement(work, queries.my_assignment(work, id), "G1", verdict=MEETS, reasons="Voldoet.")


def test_who_has_no_conflict_reads_and_every_look_is_on_record(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with begin_write(case.office, case.assessors[0]) as work:
        assignment = queries.my_assignment(work, id)
        service.declare_no_conflict(work, assignment)
        part = service.read_part(work, assignment, "G1")
        assert part.text == SECRET
        stored = service.read_file(work, assignment, part.proofs[0].file.id)
        assert stored.size > 0
    found = tags(case)
    assert found.count("submission.read") == 1
    assert "submission.read_file" in found and "assignment.declare_no_conflict" in found


def test_a_file_of_another_submission_is_not_found(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with begin_write(case.office, case.assessors[0]) as work:
        assignment = queries.my_assignment(work, id)
        service.declare_no_conflict(work, assignment)
        mine = service.read_part(work, assignment, "G1").proofs[0].file.id
    with pytest.raises(NotFound), begin_write(case.office, case.assessors[0]) as work:
        service.read_file(work, queries.my_assignment(work, id), mine + 1)


def test_own_files_come_a_page_at_a_time_what_is_to_do_first(case):
    (done,), (open_one,) = (assign(case, id, case.assessors[0]) for id in case.submissions[:2])
    with begin_write(case.office, SYSTEM) as work:
        found = work.get(Assignment, done)
        found.state, found.locked_at = AssignmentState.LOCKED, work.now
    with begin_read(case.office, case.assessors[0]) as work:
        page = queries.my_assignments(work, Asked(size=1))
        assert [a.id for a in page.rows] == [open_one] and queries.to_judge(work) == 1
        later = queries.my_assignments(work, Asked(place=page.next, size=1))
        assert [a.id for a in later.rows] == [done] and not later.next


def test_a_conflict_locks_out_for_good_and_the_officer_hears_of_it(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with begin_write(case.office, case.assessors[0]) as work:
        service.declare_conflict(work, queries.my_assignment(work, id), note="Mijn zus werkt daar.")
    with begin_read(case.office, case.assessors[0]) as work:
        assert queries.my_assignments(work).rows == []
        with pytest.raises(NotFound):
            queries.my_assignment(work, id)
    ((recipient, words),) = mails(case, "assessment_conflict")
    assert recipient == case.officer.email and "zus" not in words
    with pytest.raises(RuleBroken, match="has_a_conflict"):
        assign_as(case, case.officer, case.assessors[0])
    with begin_read(case.office, case.officer) as work:
        event = work.session.scalar(select(AuditEvent).where(AuditEvent.tag == "assignment.declare_conflict"))
        assert "zus" not in str(event.facts)


def test_a_conflict_that_turns_up_later_also_locks_out(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with begin_write(case.office, case.assessors[0]) as work:
        service.declare_no_conflict(work, queries.my_assignment(work, id))
    with begin_write(case.office, case.assessors[0]) as work:
        service.declare_conflict(work, queries.my_assignment(work, id))
    with pytest.raises(NotFound), begin_read(case.office, case.assessors[0]) as work:
        queries.my_assignment(work, id)


def test_nobody_declares_for_somebody_else(case):
    (id,) = assign(case, first(case), case.assessors[0])
    with pytest.raises(NotFound), begin_write(case.office, case.assessors[1]) as work:
        service.declare_no_conflict(work, work.get(Assignment, id))


# --- judging alone -----------------------------------------------------------------------------------------------


@pytest.fixture
def declared(case):
    """One assessor who may read, one who did not declare yet."""
    ids = assign(case, first(case))
    with begin_write(case.office, case.assessors[0]) as work:
        service.declare_no_conflict(work, queries.my_assignment(work, ids[0]))
    return ids


def save(case, assignment_id, key="G1", verdict=MEETS, reasons="Het bewijs voldoet.", version=None, actor=None):
    with begin_write(case.office, actor or case.assessors[0]) as work:
        assignment = queries.my_assignment(work, assignment_id)
        return service.save_judgement(work, assignment, key, verdict=verdict, reasons=reasons, version=version)


def test_a_judgement_is_kept_half_done(case, declared):
    save(case, declared[0], verdict=None, reasons="Nog even")
    with begin_read(case.office, case.assessors[0]) as work:
        kept = queries.judgements_of(work, queries.my_assignment(work, declared[0]))["G1"]
        assert kept.verdict is None and not rules.is_judged(kept)


def test_two_windows_of_one_assessor_lose_nothing(case, declared):
    version = save(case, declared[0]).version
    save(case, declared[0], reasons="Uit het eerste venster.", version=version)
    with pytest.raises(StaleVersion) as stale:
        save(case, declared[0], reasons="Uit het tweede venster.", version=version)
    assert stale.value.theirs["reasons"] == "Uit het eerste venster."


def test_there_is_no_judgement_on_what_was_not_asked(case, declared):
    with pytest.raises(NotFound):
        save(case, declared[0], key="HA-6.HA-6a")


def test_reasons_have_a_longest_length(case, declared):
    with pytest.raises(RuleBroken, match="judgement_too_long"):
        save(case, declared[0], reasons="x" * (rules.LONGEST_REASONS + 1))


def test_nobody_locks_before_every_criterion_is_judged_with_reasons(case, declared):
    save(case, declared[0], reasons="   ")
    with pytest.raises(RuleBroken, match="not_all_judged"), begin_write(case.office, case.assessors[0]) as work:
        service.lock_judgement(work, queries.my_assignment(work, declared[0]))


def test_after_the_lock_nothing_changes(case):
    ids = assign(case, first(case))
    judge_all(case, ids[0], case.assessors[0])
    with pytest.raises(RuleBroken, match="already_locked"):
        save(case, ids[0], verdict=FAILS)
    with pytest.raises(IllegalTransition), begin_write(case.office, case.assessors[0]) as work:
        service.lock_judgement(work, queries.my_assignment(work, ids[0]))
    assert "assignment.lock" in tags(case)


def test_a_judgement_shows_to_nobody_before_both_are_locked(case):
    ids = assign(case, first(case))
    judge_all(case, ids[0], case.assessors[0], failing=("G1",))
    for actor in (case.officer, case.assessors[1]):
        with begin_read(case.office, actor) as work:
            submission = work.get(Submission, first(case))
            assert queries.compared(work, submission, queries.assignments_of(work, submission)) == []
    assert "does_not_meet" not in str(audit_facts(case))
    assert mails(case, "assessment_locked") == []


def audit_facts(case):
    with begin_read(case.office, case.officer) as work:
        return [(e.tag, e.facts) for e in work.session.scalars(select(AuditEvent))]


# --- settling ----------------------------------------------------------------------------------------------------


@pytest.fixture
def differing(case):
    """Two assessors who differ on one criterion."""
    ids = assign(case, first(case))
    judge_all(case, ids[0], case.assessors[0], failing=("G3",))
    judge_all(case, ids[1], case.assessors[1])
    return ids


def settle(case, key="G3", verdict=MEETS, reasons="Samen gezien: het bewijs voldoet.", actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        service.settle(work, queries.opened_submission(work, first(case)), key, verdict=verdict, reasons=reasons)


def conclude(case, actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        service.conclude_assessment(work, queries.opened_submission(work, first(case)))


def test_once_both_are_locked_the_verdicts_lie_side_by_side(case, differing):
    with begin_read(case.office, case.officer) as work:
        submission = queries.opened_submission(work, first(case))
        lines = queries.compared(work, submission, queries.assignments_of(work, submission))
        assert [line.item.key for line in lines if line.is_open] == ["G3"]
        assert {o.verdict for line in lines if line.is_open for o in line.opinions} == {MEETS, FAILS}
    ((recipient, _words),) = mails(case, "assessment_locked")
    assert recipient == case.officer.email


def test_a_difference_is_settled_with_reasons_and_the_rest_is_taken_over(case, differing):
    with pytest.raises(RuleBroken, match="still_to_settle"):
        conclude(case)
    settle(case, verdict=FAILS, reasons="Bij nader inzien ontbreekt de verklaring.")
    conclude(case)
    with begin_read(case.office, case.officer) as work:
        found = {s.key: s for s in work.session.scalars(select(Settlement))}
        assert found["G3"].verdict is FAILS and not found["G3"].unanimous
        assert found["G1"].verdict is MEETS and found["G1"].unanimous
        assert found["G1"].reasons == "Het bewijs voldoet."
        assert work.get(Submission, first(case)).state is SubmissionState.ASSESSED
    assert {"settlement.settle", "assessment.conclude", "submission.assess"} <= set(tags(case))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"reasons": "  "}, "judgement_reasons_missing"),
        ({"key": "G1"}, "assessors_agree"),
        ({"reasons": "x" * 4001}, "too_long"),
    ],
)
def test_what_cannot_be_settled(case, differing, facts, reason):
    with pytest.raises(RuleBroken, match=reason):
        settle(case, **facts)


def test_nothing_is_settled_before_all_are_locked(case):
    ids = assign(case, first(case))
    judge_all(case, ids[0], case.assessors[0], failing=("G3",))
    with pytest.raises(RuleBroken, match="not_all_locked"):
        settle(case)


def test_one_assessor_is_not_enough(case):
    (id,) = assign(case, first(case), case.assessors[0])
    judge_all(case, id, case.assessors[0])
    with pytest.raises(RuleBroken, match="too_few_assessors"):
        conclude(case)


def test_an_assessor_settles_nothing(case, differing):
    with pytest.raises(NotAllowed):
        settle(case, actor=case.assessors[0])


def test_what_is_concluded_is_not_settled_again(case):
    assess(case, first(case))
    with pytest.raises(RuleBroken, match="already_concluded"):
        conclude(case)
    with pytest.raises(RuleBroken, match="already_concluded"):
        settle(case)


# --- opening a locked judgement again ----------------------------------------------------------------------------


def reopen(case, id, reason, actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        service.reopen_judgement(work, queries.assignment_to_lead(work, id), reason=reason)


def test_a_locked_judgement_changes_only_after_a_reopening_with_its_reason(case, differing):
    settle(case)
    with pytest.raises(RuleBroken, match="judgement_reasons_missing"):
        reopen(case, differing[0], " ")
    reopen(case, differing[0], "De verkeerde bijlage is gelezen.")
    save(case, differing[0], key="G3", verdict=MEETS, reasons="De juiste bijlage voldoet.")
    with begin_read(case.office, case.officer) as work:
        assert work.session.scalars(select(Settlement)).all() == []
        (line,) = queries.assignment_to_lead(work, differing[0]).reopenings
        assert line.reason == "De verkeerde bijlage is gelezen."
    assert "assignment.reopen" in tags(case)
    assert "bijlage" not in str(audit_facts(case))


def test_nothing_is_reopened_after_the_assessment_was_concluded(case):
    assess(case, first(case))
    with begin_read(case.office, case.officer) as work:
        id = work.session.scalar(select(Assignment.id))
    with pytest.raises(RuleBroken, match="already_concluded"):
        reopen(case, id, "Toch nog iets.")


def test_an_assessor_does_not_reopen_his_own_judgement(case, differing):
    with pytest.raises(NotAllowed):
        reopen(case, differing[0], "Bedacht.", actor=case.assessors[0])


# --- the board and what waits ------------------------------------------------------------------------------------


def test_the_board_counts_each_file_once(case, differing):
    with begin_read(case.office, case.officer) as work:
        found = board(work, procedure_of(work, case), Filters())
        assert len(found.page.rows) == 2 and found.products == 4
        assert found.counts == {rules.Stage.TO_SETTLE: 1, rules.Stage.TO_ASSIGN: 1}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["Kwelder Jeugd", "Lindeveld Jeugd en Gezin"]),
        ({"q": "linde"}, ["Lindeveld Jeugd en Gezin"]),
        ({"q": "INS-2022-0002"}, ["Kwelder Jeugd"]),
        ({"stage": "te-verdelen"}, ["Kwelder Jeugd"]),
        ({"product": "HA-3"}, []),
    ],
)
def test_the_board_is_filtered(case, differing, filters, names):
    with begin_read(case.office, case.officer) as work:
        rows = board(work, procedure_of(work, case), Filters(**filters)).page.rows
        assert [row.provider for row in rows] == names


def test_the_board_is_sorted_and_paged(case, differing):
    with begin_read(case.office, case.officer) as work:
        first = board(work, procedure_of(work, case), Filters(), Asked("-naam", size=1)).page
        last = board(work, procedure_of(work, case), Filters(), Asked("-naam", first.next, size=1)).page
        names = [row.provider for row in (*first.rows, *last.rows)]
        assert names == ["Lindeveld Jeugd en Gezin", "Kwelder Jeugd"] and not last.next


def test_each_role_sees_what_waits_for_it(case):
    with begin_read(case.office, case.officer) as work:
        (wait,) = queries.waiting(work)
        assert wait.endpoint == "assessment.board" and "2 inschrijvingen" in wait.words
    assign(case, first(case))
    with begin_read(case.office, case.assessors[0]) as work:
        (wait,) = queries.waiting(work)
        assert wait.endpoint == "assessment.assignment" and "belang" in wait.title
    with begin_read(case.office, case.assessors[2]) as work:
        assert queries.waiting(work) == []
