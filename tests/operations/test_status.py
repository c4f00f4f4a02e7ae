"""The page that says how the installation stands, and what can be done from it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal import scheduler, storage
from portal.access import SYSTEM, Actor, Role
from portal.audit import AuditEvent
from portal.clock import system_clock
from portal.errors import NotAllowed, NotFound
from portal.home.tasks import rules as task_rules
from portal.mail import DeliveryFailed, MailStatus, OutboxMail, deliver_pending, queue_mail
from portal.operations import queries, rules, service
from portal.scheduler.lock import lock_of
from portal.tasks import HANDLERS, JobRun, Task, TaskStatus, enqueue, run_pending
from tests.factories import make_officer, make_region, make_staff
from tests.web.doors import Reader, come_in

ADMIN = Actor(1, 1, Role.PLATFORM_ADMIN)


@pytest.fixture
def wim(app, work_as):
    """The platform's administrator, logged in."""
    app.test_client_class = Reader
    with work_as(SYSTEM) as work:
        make_region(work)
        person = make_staff(work, Role.PLATFORM_ADMIN)
    return come_in(app.test_client(), person)


@pytest.fixture
def failed_mail(office, transport, work_as):
    """A mail that the server refused for good."""
    with work_as(SYSTEM) as work:
        mail = queue_mail(work, to="jansen@kwelder.example", template="delivery_check", key="1", facts={})
    transport.refuse_with = DeliveryFailed("recipient_550", permanent=True)
    deliver_pending(office, transport)
    transport.refuse_with = None
    return mail


def test_every_job_and_every_task_has_a_name_that_a_reader_knows():
    assert {job.name for job in scheduler.jobs()} == set(rules.JOB_LABELS)
    nameless = task_rules.title("")
    assert [kind for kind in HANDLERS if task_rules.title(kind) == nameless] == []
    assert set(TaskStatus) == set(task_rules.STATES)
    assert {job.rhythm for job in scheduler.jobs()} <= set(rules.RHYTHMS)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2022-03-26T05:59", "2022-03-26T06:00"),
        ("2022-03-26T06:00", "2022-03-27T05:00"),  # summer time begins in between
        ("2022-12-31T23:30", "2023-01-01T06:00"),
    ],
)
def test_a_daily_job_comes_at_seven_dutch_time(now, then):
    at = rules.next_run("day", time(7), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert at is not None and at.astimezone(UTC) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_what_comes_round_all_the_time_has_no_moment():
    assert rules.next_run("minute", time(7), datetime.now(UTC)) is None


WELL = rules.Facts(
    scheduler_at_work=True, failing_jobs=0, failed_mails=0, mails_held_up=0, unscanned_files=0, failed_tasks=0,
    at_newest_migration=True, free_bytes=2 * 1024**3, practice=False, last_backup=datetime(2022, 3, 1, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scheduler_at_work": False}, "scheduler_away"),
        ({"at_newest_migration": False}, "database_behind"),
        ({"failing_jobs": 1}, "jobs_fail"),
        ({"failed_tasks": 2}, "tasks_failed"),
        ({"failed_mails": 3}, "mails_failed"),
        ({"mails_held_up": 1}, "mails_held_up"),
        ({"unscanned_files": 1}, "files_unscanned"),
        ({"free_bytes": 1024}, "little_room"),
        ({"last_backup": None}, "no_recent_backup"),
        ({"last_backup": datetime(2022, 2, 26, tzinfo=UTC)}, "no_recent_backup"),
    ],
)
def test_what_is_amiss_is_said(changed, code):
    from dataclasses import replace

    now = datetime(2022, 3, 1, 12, tzinfo=UTC)
    assert list(rules.what_is_amiss(WELL, now)) == []
    assert list(rules.what_is_amiss(replace(WELL, **changed), now)) == [code]
    assert set(rules.AMISS) >= {code}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("log_in", "weigert de inlognaam"),
        ("recipient_550", "code 550"),
        ("server_421", "code 421"),
        ("unexpected_KeyError", "unexpected_KeyError"),
        (None, "?"),
    ],
)
def test_why_a_mail_did_not_leave_is_a_sentence(app, code, words):
    from portal.operations.views import _mail_reason

    with app.test_request_context("/"):
        said = _mail_reason(code)
    assert words in said or (words == "?" and said.endswith(")."))


