"""8. A round of the table: seats, agenda, minutes, three agreements: consensus, mediation, and a ruling by the colleges."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.walk.hands import choose, click, fill, follow, go, in_language, press, said, tick, unfold
from tests.walk.walker import Walk

SEATS = (
    ("municipality", "Gemeenten", "person", "Anneke"), ("provider", "Wilgenrijk", "organisation", "Wilgenrijk"),
    ("provider", "De Waterlijn", "organisation", "Waterlijn"), ("access", "Toegang", "person", "Yasmin"),
    ("education", "Onderwijs", "person", "Bram"), ("experience", "Ervaringsdeskundigen", "person", "Sofie"),
)  # fmt: skip
SAID = {
    2: "De tafel wil behandelingen eerder evalueren. Onderwijs liet weten graag vooraf te horen dat hulp stopt.",
    3: "De Waterlijn vraagt om een afspraak over vervoer. De voorzitter gaat bemiddelen.",
    4: "Wilgenrijk heeft bezwaar tegen openbare cijfers per aanbieder. Ook hierover wordt bemiddeld.",
}
AGENDA = "13:45 Korter waar het kan\n14:20 Zo thuis mogelijk\n15:00 Delen van wachttijden"


def walk(w: Walk) -> None:
    w.clock("2023-02-01T10:00")
    table = fill_table(w)
    meeting = plan(w, table)
    w.clock("2023-03-15T13:40")
    hold(w, meeting)
    three_agreements(w, table)
    w.clock("2023-04-12T10:00")
    ruling(w)
    w.clock("2023-05-10T10:00")
    decide(w)
    minutes(w, meeting)


def fill_table(w: Walk) -> str:
    page = go(w.person("hugo"), "/ontwikkeltafels")
    w.shot(page, "ontwikkeltafels")
    click(page.locator('main a[href*="/ontwikkeltafels/"]').first)
    table = page.url
    for kind, label, field, who in SEATS:
        go(page, f"{table}/zetels/nieuw")
        fill(page, kind=kind, label=label)
        choice = page.locator(f'[name="{field}"]')
        option = choice.locator("option").filter(has_text=who).first
        choose(choice, option.get_attribute("value") or "")
        if kind == "access":
            w.shot(page, "zetel")
        press(page, "Bewaar de zetel")
    go(page, f"{table}/spelregels")
    fill(page, text="Wij zoeken consensus. Wie bezwaar heeft, zegt waarom en wat wel kan.")
    press(page, "Bewaar de spelregels")
    press(go(page, table), "Begin met deze tafel")
    w.shot(page, "tafel")
    return table


def plan(w: Walk, table: str) -> str:
    page = go(w.person("hugo"), f"{table}/rondes/nieuw")
    fill(page, day="2023-03-15", starts="13:30", ends="16:00", location="Stadskantoor, zaal 2", points=AGENDA)
    w.shot(page, "ronde-plannen")
    press(page, "Plan deze ronde")
    w.notes["ronde"] = f"{table}/rondes/1"
    page = go(w.person("lotte"), "/start")
    w.shot(page, "start-secretaris")
    click(page.locator('main a[href*="/overleggen/"]').first)
    meeting = page.url
    press(page, "Stuur de agenda rond")
    w.shot(page, "agenda-verstuurd")
    mail = w.mailed("tafel@onderwijs.example", r"(Stadskantoor)")
    assert mail
    w.shot(w.visitor(), "uitnodiging-in-het-postvak")
    return meeting


def hold(w: Walk, meeting: str) -> None:
    page = go(w.person("lotte"), f"{meeting}/aanwezigheid")
    for group in page.locator("main fieldset").all():
        excused = "Onderwijs" in group.inner_text()
        tick(group.locator(f'input[value="{"excused" if excused else "present"}"]'))
    w.shot(page, "aanwezigheid")
    press(page, "Bewaar de aanwezigheid")
    go(page, meeting)
    follow(page, "Typ bij punt 1")
    box = page.locator('[name="minutes"]')
    box.press_sequentially("De voorzitter leest het protocol voor. Iedereen kent het.", delay=15)
    if w.way.scripts:
        page.locator("[data-saved-line]").get_by_text(in_language(page, "Bewaard om")).wait_for()
    w.shot(page, "verslag-live-getypt")
    press(page, "Bewaar")
    for point, text in SAID.items():
        go(page, meeting)
        follow(page, f"Typ bij punt {point}")
        fill(page, minutes=text)
        press(page, "Bewaar")
        expect(page.locator("main")).to_contain_text(in_language(page, "Bewaard."))
    go(page, f"{meeting}/acties")
    fill(page, what="Voorbeeld van een afrondingsgesprek rondsturen", due_on="2023-04-26")
    press(page, "Noteer het actiepunt")


def three_agreements(w: Walk, table: str) -> None:
    page = w.person("lotte")
    propose(
        w,
        page,
        "Korter waar het kan",
        "Elke behandeling wordt na zes maanden met het gezin geëvalueerd.",
        kpi="Kortere trajecten",
    )
    w.notes["duur"] = page.url
    positions(page, {"Onderwijs": ("reservation", "Scholen horen graag twee maanden vooraf dat hulp stopt.")})
    w.shot(page, "standpunt-per-zetel")
    press(go(w.person("hugo"), w.notes["duur"]), "Leg consensus vast")
    w.shot(w.person("hugo"), "consensus")
    propose(w, page, "Zo thuis mogelijk", "Voor elke uithuisplaatsing komt binnen een week een overleg.")
    w.notes["thuis"] = page.url
    positions(page, {"De Waterlijn": ("objection", "Zonder afspraak over vervoer komt het gezin er niet.")})
    mediate(w, w.notes["thuis"], "De Waterlijn kan instemmen als het ook op afstand kan.", picture=True)
    go(page, f"{w.notes['thuis']}/tekst")
    fill(page, text="Voor elke uithuisplaatsing komt binnen een week een overleg, op locatie of op afstand.")
    press(page, "Bewaar de tekst")
    positions(go(page, w.notes["thuis"]), {})
    close(w, w.notes["thuis"], "consensus")
    propose(w, page, "Wachttijden delen", "Elke aanbieder meldt elke maand de wachttijd per product.")
    w.notes["wachttijd"] = page.url
    positions(page, {"Wilgenrijk": ("objection", "Openbare cijfers per aanbieder zeggen te weinig.")})
    mediate(w, w.notes["wachttijd"], "Een tussenweg lukt niet.")
    close(w, w.notes["wachttijd"], "failed")


def propose(w: Walk, page: Page, title: str, text: str, *, kpi: str = "") -> None:
    go(page, f"{w.notes['ronde']}/afspraken/nieuw")
    fill(page, title=title, text=text)
    tick(page.locator('[name="obligation"]').first)
    if kpi:
        unfold(page.locator("summary").filter(has_text=in_language(page, "KPI en streefwaarde")))
        tick(page.get_by_label(re.compile(in_language(page, kpi), re.I)).first)
        fill(page, kpi_value="10", kpi_date="2025-12-31")
        w.shot(page, "afspraak-met-streefwaarde")
    press(page, "Leg het voorstel vast")
    page.wait_for_url(re.compile(r"/afspraken/\d+$"))  # what is being saved goes first


def positions(page: Page, dissent: dict[str, tuple[str, str]]) -> None:
    for group in page.locator("main fieldset.p-segment").all():
        legend = group.locator("legend").inner_text()
        stance, reason = next((said for name, said in dissent.items() if legend.endswith(name)), ("consent", ""))
        tick(group.locator(f'input[value="{stance}"]'))
        if reason:
            box = group.locator("input").first.get_attribute("name") or ""
            fill(page, {box.replace("standpunt_", "reden_"): reason})
    press(page, "Bewaar de standpunten")
    expect(page.locator("main")).to_contain_text(in_language(page, "De standpunten zijn bewaard."))


def mediate(w: Walk, address: str, note: str, *, picture: bool = False) -> None:
    """What is said lies apart, sealed; the page of the agreement shows only that there is mediation."""
    page = go(w.person("hugo"), address)
    if picture:
        w.shot(page, "geen-consensus")
    press(page, "Start bemiddeling")
    follow(go(page, address), "Naar het vertrouwelijke dossier")
    fill(page, text=note)
    press(page, "Bewaar verzegeld")
    if picture:
        w.shot(page, "bemiddelingsdossier")
    assert note not in said(go(w.person("lotte"), address))


def close(w: Walk, address: str, outcome: str) -> None:
    page = go(w.person("hugo"), address)
    follow(page, "Naar het vertrouwelijke dossier")
    fill(page, outcome=outcome)
    press(page, "Leg de uitkomst vast")


def ruling(w: Walk) -> None:
    page = go(w.person("hugo"), f"{w.notes['wachttijd']}/uitspraak")
    fill(page, question="Moeten wachttijden per aanbieder en product openbaar zijn?")
    press(page, "Vraag om een uitspraak")
    w.shot(page, "uitspraak-gevraagd")


def decide(w: Walk) -> None:
    """Each college's own decision: date, number, and the mandate of the register."""
    people = [who for who, person in w.people.items() if person.email.startswith("wethouder@")]
    for number, who in enumerate(people):
        page = go(w.person(who, fresh=True), "/uitspraken")
        click(page.locator('main a[href*="/uitspraken/"]').first)
        fill(page, vote="for", decided_on="2023-05-09", number=f"2023-{41 + number}")
        if number == 0:
            w.shot(page, "collegebesluit")
        press(page, "Leg het besluit vast")
    w.shot(go(w.person("hugo"), w.notes["wachttijd"]), "uitspraak-van-de-gemeenten")
    w.shot(go(w.person("ineke"), "/kpi"), "kpi-met-streefwaarde")


def minutes(w: Walk, meeting: str) -> None:
    w.clock("2023-06-05T10:00")
    page = go(w.person("lotte"), f"{meeting}/verslag-rondsturen")
    fill(page, until="2023-06-19")
    press(page, "Stuur rond")
    page = go(w.person("onderwijs"), f"{meeting}/reactie")
    fill(page, text="Bij punt 2: de scholen vroegen om twee maanden vooraf, niet één.")
    w.shot(page, "reactie-op-het-verslag")
    press(page, "Verstuur uw reactie")
    w.clock("2023-06-21T11:00")
    page = go(w.person("hugo"), meeting)
    w.shot(page, "verslag-met-reacties")
    press(page, "Stel het verslag vast")
    w.shot(page, "verslag-vastgesteld")
    address = f"{w.notes['ronde']}/verslag.docx"
    for _attempt in range(30):
        answer = page.request.get(address)
        if answer.status == 200:
            break
        page.wait_for_timeout(1000)
    assert answer.body().startswith(b"PK"), answer.status
