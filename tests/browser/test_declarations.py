"""A declaration in a browser: what was typed outlives the look before sending, and a button stays under the mouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.access import Actor
from portal.compliance.declarations.models import Declaration
from portal.work import Office
from tests.compliance import builder

FIGURES = {
    "turnover": "1.840.000",
    "result": "115.000",
    "region_share": "40",
    "explanation": "Een vacature bleef open.",
}


@pytest.fixture
def desk(office: Office) -> Any:
    desk = builder.settle(office)
    desk.year_begins()
    return desk


def drafts(page: Page) -> dict[str, Any]:
    kept = page.evaluate("() => Object.fromEntries(Object.entries(localStorage))")
    return {key: json.loads(value) for key, value in kept.items()}


def look(page: Page, address: str) -> None:
    page.goto(address)
    for name, value in FIGURES.items():
        page.locator(f'[name="{name}"]').fill(value)
    page.get_by_role("button", name="Bekijk de berekening").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk na en dien in")


def test_a_draft_stays_while_one_looks_and_goes_when_it_is_filed(desk: Any, enter: Callable[[Actor], Page]) -> None:
    page = enter(desk.provider)
    look(page, f"/verantwoording/{desk.id_of(builder.MARGIN)}/indienen")
    (draft,) = drafts(page).values()
    assert draft["values"]["turnover"] == "1.840.000"
    page.get_by_role("button", name="Dien de verklaring in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingediend")
    assert drafts(page) == {}
    assert len(desk.rows(Declaration)) == 1


def test_who_was_logged_out_while_looking_finds_the_answers_in_the_form(
    desk: Any, enter: Callable[[Actor], Page]
) -> None:
    page, address = enter(desk.provider), f"/verantwoording/{desk.id_of(builder.MARGIN)}/indienen"
    look(page, address)
    page.context.clear_cookies()
    page.get_by_role("button", name="Dien de verklaring in").click()
    page.wait_for_load_state()
    assert desk.rows(Declaration) == []
    enter(desk.provider)
    page.goto(address)
    for name, value in FIGURES.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)


def test_a_button_stays_under_the_mouse_when_the_last_error_is_mended(
    desk: Any, enter: Callable[[Actor], Page]
) -> None:
    desk.files(builder.MARGIN, result=Decimal(115_000), explanation="Een vacature bleef open.")
    page = enter(desk.manager)
    page.goto(f"/verantwoording/{desk.id_of(builder.MARGIN)}")
    page.get_by_role("button", name="Markeer als gecontroleerd").click()
    expect(page.locator("#reason-fout")).to_be_visible()
    page.locator('[name="outcome"][value="repay"]').check()
    page.locator('[name="reason"]').fill("Er is geen plan.")
    page.get_by_role("button", name="Markeer als gecontroleerd").click()
    expect(page.get_by_text("Gecontroleerd door Mo Manager")).to_be_visible()
