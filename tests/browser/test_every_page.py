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
from tests.browser.conftest import DESKTOP, Complaints
from tests.conftest import EVERYTHING

ROLES = [None, *(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR))]

ONLY_FOR_A_MOMENT = {
    "/account/rol/<int:membership_id>",
    "/beheer/bewaren/lijst/<int:removal_id>",
    "/bevestigen/<token>",
    "/contracten/<int:contract_id>/ondertekenen",
    "/inkoop/bezwaren/<int:objection_id>",
    "/nieuw-adres/<token>",
    "/signalen/<int:signal_id>",
    "/start/vervanging/<int:absence_id>",
    "/uitnodiging/<token>",
    "/wachtwoord-vergeten/<token>",
}
"""Pages that nobody meets on the last day of the story; test_moments and test_tables look at them."""

DOWNLOADS = {
    "/taken/<int:task_id>/bestand",
    "/oefenomgeving/postvak/<int:mail_id>/bijlage/<int:file_id>",
    "/verantwoording/<int:obligation_id>/bijlage/<int:declaration_id>",
}
"""Files beside one mail or declaration of many; tests/web/test_practice and tests/compliance open them."""

NEEDS_A_TOKEN = {"/metrics"}
"""For machines with a token in the settings; tests/operations asks it."""


@pytest.fixture(scope="module")
def neighbourhood(told: Path) -> Iterator[tuple[worked_example.Neighbourhood, str]]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        place = worked_example.Neighbourhood(told, address)
        server = make_server("127.0.0.1", 0, place.app, threaded=True, fd=taken.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield place, address
        server.shutdown()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "visitor")
def test_every_page_of_a_role_is_accessible_and_fits_a_phone(neighbourhood, browser: Browser, check_page, role):
    place, base = neighbourhood
    client, seen = place.client(role), worked_example.Seen(place.folder / "seen")
    complaints = Complaints(base)
    context = browser.new_context(base_url=base, locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESKTOP)
    context.on("page", complaints.watch)
    if role is not None:
        cookie = client.get_cookie("portal")
        assert cookie is not None
        context.add_cookies([{"name": "portal", "value": cookie.value, "url": base}])
    page = context.new_page()
    for found in place.places(role):
        if found.parts and (seen.is_new(found) or EVERYTHING):
            check_page(page, found.address)
    context.close()
    assert not complaints.found


def test_every_page_was_visited_by_somebody(neighbourhood):
    place, _base = neighbourhood
    visited = {found.rule for role in ROLES for found in place.places(role)}
    assert sorted({rule.rule for rule in place.rules()} - visited - ONLY_FOR_A_MOMENT - DOWNLOADS - NEEDS_A_TOKEN) == []
