"""A real server and a real browser. Whatever the browser complains of fails the test that caused it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright
from werkzeug.serving import make_server

from portal.access import SYSTEM, Actor
from portal.accounts.models import User
from portal.config import Settings
from portal.db import Database
from portal.work import Office, begin_read
from tests.browser.axe import faults
from tests.browser.chromium import find_chromium, lacking
from tests.conftest import EVERYTHING, unavailable
from tests.databases import Sqlite
from tests.web.doors import come_in

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
]  # fmt: skip

CUT_OFF = "net::ERR_INTERNET_DISCONNECTED"
"""What a browser says that a test took off line."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# --- the server --------------------------------------------------------------------------------------------------


@pytest.fixture
def database(_sqlite: Sqlite) -> Database:
    """Browser tests run on SQLite: what the databases do differently is tested below the pages."""
    return _sqlite.fresh()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken


@pytest.fixture
def settings(settings: Settings, listening: socket.socket) -> Settings:
    """As elsewhere, but links in mails lead to the server of this test."""
    return replace(settings, base_url=f"http://127.0.0.1:{listening.getsockname()[1]}")


@pytest.fixture
def live_server(app: Flask, listening: socket.socket) -> Iterator[str]:
    """The address of the running portal. Fill the database (work_as) before or while it runs."""
    server = make_server("127.0.0.1", listening.getsockname()[1], app, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(timeout=10)


# --- the browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if packages := " ".join(lacking()):
        unavailable(f"the browser tests lack {packages}", f"sudo apt-get install -y {packages}")
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        browser.close()


class Complaints:
    """What a reader would not see but a developer should: errors, refused or failing requests, visits elsewhere."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is what the test asked for; whether it may is seen in _response.
        answered = message.text.startswith("Failed to load resource: the server responded with a status of")
        if message.type in ("error", "warning") and not answered and CUT_OFF not in message.text:
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "blob:", "about:")):
            self.found.append(f"asks elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        # Aborted is a download, or a page left before it was complete.
        if not {"net::ERR_ABORTED", CUT_OFF} & {request.failure}:
            self.found.append(f"failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        asset = response.request.resource_type not in ("document", "xhr", "fetch")
        if response.status >= 500 or (asset and response.status >= 400):
            self.found.append(f"answered {response.status}: {response.url}")


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """`visitor()` is a new person at a machine of their own; `visitor(java_script_enabled=False)` has no JavaScript."""
    contexts: list[BrowserContext] = []
    complaints = Complaints(live_server)

    def arrive(**options: object) -> Page:
        context = browser.new_context(
            base_url=live_server, locale="nl-NL", timezone_id="Europe/Amsterdam", **{"viewport": DESKTOP, **options}
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("page", complaints.watch)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()
    assert not complaints.found


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """A Dutch visitor at 1280 pixels."""
    return visitor()


@pytest.fixture
def phone(visitor: Callable[..., Page]) -> Page:
    """A Dutch visitor at 390 pixels."""
    return visitor(viewport=PHONE)


@pytest.fixture
def enter(app: Flask, office: Office, page: Page, live_server: str) -> Callable[[Actor], Page]:
    """The page with the session of this person."""

    def as_actor(actor: Actor) -> Page:
        with begin_read(office, SYSTEM) as work:
            user = work.get(User, actor.user_id or 0)
            cookie = come_in(app.test_client(), user, user.memberships[0]).get_cookie("portal")
        assert cookie is not None
        page.context.add_cookies([{"name": "portal", "value": cookie.value, "url": live_server}])
        return page

    return as_actor


# --- accessibility -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails on anything axe-core finds."""

    def check(page: Page) -> None:
        assert not faults(page), page.url

    return check


@pytest.fixture
def check_page(axe: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """`check_page(page, address)`: it opens, axe finds nothing, and it is no wider than a phone."""

    def look(page: Page, address: str) -> None:
        page.set_viewport_size(DESKTOP)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{address} is {wide} pixels wide on a phone"
        if EVERYTHING:
            axe(page)
        page.set_viewport_size(DESKTOP)

    return look
