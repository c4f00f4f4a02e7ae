from __future__ import annotations

import re

import pytest

from portal.access import SYSTEM
from portal.accounts.models import User
from portal.accounts.sessions.models import UserSession
from portal.accounts.users.rules import WRONG_PER_ACCOUNT
from portal.mail import OutboxMail, queue_mail
from tests.accounts.asking import mails, token_in, trail
from tests.factories import PASSWORD, make_colleague
from tests.web.doors import come_in

NEW = "noor.vis@lindeveld.nl"
ASK = {"email": NEW, "password": PASSWORD}
pytestmark = pytest.mark.usefixtures("with_tokens")


def sent_to(read_as, template):
    with read_as(SYSTEM) as work:
        return [mail.recipient for mail in mails(work, template)]


# --- another address ---------------------------------------------------------------------------------------------


def test_a_new_address_holds_once_its_link_is_used_and_the_old_one_is_told(noor, provider, read_as):
    assert noor.post("/account/e-mail", data=ASK).location == "/account"
    assert sent_to(read_as, "email_change") == [NEW] and sent_to(read_as, "email_changing") == ["noor@lindeveld.nl"]
    assert "noor@lindeveld.nl" in noor.get("/account").text, "the old one stays in force"
    with read_as(SYSTEM) as work:
        told = mails(work, "email_changing")[0]
        link = f"/nieuw-adres/{token_in(mails(work, 'email_change')[0])}"
        assert NEW not in told.text + told.html
    assert noor.get(link).status_code == 200
    assert noor.post(link).location == "/inloggen"
    assert noor.get("/start").status_code == 303, "every session ended"
    assert noor.post(link).status_code == 410, "it works once"
    assert sent_to(read_as, "email_changed") == ["noor@lindeveld.nl"]
    assert noor.post("/inloggen", data={"email": NEW, "password": PASSWORD}).location == "/start"
    with read_as(SYSTEM) as work:
        assert len(trail(work, "user_account.email_changed")) == 1


def test_the_answer_is_the_same_for_an_address_that_is_taken(noor, provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        make_colleague(work, provider, email=NEW)
    answer = noor.post("/account/e-mail", data=ASK)
    page = noor.get(answer.location).text
    assert f"een link naar {NEW}" in page
    assert sent_to(read_as, "email_change") == [] and sent_to(read_as, "account_known") == [NEW]
    assert "wacht nog een link" in noor.get("/account/e-mail").text, "as after an address that is free"


def test_a_link_is_over_after_a_day_by_a_later_wish_or_when_the_address_was_taken(
    noor, provider, work_as, read_as, clock
):
    def link():
        with read_as(SYSTEM) as work:
            return f"/nieuw-adres/{token_in(mails(work, 'email_change')[-1])}"

    noor.post("/account/e-mail", data=ASK)
    overtaken = link()
    noor.post("/account/e-mail", data={**ASK, "email": "n.vis@lindeveld.nl"})
    taken = link()
    with work_as(SYSTEM) as work:
        make_colleague(work, provider, email="n.vis@lindeveld.nl")
    noor.post("/account/e-mail", data={**ASK, "email": "noorvis@lindeveld.nl"})
    late = link()
    clock.advance(hours=25)
    assert [noor.post(address).status_code for address in (overtaken, taken, late, "/nieuw-adres/x")] == [410] * 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": NEW, "password": "fout wachtwoord"}, "niet uw huidige wachtwoord"),
        ({"email": "noor@lindeveld.nl", "password": PASSWORD}, "dat u al gebruikt"),
        ({"email": "geen adres", "password": PASSWORD}, "naam@organisatie.nl"),
    ],
)
def test_a_wrong_wish_is_refused_at_its_field(noor, read_as, data, said):
    answer = noor.post("/account/e-mail", data=data)
    assert answer.status_code == 422 and said in answer.text
    assert sent_to(read_as, "email_change") == []


# --- how mail comes ----------------------------------------------------------------------------------------------


def test_who_wants_one_mail_a_day_is_told_what_still_comes_at_once(noor, read_as, work_as, clock):
    page = noor.get("/account/mail").text
    assert "niet uitzetten" in page and "besluiten en bezwaar" in page
    assert noor.post("/account/mail", data={"digest": "ja"}).location == "/account"
    assert "dagelijks overzicht" in noor.get("/account").text
    facts = {"name": "Noor", "title": "Ronde 1", "link": "/x", "region_name": "Regio", "starts_at": clock()}
    with work_as(SYSTEM) as work:
        assert queue_mail(work, to="noor@lindeveld.nl", template="minutes_adopted", key="m:1", facts=facts).held
    assert noor.post("/account/mail", data={"digest": "nee"}).status_code == 303
    with read_as(SYSTEM) as work:
        assert not work.session.query(OutboxMail).filter_by(template="minutes_adopted").one().held
        assert [found["digest"] for found in trail(work, "user_account.mail_preference")] == [True, False]


def test_another_value_is_no_choice(noor):
    assert noor.post("/account/mail", data={"digest": "nooit"}).status_code == 422


# --- sessions ----------------------------------------------------------------------------------------------------


