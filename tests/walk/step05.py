"""5. June 2022: a submission for two products, signed, withdrawn and handed in again; two signatories; one second late."""

from __future__ import annotations

import hashlib
import re

from playwright.sync_api import Page, TimeoutError

from portal.practice.story.submissions import FIGURES, WORDS
from tests.walk import papers
from tests.walk.hands import fill, go, in_language, press, said, says, tick, type_in, unfold
from tests.walk.walker import Walk

KEY = "ambulant"
GENERAL = "Zo doen wij dit. Het staat in ons kwaliteitshandboek, hoofdstuk 3. Wij kijken elk jaar of het nog klopt."


def walk(w: Walk) -> None:
    w.clock("2022-06-01T10:00")
    nadia(w)
    joint(w)
    late(w)


def nadia(w: Walk) -> None:
    page = w.person("nadia")
    start(w, page, "HA-1", "HA-2", picture="inschrijving-beginnen")
    w.notes["nadia"] = dossier = page.url.split("?")[0]
    w.shot(page, "takenlijst-per-product")
    answer_all(w, page, dossier, ("HA-1", "HA-2"), pictures=True)
    w.shot(go(page, dossier), "alles-klaar")
    w.shot(go(page, f"{dossier}/controleren"), "controleer-uw-antwoorden")
    w.clock("2022-06-09T16:00")
    sign(w, "nadia", dossier, "Onderteken en dien in", picture="ondertekenen")
    w.shot(page, "ontvangstbewijs")
    page = go(w.person("nadia", fresh=True), f"{dossier}/intrekken")
    press(page, "Trek de inschrijving in")
    w.clock("2022-06-12T10:00")
    go(page, f"{w.notes['public']}/inschrijven")
    w.shot(page, "opnieuw-met-oude-antwoorden")
    press(page, "Begin uw inschrijving")
    w.notes["nadia"] = page.url.split("?")[0]
    sign(w, "nadia", w.notes["nadia"], "Onderteken en dien in")
    for name in ("veiligheidsplan", "hulpplan"):
        check_receipt(w, page, name)


def check_receipt(w: Walk, page: Page, name: str) -> None:
    """The SHA-256 on the page, folded away, and in the mail, is that of the bytes that were sent."""
    word = papers.word(name) if name == "veiligheidsplan" else papers.pdf(name)
    digest = hashlib.sha256(bytes(word["buffer"])).hexdigest()  # type: ignore[call-overload]
    shown = go(page, f"{w.notes['nadia']}/ontvangstbewijs").locator("main").text_content() or ""
    assert digest in shown, name
    w.mailed("nadia@wilgenrijk.example", f"({digest})")


def joint(w: Walk) -> None:
    """De Waterlijn binds itself by two people."""
    page = w.person("ruben")
    start(w, page, "HA-1")
    w.notes["ruben"] = dossier = page.url.split("?")[0]
    answer_all(w, page, dossier, ("HA-1",))
    sign(w, "ruben", dossier, "Onderteken")
    w.shot(page, "wacht-op-tweede-handtekening")
    w.shot(go(w.person("mirte"), "/start"), "start-tweede-ondertekenaar")
    sign(w, "mirte", dossier, "Onderteken en dien in")
    w.shot(w.person("mirte"), "ontvangstbewijs-twee-handtekeningen")


def late(w: Walk) -> None:
    page = w.person("selma")
    start(w, page, "HA-1")
    dossier = page.url.split("?")[0]
    answer_all(w, page, dossier, ("HA-1",))
    w.clock("2022-06-15T16:58")
    page = go(w.person("selma", fresh=True), f"{dossier}/ondertekenen")
    tick(page.get_by_label(in_language(page, "Ik ben bevoegd")))
    sealed_for_buyers(w)
    w.clock("2022-06-15T17:00:01")
    with w.expecting(409, 422):
        press(page, "Onderteken en dien in")
        assert says(page, "te laat")
        w.shot(page, "een-seconde-te-laat")


def sealed_for_buyers(w: Walk) -> None:
    page = go(w.person("esra"), f"{w.notes['procedure']}/inschrijvingen")
    assert "Wilgenrijk" not in said(page)
    w.shot(page, "verzegeld-voor-de-inkoper")
    with w.expecting(404):
        go(page, re.sub(r"^https?://[^/]+", "", w.notes["nadia"]))


def start(w: Walk, page: Page, *codes: str, picture: str = "") -> None:
    go(page, f"{w.notes['public']}/inschrijven")
    for code in codes:
        tick(page.get_by_label(re.compile(rf"^{code} ")))
    if picture:
        w.shot(page, picture)
    press(page, "Begin uw inschrijving")


def answer_all(w: Walk, page: Page, dossier: str, codes: tuple[str, ...], *, pictures: bool = False) -> None:
    """Every part of the task list, product by product."""
    parts: list[str] = []
    for code in codes:
        go(page, f"{dossier}?product={code}")
        found = page.locator('main a[href*="/onderdeel/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
        parts += [address for address in found if address not in parts]
    seen = {
        "HA-1.HA-1c": "eis-met-tekst",
        "G6": "eis-met-bewijs",
        "HA-1.tarief": "tarief",
        "verklaringen": "verklaringen",
    }
    for address in parts:
        go(page, address)
        key = address.split("?")[0].rsplit("/", 1)[-1]
        answer(page, key)
        if pictures and key in seen:
            w.shot(page, seen[key])
        press(page, "Opslaan en controleren")
        try:
            page.wait_for_url(lambda url: "/onderdeel/" not in url, timeout=30_000)
        except TimeoutError as error:
            raise AssertionError(f"{key}: {said(page)[:500]}") from error


def answer(page: Page, key: str) -> None:
    for name in ("visie", "waarheid", "uitsluiting", "agreed"):
        if page.locator(f'[name="{name}"]').count():
            fill(page, {name: True})
    for box in page.locator('[name^="figure-"]').all():
        code = (box.get_attribute("name") or "").removeprefix("figure-")
        type_in(box, FIGURES.get(code, "640000"))
    proofs = page.locator('main [name="proofs"]')
    for box in proofs.all():
        tick(box)
    if page.locator('[name="file"]').count() and (not proofs.count() or key == "G8"):
        upload(page, key)
    if page.locator("#text").count():
        type_in(page.locator("#text"), WORDS.get(key.rsplit(".", 1)[-1], GENERAL))


def upload(page: Page, key: str) -> None:
    if not page.locator('[name="file"]').is_visible():
        unfold(page.locator("summary").filter(has_text=in_language(page, "Upload een nieuw document")))
    paper = papers.word("veiligheidsplan") if key.endswith("HA-2c") else papers.pdf("hulpplan")
    fill(page, file=paper, valid_until="2024-06-01")


def sign(w: Walk, who: str, dossier: str, words: str, *, picture: str = "") -> None:
    page = go(w.person(who, fresh=True), f"{dossier}/ondertekenen")
    tick(page.get_by_label(in_language(page, "Ik ben bevoegd")))
    if picture:
        w.shot(page, picture)
    press(page, words)
    assert "/ondertekenen" not in page.url, said(page)[:500]