def test_the_page_shows_jobs_mails_tasks_files_and_database(wim, failed_mail, work_as, database):
    with work_as(SYSTEM) as work:
        work.add(JobRun(name="sweep_files", started_at=work.now, outcome="error", error="OSError", failures=3))
        enqueue(work, "contracts.document", contract_id=7).total = 4
    page = " ".join(wim.get("/status").text.split())
    assert "Losse bestanden opruimen" in page and "3 keer achter elkaar (OSError)" in page
    assert "iemand bij kwelder.example" in page and "jansen" not in page and "code 550" in page
    assert "Contractdocument maken" in page and "0 van 4" in page
    assert ("SQLite" if database.is_sqlite else "PostgreSQL") in page
    assert "De planner draait niet" in page and "reservekopie" in page


def test_a_mail_server_or_a_scanner_that_is_away_is_said_at_once(wim, office, transport, work_as):
    with work_as(SYSTEM) as work:
        queue_mail(work, to="jansen@kwelder.example", template="delivery_check", key="1", facts={})
        stored = storage.put_bytes(work, b"proef", name="proef.txt", seal=storage.system_seal(work))
        stored.scan_status = storage.ScanStatus.WAITING
    assert "Mail kan nu niet weg" not in wim.get("/status").text, "it was not tried yet"
    transport.refuse_with = DeliveryFailed("connection")
    deliver_pending(office, transport)
    page = " ".join(wim.get("/status").text.split())
    assert (
        "Mail kan nu niet weg" in page
        and "1 mail wacht op een nieuwe poging. De mailserver is niet te bereiken." in page
    )
    assert "Bestanden wachten op controle op virussen" in page


def test_the_page_asks_as_little_of_much_as_of_little(wim, office, work_as, app):
    from sqlalchemy import event

    asked: list[str] = []
    engine = app.extensions["portal"].office.db.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    wim.get("/status")
    few, _ = len(asked), asked.clear()
    with work_as(SYSTEM) as work:
        for number in range(40):
            mail = queue_mail(work, to=f"a{number}@x.example", template="delivery_check", key="1", facts={})
            mail.status = MailStatus.FAILED
            enqueue(work, "contracts.document", contract_id=number)
    asked.clear()
    page = wim.get("/status").text
    assert len(asked) == few <= 22
    assert page.count("iemand bij x.example") == queries.SHOWN and "25 van 40" in page


def test_the_lock_says_whether_a_scheduler_is_at_work(office, read_as):
    lock = lock_of(office)
    with read_as(ADMIN) as work:
        assert not queries.status(work).scheduler_at_work
    assert lock.acquire()
    with read_as(ADMIN) as work:
        assert queries.status(work).scheduler_at_work
    assert lock.held(), "asking takes it from nobody"
    lock.release()


