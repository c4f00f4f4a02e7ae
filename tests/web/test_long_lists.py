"""A list that is too long to wait for becomes a file in the background, in the name of who asked for it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from portal.access import SYSTEM, Role
from portal.accounts.models import Membership
from portal.app import make_list
from portal.storage import StoredFile, open_file
from portal.tasks import Task, TaskStatus, run_pending
from portal.web import exports
from portal.web.making import KIND
from portal.work import begin_read, begin_write
from tests.web.doors import Reader, come_in
from tests.web.test_every_list import MANY, full

__all__ = ["full"]
LIST = "/aanbieders?q=kwelder&formaat=csv&sorteer=-naam"


@pytest.fixture
def reader(app, full, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 10)
    monkeypatch.setattr(exports, "TOLD", 10)
    app.test_client_class = Reader
    return come_in(app.test_client(), full.people[Role.PROCUREMENT_OFFICER])


def asked(reader) -> int:
    """The id of the task that the button of the page asks for."""
    page = reader.get(LIST)
    assert page.status_code == 200 and "meer dan 10 regels" in page.text
    action = unescape(re.search(r'action="(/lijsten/bestand[^"]*)"', page.text)[1])
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text[page.text.index("/lijsten/bestand") :])[1]
    first, again = (reader.post(action, data={"nonce": nonce}) for _ in range(2))
    assert first.status_code == 303 and first.location == again.location
    return int(first.location.rsplit("/", 1)[1])


def task_of(office, id) -> Task:
    with begin_read(office, SYSTEM) as work:
        found = work.get(Task, id)
        work.session.expunge(found)
        return found


def test_a_long_list_is_made_in_the_background_and_kept_for_who_asked(reader, office, full):
    id = asked(reader)
    assert run_pending(office) == 1
    task = task_of(office, id)
    assert (task.status, task.kind) == (TaskStatus.DONE, KIND) and task.done >= 10 and task.result_until is not None
    with begin_read(office, SYSTEM) as work:
        file = open_file(work, work.get(StoredFile, task.result_file_id))
        lines = file.read().decode("utf-8-sig").strip().splitlines()
    assert file.name == "Aanbieders.csv" and lines[0].startswith("Naam;Plaats;KvK")
    names = [line.split(";")[0] for line in lines[1:]]
    assert len(names) == sum(n % 3 < 2 for n in range(MANY)) and set(names) == {"De Kwelder", "Kwelder"}
    assert reader.get(f"/taken/{id}").status_code == 200


def test_who_lost_the_role_gets_no_file(reader, office, full):
    id = asked(reader)
    with begin_write(office, SYSTEM) as work:
        held = select(Membership).where(Membership.user_id == full.people[Role.PROCUREMENT_OFFICER].id)
        work.session.scalars(held).one().ended_at = work.now
    run_pending(office)
    task = task_of(office, id)
    assert task.status is TaskStatus.FAILED and task.result_file_id is None


@pytest.mark.parametrize(
    "address", ["", "https://elders.example/x", "//elders.example", "/geen-pagina", "onzin", "/uitloggen"]
)
def test_only_a_page_of_the_portal_becomes_a_file(reader, address):
    assert reader.post(f"/lijsten/bestand?adres={address}").status_code == 404


def test_a_page_that_is_not_the_readers_becomes_no_file(reader, office):
    made = reader.post("/lijsten/bestand?adres=/controle?formaat=csv")
    assert made.status_code == 303
    run_pending(office)
    assert task_of(office, int(made.location.rsplit("/", 1)[1])).status is TaskStatus.FAILED


def test_the_scheduler_knows_how(office):
    from portal.tasks import HANDLERS

    assert HANDLERS[KIND] is make_list
