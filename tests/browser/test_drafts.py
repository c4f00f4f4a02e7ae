"""What is typed is never lost: it is saved while typing, and comes back when the session had ended."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask, redirect, render_template_string, request
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Response

from portal.home.queries import HeaderPerson
from portal.web.wall import open_endpoint

PAGE = """
{% extends 'base.html' %}{% import 'parts/forms.html' as f with context %}
{% block main %}<h1 class="utrecht-heading-1">Proef</h1>
{% call f.form(autosave='/proef/bewaar', version=1) %}
<label for="tekst">Motivering</label><textarea id="tekst" name="tekst" data-words="5" data-counter="tel">{{ kept }}</textarea>
<p id="tel" data-word-of="{count} van {most} woorden"></p>
{{ f.saved() }}{{ f.button('Verstuur') }}{% endcall %}{% endblock %}
"""


class Desk:
    """The other side of the form, with a session that the test can end."""

    def __init__(self) -> None:
        self.session_lives = True
        self.kept = ""
        self.sent_with = ""
        self.may_keep = threading.Event()
        self.may_keep.set()

    def show(self) -> str:
        reader = HeaderPerson(int(request.args.get("wie", 1)), "A. Voorbeeld", "Beoordelaar", "Regio", [], True)
        facts: dict[str, Any] = {"actor": reader, "kept": self.kept}
        return render_template_string(PAGE, **facts)

    def keep(self) -> Response | dict[str, Any]:
        if not self.session_lives:
            return redirect("/hulp")
        self.may_keep.wait(10)
        self.kept = request.form["tekst"]
        return {"saved_at": "21:42", "version": 2}

    def take(self) -> str:
        self.sent_with = request.form["version"]
        return "Ontvangen"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def app(new_app: Flask, desk: Desk) -> Flask:
    new_app.add_url_rule("/proef", "trial", open_endpoint(lambda: desk.show()), methods=["GET"])
    new_app.add_url_rule("/proef", "trial_take", open_endpoint(lambda: desk.take()), methods=["POST"])
    new_app.add_url_rule("/proef/bewaar", "trial_keep", open_endpoint(lambda: desk.keep()), methods=["POST"])
    return new_app


def type_text(page: Page, words: str) -> None:
    page.goto("/proef")
    page.get_by_label("Motivering").fill(words)


def test_typing_is_saved_and_the_page_says_when(page: Page, desk: Desk) -> None:
    type_text(page, "De startnorm staat op pagina 2.")
    expect(page.get_by_text("Bewaard om 21:42 uur")).to_be_visible()
    expect(page.locator("[name=version]")).to_have_value("2")
    assert desk.kept == "De startnorm staat op pagina 2."


def test_a_form_that_is_sent_while_it_is_being_saved_goes_after_it(page: Page, desk: Desk) -> None:
    """Else the reader would meet a conflict with the own text."""
    desk.may_keep.clear()
    with page.expect_request("**/proef/bewaar"):
        type_text(page, "De startnorm staat op pagina 2.")
    page.get_by_role("button", name="Verstuur").click(no_wait_after=True)
    desk.may_keep.set()
    expect(page.get_by_text("Ontvangen")).to_be_visible()
    assert desk.sent_with == "2"


def test_words_are_counted_while_typing(page: Page) -> None:
    type_text(page, "een twee drie vier vijf zes")
    expect(page.locator("#tel")).to_have_text("6 van 5 woorden")


def test_text_typed_after_the_session_ended_is_back_later(page: Page, desk: Desk) -> None:
    desk.session_lives = False
    type_text(page, "Dit mag niet weg zijn.")
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    page.goto("/hulp")
    page.goto("/proef")
    expect(page.get_by_label("Motivering")).to_have_value("Dit mag niet weg zijn.")
    expect(page.get_by_text("Wij hebben tekst teruggezet")).to_be_visible()


def test_a_draft_is_offered_and_not_put_back_when_the_text_changed_since(page: Page, desk: Desk) -> None:
    desk.session_lives = False
    type_text(page, "Mijn versie")
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    desk.kept = "De versie van een collega"
    page.goto("/proef")
    expect(page.get_by_label("Motivering")).to_have_value("De versie van een collega")
    page.get_by_role("button", name="Zet mijn tekst terug").click()
    expect(page.get_by_label("Motivering")).to_have_value("Mijn versie")


def test_somebody_else_on_the_same_device_does_not_see_the_draft(page: Page, desk: Desk) -> None:
    desk.session_lives = False
    type_text(page, "Alleen voor mij")
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    page.goto("/proef?wie=2")
    expect(page.get_by_label("Motivering")).to_have_value("")


def test_logging_out_leaves_no_draft_behind(page: Page, desk: Desk) -> None:
    desk.session_lives = False
    type_text(page, "Niet bewaren")
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_was_typed_without_a_connection_is_sent_once_it_is_back(page: Page, live_server: str, desk: Desk) -> None:
    page.goto("/proef")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.fill("#tekst", "Getypt in de trein")
    expect(page.locator("[data-saved-line]")).to_contain_text("Bewaard op dit apparaat")
    assert desk.kept == ""
    page.context.set_offline(False)
    expect(page.locator("[data-saved-line]")).to_contain_text("Bewaard om 21:42")
    assert desk.kept == "Getypt in de trein"
