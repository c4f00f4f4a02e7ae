"""A list by its keys: every row on exactly one page, forwards and back, and what an address cannot mean is the first page."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from portal.access import SYSTEM
from portal.db import sort_key
from portal.listing import BIGGEST, Asked, Key, Order, batches, count_of, page_of
from portal.tasks import Task, TaskStatus

NOON = datetime(2022, 6, 15, 12, tzinfo=UTC)
ROWS = 53
ORDER = Order(
    {
        "": [Key(Task.queued_at, down=True), Key(Task.kind)],
        "naam": [Key(Task.kind)],
        "klaar": [Key(func.coalesce(Task.finished_at, NOON + timedelta(days=900))), Key(Task.kind, down=True)],
    },
    last=Key(Task.id),
)
SORTS = ("", "naam", "-naam", "klaar", "-klaar", "onzin")


@pytest.fixture
def session(work_as, read_as):
    """Many ties: seven names over three moments, and half without an end."""
    rows = [
        {
            "kind": sort_key(f"Élan {n % 7}"), "facts": {}, "done": 0, "total": 0, "status": TaskStatus.DONE,
            "attempts": 0, "queued_at": NOON + timedelta(microseconds=n % 3),
            "finished_at": NOON + timedelta(hours=n % 4) if n % 2 else None,
        }
        for n in range(ROWS)
    ]  # fmt: skip
    with work_as(SYSTEM) as work:
        work.session.execute(insert(Task), rows)
    with read_as(SYSTEM) as work:
        yield work.session


def walked(session, sort: str, size: int) -> tuple[list[list[int]], list[list[int]]]:
    """The ids on each page forwards, and the same read back from the end."""
    page = page_of(session, select(Task.id), ORDER, Asked(sort, "", size))
    assert not page.previous
    there = [list(page.rows)]
    while page.next:
        page = page_of(session, select(Task.id), ORDER, Asked(sort, page.next, size))
        there.append(list(page.rows))
    back = [list(page.rows)]
    while page.previous:
        page = page_of(session, select(Task.id), ORDER, Asked(sort, page.previous, size))
        back.insert(0, list(page.rows))
    return there, back


@pytest.mark.parametrize("sort", SORTS)
def test_every_row_stands_on_exactly_one_page_forwards_and_back(session, sort):
    for size in (1, 10, ROWS, 100):
        there, back = walked(session, sort, size)
        ids = [id for page in there for id in page]
        assert sorted(ids) == sorted(session.scalars(select(Task.id))) and len(ids) == ROWS
        assert [id for page in back for id in page] == ids
        assert ids == [id for part in batches(session, select(Task.id), ORDER, sort, 7) for id in part]


def test_a_turned_order_reads_from_the_other_end(session):
    up = [kind for part in batches(session, select(Task.kind), ORDER, "naam") for kind in part]
    down = [kind for part in batches(session, select(Task.kind), ORDER, "-naam") for kind in part]
    assert up == sorted(up) and down == up[::-1]


def address(*said: object) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


MOMENT = NOON.isoformat()
WRONG = [
    "onzin", "%%%", "====", "bm9uc2Vucw", "é", "W10", "e30", "A" * 3999, "9" * 5000, "MQ" * 40,
    address(), address(1, 2), address(">", "naam", "x", 1), address("?", "", MOMENT, "x", 1),
    address(">", "", MOMENT, "x"), address(">", "", "gisteren", "x", 1), address(">", "", 5, "x", 1),
    address(">", "", MOMENT, 7, 1), address(">", "", MOMENT, "a\0b", 1), address(">", "", MOMENT, "\ud800", 1),
    address(">", "", MOMENT, "x", BIGGEST), address(">", "", MOMENT, "x", True), address(">", "", MOMENT, "x", None),
    address(">", "", MOMENT, "x", 1.5), address(">", "", "0001-01-01T00:00:00+14:00", "x", 1),
    address(">", "", [MOMENT], "x", 1), "W1tbW1tbW1tb" * 300,
]  # fmt: skip


@pytest.mark.parametrize("place", WRONG, ids=range(len(WRONG)))
def test_a_place_that_means_nothing_is_the_first_page(session, place):
    first = page_of(session, select(Task.id), ORDER, Asked(size=10))
    assert page_of(session, select(Task.id), ORDER, Asked("", place, 10)) == first


def test_a_place_beyond_the_end_is_the_first_page_as_well(session):
    page = page_of(
        session, select(Task.id), ORDER, Asked("", address(">", "", "1999-01-01T00:00:00+00:00", "x", 1), 10)
    )
    assert len(page.rows) == 10 and not page.previous


def test_a_place_of_one_order_is_none_of_another(session):
    place = page_of(session, select(Task.id), ORDER, Asked("naam", "", 10)).next
    assert not page_of(session, select(Task.id), ORDER, Asked("-naam", place, 10)).previous


def test_counting_stops_where_nobody_looks_further(session):
    assert count_of(session, select(Task)) == ROWS
    assert count_of(session, select(Task), most=20) == 21
    assert page_of(session, select(Task), ORDER, Asked(size=5), counted=True).total == ROWS
