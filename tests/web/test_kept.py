"""What was typed in a form that arrives too late for its session comes back after the log-in, to its own writer only."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from wtforms import PasswordField, TextAreaField

from portal.access import SYSTEM
from portal.web.forms import BaseForm
from portal.web.wall import allow
from tests import factories
from tests.web.doors import Reader, come_in

TEXT = "De overdracht loopt tot september."
HERE = {"Origin": "http://localhost"}


class Letter(BaseForm):
    text = TextAreaField("Uw bericht")
    password = PasswordField("Wachtwoord")


@pytest.fixture
def received() -> list[str]:
    return []


@pytest.fixture
def app(new_app: Flask, received: list[str]) -> Flask:
    def take() -> str:
        form = Letter()
        if form.validate_on_submit():
            received.append(form.text.data or "")
        return "Ontvangen"

    new_app.add_url_rule("/brief", "letter", allow()(take), methods=["GET", "POST"])
    new_app.test_client_class = Reader
    return new_app


@pytest.fixture
def people(work_as):
    with work_as(SYSTEM) as work:
        region = factories.make_region(work)
        return [factories.make_officer(work, region) for _ in range(2)]


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of the form in the middle of a page."""
    main = page[page.index("<main") : page.index("</main")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: unescape(value) for name, value in found}


def log_in(client, user, page: str):
    entered = {"email": user.email, "password": factories.PASSWORD}
    return client.post("/inloggen", data={**hidden_of(page), **entered}, headers=HERE)


def send_late(client, user, **more: object):
    come_in(client, user, minutes_ago=8 * 60 + 1)
    return client.post("/brief", data={"text": TEXT, "password": "geheim genoeg", "version": "7", **more})


def test_the_text_is_back_after_logging_in_and_goes_with_one_click(client, people, received):
    late = send_late(client, people[0])
    assert late.status_code == 403
    assert TEXT not in late.text, "whoever stands at this device now cannot read it"
    again = log_in(client, people[0], late.text)
    assert TEXT in again.text
    fields = hidden_of(again.text)
    assert (fields["text"], fields["version"]) == (TEXT, "7")
    assert "password" not in fields
    assert client.post("/brief", data=fields).text == "Ontvangen"
    assert received == [TEXT]


def test_a_slip_in_the_password_does_not_lose_the_text(client, people):
    late = send_late(client, people[0])
    wrong = client.post("/inloggen", data={**hidden_of(late.text), "email": people[0].email, "password": "mis"})
    assert TEXT in log_in(client, people[0], wrong.text).text


def test_somebody_else_who_logs_in_there_does_not_get_the_text(client, people):
    late = send_late(client, people[0])
    answer = log_in(client, people[1], late.text)
    assert answer.status_code == 303
    assert TEXT not in answer.text


def test_a_changed_text_is_not_taken_for_what_was_typed(client, people):
    late = send_late(client, people[0])
    changed = late.text.replace('name="bewaard" value="', 'name="bewaard" value="A')
    assert log_in(client, people[0], changed).status_code == 303


def test_nothing_is_kept_for_who_was_never_logged_in_nor_of_what_is_no_text_nor_of_too_much(client, people):
    assert client.post("/brief", data={"text": TEXT}).status_code == 303
    assert send_late(client, people[0], text="ja").status_code == 303
    assert send_late(client, people[0], text="lang " * 70_000).status_code == 303


def test_a_form_of_an_older_session_is_sent_again_with_its_text(client, people, received):
    come_in(client, people[0])
    answer = Reader.__mro__[1].post(client, "/brief", data={"text": TEXT, "csrf_token": "oud"}, headers=HERE)
    assert answer.status_code == 400
    assert TEXT in answer.text
    client.post("/brief", data=hidden_of(answer.text))
    assert received == [TEXT]


@pytest.mark.parametrize("elsewhere", ["https://elders.example", "http://localhost.elders.example"])
def test_a_form_from_another_site_is_not_offered_again(client, people, elsewhere):
    come_in(client, people[0])
    answer = Reader.__mro__[1].post(
        client, "/brief", data={"text": TEXT, "csrf_token": "nep"}, headers={"Origin": elsewhere}
    )
    assert answer.status_code == 400
    assert 'name="text"' not in answer.text
