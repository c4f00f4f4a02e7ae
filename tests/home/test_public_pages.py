"""What anybody may read: whom to ask, what is kept, how accessible it is; and what never stands there."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from portal.access import SYSTEM
from portal.accounts.models import Membership, User
from portal.home import queries, rules
from portal.regions.blueprints import as_json, from_json, load_all
from portal.regions.blueprints.checks_of_identity import identity_complaints
from portal.regions.blueprints.colours import contrast, tokens, too_pale
from portal.regions.blueprints.identity import Contact, Desk, Look, Text
from portal.regions.locations.models import Location
from portal.tenders.decisions.models import Decision
from portal.work import begin_read, begin_write
from tests.factories import blueprint, make_region
from tests.source import ROOT
from tests.tenders.judging import announced_case
from tests.web.doors import come_in


@pytest.fixture
def region(work_as):
    with work_as(SYSTEM) as work:
        return make_region(work).id


def says(monkeypatch, **changes):
    """The region's file says this as well."""
    changed = replace(blueprint(), **changes)
    monkeypatch.setattr(queries, "load_all", lambda: {changed.code: changed})


DESK = Desk(
    name=Text(nl="Inkoopbureau"), phone="072 123 45 67", email="inkoop@regio.example",
    hours=Text(nl="op werkdagen van 9.00 tot 17.00 uur"), reply_working_days=5,
)  # fmt: skip


# --- whom to ask -------------------------------------------------------------------------------------------------


def test_what_is_not_known_is_not_made_up(client, region):
    page = client.get("/hulp").text
    assert page.count("nog niet bekend") == 8 and "tel:" not in page


def test_the_desks_of_the_region_are_on_the_page(client, region, monkeypatch):
    says(monkeypatch, contact=Contact(source="001", office=DESK, complaints_email="klacht@regio.example"))
    page = client.get("/hulp").text
    assert 'href="tel:0721234567"' in page and 'href="mailto:inkoop@regio.example"' in page
    assert "op werkdagen van 9.00 tot 17.00 uur" in page and "5 werkdagen" in page
    assert page.count("nog niet bekend") == 4, "the helpdesk is still unknown"
    assert 'href="mailto:klacht@regio.example"' in client.get("/klacht").text


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (Contact(source="001", office=Desk(email="geen adres")), "contact.office.email"),
        (Contact(source="001", helpdesk=Desk(phone="bel ons")), "contact.helpdesk.phone"),
        (Contact(source="001", helpdesk=Desk(reply_working_days=0)), "contact.helpdesk.reply_working_days"),
        (Contact(source="001", complaints_email="x@y"), "contact.complaints_email"),
        (Contact(source="001", privacy_email="x y@z.nl"), "contact.privacy_email"),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused_at_loading(wrong, key):
    assert [found for found, _ in identity_complaints(replace(blueprint(), contact=wrong))] == [key]


def test_a_contact_is_kept_with_its_blueprint():
    full = replace(blueprint(), contact=Contact(source="001", office=DESK))
    assert from_json(as_json(full)) == full


# --- colours and logo --------------------------------------------------------------------------------------------


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("accent", "reason"),
    [("#ffcc00", "contrast of 1.51 on white"), ("#777777", "needs at least 4.5"), ("blauw", "must be a colour")],
)
def test_an_accent_that_cannot_be_read_is_refused_at_loading(accent, reason):
    wrong = replace(blueprint(), look=Look(source="DESIGN", accent=accent))
    found = list(identity_complaints(wrong))
    assert found and all(key == "look.accent" for key, _ in found)
    assert any(reason in words for _, words in found)


def test_a_logo_is_a_picture_of_our_own():
    wrong = replace(blueprint(), look=Look(source="DESIGN", accent="#00566b", logo="https://elders.example/x.svg"))
    assert [key for key, _ in identity_complaints(wrong)] == ["look.logo"]


def test_every_region_that_is_shipped_has_its_logo_in_the_portal():
    for code, shipped in load_all().items():
        assert shipped.look is not None and not too_pale(shipped.look.accent)
        source = (ROOT / "portal" / "static" / "regions" / code / str(shipped.look.logo)).read_text()
        assert "<script" not in source and "href" not in source and "data:" not in source


def test_the_page_of_a_region_has_its_colours_and_a_browser_may_keep_them(client, region, monkeypatch):
    says(monkeypatch, look=Look(source="DESIGN", accent="#6b2a63", logo="logo.svg"))
    page = client.get("/regio/alkmaar").text
    [address] = re.findall(r'href="(/regio/alkmaar/stijl\.css\?v=\w+)"', page)
    assert "/static/regions/alkmaar/logo.svg" in page and "region-alkmaar" in page
    sheet = client.get(address)
    assert sheet.mimetype == "text/css" and sheet.headers["Cache-Control"] == "public, max-age=604800"
    assert all(f"{name}: {value};" in sheet.text for name, value in tokens("#6b2a63").items())
    says(monkeypatch, look=Look(source="DESIGN", accent="#2b4a9b"))
    assert address not in client.get("/regio/alkmaar").text, "other colours have another address"


