"""7. Contracts: drawn up, signed by the provider and by each municipality's proxy holder, in force on 1 January 2023."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.walk.hands import click, fill, go, in_language, press, said, says, tick
from tests.walk.walker import Walk

SIGNATORIES = {"Wilgenrijk": ("nadia",), "Waterlijn": ("ruben", "mirte"), "Morgenster": ("selma",)}


def walk(w: Walk) -> None:
    w.clock("2022-09-05T10:00")
    contracts = draw_up(w)
    for number, (name, address) in enumerate(contracts.items()):
        for who in SIGNATORIES[name]:
            sign(w, who, address, picture=number == 0)
    w.clock("2022-10-03T11:00")
    municipalities = [who for who, person in w.people.items() if person.email.startswith("wethouder@")]
    for who in municipalities:
        sign_for_municipality(w, who)
    w.clock("2023-01-02T09:00")
    page = go(w.person("nadia"), contracts["Wilgenrijk"])
    w.shot(page, "contract-in-werking")
    with page.expect_download() as download:
        click(page.locator('main a[href$="/document"]').first, stays=True)
    assert download.value.suggested_filename.endswith(".docx")
    w.shot(go(w.visitor(), "/"), "toegelaten-aanbieders")


def draw_up(w: Walk) -> dict[str, str]:
    page = go(w.person("fenna"), "/contracten/op-te-stellen")
    w.shot(page, "op-te-stellen")
    links = page.locator('main a[href*="/contracten/op-te-stellen/"]')
    made = {}
    for address in dict.fromkeys(links.evaluate_all("all => all.map(a => a.getAttribute('href'))")):
        go(page, address)
        fill(page, estimated_value="640.000")
        if not made:
            w.shot(page, "contract-opstellen")
        press(page, "Stel het contract op")
        name = next(name for name in SIGNATORIES if name in said(page) or name in page.title())
        made[name] = page.url
        send(w, page, picture=len(made) == 1)
    return made


def send(w: Walk, page: Page, *, picture: bool) -> None:
    """The document is made by the scheduler; then all parties are asked."""
    button = page.get_by_role("button", name=in_language(page, "Verstuur ter ondertekening"))
    for _attempt in range(40):
        if button.count() and button.is_enabled():
            break
        page.wait_for_timeout(1000)
        page.reload()
    if picture:
        w.shot(page, "contract-klaar-om-te-versturen")
    press(page, "Verstuur ter ondertekening")


def sign(w: Walk, who: str, address: str, *, picture: bool) -> None:
    page = go(w.person(who, fresh=True), f"{address.split('?')[0]}/ondertekenen")
    fill(page, agree=True)
    if picture:
        w.shot(page, "contract-ondertekenen")
    press(page, "Onderteken het contract")
    expect(page).not_to_have_url(re.compile("/ondertekenen$"))


def sign_for_municipality(w: Walk, who: str) -> None:
    page = go(w.person(who, fresh=True), "/contracten/te-tekenen")
    for box in page.locator('main [name="chosen"]').all():
        tick(box)
    fill(page, agree=True)
    if "gemeente" not in w.notes:
        w.notes["gemeente"] = "seen"
        w.shot(page, "gemeente-ondertekent")
    press(page, "Onderteken de gekozen contracten")
    assert not says(page, "Niet alles is getekend"), said(page)[:500]