def test_nobody_else_sees_or_does_anything(app, work_as, read_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
    client = come_in(app.test_client(), officer)
    assert client.get("/status").status_code == 404
    stranger = Actor(officer.id, 1, Role.PROCUREMENT_OFFICER)
    with pytest.raises(NotAllowed), read_as(stranger) as work:
        queries.status(work)
    for act in (lambda work: service.ask_for_job(work, "sweep_files"), service.send_all_again):
        with pytest.raises(NotAllowed), work_as(stranger) as work:
            act(work)


def test_a_job_is_run_once_when_it_is_asked_for_twice(wim, office, read_as):
    for _ in range(2):
        assert wim.post("/status/taken/sweep_files/nu").status_code == 303
    with read_as(ADMIN) as work:
        (task,) = work.session.scalars(select(Task))
        assert (task.kind, task.facts) == (queries.RUN_JOB, {"job": "sweep_files"})
        assert work.session.scalars(select(AuditEvent.facts).where(AuditEvent.tag == "job.ask")).one()
    assert "Staat klaar" in wim.get("/status").text
    assert run_pending(office) == 1
    with read_as(ADMIN) as work:
        assert work.session.scalars(select(Task)).one().outcome == "sweep_files: 0"
        assert work.session.scalars(select(JobRun)).one().outcome == "ok"


@pytest.mark.parametrize("name", ["make_coffee", "run_tasks"])
def test_a_job_that_is_not_run_on_request_is_not_there(wim, work_as, name):
    assert wim.post(f"/status/taken/{name}/nu").status_code in (403, 404)
    with pytest.raises(NotFound), work_as(ADMIN) as work:
        service.ask_for_job(work, name)


def test_a_failed_mail_is_sent_again(wim, failed_mail, office, transport, read_as):
    assert wim.post(f"/status/post/{failed_mail.id}/opnieuw").status_code == 303
    deliver_pending(office, transport)
    assert len(transport.to("jansen@kwelder.example")) == 1
    with read_as(ADMIN) as work:
        assert work.session.scalars(select(AuditEvent.tag)).all().count("outbox_mail.retry") == 1
    assert wim.post(f"/status/post/{failed_mail.id}/opnieuw").status_code == 404, "it was delivered"


def test_all_failed_mails_are_sent_again_at_once(wim, failed_mail, read_as):
    assert wim.post("/status/post/opnieuw").status_code == 303
    with read_as(ADMIN) as work:
        assert work.session.scalars(select(OutboxMail.status)).one() is MailStatus.QUEUED


def test_a_job_counts_how_often_it_failed_in_a_row(office, transport, read_as):
    def fail(_office, _transport):
        raise OSError

    for _ in range(2):
        with pytest.raises(OSError):
            scheduler._run(office, scheduler.Job("sweep_files", fail), transport)
    with read_as(ADMIN) as work:
        run = work.session.scalars(select(JobRun)).one()
        assert (run.failures, run.succeeded_at, run.outcome) == (2, None, "error")
    scheduler._run(office, scheduler.Job("sweep_files", lambda *_: 0), transport)
    with read_as(ADMIN) as work:
        run = work.session.scalars(select(JobRun)).one()
        assert run.failures == 0 and run.succeeded_at == run.started_at


def tried(office, transport, work_as, *, minutes: int) -> OutboxMail:
    """A mail that could not leave, whose next moment is so far off."""
    with work_as(SYSTEM) as work:
        mail = queue_mail(work, to="jansen@kwelder.example", template="delivery_check", key="1", facts={})
    transport.refuse_with = DeliveryFailed("connection")
    deliver_pending(office, transport)
    transport.refuse_with = None
    with work_as(SYSTEM) as work:
        mail = work.get(OutboxMail, mail.id)
        mail.attempts, mail.next_attempt_at = 6, system_clock() + timedelta(minutes=minutes)
    return mail


@pytest.fixture
def at_work(office):
    """A scheduler holds the lock."""
    lock = lock_of(office)
    assert lock.acquire()
    yield
    lock.release()


def test_without_a_scheduler_no_page_promises_that_mail_leaves(wim, office, transport, work_as):
    tried(office, transport, work_as, minutes=240)
    for address in ("/status/post/nu", "/status/post/nu", "/status/taken/sweep_files/nu"):
        assert wim.post(address).status_code == 303
        page = wim.get("/status").text
        assert "niemand verstuurt nu mail of voert taken uit" in page and "portal scheduler" in page
        assert not any(words in page for words in ("gaat nu weg", "vanzelf: binnen", "begint binnen"))


def test_with_a_scheduler_nothing_says_that_nobody_sends(wim, at_work):
    wim.post("/status/taken/sweep_files/nu")
    page = wim.get("/status").text
    assert "begint binnen enkele seconden" in page and "niemand verstuurt" not in page


def test_after_an_outage_what_waits_is_sent_now_once_and_on_record(wim, office, at_work, transport, work_as, read_as):
    mail = tried(office, transport, work_as, minutes=240)
    assert deliver_pending(office, transport) == 0
    page = wim.get("/status").text
    assert "Verstuur 1 wachtende mail nu" in page and "De oudste mail die niet weg kon" in page
    for said in ("1 mail gaat nu weg", "Er is geen mail die sneller kan"):
        assert wim.post("/status/post/nu").status_code == 303
        assert said in wim.get("/status").text
    assert deliver_pending(office, transport) == 1 and deliver_pending(office, transport) == 0
    assert len(transport.to("jansen@kwelder.example")) == 1
    with read_as(ADMIN) as work:
        assert work.session.scalars(select(AuditEvent.tag)).all().count("outbox_mail.hurry") == 1
        assert work.get(OutboxMail, mail.id).attempts == 6, "to hurry it cost no attempt"


def test_what_may_be_on_its_way_or_was_never_tried_is_not_hurried(office, transport, work_as):
    """A claimed mail has its lease ahead: made due again it would leave twice. One that is new or held has its time."""
    tried(office, transport, work_as, minutes=9)
    with work_as(SYSTEM) as work:
        held = queue_mail(work, to="ander@kwelder.example", template="delivery_check", key="2", facts={})
        held.next_attempt_at += timedelta(hours=26)
    with work_as(ADMIN) as work:
        assert service.send_waiting_now(work) == 0


def test_nobody_else_hurries_mail(work_as):
    with pytest.raises(NotAllowed), work_as(Actor(1, 1, Role.AUDITOR)) as work:
        service.send_waiting_now(work)
