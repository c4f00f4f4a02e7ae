"""What a browser is told, and what a request must carry: tokens, methods, headers, hosts, cookies, addresses to go on to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal import create_app
from portal.access import Role
from tests.conftest import EVERYTHING
from tests.hostile.doors import kind_of
from tests.hostile.things import address, things
from tests.hostile.world import Person, World

OTHER_SITES = (
    "//elders.example", "/\\elders.example", "\\\\elders.example", "https://elders.example", "https:elders.example",
    "HTTPS://elders.example", "javascript:alert(1)", "/\t/elders.example", "\t//elders.example", "/\n/elders.example",
    " //elders.example", "/%09/elders.example", "///elders.example", "/.//elders.example", "http:\\\\elders.example",
    "/\u2028/elders.example", "/\x0b/elders.example", "/\r\nLocation: https://elders.example", "./\\elders.example",
)  # fmt: skip


# --- forms -------------------------------------------------------------------------------------------------------


def changing(world: World) -> Iterator[tuple[Rule, Person, str]]:
    """Every address that changes something, with somebody who may, and a thing that is there."""
    for rule in world.rules("POST"):
        view, kind = world.view(rule), kind_of(rule)
        person = next(p for p in world.people if p in world.those("home", view))
        found = things(world, kind) if kind else []
        mine = [t for t in found if not t.is_mirrored and t.organisation_id in (None, person.organisation_id)] or found
        if kind is None:
            where = rule.build(dict.fromkeys(rule.arguments, "x"))
            yield rule, person, where[1] if where else rule.rule
        elif mine:
            yield rule, person, address(rule, mine[0])


@pytest.mark.parametrize("token", ["none", "made up", "of another session", "of somebody else"])
def test_nothing_changes_without_the_token_of_this_very_session(world: World, token: str) -> None:
    before, wrong = world.state(), []
    other = world.client(world.those("home")[-1])
    step = 1 if EVERYTHING or token == "none" else 6
    for rule, person, where in islice(changing(world), 0, None, step):
        client = world.client(person)
        stranger = other if token == "of somebody else" else world.client(person)
        with stranger.session_transaction() as session:
            session["csrf_token"] = "1" * 40
        given = {"none": "", "made up": "a.b.c"}.get(token) or stranger.token()  # type: ignore[attr-defined]
        answer = FlaskClient.post(client, where, data={} if token == "none" else {"csrf_token": given})
        if answer.status_code != 400:
            wrong.append((rule.rule, str(person), answer.status_code))
    assert wrong == []
    assert world.state() == before


def test_a_token_counts_in_the_form_and_not_in_the_address(world: World) -> None:
    client = world.client(world.those("home")[0])
    token = client.token()  # type: ignore[attr-defined]
    assert FlaskClient.post(client, f"/taal?csrf_token={token}", data={"locale": "en"}).status_code == 400


def test_no_page_that_is_only_looked_at_changes_anything(world: World) -> None:
    """GET is safe: links, previews and search engines open pages."""
    before = world.state()
    for rule in world.rules("GET")[:: 1 if EVERYTHING else 3]:
        for person in world.those("home", world.view(rule))[:1]:
            kind = kind_of(rule)
            found = [t for t in things(world, kind) if not t.is_mirrored] if kind else []
            where = address(rule, found[0]) if found else rule.rule if not rule.arguments else None
            if where:
                world.client(person).get(where)
    assert world.state() == before


# --- methods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "VERZIN"])
def test_a_method_that_is_not_offered_is_refused_with_those_that_are(world: World, method: str) -> None:
    client = world.client(None)
    for rule in world.rules("GET")[::9]:
        where = rule.build({n: 1 if "int" in type(c).__name__.lower() else "x" for n, c in rule._converters.items()})
        answer = client.open(where[1] if where else "/", method=method)
        assert answer.status_code == 405, (method, rule.rule, answer.status_code)
        assert "GET" in answer.headers["Allow"]
        assert method not in answer.headers["Allow"]


def test_head_says_what_get_says_without_its_body(world: World) -> None:
    client = world.client(None)
    for where in ("/", "/inloggen", "/bestaat-niet", "/procedures"):
        got, head = client.get(where), client.head(where)
        assert (head.status_code, head.data) == (got.status_code, b"")


def test_options_tells_methods_and_nothing_else(world: World) -> None:
    answer = world.client(None).options("/inloggen", headers={"Origin": "https://elders.example"})
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


# --- headers -----------------------------------------------------------------------------------------------------


EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


@pytest.fixture
def https(world: World) -> Flask:
    """The same world behind https."""
    app = create_app(replace(world.settings, base_url="https://localhost"), lambda: world.moment)
    app.testing = True
    return app


ANSWERS = {
    "a page": ("GET", "/inloggen", 200),
    "what is not there": ("GET", "/bestaat-niet", 404),
    "a wrong method": ("DELETE", "/inloggen", 405),
    "a form without its token": ("POST", "/inloggen", 400),
    "a redirect": ("GET", "/start", 303),
    "an address with a NUL": ("GET", "/procedures?q=%00", 400),
    "a style sheet": ("GET", "/static/portal.css", 200),
    "a style sheet that is not there": ("GET", "/static/niets.css", 404),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_kind_of_answer_carries_the_headers(https: Flask, what: str) -> None:
    method, where, status = ANSWERS[what]
    answer = https.test_client().open(where, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not {"X-Powered-By", "X-Debug"} & {name for name, _value in answer.headers}


def test_whoever_is_in_leaves_no_page_behind(world: World) -> None:
    """No page, download or refusal of somebody who is logged in is kept by a browser or by anything between."""
    wrong = []
    for person in world.those("home"):
        client = world.client(person)
        for where in ("/start", "/account", "/", "/hulp", "/bestaat-niet"):
            if (kept := client.get(where).headers.get("Cache-Control", "")) != "no-store":
                wrong.append((str(person), where, kept))
    assert wrong == []


def test_a_download_is_saved_under_a_harmless_name_and_never_run(world: World) -> None:
    """Files of others are opened outside the portal: attachment, no sniffing, no script even when shown."""
    seen = 0
    for rule in world.rules("GET")[:: 1 if EVERYTHING else 2]:
        kind = kind_of(rule)
        for person in world.those("home", world.view(rule))[:1] if kind else []:
            found = [t for t in things(world, str(kind)) if t.organisation_id in (None, person.organisation_id)]
            for thing in [t for t in found if not t.is_mirrored][-1:]:
                answer = world.client(person).get(address(rule, thing))
                shown = answer.mimetype in ("text/html", "text/css") or answer.mimetype.startswith("image/")
                if answer.status_code == 200 and not shown:
                    seen += 1
                    assert answer.headers["Content-Disposition"].startswith("attachment"), rule.rule
                    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox", rule.rule
                    assert answer.headers["Cache-Control"] == "no-store", rule.rule
                    assert answer.headers["X-Content-Type-Options"] == "nosniff", rule.rule
                answer.close()
    assert seen >= 3


# --- cookies -----------------------------------------------------------------------------------------------------


def test_the_cookie_goes_over_https_only_and_out_of_reach_of_scripts(https: Flask) -> None:
    cookie = https.test_client().get("/inloggen").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_session_that_somebody_planted_is_not_the_one_after_the_log_in(world: World) -> None:
    """Otherwise who planted it would be inside as well."""
    client = world.client(None)
    with client.session_transaction() as session:
        session["csrf_token"] = "2" * 40
        session["geplant"] = "x"
    planted = client.get_cookie("portal")
    email, password = "inkoper@regio.example", "Kievit op de dijk 7"
    answer = client.post("/inloggen", data={"email": email, "password": password})
    assert answer.status_code == 303
    after = client.get_cookie("portal")
    assert planted is not None and after is not None and planted.value != after.value
    with client.session_transaction() as session:
        assert "geplant" not in session
        assert session.get("csrf_token") != "2" * 40
    thief = world.client(None)
    thief.set_cookie("portal", planted.value)
    assert thief.get("/start").location.startswith("/inloggen")


@pytest.mark.parametrize("place", range(3))
def test_a_changed_cookie_is_nobodys(world: World, place: int) -> None:
    client = world.client(world.those("home")[0])
    cookie = client.get_cookie("portal")
    assert cookie is not None
    parts = cookie.value.rsplit(".", 2)
    parts[place] = parts[place][::-1]
    client.set_cookie("portal", ".".join(parts))
    assert client.get("/start").status_code == 303


# --- where to go on to -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", OTHER_SITES)
def test_no_address_leads_to_another_site(world: World, target: str) -> None:
    client = world.client(world.those("home")[0])
    for where in ("/taal", "/opnieuw-inloggen", "/rol-wisselen"):
        answer = client.post(where, data={"next": target, "locale": "nl", "password": "Kievit op de dijk 7"})
        assert_stays_here(answer.headers.get("Location", "/"))
    page = world.client(None).get("/inloggen", query_string={"next": target})
    assert page.status_code == 200
    came_in = world.client(None)
    data = {"email": "auditor@regio.example", "password": "Kievit op de dijk 7", "next": target}
    assert_stays_here(came_in.post("/inloggen", data=data).headers.get("Location", "/"))


def assert_stays_here(location: str) -> None:
    """As a browser reads it: tabs and line ends vanish, a backslash is a slash."""
    read = "".join(c for c in location if c not in "\t\r\n").strip().replace("\\", "/")
    assert read.startswith("/") and not read.startswith("//"), location


def test_a_refusal_leads_back_to_this_site_only(world: World) -> None:
    client = world.client(next(p for p in world.those("home") if p.role is Role.PROVIDER_ADMIN))
    for where in ("/taal", "/bestaat-niet", "/uitloggen"):
        answer = FlaskClient.post(client, where, headers={"Referer": "https://elders.example/val"})
        assert "elders.example" not in answer.text


@pytest.mark.parametrize(
    "host", ["elders.example", "localhost.elders.example", "localhost@elders.example", "", "[::1", "a b"]
)
def test_another_host_is_not_this_portal(world: World, host: str) -> None:
    answer = world.client(None).get("/inloggen", headers={"Host": host})
    assert answer.status_code == 400
    assert "elders" not in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_what_a_proxy_would_say_of_the_host_is_not_believed(world: World, header: str) -> None:
    value = "host=elders.example" if header == "Forwarded" else "elders.example"
    answer = world.client(None).get("/start", headers={header: value})
    assert "elders" not in answer.text + str(answer.headers)


# --- size --------------------------------------------------------------------------------------------------------


def test_more_than_fits_is_refused_before_it_is_read(world: World) -> None:
    client = world.client(world.those("home")[0])
    for data in ({f"veld{n}": "x" for n in range(2100)}, {"q": "x" * (3 * 1024 * 1024)}):
        answer = client.post("/taal", data=data, content_type="multipart/form-data")
        assert answer.status_code == 413
    huge = FlaskClient.post(
        client, "/taal", data=b"", content_type="multipart/form-data", headers={"Content-Length": str(2**40)}
    )
    assert huge.status_code in (400, 413)


def test_a_refused_renewal_comes_back_as_a_form(world: World) -> None:
    """Found by the campaign: what the rules refuse was answered after its rows were gone."""
    person = next(p for p in world.those("home") if p.role is Role.PROVIDER_ADMIN)
    own = [t for t in things(world, "evidence") if t.organisation_id == person.organisation_id and not t.is_mirrored]
    for thing in own:
        answer = world.client(person).post(
            f"/bewijspaspoort/{thing.values[0]}/vernieuwen", data={"issued_on": "", "file": "1"}
        )
        assert answer.status_code == 422
