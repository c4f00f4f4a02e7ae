"""What a person does on a page: with a mouse or by keyboard alone, in Dutch or in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from playwright.sync_api import BrowserContext, Error, Locator, Page

from portal.translations import stored
from tests.walk.english import PARTS


@dataclass(frozen=True)
class Way:
    """How a walk is gone."""

    scripts: bool = True
    """Whether the browsers run JavaScript: everything but convenience works without."""
    english: bool = False
    phone: bool = False
    keyboard: bool = False
    """Nothing is clicked: Tab, Enter, Space, arrows and typing only."""


WAYS: dict[BrowserContext, Way] = {}
"""How the person in front of each browser goes about it."""


def way_of(place: Page | Locator) -> Way:
    return WAYS.get(page_of(place).context, Way())


def page_of(place: Page | Locator) -> Page:
    return place.page if isinstance(place, Locator) else place


# --- words -------------------------------------------------------------------------------------------------------


def in_language(place: Page | Locator, dutch: str) -> str:
    """These Dutch words of a page in the language of who reads it; the walk is written in Dutch."""
    return english(dutch) if way_of(place).english else dutch


@cache
def english(dutch: str) -> str:
    """Raises KeyError for words that no text of the portal has and the list of parts neither."""
    if dutch in PARTS:
        return PARTS[dutch]
    plain, patterned = _catalogue()
    if dutch in plain:
        return plain[dutch]
    for pattern, text in patterned:
        if found := pattern.fullmatch(dutch):
            return text % found.groupdict()
    raise KeyError(f"no English for {dutch!r}: add it to tests/walk/english.py when it is part of a text")


@cache
def _catalogue() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Texts as they are, and those with values in them as a pattern of the Dutch beside the English."""
    plain, patterned = {}, []
    for message in stored():
        if not isinstance(message.id, str) or not message.id or not isinstance(message.string, str):
            continue
        plain[message.id] = message.string
        names = re.findall(r"%\((\w+)\)[sd]", message.id)
        if names and len(re.findall(r"[a-z]", re.sub(r"%\(\w+\)[sd]", "", message.id))) > 3:
            pattern = re.escape(message.id)
            for name in dict.fromkeys(names):
                place = re.escape(f"%({name})s"), re.escape(f"%({name})d")
                for there in place:
                    pattern = pattern.replace(there, f"(?P<{name}>.+)", 1).replace(there, f"(?P={name})")
            patterned.append((re.compile(pattern), message.string))
    return plain, sorted(patterned, key=lambda pair: -len(pair[0].pattern))


def said(page: Page) -> str:
    """What the page says in its main part."""
    return page.locator("main").inner_text()


def says(page: Page, dutch: str) -> bool:
    """Whether the main part of the page has these words, in the reader's language."""
    return in_language(page, dutch) in said(page)


# --- acts --------------------------------------------------------------------------------------------------------


