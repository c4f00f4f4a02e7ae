"""Every page of the worked example, as every role: it opens, axe finds nothing, it fits a phone, nothing complains."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from portal.access import Role
from tests.browser import worked_example
from tests.browser.conftest import DESKTOP, PHONE, Complaints

ROLES = [None, *(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR))]

NO_LINK_LEADS_THERE = {
    "/bevestigen/<token>": "opened from a mail; walked in test_walk",
    "/uitnodiging/<token>": "opened from a mail; walked in test_walk",
    "/wachtwoord-herstellen/<token>": "opened from a mail; tested in tests/accounts",
    "/overleggen/<int:meeting_id>/agenda": "only while a meeting is prepared; tested in test_tables",
    "/overleggen/<int:meeting_id>/aanvulling": "only beside adopted minutes; tested in test_tables",
    "/overleggen/<int:meeting_id>/verslag-rondsturen": "only after a meeting was held; tested in test_tables",
    "/ontwikkeltafels/<int:table_id>/afspraken/<int:agreement_id>/uitspraak": "only after failed mediation; in test_tables",
}
"""Pages that no page of the story links to, each with where it is tested instead."""


@pytest.fixture(scope="module")
def neighbourhood(
    tmp_path_factory: pytest.TempPathFactory, _quick_passwords: None
) -> Iterator[tuple[worked_example.Neighbourhood, str]]:
    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if root.name.startswith("popen-") else root) / "worked-example"
    with worked_example.one_at_a_time(shared):
        worked_example.build(shared)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        place = worked_example.Neighbourhood(Path(shared), address)
        server = make_server("127.0.0.1", 0, place.app, threaded=True, fd=taken.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield place, address
        server.shutdown()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_every_page_of_a_role_is_accessible_and_fits_a_phone(neighbourhood, browser: Browser, axe, role):
    place, base = neighbourhood
    client = place.client(role)
    complaints = Complaints(base)
    context = browser.new_context(base_url=base, locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESKTOP)
    context.on("page", complaints.watch)
    if role is not None:
        cookie = client.get_cookie("portal")
        assert cookie is not None
        context.add_cookies([{"name": "portal", "value": cookie.value, "url": base}])
    page = context.new_page()
    for found in place.places(role):
        if client.get(found.address).mimetype != "text/html":
            continue
        page.set_viewport_size(DESKTOP)
        answer = page.goto(found.address)
        assert answer is not None
        assert answer.status == 200, found.address
        axe(page)
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{found.address} is {wide} pixels wide on a phone"
    context.close()
    assert not complaints.found


def test_every_page_was_visited_by_somebody(neighbourhood):
    place, _base = neighbourhood
    visited = {found.rule for role in ROLES for found in place.places(role)}
    rules = {r.rule for r in place.app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint != "static"}
    assert sorted(rules - visited - set(NO_LINK_LEADS_THERE)) == []
