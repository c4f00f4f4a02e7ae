"""A line per request and per job, and not a word in it that anybody typed."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import request
from sqlalchemy import text

from portal.access import SYSTEM, Role
from portal.logs import JsonLines, PlainLines, begin
from portal.scheduler import Job, _run
from portal.tasks import HANDLERS, enqueue, run_pending
from portal.web.acts import office
from portal.web.wall import open_endpoint
from tests.factories import make_region, make_staff
from tests.web.doors import Reader, come_in

PLANTED = "Zonnebloem"
"""Stands in forms, addresses, mails and errors; never in a line."""


class Lines(io.StringIO):
    @property
    def all(self):
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def requests(self):
        return [line for line in self.all if line["event"] == "request"]


@contextmanager
def written(formatter) -> Iterator[Lines]:
    """What a process writes meanwhile."""
    out = Lines()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root, ours = logging.getLogger(), logging.getLogger("portal")
    before = root.handlers[:], root.level, ours.level
    root.handlers[:], root.level = [handler], logging.DEBUG
    ours.setLevel(logging.DEBUG)
    try:
        yield out
    finally:
        root.handlers[:], root.level = before[0], before[1]
        ours.setLevel(before[2])


@pytest.fixture
def lines() -> Iterator[Lines]:
    with written(JsonLines()) as out:
        yield out


def test_a_request_is_one_line_with_rule_status_and_duration(client, lines):
    answer = client.get(f"/regio/{PLANTED}?q={PLANTED}", headers={"X-Request-ID": "proxy-7f3a90b2"})
    (line,) = lines.requests()
    assert line["endpoint"] == "/regio/<code>" and line["status"] == 404 and line["method"] == "GET"
    assert line["ms"] > 0 and line["user"] is None
    assert line["request_id"] == answer.headers["X-Request-ID"] == "proxy-7f3a90b2"


@pytest.mark.parametrize(
    "given", ["", "jan@example.org", "kort1", "x1" * 40, "a1 b2 c3 d4", "Zonnebloem", "1234567<b>", "één-twee-3456"]
)
def test_a_number_that_is_none_is_not_taken_over(client, lines, given):
    answer = client.get("/hulp", headers={"X-Request-ID": given.encode().decode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_who_is_logged_in_is_a_number(client, lines, work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        wim = make_staff(work, Role.PLATFORM_ADMIN)
    come_in(client, wim).get("/start")
    assert lines.requests()[-1]["user"] == wim.id
    assert wim.name not in lines.getvalue() and wim.email not in lines.getvalue()


def test_nothing_that_was_typed_is_written(new_app, lines):
    @open_endpoint
    def crash(token: str) -> str:
        office().db.session().execute(text("SELECT :word FROM nowhere"), {"word": request.values["word"]})
        return ""

    new_app.add_url_rule("/crash/<token>", "crash", crash, methods=["GET", "POST"])
    new_app.testing = False
    new_app.test_client_class = Reader
    client = new_app.test_client()
    answer = client.post(f"/crash/{PLANTED}?word={PLANTED}", data={"word": PLANTED})
    assert answer.status_code == 500
    client.post("/inloggen", data={"email": f"{PLANTED}@example.org", "password": PLANTED})
    client.post("/wachtwoord-vergeten", data={"email": f"{PLANTED}@example.org"})
    client.get(f"/uitnodiging/{PLANTED}")
    client.get(f"/{PLANTED}")
    client.open("/hulp", method=PLANTED.upper())
    assert PLANTED.lower() not in lines.getvalue().lower()
    crashed = next(line for line in lines.all if line["event"] == "the request failed")
    number = answer.headers["X-Request-ID"]
    assert crashed["request_id"] == number and number in answer.text
    assert "Error" in crashed["error"] and any("test_logs.py" in line for line in crashed["trace"])
    assert [line["endpoint"] for line in lines.requests()][:1] == ["/crash/<token>"]


def test_a_job_is_a_line_of_its_own_and_a_failing_one_says_where(office, transport, lines):
    def fail(_office, _transport):
        raise ValueError(f"{PLANTED} <{PLANTED}@example.org>")

    _run(office, Job("run_tasks", lambda _office, _transport: 3), transport)
    with pytest.raises(ValueError):
        _run(office, Job("send_mail", fail), transport)
    done, failed = [line for line in lines.all if line["event"] == "job"]
    assert (done["job"], done["count"], done["outcome"]) == ("run_tasks", 3, "ok") and done["run_id"]
    assert (failed["job"], failed["outcome"], failed["error"]) == ("send_mail", "error", "ValueError")
    assert PLANTED not in lines.getvalue()


def test_a_background_task_that_fails_says_where(office, work_as, lines):
    def broken(_office, _task_id):
        raise ValueError(PLANTED)

    HANDLERS["broken"] = broken
    try:
        with work_as(SYSTEM) as work:
            task = enqueue(work, "broken")
        run_pending(office)
    finally:
        del HANDLERS["broken"]
    (line,) = [line for line in lines.all if line["logger"] == "portal.tasks"]
    assert (line["event"], line["error"]) == (f"task {task.id} (broken) failed", "ValueError")
    assert "test_logs.py" in line["trace"][-1] and PLANTED not in lines.getvalue()


def test_of_other_packages_only_the_pattern_is_kept(lines):
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/uitnodiging/{PLANTED}")
    logging.getLogger("elsewhere").warning(f"Bad value {PLANTED}")
    assert lines.all[0]["event"] == "Error handling request %s" and PLANTED not in lines.getvalue()


def test_the_cause_of_an_error_keeps_its_kind(lines):
    try:
        try:
            raise KeyError(PLANTED)
        except KeyError as error:
            raise RuntimeError(PLANTED) from error
    except RuntimeError:
        logging.getLogger("portal.web").exception("broken")
    assert lines.all[0]["error"] == "RuntimeError from KeyError"


def test_a_person_at_a_terminal_reads_plain_lines(client):
    with written(PlainLines()) as out:
        client.get("/hulp")
        logging.getLogger("portal.web").warning("look here")
    first, second = out.getvalue().splitlines()
    assert " info request " in first and "endpoint=/hulp status=200" in first.replace("method=GET ", "")
    assert " warning look here " in second


@pytest.mark.parametrize(("format", "formatter"), [("json", JsonLines), ("plain", PlainLines)])
def test_the_setting_chooses_the_form(settings, format, formatter, monkeypatch):
    from dataclasses import replace

    root, ours, kept = logging.getLogger(), logging.getLogger("portal"), {}
    kept = {"handlers": root.handlers[:], "level": root.level, "ours": ours.level}
    for name in ("sys.excepthook", "threading.excepthook"):
        module, _, hook = name.partition(".")
        monkeypatch.setattr(__import__(module), hook, getattr(__import__(module), hook))
    try:
        begin(replace(settings, log_format=format))
        assert isinstance(root.handlers[0].formatter, formatter) and ours.level == logging.INFO
    finally:
        root.handlers[:], root.level = kept["handlers"], kept["level"]
        ours.setLevel(kept["ours"])
        logging.captureWarnings(False)
