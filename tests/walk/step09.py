"""9. 2024, over 2023: obligations, reminders, declarations; one checked, one handed back, one late until it is a signal."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from portal.practice.story.year import ANSWERS
from tests.walk.hands import click, fill, go, in_language, press, said, says
from tests.walk.walker import Walk


def walk(w: Walk) -> None:
    w.clock("2024-04-08T10:00")
    page = go(w.person("nadia"), "/start")
    w.shot(page, "start-aanbieder-2024")
    w.shot(go(page, "/verantwoording"), "verplichtingen")
    assert w.mailed("nadia@wilgenrijk.example", r"([Ee]valuati)")
    evaluation(w)
    margin(w)
    wnt(w)
    w.clock("2024-04-29T10:00")
    manager(w)
    w.clock("2024-05-20T09:00")
    signal(w)


def open_item(page: Page, words: str) -> None:
    """The obligation of this name, from the list."""
    go(page, "/verantwoording")
    click(
        page.locator('main a[href*="/verantwoording/"]')
        .filter(has_text=re.compile(in_language(page, words), re.I))
        .first
    )


def evaluation(w: Walk) -> None:
    page = w.person("nadia")
    open_item(page, "evaluatie")
    go(page, f"{page.url}/indienen")
    fill(page, {code: text for code, _question, text in ANSWERS})
    w.shot(page, "evaluatie")
    press(page, "Bekijk uw antwoorden")
    w.shot(page, "evaluatie-nakijken")
    press(page, "Dien de evaluatie in")


def margin(w: Walk) -> None:
    page = w.person("nadia")
    open_item(page, "winstmarge")
    go(page, f"{page.url}/indienen")
    fill(
        page, turnover="1.840.000", result="115.000", owner_pay="0", region_share="40",
        explanation="Een vacature bleef acht maanden open. Het bedrag gaat naar scholing.",
    )  # fmt: skip
    w.shot(page, "winstmarge")
    press(page, "Bekijk de berekening")
    w.shot(page, "winstmarge-nakijken")
    press(page, "Dien de verklaring in")
    assert says(page, "6,25"), said(page)[:800]
    w.shot(page, "winstmarge-ingediend")


def wnt(w: Walk) -> None:
    page = w.person("nadia")
    open_item(page, "WNT")
    go(page, f"{page.url}/indienen")
    fill(page, {
        "basis": "statutory", "wnt_class": "II", "points": "7",
        "officials-0-name": "N. Ferwerdaal", "officials-0-function": "bestuurder", "officials-0-starts_on": "2023-01-01",
        "officials-0-ends_on": "2023-12-31", "officials-0-part_time_factor": "1", "officials-0-pay": "118.400",
        "officials-1-name": "H. Kolkman", "officials-1-function": "bestuurder", "officials-1-starts_on": "2023-04-01",
        "officials-1-ends_on": "2023-12-31", "officials-1-part_time_factor": "0,5", "officials-1-pay": "61.250",
    })  # fmt: skip
    w.shot(page, "wnt-verklaring")
    press(page, "Bekijk de berekening")
    w.shot(page, "wnt-nakijken")
    press(page, "Dien de verklaring in")
    w.shot(page, "wnt-ingediend")


def manager(w: Walk) -> None:
    page = go(w.person("fenna"), "/start")
    w.shot(page, "start-contractmanager")
    w.shot(go(page, "/verantwoording"), "wie-is-te-laat")
    check(w, page, "winstmarge")
    ask(w, page)


def item_of(page: Page, words: str) -> None:
    """From what waits for the contract manager."""
    go(page, "/start")
    click(
        page.locator('main a[href*="/verantwoording/"]')
        .filter(has_text=re.compile(in_language(page, words), re.I))
        .first
    )


def check(w: Walk, page: Page, words: str) -> None:
    item_of(page, words)
    fill(page, outcome="explained", reason="De vacature staat in de jaarrekening en het bedrag gaat naar scholing.")
    w.shot(page, "controleren")
    press(page, "Markeer als gecontroleerd")
    w.shot(page, "gecontroleerd")


def ask(w: Walk, page: Page) -> None:
    item_of(page, "WNT")
    fill(page, question="De tweede bestuurder begon op 1 april. Klopt de deeltijdfactor?", answer_by="2024-05-24")
    press(page, "Stuur de vraag")
    w.shot(page, "vraag-gesteld")
    w.shot(go(w.person("nadia"), "/start"), "vraag-aan-aanbieder")


def signal(w: Walk) -> None:
    """De Waterlijn never filed its evaluation: reminded, then the contract manager, then a signal."""
    page = go(w.person("ruben"), "/start")
    w.shot(page, "start-te-laat")
    assert w.mailed("ruben@waterlijn.example", r"([Tt]e laat|[Ll]ate)")
    page = go(w.person("fenna"), "/signalen")
    w.shot(page, "signalen")
    click(page.locator('main a[href*="/signalen/"]').first)
    w.shot(page, "signaal")
