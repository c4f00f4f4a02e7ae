"""Axe-core, asked about one page. Evaluated, not injected: the security policy allows no foreign script."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

STYLES_THAT_DID_NOT_ARRIVE = """() => [...document.querySelectorAll("link[rel=stylesheet]")]
    .filter((link) => { try { return !link.sheet.cssRules.length; } catch { return true; } }).map((link) => link.href)"""
LETTERS_STAND_STILL = "() => document.fonts.ready.then(() => true)"
FAULTS = """() => axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations.flatMap((fault) =>
    fault.nodes.slice(0, 3).map((node) => `${fault.id}: ${node.html}: ${node.failureSummary}`)))"""


@cache
def _source() -> str:
    (script,) = (Path(__file__).parent / "vendor" / "axe-core").glob("*/axe.min.js")
    return script.read_text(encoding="utf-8") + "\n;0"


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page: rule, element, why. Only words cross to the test: that is most of the time."""
    bare = page.evaluate(STYLES_THAT_DID_NOT_ARRIVE)
    assert not bare, f"{page.url} came without its style: what axe then says of colours means nothing"
    page.evaluate(_source())
    page.evaluate(LETTERS_STAND_STILL)
    found: list[str] = page.evaluate(FAULTS)
    return found
