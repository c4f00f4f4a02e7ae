"""The first page of each role, and the pages that anybody reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import render_template, render_template_string

from portal.access import SYSTEM, VISITOR, Actor, Role
from portal.evidence.queries import Standing
from portal.home import rules
from portal.home.queries import StartPage
from portal.waits import Wait
from portal.web.context import _menu
from tests.factories import make_officer, make_provider, make_region
from tests.source import ROOT
from tests.web.doors import come_in

TODAY = date(2022, 3, 1)


def said(app, *dues: date | None, passport: Standing | None = None, can_follow: bool = False) -> str:
    """The start page with tasks that are due on these days."""
    waits = [Wait(f"Taak {n}", "", "home.start", due=due) for n, due in enumerate(dues)]
    with app.test_request_context("/start"):
        page = StartPage(waits, passport, can_follow)
        return " ".join(render_template("home/start.html", page=page).split())


@pytest.mark.parametrize(
    ("dues", "words"),
    [
        (
            (timedelta(days=-413), timedelta(days=3)),
            "De oudste taak is 413 dagen te laat. Het is vandaag dinsdag 1 maart",
        ),
        ((timedelta(days=-1),), "Deze taak is 1 dag te laat."),
        ((timedelta(days=3), timedelta(days=4)), "De eerste moet u uiterlijk vrijdag 4 maart 2022 doen."),
        ((timedelta(days=3),), "Doe dit uiterlijk vrijdag 4 maart 2022."),
        ((timedelta(0),), "Doe dit vandaag nog. Het is vandaag dinsdag 1 maart 2022."),
    ],
)
def test_the_lead_says_what_can_still_be_done(app, dues, words):
    assert words in said(app, *(TODAY + due for due in dues))


def test_a_task_without_a_date_asks_for_no_date(app):
    page = said(app, None)
    assert "Het is vandaag dinsdag 1 maart 2022." in page and "uiterlijk" not in page


@pytest.mark.parametrize(("days", "left"), [(3, ", nog 3 dagen"), (-3, "")])
def test_a_day_that_binds_nobody_is_no_deadline(app, days, left):
    """A proposed closing or an appointment: no urgency, never too late, and the lead asks for nothing."""
    proposed = Wait("Taak", "", "home.start", due=TODAY + timedelta(days=days), due_words="Voorgestelde sluiting")
    with app.test_request_context("/start"):
        page = " ".join(render_template("home/start.html", page=StartPage([proposed], None, False)).split())
    assert "Voorgestelde sluiting <time" in page and f"</time>{left}</p>" in page
    assert "Uiterlijk" not in page and "te laat" not in page and "p-termijn--" not in page and "Doe dit" not in page


@pytest.mark.parametrize(
    ("words", "urgent"),
    [
        ("p.deadline(at, note='Gesloten')", ""),
        ("p.deadline(at)", "laat"),
        ("p.deadline(at, calm=true)", ""),
        ("p.deadline(later)", "let-op"),
    ],
)
def test_what_is_over_is_calm_and_what_is_late_is_not(app, clock, words, urgent):
    """At the moment itself it is too late, in colour as in words."""
    with app.test_request_context("/"):
        page = render_template_string(
            "{% import 'parts/layout.html' as p with context %}{{ " + words + " }}",
            at=clock(),
            later=clock() + timedelta(seconds=1),
        )
    assert ("p-termijn--" in page) is bool(urgent) and (not urgent or f"p-termijn--{urgent}" in page)


def test_a_search_on_the_region_page_lands_at_its_answer(client, work_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        wish = {"label": "Zoek", "search": "Naam", "to": "#toegelaten"}
    with client.application.test_request_context(f"/regio/{region.code}"):
        found = render_template_string(
            "{% import 'parts/lists.html' as l with context %}{{ l.filters(**wish) }}", wish=wish
        )
    assert 'action="#toegelaten"' in found and "to='#toegelaten'" in (ROOT / "templates/home/region.html").read_text()


def test_the_passport_stands_beside_the_tasks(app):
    page = said(app, None, passport=Standing(13, 1, 2, soonest=((4, "Polis", date(2022, 4, 30)),)))
    assert "2 verlopen" in page and "1 verloopt binnen 60 dagen" in page and "13 geldig" in page
    assert "Polis: geldig tot en met 30 april 2022" in page
    assert "Volg de regio" not in page


def test_somebody_new_is_told_where_to_begin(app, client, work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
        provider = make_provider(work)
    page = come_in(client, provider.admin).get("/start").text
    assert "Vul uw bewijspaspoort" in page and "Volg de regio" in page


def test_an_empty_page_leads_on(app, client, work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
    page = come_in(client, officer).get("/start").text
    assert "Er wacht niets op u" in page and "Ga verder met" in page
    assert page.count('href="/inkoop/procedures"') == 2


def test_help_says_whom_to_ask(client, work_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        name = region.organisation.name
    page = client.get("/hulp").text
    assert name in page and 'href="/inloggen"' in page and 'href="/procedures"' in page


def test_a_visitor_can_begin_to_follow_the_region(client, work_as):
    with work_as(SYSTEM) as work:
        make_region(work)
    page = client.get("/").text
    assert "Log in om te volgen" in page and "Zes gemeenten kopen" in page


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_the_public_register_can_be_taken_along(client, work_as, format):
    with work_as(SYSTEM) as work:
        make_region(work)
    answer = client.get(f"/?formaat={format}")
    assert answer.status_code == 200 and f"Toegelaten aanbieders.{format}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("role", "path", "lit"),
    [
        (Role.PROCUREMENT_OFFICER, "/inkoop/procedures/2/besluiten", "Procedures"),
        (Role.PROCUREMENT_OFFICER, "/inkoop/inschrijvingen/1/beoordeling", "Procedures"),
        (Role.ASSESSOR, "/inkoop/inschrijvingen/1/beoordeling", "Beoordelen"),
        (Role.COLLEGE_DELEGATE, "/inkoop/besluiten/1", "Besluiten"),
        (Role.PROVIDER_ADMIN, "/besluiten/1", "Inschrijvingen"),
        (Role.INDEPENDENT_CHAIR, "/overleggen/1", "Ontwikkeltafels"),
    ],
)
def test_the_menu_lights_where_the_reader_is(app, role, path, lit):
    with app.test_request_context(path):
        assert [item.label for item in _menu(rules.navigation(Actor(1, 1, role))) if item.current] == [lit]


def test_a_page_outside_the_menu_lights_nothing(app):
    with app.test_request_context("/account"):
        assert not [item for item in _menu(rules.navigation(VISITOR)) if item.current]
