"""Signs that nobody sees, letters that look like others, and mailboxes that somebody else's clicks would fill."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, session
from wtforms import PasswordField, StringField, TextAreaField

from portal.access import SYSTEM
from portal.accounts.forms import JoinForm
from portal.accounts.models import JoinRequest
from portal.accounts.users.rules import ASKED_PER_ACCOUNT
from portal.web.forms import BaseForm
from tests.accounts.asking import mails
from tests.counting import statements
from tests.factories import PASSWORD

ASKED = {"kvk_number": "12345678", "name": "Bo Kuiper", "email": "bo@lindeveld.nl"}
SENT = "/registreren/toegang-gevraagd"
pytestmark = pytest.mark.usefixtures("with_tokens")


class Everything(BaseForm):
    name = StringField("Naam")
    text = TextAreaField("Tekst")
    password = PasswordField("Wachtwoord")


@pytest.fixture
def number(read_as: Any, provider: Any) -> str:
    with read_as(SYSTEM) as work:
        return str(work.session.merge(provider.organisation).kvk_number)


def asked(read_as: Any) -> JoinRequest:
    with read_as(SYSTEM) as work:
        found: JoinRequest = work.session.query(JoinRequest).one()
        return found


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bo\r\n\r\nUw account is geblokkeerd", "Bo    Uw account is geblokkeerd"),
        ("Bo\u2028Kuiper", "Bo Kuiper"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("Bo\u200b\ufeff Kuiper", "Bo Kuiper"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("پی\u200cدی", "پی\u200cدی"),
    ],
)
def test_a_name_is_one_line_without_signs_that_nobody_sees(app: Flask, typed: str, kept: str) -> None:
    with app.test_request_context(method="POST", data={"name": typed, "text": typed, "password": typed}):
        session["locale"] = "nl"
        form = Everything()
        assert form.name.data == kept
        assert form.password.data == typed, "a password is what was typed"


def test_a_longer_text_keeps_its_lines(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"text": "Eerste regel\r\n\tBSN 1234\u200b56782"}):
        assert Everything().text.data == "Eerste regel\r\n\tBSN 123456782", "a rule reads what a reader sees"


def test_an_address_cannot_pass_for_the_one_of_a_colleague(client: Any, number: str, read_as: Any) -> None:
    disguised = "bo@lind\u0435veld.nl"  # a Cyrillic letter in the domain
    answer = client.post("/registreren/toegang-vragen", data={**ASKED, "kvk_number": number, "email": disguised})
    assert answer.location == SENT
    assert asked(read_as).email == "bo@xn--lindveld-f8g.nl"


def test_an_address_that_mail_servers_may_not_take_is_refused(client: Any, number: str) -> None:
    answer = client.post("/registreren/toegang-vragen", data={**ASKED, "kvk_number": number, "email": "j\u00f6s@x.nl"})
    assert answer.status_code == 422 and "naam@organisatie.nl" in answer.text


def test_letters_written_in_two_ways_are_one_name(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "Zoe\u0308"}):
        one = JoinForm().name.data
    with app.test_request_context(method="POST", data={"name": "Zo\u00eb"}):
        assert JoinForm().name.data == one


def test_nobody_fills_a_mailbox_with_links_to_a_new_address(noor: Any, read_as: Any) -> None:
    wish = {"email": "slachtoffer@elders.example", "password": PASSWORD}
    answers = [noor.post("/account/e-mail", data=wish).status_code for _ in range(ASKED_PER_ACCOUNT + 1)]
    assert answers == [303] * ASKED_PER_ACCOUNT + [429]
    with read_as(SYSTEM) as work:
        assert len(mails(work, "email_change")) == ASKED_PER_ACCOUNT


def test_nobody_fills_a_mailbox_with_invitations(noor: Any, read_as: Any) -> None:
    """Sent again, or taken back and sent anew."""
    invite, to = "/organisatie/leden/uitnodigen", {"email": "slachtoffer@elders.example", "role": "provider_editor"}
    answers = [noor.post(invite, data=to).status_code]
    answers += [noor.post("/organisatie/uitnodigingen/1/opnieuw").status_code for _ in range(ASKED_PER_ACCOUNT)]
    noor.post("/organisatie/uitnodigingen/1/intrekken")
    answers.append(noor.post(invite, data=to).status_code)
    assert answers == [303] * ASKED_PER_ACCOUNT + [429, 429]
    other = {**to, "email": "collega@lindeveld.nl"}
    assert noor.post(invite, data=other).status_code == 303
    with read_as(SYSTEM) as work:
        assert len(mails(work, "invitation")) == ASKED_PER_ACCOUNT + 1


@pytest.mark.parametrize("where", ["wachtwoord-vergeten", "bevestigen", "uitnodiging", "nieuw-adres"])
def test_a_page_behind_a_mailed_link_is_not_kept(client: Any, where: str) -> None:
    assert client.get(f"/{where}/geheim").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("where", ["/wachtwoord-vergeten", "/bevestigen"])
def test_an_unknown_address_costs_as_much_as_a_known_one(client: Any, noor: Any, read_as: Any, where: str) -> None:
    """A mail is put together and written, for somebody or for nobody: neither the words nor the time tell which."""
    noor.post("/uitloggen")
    engine, asked = client.application.extensions["portal"].office.db.engine, {}
    for address in ("warm@elders.example", "noor@lindeveld.nl", "nobody@elders.example"):
        with statements(engine) as sent:
            assert client.post(where, data={"email": address}).status_code in (200, 303)
        asked[address] = [s for s in sent if "outbox_mail" in s]
    assert len(asked["nobody@elders.example"]) == len(asked["noor@lindeveld.nl"]) > 1
    with read_as(SYSTEM) as work:
        told = [mail.recipient for mail in mails(work, "account_reset")]
        assert told == (["noor@lindeveld.nl"] if where == "/wachtwoord-vergeten" else [])
