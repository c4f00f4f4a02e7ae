"""How much waits under each heading of the menu: told on the start page, asked for by every other page."""

from __future__ import annotations

import re

from portal.access import SYSTEM, Actor, Role
from portal.home import rules
from tests.factories import make_authority, make_officer, make_provider, make_region
from tests.web.doors import Reader, come_in

ASKS = re.compile(r'hx-get="(/start/tellingen\?s=[^"]+)"')


def shown(text: str) -> dict[str, int]:
    """Heading -> the count beside it."""
    found = re.findall(r'id="telling-([\w-]+)"[^>]*> <span class="p-telling">(\d+)', text)
    return {name: int(count) for name, count in found}


def test_each_address_counts_under_the_heading_that_says_most_of_it():
    menu = rules.navigation(Actor(1, 1, Role.PROCUREMENT_OFFICER))
    paths = ["/inkoop/procedures/1", "/inkoop/procedures/2/vragen", "/verificaties", "/inkoop/besluiten/3", "/account"]
    counts = {item.url: item.count for item in rules.counted(menu, paths) if item.count}
    assert counts == {"/start": 5, "/inkoop/procedures": 3, "/verificaties": 1}


def settled(work_as):
    """An officer with one authority to check, and the provider who waits for that."""
    with work_as(SYSTEM) as work:
        region = make_region(work)
        provider = make_provider(work, authority=None)
        make_authority(work, provider.actor, verified=False)
        return make_officer(work, region), provider.admin


def test_the_start_page_says_its_counts_itself(client, work_as):
    officer, _ = settled(work_as)
    page = come_in(client, officer).get("/start").text
    assert shown(page) == {"start": 1, "verificaties": 1} and not ASKS.search(page)


def test_another_page_asks_for_the_counts_and_reads_the_same_without_a_script(client, work_as):
    officer, _ = settled(work_as)
    page = come_in(client, officer).get("/inkoop/procedures").text
    address = ASKS.search(page)
    assert address and not shown(page)
    answer = client.get(address[1])
    assert shown(answer.text) == {"start": 1, "verificaties": 1}
    assert answer.headers["Cache-Control"] == "private, max-age=60" and "Cookie" in answer.headers["Vary"]
    assert answer.text.count("hx-swap-oob") == len(rules.navigation(Actor(1, 1, Role.PROCUREMENT_OFFICER)))


def test_what_a_reader_only_waits_for_is_not_counted(client, work_as):
    _, admin = settled(work_as)
    assert shown(come_in(client, admin).get("/start/tellingen").text) == {}


def test_after_an_act_the_counts_are_asked_anew(app, work_as):
    officer, _ = settled(work_as)
    app.test_client_class = Reader
    client = come_in(app.test_client(), officer)

    def asked() -> str:
        found = ASKS.search(client.get("/inkoop/procedures").text)
        assert found is not None
        return found[1]

    before = asked()
    assert asked() == before, "looking changes nothing"
    client.post("/taal", data={"locale": "en", "next": "/start"})
    assert asked() != before


def test_what_the_start_page_told_every_other_page_says_too(client, work_as):
    """A signal that a job opened, a claim of somebody else: what was kept a moment ago is not said again after it."""
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
    come_in(client, officer)

    def address() -> str:
        return ASKS.search(client.get("/inkoop/procedures").text)[1]

    assert shown(client.get("/start").text) == {}
    before = address()
    client.get("/start")
    assert address() == before, "nothing new: what is kept will do"
    with work_as(SYSTEM) as work:
        make_authority(work, make_provider(work, authority=None).actor, verified=False)
    told = shown(client.get("/start").text)
    assert told == {"start": 1, "verificaties": 1}
    assert address() != before and shown(client.get(address()).text) == told


def test_a_visitor_has_no_counts(client, work_as):
    settled(work_as)
    assert "tellingen" not in client.get("/").text
    assert client.get("/start/tellingen").status_code == 303
