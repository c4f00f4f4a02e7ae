"""On real forms, one whose draft the server keeps and one whose draft stays on the device: the text is always there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.access import SYSTEM, Actor
from portal.accounts.members import queries as members
from portal.accounts.models import User
from portal.accounts.organisations import service as organisations
from portal.accounts.users.rules import hashed
from portal.clock import Clock
from portal.tenders.submissions import queries
from portal.tenders.submissions import service as submissions
from portal.tenders.submissions.content.rules import Said
from portal.work import Office, begin_read, begin_write
from tests import factories
from tests.tenders.people import People
from tests.tenders.procedures.steps import with_procedure
from tests.tenders.submissions.steps import started
from tests.web.doors import come_in

PLACE = "Egmond aan den Hoef"
TEXT = "Bij uitval nemen twee vaste partners onze jeugdigen over."


@dataclass
class Door:
    """A browser, and sessions for it that the test begins and ends."""

    app: Flask
    office: Office
    address: str

    def enter(self, page: Page, actor: Actor, minutes_ago: int = 0) -> Page:
        with begin_read(self.office, SYSTEM) as work:
            user = work.get(User, actor.user_id or 0)
            cookie = come_in(self.app.test_client(), user, user.memberships[0], minutes_ago=minutes_ago).get_cookie(
                "portal"
            )
        assert cookie is not None
        page.context.add_cookies([{"name": "portal", "value": cookie.value, "url": self.address}])
        return page

    def log_in(self, page: Page, actor: Actor) -> None:
        page.get_by_label("E-mailadres").fill(actor.email)
        page.get_by_label("Wachtwoord", exact=True).fill(factories.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Inloggen").click()


@pytest.fixture
def people(office: Office, clock: Clock) -> People:
    people = with_procedure(office)
    with begin_write(office, SYSTEM) as work:
        for actor in (people.admin, people.editor):
            work.get(User, actor.user_id or 0).password_hash = hashed(factories.PASSWORD)
    clock.set("2022-05-10 10:00")  # type: ignore[attr-defined]
    return people


@pytest.fixture
def door(app: Flask, office: Office, people: People, live_server: str) -> Door:
    return Door(app, office, live_server)


@pytest.fixture
def place(page: Page, door: Door, people: People) -> Callable[[], None]:
    """The form of the organisation with a place typed into it: its draft stays on the device."""

    def typed() -> None:
        door.enter(page, people.admin)
        page.goto("/organisatie/wijzigen")
        page.get_by_label("Plaats").fill(PLACE)
        expect(page.get_by_text("Bewaard op dit apparaat")).to_be_visible()

    return typed


def send(page: Page) -> None:
    page.get_by_role("button", name="Sla op").click()


def test_after_the_session_ended_the_text_is_there_and_goes_with_one_click(page, door, people, place):
    place()
    door.enter(page, people.admin, minutes_ago=8 * 60 + 1)
    send(page)
    expect(page.get_by_role("heading", name="U was uitgelogd. Uw tekst is er nog.")).to_be_visible()
    door.log_in(page, people.admin)
    expect(page.get_by_text(PLACE)).to_be_visible()
    page.get_by_role("button", name="Verstuur deze tekst").click()
    expect(page.get_by_text("De gegevens zijn opgeslagen.")).to_be_visible()
    expect(page.get_by_text(PLACE)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_without_javascript_the_text_comes_back_too(visitor, door, people):
    page = door.enter(visitor(java_script_enabled=False), people.admin)
    page.goto("/organisatie/wijzigen")
    page.get_by_label("Plaats").fill(PLACE)
    door.enter(page, people.admin, minutes_ago=8 * 60 + 1)
    send(page)
    door.log_in(page, people.admin)
    page.get_by_role("button", name="Verstuur deze tekst").click()
    expect(page.get_by_text("De gegevens zijn opgeslagen.")).to_be_visible()
    expect(page.get_by_text(PLACE)).to_be_visible()


def test_who_logs_in_and_goes_to_the_form_finds_the_text_in_it(page, door, people, place):
    place()
    page.context.clear_cookies()
    send(page)
    door.log_in(page, people.admin)
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)
    expect(page.get_by_text("Wij hebben tekst teruggezet")).to_be_visible()


def test_somebody_else_who_logs_in_on_this_device_sees_nothing_of_it(page, door, people, place):
    place()
    door.enter(page, people.admin, minutes_ago=8 * 60 + 1)
    send(page)
    door.log_in(page, people.editor)
    page.goto("/organisatie/wijzigen")
    assert PLACE not in page.content()


def test_the_text_outlives_reloading_the_back_button_and_a_second_window(page, place):
    place()
    page.reload()
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)
    page.goto("/organisatie")
    page.go_back()
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)
    second = page.context.new_page()
    second.goto("/organisatie/wijzigen")
    expect(second.get_by_label("Plaats")).to_have_value(PLACE)


def test_what_is_refused_stays_in_its_box_and_the_sentence_names_it(page, place):
    place()
    page.get_by_label("Naam van").fill("")
    send(page)
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)
    expect(page.locator("#organisation_name-fout")).to_be_visible()


def test_when_somebody_else_was_first_both_versions_stand_there(page, office, people, place):
    place()
    with begin_write(office, people.admin) as work:
        found = members.own_organisation(work)
        facts = {"legal_form": found.legal_form, "offers_stay": found.offers_stay, "youth_workers": found.youth_workers}
        organisations.edit_organisation(work, found, name=found.name, place="Heiloo", version=found.version, **facts)
    send(page)
    expect(page.get_by_role("heading", name="Iemand anders was u voor")).to_be_visible()
    expect(page.get_by_text(PLACE)).to_be_visible()
    page.goto("/organisatie/wijzigen")
    expect(page.get_by_label("Plaats")).to_have_value("Heiloo")
    page.get_by_role("button", name="Zet mijn tekst terug").click()
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)


def test_a_form_is_not_sent_into_nowhere(page, place):
    place()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("U hebt nu geen verbinding.")).to_be_visible()
    expect(page.get_by_label("Plaats")).to_have_value(PLACE)
    page.context.set_offline(False)
    send(page)
    expect(page.get_by_text("De gegevens zijn opgeslagen.")).to_be_visible()


def test_logging_out_on_purpose_leaves_nothing_behind(page, place):
    place()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_answer_that_a_colleague_changed_meanwhile_is_shown_beside_ones_own(page, door, office, people):
    id = started(office, people.admin)
    with begin_read(office, people.admin) as work:
        parts = queries.progress(work, queries.submission(work, id)).common
        key = next(
            view.part.key for view in parts if view.part.criterion and view.part.criterion.answer_kind.value == "text"
        )
    door.enter(page, people.admin)
    page.goto(f"/inschrijvingen/{id}/onderdeel/{key}")
    page.get_by_label("Uw antwoord").fill(TEXT)
    expect(page.get_by_text("Bewaard om")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Uw antwoord")).to_have_value(TEXT)
    with begin_write(office, people.editor) as work:
        submissions.save_answer(work, queries.submission(work, id), key, Said("De tekst van een collega."))
    page.get_by_label("Uw antwoord").fill(TEXT + " En daarna?")
    expect(page.get_by_text("Iemand anders heeft dit ook gewijzigd.")).to_be_visible()
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    expect(page.get_by_text("De tekst van een collega.")).to_be_visible()
    expect(page.get_by_text(TEXT + " En daarna?")).to_be_visible()