def test_a_person_sees_where_she_is_logged_in_and_ends_one_or_all_others(noor, app, provider):
    others = [come_in(app.test_client(), provider.admin) for _ in range(3)]
    page = noor.get("/account/sessies").text
    assert "4 sessies" in page and page.count("Firefox, Linux") >= 4 and page.count("Deze sessie") == 1
    one = re.search(r"/account/sessies/(\d+)/beeindigen", page)
    assert noor.post(one[0]).location == "/account/sessies"
    assert [other.get("/start").status_code for other in others].count(303) == 1
    assert noor.post("/account/sessies/andere-beeindigen").status_code == 303
    assert [other.get("/start").status_code for other in others] == [303] * 3
    assert noor.get("/start").status_code == 200
    assert noor.post(one[0]).status_code == 404


def test_nobody_ends_the_session_of_another(noor, app, provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    theirs = come_in(app.test_client(), colleague)
    with read_as(SYSTEM) as work:
        found = work.session.query(UserSession).filter_by(user_id=colleague.id).one().id
    assert noor.post(f"/account/sessies/{found}/beeindigen").status_code == 404
    assert theirs.get("/start").status_code == 200


def test_logging_out_ends_the_session_itself(noor, app):
    with noor.session_transaction() as kept:
        stolen = dict(kept)
    noor.post("/uitloggen")
    thief = app.test_client()
    with thief.session_transaction() as session:
        session.update(stolen)
    assert thief.get("/start").status_code == 303


def test_the_last_use_is_written_after_a_while_and_never_for_each_click(noor, read_as, work_as):
    def last():
        with read_as(SYSTEM) as work:
            return work.session.query(UserSession).one().last_used_at

    began = last()
    noor.get("/start")
    assert last() == began
    with work_as(SYSTEM) as work:
        found = work.session.query(UserSession).one()
        found.last_used_at = early = found.last_used_at.replace(year=2020)
    noor.get("/start")
    assert last() > early


# --- limits ------------------------------------------------------------------------------------------------------

REGISTRATION = {
    "kvk_number": "12345678", "organisation_name": "Nieuw", "legal_form": "foundation", "place": "Heiloo",
    "offers_stay": "nee", "youth_workers": "9", "person_name": "Bo", "password": PASSWORD,
}  # fmt: skip


@pytest.mark.parametrize("email", ["noor@lindeveld.nl", "onbekend@voorbeeld.nl"])
@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/wachtwoord-vergeten", {}),
        ("/registreren/toegang-vragen", {"kvk_number": "12345678", "name": "Bo"}),
        ("/registreren", REGISTRATION),
    ],
    ids=["reset", "join", "register"],
)
def test_asking_too_often_is_refused_alike_with_when_to_try_again(client, provider, address, data, email):
    answers = [client.post(address, data={**data, "email": email}) for _ in range(6)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 5 + [True]
    assert "kan het weer" in answers[5].text and 0 < int(answers[5].headers["Retry-After"]) <= 3600
    assert client.post("/inloggen", data={"email": "noor@lindeveld.nl", "password": PASSWORD}).location == "/start"


@pytest.mark.parametrize(
    ("address", "right", "wrong"),
    [
        ("/account/e-mail", ASK, {**ASK, "password": "fout wachtwoord"}),
        (
            "/account/wachtwoord",
            {"current": PASSWORD, "password": "een-heel-nieuw-paard"},
            {"current": "fout wachtwoord", "password": "een-heel-nieuw-paard"},
        ),
    ],
    ids=["address", "password"],
)
def test_a_session_that_was_left_open_is_no_place_to_guess_the_password(noor, read_as, address, right, wrong):
    """As often as at the log-in, and then also for the right one and at the log-in itself."""
    answers = [noor.post(address, data=wrong) for _ in range(WRONG_PER_ACCOUNT)]
    assert {answer.status_code for answer in answers} == {422}
    refused = noor.post(address, data=right)
    assert refused.status_code == 429 and "kan het weer" in refused.text
    assert noor.post("/opnieuw-inloggen", data={"password": PASSWORD}).status_code == 429
    assert sent_to(read_as, "email_change") == []
    with read_as(SYSTEM) as work:
        assert trail(work, "user_account.password_changed") == []


def test_one_place_cannot_ask_for_many_addresses(client, provider):
    codes = [client.post("/wachtwoord-vergeten", data={"email": f"p{n}@voorbeeld.nl"}).status_code for n in range(21)]
    assert codes == [200] * 20 + [429]


def test_everybody_together_is_limited_too(client, provider, monkeypatch):
    monkeypatch.setattr("portal.accounts.users.rules.ASKED_IN_TOTAL", 2)
    asked = [client.post("/wachtwoord-vergeten", data={"email": f"p{n}@voorbeeld.nl"}).status_code for n in range(3)]
    assert asked == [200, 200, 429]


def test_the_person_is_renamed_in_the_row(noor, read_as):
    noor.post("/account", data={"name": "Noor de Vis", "language": "nl"})
    with read_as(SYSTEM) as work:
        assert work.session.query(User).filter_by(email="noor@lindeveld.nl").one().name == "Noor de Vis"
