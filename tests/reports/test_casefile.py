"""A whole case file for a lawyer or a court: what may be in it at each step, for whom, and nothing of what is sealed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlalchemy import func, select

from portal import storage, tasks
from portal.access import SYSTEM, Actor
from portal.accounts.models import Membership, User
from portal.audit import AuditEvent, verify_chain
from portal.errors import NotAllowed, NotFound, RuleBroken
from portal.home.tasks import service as tasks_of_home
from portal.reports.casefile import jobs, queries, service
from portal.reports.casefile.rules import Purpose
from portal.storage import StoredFile
from portal.storage.archive import SUMS
from portal.tasks import Task, TaskStatus
from portal.tenders.assessment.models import Opening
from portal.tenders.decisions import service as deciding
from portal.tenders.decisions.expiry.service import remove_letters
from portal.tenders.decisions.models import DecisionLetter
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.expiry.service import remove_content
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.work import Office, Work, begin_read, begin_write
from tests.conftest import TestClock
from tests.tenders.judging import (
    SECRET,
    Case,
    announced_case,
    assess,
    assessed_case,
    closed_case,
    opened_case,
)

pytestmark = pytest.mark.one_database
"""Its parts are read by queries that their own tests ask of both."""
Acting = Callable[..., AbstractContextManager[Work]]


def ordered(case: Case, actor: Actor) -> int:
    with begin_write(case.office, actor) as work:
        procedure = queries.procedure_of(work, case.procedure_id)
        return service.order_casefile(work, procedure, purpose=Purpose.COURT).id


def made(case: Case, actor: Actor | None = None) -> zipfile.ZipFile:
    """The case file as this actor gets it now."""
    actor = actor or case.officer
    task_id = ordered(case, actor)
    tasks.run_pending(case.office)
    with begin_write(case.office, actor) as work:
        task = work.get(Task, task_id)
        assert task.status is TaskStatus.DONE, task.outcome
        stored = tasks_of_home.take_result(work, task_id)
        data = storage.open_file(work, stored).read()
    return zipfile.ZipFile(BytesIO(data))


def words(found: zipfile.ZipFile) -> str:
    """Everything that can be read in it."""
    said = []
    for name in found.namelist():
        data = found.read(name)
        if name.endswith(".docx"):
            document = docx.Document(BytesIO(data))
            said += [p.text for p in document.paragraphs]
            said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        else:
            said.append(data.decode("utf-8", "replace"))
    return "\n".join(said)


def folders(found: zipfile.ZipFile) -> set[str]:
    return {name.split("/")[0] for name in found.namelist() if "/" in name}


def test_before_the_opening_there_is_nothing_of_a_submission_in_it(office: Office, clock: TestClock) -> None:
    case = closed_case(office, clock)
    found = made(case)
    assert folders(found) == {"Procedure", "Auditspoor"}
    said = words(found)
    assert SECRET not in said and "INS-" not in said
    with begin_read(office, SYSTEM) as work:
        names = [s.organisation.name for s in work.session.scalars(select(Submission))]
    assert names and not [name for name in names if name in said]
    assert "die zijn nog niet geopend" in said


def test_after_the_opening_every_submission_is_in_it_and_no_judgement_yet(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    found = made(case)
    assert {"Inschrijvingen", "Opening"} <= folders(found)
    said = words(found)
    assert SECRET in said and "Beoordelingen die niet zijn vastgesteld: 2" in said
    assert not [name for name in found.namelist() if "Beoordeling" in name]


def test_a_judgement_is_in_it_once_it_is_concluded_and_others_are_not(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    assess(case, case.submissions[0])
    found = made(case)
    with begin_read(office, SYSTEM) as work:
        number = work.get(Submission, case.submissions[0]).number
    assert [n.split("/")[-1][:25] for n in found.namelist() if "Beoordeling" in n] == [f"Beoordeling {number}"[:25]]


@pytest.mark.both_databases
def test_the_whole_case_is_in_it_with_sums_that_check(office: Office, clock: TestClock, tmp_path: Path) -> None:
    case = announced_case(office, clock)
    found = made(case)
    assert found.testzip() is None
    assert {"Procedure", "Opening", "Inschrijvingen", "Brieven", "Auditspoor"} <= folders(found)
    assert any("Besluiten en bezwaren" in name for name in found.namelist())
    index = json.loads(found.read("index.json"))
    assert {one["path"] for one in index["files"]} == set(found.namelist()) - {SUMS, "index.json", "index.html"}
    assert (index["asked_by"], index["purpose"]) == (case.officer.name, "voor de rechter")
    page = found.read("index.html").decode()
    assert all(one["sha256"] in page for one in index["files"])
    found.extractall(tmp_path)
    assert subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_the_trail_of_the_case_can_be_checked_against_the_chain(office: Office, clock: TestClock) -> None:
    found = made(announced_case(office, clock))
    entries = [json.loads(line) for line in found.read("Auditspoor/auditspoor.jsonl").splitlines()]
    assert [one["seq"] for one in entries] == sorted(one["seq"] for one in entries)
    tags = {one["tag"] for one in entries}
    assert {"procedure.publish", "opening.complete", "decision.decide", "decision_letter.send"} <= tags
    for one in entries:
        if one["user_id"] == "niet getoond":
            continue
        order = (
            "seq",
            "previous",
            "at",
            "user_id",
            "membership_id",
            "role",
            "tag",
            "subject_type",
            "subject_id",
            "facts",
        )
        text = json.dumps([one[k] for k in order], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == one["hash"]


def test_a_name_in_the_readable_trail_never_becomes_a_formula(office: Office, clock: TestClock) -> None:
    case = announced_case(office, clock)
    with begin_write(office, SYSTEM) as work:
        work.get(User, case.officer.user_id or 0).name = "=1+1"
    trail = made(case).read("Auditspoor/auditspoor.csv").decode()
    assert ";'=1+1;" in trail and ";=1+1" not in trail


def test_a_withdrawn_submission_stays_sealed(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    with begin_write(office, SYSTEM) as work:
        first = work.get(Submission, case.submissions[0])
        name = first.organisation.name
        first.state = SubmissionState.WITHDRAWN
    found = made(case)
    assert not [n for n in found.namelist() if name in n] and "blijven verzegeld" in words(found)


def test_an_auditor_gets_what_an_auditor_reads(office: Office, clock: TestClock) -> None:
    case = announced_case(office, clock)
    found = made(case, case.auditor)
    assert "Inschrijvingen" not in folders(found) and {"Brieven", "Auditspoor"} <= folders(found)
    said = words(found)
    assert SECRET not in said and "uw rol leest geen inschrijvingen" in said


def test_a_decision_that_is_only_prepared_is_nobodys_decision(office: Office, clock: TestClock) -> None:
    case = assessed_case(office, clock)
    with begin_write(office, case.officer) as work:
        deciding.prepare_decisions(work, procedures.procedure(work, case.procedure_id))
    said = words(made(case))
    assert "Er is nog geen besluit genomen." in said and "voorbereid maar niet genomen" in said


def test_what_cannot_be_in_it_is_named_with_where_it_is(office: Office, clock: TestClock) -> None:
    """A letter that went after its term, a content that did, and a record that is still being made do not stop the rest."""
    case = announced_case(office, clock)
    with begin_write(office, SYSTEM) as work:
        opening = work.session.scalars(select(Opening)).one()
        opening.record_file_id = None
        letter = work.session.scalars(select(DecisionLetter)).first()
        number = work.get(Submission, letter.submission_id).number
        remove_content(work, work.get(Submission, letter.submission_id))
        remove_letters(work, work.get(Submission, letter.submission_id))
    found = made(case)
    named = json.loads(found.read("index.json"))["not_included"]
    assert f"Brief over inschrijving {number}: verwijderd na de bewaartermijn." in named
    assert f"Inschrijving {number}: de inhoud is verwijderd na de bewaartermijn." in named
    assert "Proces-verbaal van opening: dit document wordt nog gemaakt. Vraag het dossier daarna opnieuw aan." in named
    assert any("onder Mandaten en onder Verificaties" in one for one in named)
    assert not [name for name in found.namelist() if f"Inschrijvingen/{number}" in name and "Beoordeling" not in name]
    assert {"Brieven", "Inschrijvingen"} <= folders(found), "the others are in it"


def test_nobody_else_asks_for_it_or_takes_it(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    task_id = ordered(case, case.officer)
    for outsider in (case.provider, case.assessors[0], case.delegate, case.manager, case.elsewhere):
        with begin_write(office, outsider) as work, pytest.raises(NotFound):
            queries.procedure_of(work, case.procedure_id)
    tasks.run_pending(office)
    for another in (case.second, case.auditor):
        with begin_read(office, another) as work:
            assert queries.own_casefiles(work, queries.procedure_of(work, case.procedure_id)) == []
        with begin_write(office, another) as work, pytest.raises(NotFound):
            tasks_of_home.take_result(work, task_id)
    with pytest.raises(NotAllowed), begin_write(office, case.delegate) as work:
        service.order_casefile(work, work.get(Procedure, case.procedure_id), purpose=Purpose.LAWYER)


def test_one_at_a_time(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    ordered(case, case.officer)
    with pytest.raises(RuleBroken) as refused:
        ordered(case, case.officer)
    assert refused.value.reasons == ("casefile_being_made",)


def test_who_lost_the_role_meanwhile_gets_nothing(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    task_id = ordered(case, case.officer)
    with begin_write(office, SYSTEM) as work:
        work.get(Membership, case.officer.membership_id or 0).ended_at = work.now
    tasks.run_pending(office)
    with begin_read(office, SYSTEM) as work:
        task = work.get(Task, task_id)
        assert (task.status, task.outcome, task.result_file_id) == (TaskStatus.FAILED, "NotAllowed", None)


def test_it_is_stopped_between_two_steps_and_leaves_nothing(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    task_id = ordered(case, case.officer)
    with begin_write(office, case.officer) as work:
        tasks.cancel(work, work.get(Task, task_id))
    with pytest.raises(tasks.Cancelled):
        jobs.make_casefile(office, task_id)
    with begin_read(office, SYSTEM) as work:
        assert work.get(Task, task_id).result_file_id is None
    known = _addresses(office)
    assert {path.name for path in office.settings.file_root.rglob("*") if path.is_file()} <= known


def _addresses(office: Office) -> set[str]:
    with begin_read(office, SYSTEM) as work:
        return set(work.session.scalars(select(StoredFile.address)))


def test_after_a_crash_it_begins_anew_and_a_finished_one_is_left_alone(
    office: Office, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened_case(office, clock)
    task_id = ordered(case, case.officer)
    with monkeypatch.context() as broken:

        def crash(run: Any, laid: Any) -> str:
            raise KeyboardInterrupt

        broken.setattr(jobs, "_kept", crash)
        with pytest.raises(KeyboardInterrupt):
            jobs.make_casefile(office, task_id)
    assert jobs.make_casefile(office, task_id) == "casefile_made"
    assert jobs.make_casefile(office, task_id) == "kept"
    with begin_read(office, SYSTEM) as work:
        kept = work.session.scalar(select(func.count()).where(AuditEvent.tag == "casefile.keep"))
        assert kept == 1 and not list(verify_chain(work.session))


def test_asking_reading_and_taking_it_are_on_record(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    made(case)
    with begin_read(office, SYSTEM) as work:
        tags = list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))
        entries = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "submission.take_out"))
        by = {(entry.subject_id, entry.user_id) for entry in entries}
    assert [tag for tag in tags if tag.startswith("casefile.")] == ["casefile.order", "casefile.keep"]
    assert tags[-1] == "task.downloaded"
    assert by == {(id, case.officer.user_id) for id in case.submissions}


def test_it_is_gone_after_its_days(office: Office, clock: TestClock) -> None:
    case = opened_case(office, clock)
    made(case)
    clock.advance(seconds=tasks.KEPT_FOR.total_seconds())
    with begin_write(office, case.officer) as work:
        task = queries.own_casefiles(work, queries.procedure_of(work, case.procedure_id))[0]
        with pytest.raises(NotFound):
            tasks_of_home.take_result(work, task.id)
