"""Time passing: every job is found, fails alone, and one process at a time is at work."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text

from portal import scheduler
from portal.access import SYSTEM
from portal.clock import AMSTERDAM, PracticeClock, local_moment, system_clock
from portal.config import Settings
from portal.mail import OutboxMail, queue_mail
from portal.scheduler.lock import AdvisoryLock, FileLock, lock_of
from portal.tasks import JobRun
from portal.work import Office, Work, begin_write
from tests.conftest import Postbox
from tests.source import ROOT

Acting = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Only these jobs, beside the portal's own."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(scheduler, "job_modules", lambda: ["only"])
    monkeypatch.setattr(scheduler, "import_module", lambda _name: SimpleNamespace(JOBS=found))
    scheduler.jobs.cache_clear()
    yield found
    scheduler.jobs.cache_clear()


def _broken(_office: Office) -> int:
    raise ZeroDivisionError


def test_every_jobs_file_is_found_in_the_order_of_the_features() -> None:
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "portal").rglob("jobs.py")}
    assert {name.replace(".", "/") + ".py" for name in scheduler.job_modules()} == files
    names = [job.name for job in scheduler.jobs()]
    assert len(set(names)) == len(names), "a name says which job it is"
    assert names[-3:] == ["sweep_files", "run_tasks", "send_mail"]
    assert all(job.rhythm in scheduler.TRIGGERS for job in scheduler.jobs())


def test_data_moves_one_way_within_a_day_too() -> None:
    tops = [name.split(".")[1] for name in scheduler.job_modules()]
    assert tops == sorted(tops, key=["accounts", "regions", "evidence", "meetings", "tenders", "contracts", "tables",
                                     "compliance", "reports", "retention", "home", "operations", "storage"].index)  # fmt: skip


def test_a_job_is_run_by_name_and_noted(
    office: Office, listed: dict[str, Any], transport: Postbox, read_as: Acting
) -> None:
    listed["remind"] = lambda _office: 4
    assert scheduler.run_job(office, "remind", transport) == 4
    with read_as(SYSTEM) as work:
        run = work.session.scalars(select(JobRun)).one()
        assert (run.name, run.count, run.outcome, run.error) == ("remind", 4, "ok", None)
        assert run.finished_at is not None and run.finished_at >= run.started_at


def test_an_unknown_job_is_refused(office: Office, listed: dict[str, Any], transport: Postbox) -> None:
    with pytest.raises(KeyError, match="nobody"):
        scheduler.run_job(office, "nobody", transport)


def test_a_job_that_fails_is_noted_and_does_not_stop_the_others(
    office: Office, listed: dict[str, Any], transport: Postbox, read_as: Acting
) -> None:
    listed |= {"broken": _broken, "fine": (lambda _office: 1, "hour"), "nothing": lambda _office: None}
    assert scheduler.run_all(office, transport) == {
        "fine": 1,
        "nothing": 0,
        "sweep_files": 0,
        "run_tasks": 0,
        "send_mail": 0,
    }
    with read_as(SYSTEM) as work:
        run = work.session.scalars(select(JobRun).where(JobRun.name == "broken")).one()
        assert (run.outcome, run.error) == ("error", "ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        scheduler.run_all(office, transport, strict=True)


def test_a_job_that_works_again_clears_its_error(
    office: Office, listed: dict[str, Any], transport: Postbox, read_as: Acting
) -> None:
    listed["job"] = _broken
    scheduler.run_all(office, transport)
    listed["job"] = lambda _office: 0
    scheduler.jobs.cache_clear()
    scheduler.run_all(office, transport)
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(JobRun.error).where(JobRun.name == "job")).one() is None


def test_moving_the_practice_clock_stops_at_seven_each_morning(
    office: Office, listed: dict[str, Any], transport: Postbox
) -> None:
    clock = PracticeClock(office.settings.clock_file)
    clock.set_to(local_moment(datetime(2040, 3, 24, 9, 0)))  # noqa: DTZ001
    moved = dataclasses.replace(office, clock=clock)
    moments: list[datetime] = []
    listed["note"] = lambda office: moments.append(office.clock().astimezone(AMSTERDAM)) or 1
    done = scheduler.run_days(moved, clock, local_moment(datetime(2040, 3, 27, 12, 0)), transport)  # noqa: DTZ001
    assert [f"{m:%d %H:%M}" for m in moments] == ["25 07:00", "26 07:00", "27 07:00", "27 12:00"], (
        "also over summer time"
    )
    assert done == 4


def test_the_practice_clock_only_moves_forward(office: Office, listed: dict[str, Any], transport: Postbox) -> None:
    clock = PracticeClock(office.settings.clock_file)
    listed["never"] = _broken
    with pytest.raises(ValueError, match="clock_moves_forward_only"):
        scheduler.run_days(office, clock, clock() - timedelta(minutes=1), transport, strict=True)


def test_a_mail_of_the_morning_leaves_the_same_morning(
    office: Office, listed: dict[str, Any], transport: Postbox
) -> None:
    def remind(office: Office) -> int:
        with begin_write(office, SYSTEM) as work:
            queue_mail(work, to="a@b.example", template="delivery_check", key="reminder:1", facts={})
        return 1

    listed["remind"] = remind
    scheduler.run_all(office, transport, strict=True)
    assert len(transport.to("a@b.example")) == 1


def test_only_a_practice_installation_has_a_clock_that_moves(office: Office) -> None:
    practice = dataclasses.replace(office.settings, practice=True)
    assert isinstance(Office.of(practice).clock, PracticeClock)
    assert Office.of(office.settings).clock is system_clock


# --- one process at a time ---------------------------------------------------------------------------------------


def test_the_second_scheduler_stands_by_until_the_first_lets_go(office: Office) -> None:
    first, second = lock_of(office), lock_of(office)
    assert isinstance(first, FileLock if office.db.is_sqlite else AdvisoryLock)
    assert first.acquire() and first.acquire() and not second.acquire()
    assert first.held() and not second.held()
    first.release()
    assert not first.held() and second.acquire()
    second.release()


def test_a_lock_that_is_lost_is_noticed_and_can_be_taken_again(office: Office, work_as: Acting) -> None:
    lock = lock_of(office)
    assert lock.acquire()
    if office.db.is_sqlite:
        office.settings.lock_file.unlink()
    else:
        with work_as(SYSTEM) as work:
            kill = (
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7202204"
            )
            work.session.execute(text(kill))
    assert not lock.held()
    assert lock.acquire() and lock.held()
    lock.release()


def test_nothing_is_fired_once_the_lock_is_lost(office: Office, listed: dict[str, Any]) -> None:
    fired = threading.Event()
    listed["job"] = lambda _office: fired.set()
    lock, stop = lock_of(office), threading.Event()
    scheduler.serve(office, lock, stop)
    assert not fired.is_set() and not stop.is_set(), "it returned by itself, to stand by"


def test_at_the_start_everything_runs_once_for_what_fell_due_meanwhile(office: Office, listed: dict[str, Any]) -> None:
    stop, count = threading.Event(), []

    def last(_office: Office) -> int:
        count.append(1)
        stop.set()
        return 1

    listed["daily"] = last
    lock = lock_of(office)
    assert lock.acquire()
    scheduler.serve(
        dataclasses.replace(office, settings=dataclasses.replace(office.settings, practice=True)), lock, stop
    )
    lock.release()
    assert count == [1]


RUN = """
import logging
from portal import scheduler
logging.basicConfig(level=logging.INFO)
scheduler.job_modules = list  # the portal's own jobs are enough here
scheduler.STAND_BY_SECONDS = 0.3
scheduler.main()
"""


def _process(settings: Settings) -> subprocess.Popen[str]:
    known = {
        "PORTAL_VAR": str(settings.var), "PORTAL_DATABASE_URL": settings.database_url, "PORTAL_PRACTICE": "true",
        "PORTAL_SEAL_KEY_FILE": str(settings.seal_key_file), "PORTAL_SECRET_KEY": "only for tests",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=ROOT, env={**os.environ, **known}, stderr=subprocess.PIPE, text=True
    )


def _says(process: subprocess.Popen[str], words: str) -> bool:
    assert process.stderr is not None
    return any(words in line for line in process.stderr)


def _sent(work_as: Acting, mail_id: int) -> bool:
    pause = threading.Event()
    for _ in range(150):
        with work_as(SYSTEM) as work:
            if work.get(OutboxMail, mail_id).sent_at is not None:
                return True
        pause.wait(0.2)
    return False


@pytest.mark.story
def test_a_second_process_takes_over_when_the_first_is_killed(office: Office, work_as: Acting) -> None:
    def queue(key: str) -> int:
        with work_as(SYSTEM) as work:
            return queue_mail(work, to="a@b.example", template="delivery_check", key=key, facts={}).id

    first = _process(office.settings)
    try:
        assert _says(first, "at work")
        assert _sent(work_as, queue("first"))
        second = _process(office.settings)
        try:
            assert _says(second, "stands by")
            first.kill()
            assert _says(second, "the scheduler is at work")
            assert _sent(work_as, queue("second"))
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
        finally:
            second.kill()
    finally:
        first.kill()
    assert len(list(office.settings.mail_folder.glob("*.eml"))) == 2


def test_a_scheduler_that_cannot_reach_its_database_says_so_and_goes_on_trying(tmp_path: Path) -> None:
    nowhere = Settings(
        database_url="postgresql+psycopg://x@/x?host=/nowhere",
        secret_key="x",
        var=tmp_path,
        base_url="http://localhost",
    )
    process = _process(nowhere)
    try:
        assert _says(process, "the database cannot be reached")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
