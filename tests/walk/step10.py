"""10. The visitor sees who is admitted; the auditor reads the trail of the case and verifies the chain."""

from __future__ import annotations

from tests.walk.hands import click, go, in_language, said
from tests.walk.walker import Walk


def walk(w: Walk) -> None:
    page = go(w.visitor(), "/?q=Wilgenrijk")
    assert "Stichting Wilgenrijk" in said(page)
    w.shot(page, "bezoeker-ziet-toegelaten-aanbieder")
    page = go(w.person("karel"), "/controle")
    w.shot(page, "zaken")
    click(page.locator('main a[href*="/controle/"]').filter(has_text="Waterlijn").first)
    text = said(page)
    for words in ("procedure", "besluit", "contract", "signaal"):
        assert in_language(page, words) in text.lower(), words
    w.shot(page, "spoor-van-de-zaak")
    go(page, "/controle/keten")
    w.shot(page, "auditketen")
    w.shot(go(w.person("wim"), "/status"), "stand-van-het-portaal")
    w.shot(go(w.person("wim"), "/beheer/gebruikers"), "gebruikers")
    for who in ("esra", "marloes", "hugo", "lotte", "alkmaar", "ineke", "daan", "onderwijs"):
        w.shot(go(w.person(who), "/start"), f"start-{who}")
