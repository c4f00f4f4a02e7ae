"""What takes long is a row with progress; a crash, a fault or a change of mind leaves it in a state that a page can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from portal.access import SYSTEM
from portal.tasks import ATTEMPTS, HANDLERS, LEASE, Task, TaskStatus, cancel, enqueue, progress, run_pending
from portal.work import Office, Work
from tests.conftest import TestClock

Acting = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def seen() -> Iterator[list[int]]:
    """A handler of the kind "letters" that notes which numbers it did."""
    done: list[int] = []

    def letters(office: Office, task_id: int) -> str:
        for n in range(3):
            done.append(n)
            progress(office, task_id, n + 1, 3)
        return "letters_made"

    HANDLERS["letters"] = letters
    yield done
    for kind in ("letters", "broken", "dying", "stopped"):
        HANDLERS.pop(kind, None)


def _ask(work_as: Acting, kind: str = "letters") -> int:
    with work_as(SYSTEM) as work:
        return enqueue(work, kind, procedure_id=12).id


def _task(work_as: Acting, task_id: int) -> Task:
    with work_as(SYSTEM) as work:
        return work.get(Task, task_id)


def test_a_task_runs_and_shows_its_progress_and_outcome(work_as: Acting, office: Office, seen: list[int]) -> None:
    task_id = _ask(work_as)
    assert run_pending(office) == 1
    task = _task(work_as, task_id)
    assert (task.status, task.done, task.total, task.outcome) == (TaskStatus.DONE, 3, 3, "letters_made")
    assert task.facts == {"procedure_id": 12} and task.started_at and task.finished_at
    assert run_pending(office) == 0 and seen == [0, 1, 2]


def test_a_task_of_an_act_that_is_rolled_back_does_not_exist(work_as: Acting, office: Office, seen: list[int]) -> None:
    with pytest.raises(RuntimeError), work_as(SYSTEM) as work:
        enqueue(work, "letters")
        raise RuntimeError("the act breaks off")
    assert run_pending(office) == 0 and not seen


def test_no_more_tasks_run_than_asked(work_as: Acting, office: Office, seen: list[int]) -> None:
    for _ in range(3):
        _ask(work_as)
    assert run_pending(office, limit=2) == 2


def test_a_task_that_fails_is_seen_and_the_next_one_runs(work_as: Acting, office: Office, seen: list[int]) -> None:
    def broken(_office: Office, _task_id: int) -> str:
        raise ZeroDivisionError

    HANDLERS["broken"] = broken
    failing, fine = _ask(work_as, "broken"), _ask(work_as)
    assert run_pending(office) == 2
    assert (_task(work_as, failing).status, _task(work_as, failing).outcome) == (TaskStatus.FAILED, "ZeroDivisionError")
    assert _task(work_as, fine).status is TaskStatus.DONE


def test_a_task_of_an_unknown_kind_fails(work_as: Acting, office: Office) -> None:
    task_id = _ask(work_as, "nobody_knows")
    run_pending(office)
    assert (_task(work_as, task_id).status, _task(work_as, task_id).outcome) == (TaskStatus.FAILED, "unknown_kind")


def test_a_cancelled_task_never_starts(work_as: Acting, office: Office, seen: list[int]) -> None:
    task_id = _ask(work_as)
    with work_as(SYSTEM) as work:
        cancel(work, work.get(Task, task_id))
    assert run_pending(office) == 0 and not seen


def test_a_running_task_stops_at_its_next_step_when_it_is_cancelled(
    work_as: Acting, office: Office, seen: list[int]
) -> None:
    def stopped(office: Office, task_id: int) -> str:
        progress(office, task_id, 1, 9)
        with work_as(SYSTEM) as work:
            cancel(work, work.get(Task, task_id))
        progress(office, task_id, 2, 9)
        return "never"

    HANDLERS["stopped"] = stopped
    task_id = _ask(work_as, "stopped")
    run_pending(office)
    task = _task(work_as, task_id)
    assert (task.status, task.done, task.outcome) == (TaskStatus.CANCELLED, 1, None)


def test_a_finished_task_cannot_be_cancelled(work_as: Acting, office: Office, seen: list[int]) -> None:
    task_id = _ask(work_as)
    run_pending(office)
    with work_as(SYSTEM) as work:
        cancel(work, work.get(Task, task_id))
    assert _task(work_as, task_id).status is TaskStatus.DONE


class Crash(BaseException):
    """The process dies: nothing catches it."""


def _dying(_office: Office, _task_id: int) -> str:
    raise Crash


def test_a_task_whose_process_died_is_taken_up_again(work_as: Acting, office: Office, seen: list[int]) -> None:
    later = TestClock("2050-01-01 12:00")
    HANDLERS["dying"] = _dying
    task_id = _ask(work_as, "dying")
    with pytest.raises(Crash):
        run_pending(office, clock=later)
    assert _task(work_as, task_id).status is TaskStatus.RUNNING
    HANDLERS["dying"] = HANDLERS["letters"]
    assert run_pending(office, clock=later) == 0, "it may still be under way elsewhere"
    later.now += LEASE
    later.advance(seconds=1)
    assert run_pending(office, clock=later) == 1
    assert _task(work_as, task_id).status is TaskStatus.DONE


def test_a_task_that_keeps_killing_its_process_is_given_up(work_as: Acting, office: Office, seen: list[int]) -> None:
    later = TestClock("2050-01-01 12:00")
    HANDLERS["dying"] = _dying
    task_id = _ask(work_as, "dying")
    for _ in range(ATTEMPTS):
        with pytest.raises(Crash):
            run_pending(office, clock=later)
        later.now += LEASE
        later.advance(seconds=1)
    run_pending(office, clock=later)
    assert (_task(work_as, task_id).status, _task(work_as, task_id).outcome) == (TaskStatus.FAILED, "gave_up")
