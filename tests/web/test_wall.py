"""Closed by default; sessions end when they should; every answer carries its headers."""

from __future__ import annotations

import pytest

from portal.access import SYSTEM, Role
from portal.accounts.members import service as members
from portal.accounts.users import service as users
from portal.web.forms import BaseForm
from tests import factories
from tests.web.doors import come_in


@pytest.fixture
def officer(work_as):
    with work_as(SYSTEM) as work:
        return factories.make_officer(work, factories.make_region(work))


def test_a_visitor_is_led_to_the_log_in_and_back(client):
    answer = client.get("/start?a=1")
    assert answer.status_code == 303
    assert answer.location == "/inloggen?next=/start?a%3D1"


def test_an_unknown_address_is_a_404_page(client, officer):
    answer = client.get("/bestaat-niet")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_member_comes_in(client, officer):
    answer = come_in(client, officer).get("/start")
    assert answer.status_code == 200
    assert officer.name in answer.text


def test_a_session_ends_after_its_time(client, officer):
    answer = come_in(client, officer, minutes_ago=8 * 60 + 1).get("/start")
    assert answer.location.startswith("/inloggen")


def test_a_session_ends_when_the_membership_ends(client, officer, work_as):
    come_in(client, officer)
    assert client.get("/start").status_code == 200
    with work_as(SYSTEM) as work:
        membership = factories.membership_of(work.get(type(officer), officer.id))
        members.end_membership(work, membership)
    assert client.get("/start").status_code == 303


def test_a_session_ends_when_the_person_is_deactivated(client, officer, work_as):
    come_in(client, officer)
    with work_as(SYSTEM) as work:
        users.deactivate_user(work, work.get(type(officer), officer.id))
    assert client.get("/start").status_code == 303


@pytest.mark.parametrize("target", ["//elders.example", "https://elders.example/", "/\\elders.example", "javascript:1"])
def test_a_log_in_never_leads_to_another_site(app, target):
    from portal.web.wall import safe_next

    with app.test_request_context("/inloggen", query_string={"next": target}):
        assert safe_next("/start") == "/start"


def test_a_form_without_its_token_is_refused(app, client, officer):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = come_in(client, officer).post("/taal", data={"locale": "en"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", "default-src 'self'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "camera=()"),
    ],
)
def test_every_answer_carries_the_security_headers(client, header, value):
    for path in ("/hulp", "/bestaat-niet", "/start"):
        assert value in client.get(path).headers[header]


def test_private_pages_are_not_kept_by_anybody(client, officer):
    assert come_in(client, officer).get("/start").headers["Cache-Control"] == "no-store"


def test_another_host_name_is_refused(client):
    assert client.get("/hulp", headers={"Host": "elders.example"}).status_code == 400


def test_the_session_cookie_is_out_of_reach(app):
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_who_lacks_the_grant_sees_that_nothing_is_there(client, officer):
    assert officer.memberships[0].role is Role.PROCUREMENT_OFFICER
    assert come_in(client, officer).get("/controle").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/procedures/ALK%00", "/?q=a%00b", "/?q=a&q=%00", "/geen%00pagina"])
def test_a_character_that_no_database_keeps_is_answered_plainly(client, address):
    assert client.get(address).status_code in (400, 404)


@pytest.mark.parametrize("odd", ["endpoint=x", "_external=1", "_scheme=ftp&_external=1", "_method=x", "_anchor=x"])
def test_what_a_link_would_take_for_an_option_is_a_value_like_any_other(client, officer, odd):
    page = come_in(client, officer).get(f"/inkoop/procedures?{odd}")
    assert page.status_code == 200 and f'href="/inkoop/procedures?{odd.replace("&", "&amp;")}&amp;' in page.text


@pytest.mark.parametrize("sent", ["a\0b", "x" * 65, "' OR 1=1", "½"])
def test_a_nonce_that_no_form_made_counts_as_none(app, sent):
    """Found by fuzzing: PostgreSQL takes no NUL, and the form of a button has no other field that would refuse it."""
    with app.test_request_context(method="POST", data={"nonce": sent}):
        assert BaseForm().nonce.data == ""
    with app.test_request_context(method="POST", data={"nonce": "aB3_-"}):
        assert BaseForm().nonce.data == "aB3_-"
