"""The pages of background tasks: how far it is, stop, try again, and the result for who asked; also after a real crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from portal import storage
from portal.access import SYSTEM, Role
from portal.accounts.models import User
from portal.tasks import HANDLERS, Task, TaskStatus, enqueue, give_result, progress, run_pending
from portal.work import Office, Work
from tests import factories
from tests.conftest import TestClock
from tests.web.doors import Reader, come_in

Acting = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def letters() -> Iterator[None]:
    def make(office: Office, task_id: int) -> str:
        from portal.work import begin_write

        progress(office, task_id, 1, 2)
        with begin_write(office, SYSTEM) as work:
            stored = storage.put_bytes(work, b"alles", name="alles.txt", seal=storage.system_seal(work))
            give_result(work, task_id, stored.id)
        return "all_clean"

    HANDLERS["test.letters"] = make
    yield
    HANDLERS.pop("test.letters")


@pytest.fixture
def people(work_as: Acting) -> dict[str, User]:
    with work_as(SYSTEM) as work:
        region = factories.make_region(work)
        officers = {name: factories.make_officer(work, region) for name in ("asker", "other")}
        return {**officers, "admin": factories.make_staff(work, Role.PLATFORM_ADMIN)}


@pytest.fixture
def task_id(work_as: Acting, people: dict[str, User], letters: None) -> int:
    with work_as(factories.actor_for(people["asker"])) as work:
        return enqueue(work, "test.letters").id


@pytest.fixture
def reader(app: Flask, people: dict[str, User]) -> Callable[[str], Reader]:
    app.test_client_class = Reader
    return lambda name: come_in(app.test_client(), people[name])


def _task(work_as: Acting, task_id: int) -> Task:
    with work_as(SYSTEM) as work:
        return work.get(Task, task_id)


def test_who_asked_sees_how_far_it_is_and_the_page_asks_again_by_itself(reader, task_id, work_as):
    page = reader("asker").get(f"/taken/{task_id}").text
    assert "Wacht tot het begint" in page and 'hx-trigger="every 2s"' in page and "Kijk opnieuw" in page
    assert "Taak op de achtergrond" in reader("asker").get("/taken").text


def test_somebody_elses_task_does_not_exist_and_the_platform_sees_all(reader, task_id):
    for path in (f"/taken/{task_id}", f"/taken/{task_id}/bestand"):
        assert reader("other").get(path).status_code == 404
    for act in ("stoppen", "opnieuw"):
        assert reader("other").post(f"/taken/{task_id}/{act}").status_code == 404
    assert f"/taken/{task_id}" not in reader("other").get("/taken").text
    assert f"/taken/{task_id}" in reader("admin").get("/taken").text


def test_the_result_is_for_who_asked_and_only_for_as_long_as_was_said(reader, task_id, office, clock: TestClock):
    run_pending(office)
    page = reader("asker").get(f"/taken/{task_id}").text
    assert "Downloaden" in page and "Klaar" in page and 'hx-trigger="every 2s"' not in page
    assert reader("asker").get(f"/taken/{task_id}/bestand").data == b"alles"
    assert "Downloaden" not in reader("admin").get(f"/taken/{task_id}").text
    assert reader("admin").get(f"/taken/{task_id}/bestand").status_code == 404
    clock.advance(days=7)
    assert reader("asker").get(f"/taken/{task_id}/bestand").status_code == 404
    assert "niet meer te downloaden" in reader("asker").get(f"/taken/{task_id}").text


def test_a_stopped_task_can_be_tried_again_and_then_finishes(reader, task_id, office, work_as):
    asker = reader("asker")
    assert "De taak stopt" in asker.post(f"/taken/{task_id}/stoppen", follow_redirects=True).text
    assert run_pending(office) == 0
    assert "Gestopt" in asker.get(f"/taken/{task_id}").text
    asker.post(f"/taken/{task_id}/opnieuw")
    assert run_pending(office) == 1
    assert _task(work_as, task_id).status is TaskStatus.DONE


@pytest.mark.parametrize("act", ["stoppen", "opnieuw"])
def test_what_is_done_cannot_be_stopped_or_tried_again(reader, task_id, office, act):
    run_pending(office)
    assert reader("asker").post(f"/taken/{task_id}/{act}").status_code in (409, 422)


def test_a_task_that_failed_says_so_in_words(reader, task_id, office):
    HANDLERS["test.letters"] = lambda office, task_id: str(1 / 0)
    run_pending(office)
    page = reader("asker").get(f"/taken/{task_id}").text
    assert "Niet gelukt" in page and "Probeer het opnieuw" in page and "ZeroDivision" not in page


CHILD = """
    import os, sys
    from portal.config import Settings
    from portal.clock import system_clock
    from portal.db import Database, load_models
    from portal.tasks import HANDLERS, progress, run_pending
    from portal.work import Office
    from pathlib import Path

    load_models()
    office = Office(Database(sys.argv[1]), Settings(database_url=sys.argv[1], var=Path(sys.argv[2])), system_clock)
    notes = Path(sys.argv[2]) / "notes"

    def count(office, task_id):
        for n in range(6):
            if not (notes / str(n)).exists():  # each step looks first whether it was done
                notes.mkdir(parents=True, exist_ok=True)
                (notes / str(n)).write_text(str(os.getpid()))
            progress(office, task_id, n + 1, 6)
            if n == 2 and sys.argv[3] == "hang":
                print("halfway", flush=True)
                sys.stdin.read()  # until it is killed
        return "counted"

    HANDLERS["test.count"] = count
    run_pending(office)
"""


def _run(office: Office, how: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", textwrap.dedent(CHILD), office.settings.database_url, str(office.settings.var), how]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.story
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_process_killed_halfway_is_followed_by_one_that_goes_on_where_it_was(office, work_as):
    with work_as(SYSTEM) as work:
        task_id = enqueue(work, "test.count").id
    first = _run(office, "hang")
    assert first.stdout is not None and first.stdout.readline() == "halfway\n"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with work_as(SYSTEM) as work:
        task = work.get(Task, task_id)
        assert (task.status, task.done) == (TaskStatus.RUNNING, 3)
        assert task.alive_at
        task.alive_at = task.alive_at.replace(year=task.alive_at.year - 1)  # the lease is over
    second = _run(office, "on")
    assert second.wait(60) == 0
    task = _task(work_as, task_id)
    assert (task.status, task.done, task.attempts, task.outcome) == (TaskStatus.DONE, 6, 2, "counted")
    made_by = [(office.settings.var / "notes" / str(n)).read_text() for n in range(6)]
    assert made_by == [str(first.pid)] * 3 + [str(second.pid)] * 3
