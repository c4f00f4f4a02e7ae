"""4. May 2022: a question, an answer, and a numbered note that does not show who asked."""

from __future__ import annotations

from tests.walk.hands import click, fill, follow, go, press, said
from tests.walk.walker import Walk


def walk(w: Walk) -> None:
    w.clock("2022-05-12T11:00")
    page = go(w.person("nadia"), f"{w.notes['public']}/vragen")
    fill(
        page, subject="G5",
        text="Wij zijn Wilgenrijk en werken met twaalf vrijwilligers. Moeten wij ook voor hen een VOG laten zien?",
    )  # fmt: skip
    w.shot(page, "vraag-stellen")
    press(page, "Stel deze vraag")
    w.clock("2022-05-18T14:00")
    page = go(w.person("esra"), "/start")
    w.shot(page, "start-inkoper")
    go(page, f"{w.notes['procedure']}/vragen")
    click(page.locator('main a[href*="/vragen/"]').first)
    assert "Wilgenrijk" not in page.locator("h1").inner_text()
    fill(
        page, public_text="Geldt de VOG-eis ook voor vrijwilligers?",
        answer="Ja, voor iedereen die met jeugdigen werkt. Stuur geen VOG mee.",
    )  # fmt: skip
    w.shot(page, "vraag-beantwoorden")
    press(page, "Zet klaar voor de nota")
    go(page, f"{w.notes['procedure']}/vragen")
    w.shot(page, "antwoorden-klaar")
    follow(page, "Bekijk nota 1")
    w.shot(page, "nota-voor-publicatie")
    press(page, "Publiceer nota 1")
    page = go(w.person("ruben"), f"{w.notes['public']}/nota/1")
    assert "vrijwilligers" in said(page)
    assert "Wilgenrijk" not in said(page)
    w.shot(page, "nota-van-inlichtingen")
    with page.expect_download() as download:
        click(page.locator('main a[href$="/docx"]').first, stays=True)
    assert download.value.suggested_filename.endswith(".docx")
    w.mailed("ruben@waterlijn.example", r"(nota/1)")