def go(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def press(place: Page | Locator, dutch: str, *, nth: int = 0) -> None:
    """The button with these words."""
    click(place.get_by_role("button", name=in_language(place, dutch), exact=True).nth(nth))


def follow(place: Page | Locator, dutch: str, *, stays: bool = False) -> None:
    """The first link with these words in it; `stays` for a download, which leads to no other page."""
    click(place.get_by_role("link", name=in_language(place, dutch)).first, stays=stays)


def click(target: Locator, *, stays: bool = False) -> None:
    """A button or a link. The page it leads to is there, its scripts too, before anything else is done: a form that is
    still being saved goes after that, and a page that goes too early has not heard that all was saved."""
    act: Callable[[], None] = target.click
    if way_of(target).keyboard:
        reach(target)
        act = partial(target.page.keyboard.press, "Enter")
    if stays:
        act()
    else:
        _and_arrive(target.page, act)


def unfold(target: Locator) -> None:
    """The heading of something folded away."""
    if way_of(target).keyboard:
        reach(target)
        target.page.keyboard.press("Enter")
    else:
        target.click()


def tick(target: Locator, checked: bool = True) -> None:
    """A tick box, or one of a row of choices."""
    if not way_of(target).keyboard:
        try:
            target.set_checked(checked, timeout=3000)
        except Error:  # drawn by its label, as in a row of choices
            target.set_checked(checked, force=True)
    elif target.get_attribute("type") == "radio":
        _choose_radio(target)
    elif target.is_checked() != checked:
        reach(target)
        target.page.keyboard.press("Space")


def type_in(target: Locator, text: str) -> None:
    """A box for text, a number or a day."""
    if not way_of(target).keyboard:
        target.fill(text)
        return
    keyboard = target.page.keyboard
    reach(target)
    kind = target.get_attribute("type")
    if kind in ("date", "time"):
        _type_figures(target, text, kind)
        return
    keyboard.press("ControlOrMeta+a")
    keyboard.press("Delete")
    keyboard.insert_text(text)


def choose(target: Locator, value: str) -> None:
    """One of a list that folds open, by its value."""
    if not way_of(target).keyboard:
        target.select_option(value)
        return
    reach(target)
    target.page.keyboard.press("Home")
    for _option in range(target.locator("option").count()):
        if target.input_value() == value:
            return
        target.page.keyboard.press("ArrowDown")
    assert target.input_value() == value, f"{value} cannot be chosen by keyboard"


def hand_over(target: Locator, paper: object) -> None:
    """A file in a box for files."""
    if not way_of(target).keyboard:
        target.set_input_files(paper)  # type: ignore[arg-type]
        return
    reach(target)
    with target.page.expect_file_chooser() as chooser:
        target.page.keyboard.press("Space")
    chooser.value.set_files(paper)  # type: ignore[arg-type]


def fill(place: Page | Locator, more: Mapping[str, object] | None = None, /, **values: object) -> None:
    """Type, choose, tick or upload, each in the box of that name."""
    for name, value in {**values, **(more or {})}.items():
        box = place.locator(f'[name="{name}"]')
        kind = box.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind == "radio":
            tick(place.locator(f'[name="{name}"][value="{value}"]'))
        elif kind == "checkbox":
            _tick_some(place, name, value)
        elif kind == "select":
            choose(box, str(value))
        elif kind == "file":
            hand_over(box, value)
        else:
            type_in(box, str(value))


def _tick_some(place: Page | Locator, name: str, value: object) -> None:
    if isinstance(value, bool):
        tick(place.locator(f'[name="{name}"]'), value)
        return
    wanted = {str(item) for item in value}  # type: ignore[attr-defined]
    for box in place.locator(f'[name="{name}"]').all():
        tick(box, box.get_attribute("value") in wanted)


# --- the keyboard ------------------------------------------------------------------------------------------------

HAS_FOCUS = "e => e === document.activeElement"
IN_GROUP = "e => document.activeElement.type === 'radio' && document.activeElement.name === e.name"


def reach(target: Locator, there: str = HAS_FOCUS) -> None:
    """Tab until it has the focus: what cannot be reached so is closed to who uses no mouse."""
    target.wait_for(state="attached")
    for _tab in range(700):
        if target.evaluate(there):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"cannot be reached by Tab: {target.evaluate('e => e.outerHTML')[:200]} at {target.page.url}")


def _choose_radio(target: Locator) -> None:
    """Tab comes into a row of choices once; the arrows go on from there."""
    keyboard = target.page.keyboard
    reach(target, IN_GROUP)
    for _arrow in range(60):
        if target.evaluate(HAS_FOCUS):
            break
        keyboard.press("ArrowDown")
    if not target.is_checked():
        keyboard.press("Space")
    assert target.is_checked(), f"cannot be chosen by keyboard at {target.page.url}"


def _type_figures(target: Locator, text: str, kind: str) -> None:
    """Days and times as the browser's own box wants them; its order of figures is that of the machine's language."""
    if kind == "date":
        year, month, day = text.split("-")
        attempts = [f"{month}{day}{year}", f"{day}{month}{year}", f"{year}{month}{day}"]
    else:
        hour, minute = (int(part) for part in text.split(":")[:2])
        half = "PM" if hour >= 12 else "AM"
        attempts = [f"{hour:02d}{minute:02d}", f"{(hour - 1) % 12 + 1:02d}{minute:02d}{half}"]
    for figures in attempts:
        for _part in range(4):
            target.page.keyboard.press("ArrowLeft")
        target.page.keyboard.type(figures)
        if target.input_value() == text:
            return
    raise AssertionError(f"{text} cannot be typed at {target.page.url}: {target.input_value()!r}")


def _and_arrive(page: Page, act: Callable[[], None]) -> None:
    """A key press does not wait for the page that it leads to, nor a click for one that comes later."""
    page.evaluate("() => { document.documentElement.dataset.left = '1' }")
    act()
    for _wait in range(600):
        try:
            if page.evaluate("() => !document.documentElement.dataset.left && document.readyState === 'complete'"):
                return
        except Error:  # the old page went while it was asked
            pass
        page.wait_for_timeout(50)
    raise AssertionError(f"nothing came of Enter at {page.url}")
