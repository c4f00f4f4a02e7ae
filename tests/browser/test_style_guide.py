"""Every macro in every state: accessible, within the screen, and reachable by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("density", ["ruim", "dicht"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_component_kit_is_accessible_and_fits(
    visitor: Callable[..., Page], axe: Callable[[Page], None], width: int, density: str
) -> None:
    page = visitor(viewport={"width": width, "height": 900})
    page.goto(f"/stijlgids?dichtheid={density}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/stijlgids")
    expect(page.locator("[data-focus]")).to_be_focused()
    page.get_by_role("link", name="Vul in tot wanneer het afbouwplan geldt.").click()
    expect(page.get_by_label("Geldig tot en met")).to_be_focused()


def test_the_first_tab_stop_leads_past_the_header(page: Page) -> None:
    page.goto("/hulp")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#inhoud")).to_be_focused()


def test_the_component_kit_reads_without_javascript(visitor: Callable[..., Page]) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/stijlgids")
    expect(page.get_by_role("heading", level=1, name="Stijlgids")).to_be_visible()
    expect(page.get_by_role("img", name="Doelrealisatie per halfjaar").first).to_be_visible()
