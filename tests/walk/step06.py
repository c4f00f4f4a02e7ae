"""6. Two officers open; assessors declare and judge; the mandate holder decides; letters; finality by hand."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.walk.hands import choose, click, fill, go, press, said, says, tick
from tests.walk.walker import Walk

REFUSED = "HA-2.HA-2c"
DOUBT = "HA-1.HA-1c"
AGAINST = {
    REFUSED: "Het veiligheidsplan zegt niet wie er 's nachts en in het weekend bereikbaar is.",
    DOUBT: "De toelichting noemt drie methoden, maar niet voor welke diagnosegroep en volgens welke richtlijn.",
}


AGREED = (
    "De drie methoden staan in de richtlijnen voor angst, somberheid en trauma: de groepen die de aanbieder behandelt."
)


def walk(w: Walk) -> None:
    w.clock("2022-06-16T09:00")
    open_all(w)
    assign(w)
    w.clock("2022-07-04T09:00")
    for who in ("marloes", "joris"):
        judge_all(w, who)
    w.clock("2022-07-18T11:00")
    settle(w)
    w.clock("2022-08-01T10:00")
    decide(w)
    letters(w)
    w.clock("2022-08-23T09:30")
    confirm(w)


def open_all(w: Walk) -> None:
    address = f"{w.notes['procedure']}/openen"
    page = go(w.person("esra", fresh=True), "/start")
    w.shot(page, "start-inkoper-te-openen")
    press(go(page, address), "Open als eerste inkoper")
    w.shot(page, "eerste-inkoper-opende")
    page = go(w.person("pieter", fresh=True), address)
    press(page, "Open als tweede inkoper")
    w.shot(go(page, address), "geopend")


def assign(w: Walk) -> None:
    page = go(w.person("esra"), f"{w.notes['procedure']}/beoordeling")
    for person in ("Marloes", "Joris"):
        for box in page.locator('main input[name="kies"]').all():
            tick(box)
        choice = page.locator('[name="assessor_id"]')
        choose(choice, choice.locator("option").filter(has_text=person).first.get_attribute("value") or "")
        press(page, "Wijs toe")
    w.shot(page, "beoordelaars-toegewezen")


def judge_all(w: Walk, who: str) -> None:
    page = go(w.person(who), "/beoordelen")
    files = page.locator('main a[href*="/beoordelen/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for number, address in enumerate(dict.fromkeys(files)):
        go(page, address)
        fill(page, conflict="nee")
        if who == "marloes" and number == 0:
            w.shot(page, "belang-melden")
        press(page, "Leg mijn antwoord vast")
        go(page, address)
        judge(w, page, who, first=number == 0)
        go(page, address)
        if who == "marloes" and number == 0:
            w.shot(page, "alles-beoordeeld")
        press(page, "Zet mijn oordeel vast")


def judge(w: Walk, page: Page, who: str, *, first: bool) -> None:
    """One criterion after the other: meets or does not, with reasons; no score."""
    is_wilgenrijk = "Wilgenrijk" in page.locator("main").inner_text() or "Wilgenrijk" in page.title()
    click(page.locator('main a[href*="/criteria/"]').first)
    while "/criteria/" in page.url:
        key = page.url.split("?")[0].rsplit("/", 1)[-1]
        bad = is_wilgenrijk and (key == REFUSED or (key == DOUBT and who == "joris"))
        fill(page, verdict="does_not_meet" if bad else "meets", reasons=AGAINST[key] if bad else reasons_for(page))
        if who == "marloes" and first and key == DOUBT:
            w.shot(page, "eis-en-bewijs-naast-elkaar")
        click(page.locator("main form button[type=submit].utrecht-button--primary-action"))


def reasons_for(page: Page) -> str:
    """Why it meets: the page of the document that shows it, or what the provider wrote or declared."""
    title = page.locator("h1").inner_text().removesuffix(" beoordelen").removeprefix("Assess ")
    documents = page.locator("main .p-bewijs .p-zetel__naam")
    if documents.count():
        return (
            f"Pagina 1 van “{documents.first.inner_text()}” laat zien wat de eis “{title}” vraagt. Het stuk is geldig."
        )
    if says(page, "Toelichting van de aanbieder"):
        return f"De toelichting geeft een volledig antwoord op de eis “{title}”."
    return f"De aanbieder verklaart wat de eis “{title}” vraagt. Wij weten niets dat daarmee in strijd is."


def settle(w: Walk) -> None:
    page = w.person("esra")
    board = f"{w.notes['procedure']}/beoordeling"
    files = go(page, board).locator('main a[href*="/beoordeling"][href*="/inkoop/inschrijvingen/"]')
    for address in files.evaluate_all("all => all.map(a => a.getAttribute('href'))"):
        go(page, address.replace("/beoordeling", "/vaststellen"))
        if page.locator('[name="verdict"]').count():
            fill(page, verdict="meets", reasons=AGREED)
            w.shot(page, "overleg")
            press(page, "Leg het oordeel vast")
        press(page, "Stel de beoordeling vast")
    w.shot(go(page, board), "beoordeling-vastgesteld")


def decide(w: Walk) -> None:
    address = f"{w.notes['procedure']}/besluiten"
    page = go(w.person("esra"), address)
    press(page, "Bereid de besluiten voor")
    w.shot(page, "besluiten-voorbereid")
    page = go(w.person("alkmaar", fresh=True), "/start")
    w.shot(page, "start-mandaathouder")
    go(page, f"{address}/nemen")
    for box in page.locator('main input[name="besluit"]').all():
        tick(box)
    w.shot(page, "besluiten-nemen")
    press(page, "Neem de gekozen besluiten")
    assert says(page, "besluiten zijn genomen"), said(page)[:500]
    page = go(w.person("esra"), address)
    press(page, "Maak de besluiten vandaag bekend")


def letters(w: Walk) -> None:
    w.mailed("nadia@wilgenrijk.example", r'(/besluiten/\d+)"')
    page = go(w.person("nadia"), "/besluiten")
    w.shot(page, "besluiten-van-de-aanbieder")
    links = page.locator('main a[href^="/besluiten/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for address in dict.fromkeys(link for link in links if "/brief" not in link):
        go(page, address)
        if "bereikbaar" in said(page):
            w.shot(page, "afwijzing-met-redenen")
            break
    else:
        raise AssertionError("no refusal with its reasons")
    with page.expect_download() as download:
        click(page.locator('main a[href$="/brief"]').first, stays=True)
    assert download.value.suggested_filename.endswith(".docx")


def confirm(w: Walk) -> None:
    """The term is over: only now, and by hand, a decision becomes final."""
    page = go(w.person("pieter"), f"{w.notes['procedure']}/besluiten")
    found = page.locator('main a[href*="/inkoop/besluiten/"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    for number, address in enumerate(dict.fromkeys(found)):
        go(page, address)
        fill(page, checked=True)
        if number == 0:
            w.shot(page, "definitief-bevestigen")
        press(page, "Maak dit besluit definitief")
    w.shot(go(page, f"{w.notes['procedure']}/besluiten"), "alles-definitief")
