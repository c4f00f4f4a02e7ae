"""A browser per person, pictures at two widths, and an ear for whatever the browser complains of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, Complaints


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
    scripts: bool = True
    """Whether the browsers run JavaScript: everything but convenience works without."""
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
            base_url=self.base, locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESKTOP,
            java_script_enabled=self.scripts,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        complaints = Complaints(self.base)
        complaints.found = self.found
        context.on("page", complaints.watch)
        context.on("response", self._answered)
        self._contexts.append(context)
        return context.new_page()

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
        if self.scripts:
            self.found.extend(f"axe: {page.url}: {fault}" for fault in faults(page))
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(
                "() => scrollTo({ top: 0, behavior: 'instant' })"
            )  # the case bar stands at the top of its page
            target = self.folder / f"{self.step:02d}-{self.number:02d}-{name}-{size['width']}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 1:
                self.found.append(f"step {self.step}: {page.url} is {wide} px too wide at {size['width']}")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

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
            fill(page, moment=step.strftime("%Y-%m-%dT%H:%M:%S" if step.second else "%Y-%m-%dT%H:%M"))
            with page.expect_navigation(timeout=900_000):
                page.locator("main form button[type=submit]").last.click(timeout=900_000, no_wait_after=True)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


# --- what a person does on a page --------------------------------------------------------------------------------


def go(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def fill(page: Page | Locator, more: Mapping[str, object] | None = None, **values: object) -> None:
    """Type, choose, tick or upload, each in the box of that name."""
    for name, value in {**values, **(more or {})}.items():
        box = page.locator(f'[name="{name}"]')
        kind = box.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            _tick(page, name, value)
        elif kind == "select":
            box.select_option(str(value))
        elif kind == "file":
            box.set_input_files(value)  # type: ignore[arg-type]
        else:
            box.fill(str(value))


def _tick(page: Page | Locator, name: str, value: object) -> None:
    if isinstance(value, bool):
        page.locator(f'[name="{name}"]').set_checked(value)
        return
    wanted = {str(item) for item in value}  # type: ignore[attr-defined]
    for box in page.locator(f'[name="{name}"]').all():
        box.set_checked(box.get_attribute("value") in wanted)


def press(page: Page | Locator, words: str, *, nth: int = 0) -> None:
    """The button with these words."""
    page.get_by_role("button", name=words, exact=True).nth(nth).click()


def follow(page: Page | Locator, words: str) -> None:
    """The first link with these words in it."""
    page.get_by_role("link", name=words).first.click()


def said(page: Page) -> str:
    """What the page says in its main part."""
    return page.locator("main").inner_text()