def test_a_region_without_a_look_has_that_of_the_portal(client, region, monkeypatch):
    says(monkeypatch, look=None)
    page = client.get("/").text
    assert "stijl.css" not in page and '<svg class="p-merk__teken"' in page
    assert client.get("/regio/alkmaar/stijl.css").status_code == 404
    assert client.get("/regio/elders/stijl.css").status_code == 404


# --- what a public body says of itself ---------------------------------------------------------------------------


def test_the_accessibility_statement_is_honest_and_dated(client, region):
    page = client.get("/toegankelijkheid").text
    assert "Status: C" in page and "nog niet gedaan" in page and "Nationale ombudsman" in page
    said = rules.ACCESSIBILITY
    assert said.status in "CDE" or said.audited_on is not None, "above C only after an audit from outside"
    assert said.tested_on <= said.drawn_up_on


def test_the_privacy_page_names_who_answers_and_where_the_terms_are(client, region, read_as):
    with read_as(SYSTEM) as work:
        [one] = queries.controllers(work)
    page = client.get("/privacy").text
    main, footer = page.split("<footer")
    assert one.organisation in main and "Autoriteit Persoonsgegevens" in main
    assert 'href="/bewaartermijnen"' in main and 'href="/bewaartermijnen"' in footer, "also beside the privacy page"


# --- what never stands there -------------------------------------------------------------------------------------

STREET, POSTCODE, REASON = "Zwanebloempad 77", "1899 ZZ", "kwartelkoning ontbreekt in het bewijs"
ASKS = (STREET, POSTCODE, "kwartelkoning", "Lindeveld", "Kwelder", "ALK-2022-01", "Bergen")


@pytest.fixture
def planted(office, clock):
    """A family home with its address, and a refusal with its reason, of providers that the public may know."""
    case = announced_case(office, clock)
    with begin_write(office, SYSTEM) as work:
        for actor in (case.provider, case.other):
            home = {"name": "Gezinshuis", "street": STREET, "postcode": POSTCODE, "place": "Bergen"}
            own = {"organisation_id": actor.organisation_id, "family_home": True, "opened_at": work.now}
            work.add(Location(**home, **own))
        for decision in work.session.query(Decision):
            decision.reasons = [{**one, "reasons": REASON, "text": REASON} for one in decision.reasons]
    return case


def read_all(client) -> dict[str, str]:
    """Every page and file that a visitor comes to by links, by searching and by asking a list as a file."""
    todo = ["/", "/regio/alkmaar", "/procedures", "/naslag", "/bewaartermijnen", "/aanbieders"]
    todo += [f"/zoeken?q={words.replace(' ', '+')}" for words in ASKS]
    todo += [f"/?q={words.replace(' ', '+')}" for words in ASKS]
    todo += [f"/aanbieders/{number}/openbaar" for number in range(1, 9)]
    todo += [f"/?formaat={format}" for format in ("csv", "xlsx")]
    read: dict[str, str] = {}
    while todo:
        address = todo.pop(0)
        if address in read or address.startswith("/static") or len(read) > 300:
            continue
        answer = client.get(address)
        read[address] = as_text(answer)
        if answer.mimetype == "text/html":
            todo += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', read[address])]
    return read


def as_text(answer) -> str:
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with ZipFile(BytesIO(answer.data)) as whole:
        return "\n".join(whole.read(name).decode(errors="replace") for name in whole.namelist())


def test_no_address_of_a_family_home_and_no_reason_of_a_refusal_is_ever_public(app, planted, office):
    read = read_all(app.test_client())
    assert len([address for address, text in read.items() if "<html" in text]) > 20
    assert any("Lindeveld" in text for text in read.values()), "the public does read of the providers"
    for address, text in read.items():
        asked = [words for words in ASKS if words.replace(" ", "+") in address]  # a page repeats what was asked
        for secret in (STREET, POSTCODE, "kwartelkoning"):
            assert secret not in text or secret in asked, f"{address} tells {secret}"


def test_what_was_planted_is_there_for_who_may_read_it(app, planted, office):
    with begin_read(office, SYSTEM) as work:
        person = work.get(User, planted.other.user_id)
        client = come_in(app.test_client(), person, work.get(Membership, planted.other.membership_id))
        refused = [d for d in work.session.query(Decision) if d.submission_id == planted.submissions[1]]
        ids = [decision.id for decision in refused]
    assert any("kwartelkoning" in client.get(f"/besluiten/{id}").text for id in ids)
