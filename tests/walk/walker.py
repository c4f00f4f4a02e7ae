"""A browser per person, pictures at two widths, and an ear for whatever the browser complains of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, Complaints
from tests.walk.hands import WAYS, Way, fill, press, said


@dataclass
class Person:
    email: str
    password: str


@dataclass
class Walk:
    """One walk: who can log in, where pictures go, what was found."""

    base: str
    browser: Browser
    folder: Path
    people: dict[str, Person]
    way: Way = field(default_factory=Way)
    step: int = 0
    number: int = 0
    notes: dict[str, str] = field(default_factory=dict)
    """What later steps come back to: addresses, numbers."""
    found: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _expected: set[int] = field(default_factory=set)

    # --- people ----------------------------------------------------------------------------------------------

    def visitor(self) -> Page:
        """Somebody who is not logged in."""
        if "" not in self._pages:
            self._pages[""] = self._arrive()
        return self._pages[""]

    def _arrive(self) -> Page:
        context = self.browser.new_context(
            base_url=self.base, locale="nl-NL", timezone_id="Europe/Amsterdam",
            viewport=PHONE if self.way.phone else DESKTOP, has_touch=self.way.phone,
            java_script_enabled=self.way.scripts,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        WAYS[context] = self.way
        complaints = Complaints(self.base)
        complaints.found = self.found
        context.on("page", complaints.watch)
        context.on("response", self._answered)
        self._contexts.append(context)
        page = context.new_page()
        page.on("filechooser", lambda _chooser: None)  # so that the browser tells of every one, from the first key on
        self._choose_language(page)
        return page

    def _choose_language(self, page: Page) -> None:
        if self.way.english:
            page.goto("/hulp")
            page.get_by_role("button", name="English").click()

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if is_page and response.status >= 400 and response.status not in self._expected:
            self.found.append(f"step {self.step}: {response.status} at {response.url}")

    def knows(self, who: str, email: str, password: str) -> None:
        self.people[who] = Person(email, password)

    def person(self, who: str, *, fresh: bool = False) -> Page:
        """This person at a machine of their own, logged in; `fresh` logs in again, as signing and opening ask."""
        if fresh or who not in self._pages:
            page = self._pages.get(who) or self._arrive()
            if fresh and who in self._pages:
                page.context.clear_cookies()
                self._choose_language(page)
            page.goto("/inloggen")
            fill(page, email=self.people[who].email, password=self.people[who].password)
            press(page, "Inloggen")
            assert "/inloggen" not in page.url, f"{who} cannot log in: {said(page)}"
            self._pages[who] = page
        return self._pages[who]

    # --- looking ---------------------------------------------------------------------------------------------

    def shot(self, page: Page, name: str) -> None:
        """Both widths, numbered; and what axe-core finds on the page."""
        self.number += 1
        if self.way.scripts:
            self.found.extend(f"axe: {page.url}: {fault}" for fault in faults(page))
        if page.locator(".p-teruggezet").count():
            self.found.append(f"step {self.step}: {page.url} puts back text of a form that was sent")
        for size in (PHONE,) if self.way.phone else (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(
                "() => scrollTo({ top: 0, behavior: 'instant' })"
            )  # the case bar stands at the top of its page
            target = self.folder / f"{self.step:02d}-{self.number:02d}-{name}-{size['width']}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 1:
                self.found.append(f"step {self.step}: {page.url} is {wide} px too wide at {size['width']}")
        page.set_viewport_size(PHONE if self.way.phone else DESKTOP)  # type: ignore[arg-type]

    @contextmanager
    def expecting(self, *codes: int) -> Iterator[None]:
        """A refusal that belongs to the story."""
        self._expected = set(codes)
        yield
        self._expected = set()

    # --- mail and time ---------------------------------------------------------------------------------------

    def mailed(self, to: str, pattern: str) -> str:
        """What the newest mail to this address holds, read in the practice mailbox, such as the link in it."""
        page = self.visitor()
        for _attempt in range(120):
            page.goto(f"/oefenomgeving/postvak?q={to}")
            links = page.locator('a[href*="/oefenomgeving/postvak/"]').evaluate_all("all => all.map(a => a.href)")
            for link in [link for link in links if re.search(r"/postvak/\d+$", link)][:4]:
                page.goto(link)
                if found := re.search(pattern, page.content()):
                    return found.group(1)
            page.wait_for_timeout(500)
        raise AssertionError(f"no mail to {to} with {pattern}")

    def clock(self, moment: str) -> None:
        """Move the practice clock by its page, such as to "2022-04-01T09:00"; the jobs run day by day."""
        page = self.visitor()
        while True:
            page.goto("/oefenomgeving/klok")
            here = datetime.fromisoformat(page.locator('[name="moment"]').input_value())
            target = datetime.fromisoformat(moment)
            if here >= target.replace(second=0):
                return
            step = min(target, here.replace(year=here.year + 1))
            moment_words = step.strftime("%Y-%m-%dT%H:%M:%S" if step.second else "%Y-%m-%dT%H:%M")
            page.locator('[name="moment"]').fill(moment_words)  # nobody's work: a clock is no part of the story
            with page.expect_navigation(timeout=900_000):
                page.locator("main form button[type=submit]").last.click(timeout=900_000, no_wait_after=True)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
