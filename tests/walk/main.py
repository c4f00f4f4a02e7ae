"""Walk the steps against a running practice installation. Says what was found and ends with 1 when anything was."""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.walk.hands import Way
from tests.walk.walker import Person, Walk

STEPS = range(1, 11)
STATE = "state.json"
NAMES = {
    "inkoper": "esra", "inkoper2": "pieter", "beoordelaar": "marloes", "beoordelaar2": "joris",
    "contractmanager": "fenna", "voorzitter": "hugo", "secretaris": "lotte", "auditor": "karel", "raadslid": "ineke",
    "toegang": "daan", "beheer": "wim",
}  # fmt: skip
"""What the people of the beginning are called in the steps, by the first part of their address."""


def people_of(card: Path) -> tuple[str, dict[str, Person]]:
    facts = json.loads(card.read_text())
    people = {}
    for user in facts["users"]:
        box, _, domain = user["email"].partition("@")
        name = NAMES.get(box) or domain.removesuffix(".example")
        people[name] = Person(user["email"], user["password"])
    return facts["base"], people


def walk(
    browser: Browser,
    base: str,
    people: dict[str, Person],
    folder: Path,
    steps: Iterable[int] = STEPS,
    *,
    way: Way,
) -> list[str]:
    """Returns what was found. A step that breaks ends the walk, with a picture of where everybody stood."""
    folder.mkdir(parents=True, exist_ok=True)
    w = Walk(base, browser, folder, people, way)
    recall(w)
    try:
        for w.step in steps:
            w.number = 0
            step = import_module(f"tests.walk.step{w.step:02d}")
            sys.stdout.write(f"{step.__doc__}\n")
            sys.stdout.flush()
            step.walk(w)
            remember(w)
    except Exception:
        w.found.append(f"step {w.step} broke off:\n{traceback.format_exc()}")
        for name, page in w._pages.items():
            page.screenshot(path=folder / f"broken-{name or 'visitor'}.png", full_page=True)
            w.found.append(f"  {name or 'visitor'} was at {page.url}")
    finally:
        w.close()
    return w.found


def remember(w: Walk) -> None:
    """What later steps need, kept beside the card so that a walk can be taken up where it stopped."""
    people = {who: [person.email, person.password] for who, person in w.people.items()}
    (w.folder / STATE).write_text(json.dumps({"notes": w.notes, "people": people}))


def recall(w: Walk) -> None:
    if (kept := w.folder / STATE).exists():
        facts = json.loads(kept.read_text())
        w.notes = facts["notes"]
        w.people = {who: Person(*person) for who, person in facts["people"].items()} | w.people


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("card", type=Path, help="the demo.json of a practice installation begun with --begin")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--first", type=int, default=1, help="go on from this step")
    parser.add_argument("--last", type=int, default=10, help="the last step to walk")
    parser.add_argument("--no-script", action="store_true", help="in browsers that run no JavaScript")
    parser.add_argument("--english", action="store_true", help="everybody reads English")
    parser.add_argument("--phone", action="store_true", help="on 390 pixels all the way")
    parser.add_argument("--keyboard", action="store_true", help="by keyboard alone")
    given = parser.parse_args()
    way = Way(scripts=not given.no_script, english=given.english, phone=given.phone, keyboard=given.keyboard)
    base, people = people_of(given.card)
    if given.first == 1:
        (given.folder / STATE).unlink(missing_ok=True)
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        found = walk(browser, base, people, given.folder, range(given.first, given.last + 1), way=way)
        browser.close()
    for line in found:
        sys.stdout.write(f"FOUND {line}\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
