"""Opening: after the closing time, by two officers, each freshly logged in."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from portal import storage
from portal.audit import AuditEvent
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.tasks import run_pending
from portal.tenders.assessment import queries, service
from portal.tenders.assessment.models import Opening
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import begin_read, begin_write
from tests.tenders.judging import closed_case, open_all, procedure_of, tired


@pytest.fixture
def case(office, clock):
    return closed_case(office, clock)


def open_as(case, actor):
    with begin_write(case.office, actor) as work:
        return service.open_submissions(work, procedure_of(work, case))


def tags(case):
    with begin_read(case.office, case.officer) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def states(case):
    with begin_read(case.office, case.officer) as work:
        return {work.get(Submission, id).state for id in case.submissions}


def test_two_officers_open_everything_at_once(case):
    open_as(case, case.officer)
    assert states(case) == {SubmissionState.SUBMITTED}
    open_as(case, case.second)
    assert states(case) == {SubmissionState.OPENED}
    with begin_read(case.office, case.officer) as work:
        opening = work.session.scalar(select(Opening))
        assert opening.count == 2
        assert {opening.first_officer_id, opening.second_officer_id} == {case.officer.user_id, case.second.user_id}
        assert work.get(Procedure, case.procedure_id).state is ProcedureState.OPENED
    assert {"opening.start", "opening.complete", "submission.open", "procedure.open"} <= set(tags(case))


def test_one_second_before_closing_nobody_opens(case, clock):
    clock.advance(seconds=-1)
    with pytest.raises(RuleBroken) as refused:
        open_as(case, case.officer)
    assert refused.value.reasons == ("not_closed_yet",)
    assert "act.refused" in tags(case)


def test_at_the_closing_moment_it_can_be_opened(case):
    assert open_as(case, case.officer).first_officer_id == case.officer.user_id


def test_the_second_officer_is_another_person(case):
    open_as(case, case.officer)
    with pytest.raises(RuleBroken, match="second_officer_needed"):
        open_as(case, case.officer)
    assert states(case) == {SubmissionState.SUBMITTED}


@pytest.mark.parametrize("who", ["officer", "second"])
def test_each_officer_logs_in_again(case, who):
    if who == "second":
        open_as(case, case.officer)
    with pytest.raises(RuleBroken, match="log_in_again"):
        open_as(case, tired(getattr(case, who)))


def test_what_is_open_cannot_be_opened_again(case):
    open_all(case)
    with pytest.raises(IllegalTransition):
        open_as(case, case.officer)
    with begin_read(case.office, case.officer) as work:
        assert work.session.scalar(select(Opening)).second_officer_id == case.second.user_id


def test_an_officer_of_another_region_finds_nothing_to_open(case):
    with pytest.raises(NotFound):
        open_as(case, case.elsewhere)


def test_an_assessor_does_not_open(case):
    with pytest.raises(NotAllowed):
        open_as(case, case.assessors[0])


def test_before_the_opening_no_officer_finds_a_submission(case):
    with begin_read(case.office, case.officer) as work:
        for id in case.submissions:
            with pytest.raises(NotFound):
                queries.opened_submission(work, id)


def test_the_record_of_opening_names_both_officers_and_every_hash(case):
    open_all(case)
    assert run_pending(case.office) >= 1
    with begin_read(case.office, case.officer) as work:
        opening = work.session.scalar(select(Opening))
        data = storage.open_file(work, opening.record_file).read()
        digests = [work.get(Submission, id).content_digest for id in case.submissions]
    document = docx.Document(BytesIO(data))
    words = "\n".join(p.text for p in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "Proces-verbaal van opening" in words
    assert case.officer.name in cells and case.second.name in cells
    assert all(digest in cells for digest in digests)
    assert "opening.keep_record" in tags(case)


def test_the_record_is_made_once(case):
    open_all(case)
    run_pending(case.office)
    with begin_write(case.office, case.officer) as work:
        opening = work.session.scalar(select(Opening))
        before = opening.record_digest
        service.keep_opening_record(work, opening, b"another")
        assert opening.record_digest == before


def test_what_waits_for_an_officer_is_the_opening(case):
    for actor, mine in ((case.officer, True), (case.second, True)):
        with begin_read(case.office, actor) as work:
            (wait,) = queries.waiting(work)
            assert wait.mine is mine
    open_as(case, case.officer)
    with begin_read(case.office, case.officer) as work:
        (wait,) = queries.waiting(work)
        assert not wait.mine and wait.whose
