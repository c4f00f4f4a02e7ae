"""3. The officer starts "Ambulante jeugdhulp" from the blueprint; what is missing is listed; a second person approves."""

from __future__ import annotations

import re

from tests.walk.hands import fill, go, in_language, press, said, says
from tests.walk.walker import Walk


def walk(w: Walk) -> None:
    w.clock("2022-03-21T10:00")
    page = go(w.person("esra"), "/inkoop/procedures/nieuw")
    fill(page, template="ambulant", published_on="2022-04-01")
    w.shot(page, "procedure-beginnen")
    press(page, "Maak het concept")
    w.notes["procedure"] = setup = page.url
    w.shot(page, "opzet")
    go(page, f"{setup}/gegevens")
    fill(page, contact_email="inkoop@regio.example")
    press(page, "Sla op")
    w.shot(go(page, f"{setup}/planning"), "planning")
    w.shot(go(page, f"{setup}/producten"), "producten-en-tarieven")
    w.shot(go(page, f"{setup}/eisen"), "eisen")
    w.shot(go(page, f"{setup}/eisen/HA-1c"), "eis-wijzigen")
    go(page, setup)
    press(page, "Stuur ter controle")
    w.clock("2022-03-28T15:00")
    page = go(w.person("pieter"), "/start")
    w.shot(page, "start-tweede-inkoper")
    w.shot(go(page, f"{setup}/voorbeeld"), "zoals-aanbieders-haar-lezen")
    go(page, setup)
    press(page, "Keur goed")
    publish(w, setup)


def publish(w: Walk, setup: str) -> None:
    """Blocked until the notice on TenderNed is there."""
    w.clock("2022-04-01T09:00")
    page = go(w.person("esra"), setup)
    assert says(page, "Publiceren kan zodra dit er staat")
    assert "TenderNed" in said(page)
    assert not page.get_by_role("button", name=in_language(page, "Publiceer"), exact=True).count()
    w.shot(page, "publicatie-geblokkeerd")
    go(page, f"{setup}/aankondiging")
    fill(page, number="2022-000114", day="2022-04-01")
    press(page, "Sla op")
    go(page, setup)
    press(page, "Publiceer")
    w.shot(page, "gepubliceerd")
    mail = w.mailed("nadia@wilgenrijk.example", r'href="([^"]+/procedures/ALK-[\w-]+)"')
    w.notes["public"] = re.sub(r"^https?://[^/]+", "", mail)
    page = go(w.visitor(), w.notes["public"])
    w.shot(page, "procedure-openbaar")
    w.shot(go(page, "/"), "regio-met-open-procedure")
