"""2. March 2022: providers register, confirm by the mailed link, bring colleagues, show who may sign, fill the passport."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.walk import papers
from tests.walk.hands import click, fill, follow, go, press, said, says
from tests.walk.walker import Walk

PASSWORD = "Kievit op de dijk 7"
PROVIDERS = {
    "nadia": (
        "Stichting Wilgenrijk", "99000011", "foundation", "Heiloo", "14", "Nadia Ferwerdaal", "nadia@wilgenrijk.example",
    ),
    "ruben": (
        "De Waterlijn Jeugdhulp bv", "99000022", "limited_company", "Alkmaar", "38", "Ruben Achterbergh",
        "ruben@waterlijn.example",
    ),
    "selma": (
        "Praktijk Morgenster", "99000033", "sole_trader", "Castricum", "1", "Selma Oudkerken",
        "selma@morgenster.example",
    ),
}  # fmt: skip
GENERAL = {
    "handelsregister": "file", "melding": "file", "gva": "2024-02-24", "beroepsregistratie": "2023-02-20",
    "personeelsmix": "2023-02-20", "vog": "2024-12-31", "meldcode": "2024-12-31", "calamiteiten": "2024-12-31",
    "klachtregeling": "2024-12-31", "medezeggenschap": "2024-12-31", "keurmerk": "2025-03-01", "hulpplan": "file",
    "jaarrekening": "file", "verzekering": "2023-02-20", "kwaliteitsstatuut": "2025-03-01",
}  # fmt: skip
"""Kind of evidence -> last day, or "file" where none is asked."""


def walk(w: Walk) -> None:
    for who in PROVIDERS:
        register(w, who, pictures=who == "nadia")
    invite(w)
    join_by_number(w)
    for who, kind in (("nadia", "sole"), ("ruben", "joint"), ("mirte", "joint"), ("selma", "sole")):
        claim(w, who, kind)
    verify(w)
    for who in PROVIDERS:
        fill_passport(w, w.person(who))
    page = go(w.person("nadia"), "/bewijspaspoort")
    w.shot(page, "bewijspaspoort")
    for who in PROVIDERS:
        page = go(w.person(who), "/regio/alkmaar")
        press(page, "Volg deze regio")
    w.shot(go(w.person("nadia"), "/start"), "start-aanbieder")


def register(w: Walk, who: str, *, pictures: bool = False) -> None:
    name, kvk, form, place, workers, person, email = PROVIDERS[who]
    page = go(w.visitor(), "/registreren")
    if pictures:
        with w.expecting(422):
            fill(page, kvk_number="123", organisation_name=name)
            press(page, "Registreer")
            w.shot(page, "registreren-fout")
        assert says(page, "8 cijfers")
    fill(
        page, kvk_number=kvk, organisation_name=name, legal_form=form, place=place, offers_stay="nee",
        youth_workers=workers, person_name=person, email=email, password=PASSWORD,
    )  # fmt: skip
    if pictures:
        w.shot(page, "registreren")
    press(page, "Registreer")
    w.knows(who, email, PASSWORD)
    page.goto(w.mailed(email, r'href="([^"]+/bevestigen/[\w-]+)"'))
    if pictures:
        w.shot(page, "bevestigen")
    press(page, "Bevestig mijn adres")
    assert says(page, "Uw e-mailadres is bevestigd. U kunt nu inloggen.")


def invite(w: Walk) -> None:
    """Nadia invites a colleague, who comes in by the mailed link."""
    page = go(w.person("nadia"), "/organisatie/leden")
    fill(page, email="tom@wilgenrijk.example")
    press(page, "Verstuur de uitnodiging")
    w.shot(page, "leden")
    link = w.mailed("tom@wilgenrijk.example", r'href="([^"]+/uitnodiging/[\w-]+)"')
    w.shot(go(w.visitor(), "/oefenomgeving/postvak"), "postvak")
    page = go(w.visitor(), link)
    fill(page, name="Tom Veldkampen", password=PASSWORD)
    w.shot(page, "uitnodiging")
    press(page, "Maak mijn account")
    w.knows("tom", "tom@wilgenrijk.example", PASSWORD)
    w.shot(w.person("tom"), "start-medewerker")


def join_by_number(w: Walk) -> None:
    """A second person with the same KvK number is led to the organisation's administrator."""
    page = go(w.visitor(), "/registreren")
    name, kvk, form, place, workers, _person, _email = PROVIDERS["ruben"]
    fill(
        page, kvk_number=kvk, organisation_name=name, legal_form=form, place=place, offers_stay="nee",
        youth_workers=workers, person_name="Mirte Zonneveldt", email="mirte@waterlijn.example", password=PASSWORD,
    )  # fmt: skip
    with w.expecting(409):
        press(page, "Registreer")
        w.shot(page, "organisatie-bekend")
    press(page, "Vraag toegang")
    page = go(w.person("ruben"), "/start")
    w.shot(page, "iemand-vraagt-toegang")
    press(go(page, "/organisatie/leden"), "Laat Mirte Zonneveldt toe")
    page = go(w.visitor(), w.mailed("mirte@waterlijn.example", r'href="([^"]+/uitnodiging/[\w-]+)"'))
    fill(page, name="Mirte Zonneveldt", password=PASSWORD)
    press(page, "Maak mijn account")
    w.knows("mirte", "mirte@waterlijn.example", PASSWORD)


def claim(w: Walk, who: str, kind: str) -> None:
    page = go(w.person(who), "/organisatie/tekenbevoegdheid")
    follow(page, "Leg mijn bevoegdheid vast")
    fill(page, kind=kind, extract=papers.pdf("uittreksel-handelsregister"), extract_date="2022-02-24")
    if who == "nadia":
        w.shot(page, "tekenbevoegdheid")
    press(page, "Leg vast")


def verify(w: Walk) -> None:
    """The officer looks at the extract and lays the authority down."""
    page = go(w.person("esra"), "/verificaties")
    w.shot(page, "verificaties")
    for number in range(4):
        go(page, "/verificaties")
        click(page.locator('main a[href*="/verificaties/"]').first)
        if number == 0:
            w.shot(page, "verificatie")
        fill(page, compared=True)
        press(page, "Stel de bevoegdheid vast")


def fill_passport(w: Walk, page: Page) -> None:
    for code, until in GENERAL.items():
        go(page, f"/bewijspaspoort/toevoegen/{code}")
        facts: dict[str, object] = {"issued_on": "2022-02-24"}
        for name, value in (("issuer", "Stichting Voorbeeldkeur"), ("reference", "VB-2022-001")):
            if page.locator(f'[name="{name}"]').count():
                facts[name] = value
        if until != "file":
            facts["valid_until"] = until
        if page.locator('[name="file"]').count():
            facts["file"] = papers.pdf(code)
        if page.locator('[name="statement"]').count():
            facts["statement"] = "Wij verklaren dat dit klopt voor iedereen die met jeugdigen werkt."
        fill(page, facts)
        if code == "vog" and "vog" not in w.notes:
            w.notes["vog"] = "seen"
            w.shot(page, "vog-verklaring")
        press(page, "Zet in mijn paspoort")
        assert "/toevoegen" not in page.url, f"{code}: {said(page)[:400]}"
