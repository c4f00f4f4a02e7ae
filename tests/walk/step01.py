"""1. A visitor sees Regio Alkmaar's page: what it buys, open procedures, who is admitted."""

from __future__ import annotations

from tests.walk.hands import go, said
from tests.walk.walker import Walk


def walk(w: Walk) -> None:
    page = go(w.visitor(), "/")
    text = said(page)
    names = ("recovery", "support") if w.way.english else ("Herstelgericht ambulant", "Ondersteuningsgericht")
    for category in names:
        assert category.lower() in text.lower(), category
    w.shot(page, "regio-alkmaar")
    w.shot(go(page, "/procedures"), "nog-geen-procedures")
    w.shot(go(page, "/hulp"), "hulp")
    w.shot(go(page, "/oefenomgeving/klok"), "klok")
