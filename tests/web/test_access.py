"""Route x role: the table in docs/routes.md is what the portal does, and every role meets exactly the doors that it names."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from portal.access import GRANTS, SYSTEM, Role
from portal.cli import ROOT, routes_page
from portal.work import begin_write
from tests import factories
from tests.conftest import EVERYTHING
from tests.kept import kept
from tests.web.doors import come_in

PEOPLE = [role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR)]


def views(app: Flask) -> list[tuple[Rule, Any]]:
    return [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def may_open(view: Any, role: Role) -> bool:
    """Whether the door itself lets this role through; who it keeps out meets the same 404 whatever is behind it."""
    permissions = getattr(view, "permissions", None)
    return not permissions or any(permission in GRANTS[role] for permission in permissions)


def somewhere(rule: Rule) -> str:
    """An address of this rule for a thing that does not exist."""
    values = {name: _value(converter) for name, converter in rule._converters.items()}
    built = rule.build(values)
    assert built is not None
    return built[1]


def _value(converter: BaseConverter) -> Any:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 987654 if isinstance(converter, IntegerConverter) else "bestaat-niet"


def test_every_view_says_who_may_come_in(app):
    unmarked = [
        rule.endpoint
        for rule, view in views(app)
        if not getattr(view, "open_to_visitors", False) and getattr(view, "permissions", None) is None
    ]
    assert unmarked == []


def test_the_table_of_routes_is_current(app):
    written = (ROOT / "docs" / "routes.md").read_text()
    assert written == routes_page(app), "run: make diagrams, and read what changed"


@pytest.fixture
def staff(office, clock):
    """One person per role, in one region; the provider's person at a provider."""
    return kept("one of each role", office, clock, _staff)


def _staff(office, clock):
    with begin_write(office, SYSTEM) as work:
        region = factories.make_region(work)
        provider = factories.make_provider(work)
        people = {Role.PROVIDER_ADMIN: provider.admin, Role.PROVIDER_EDITOR: factories.make_colleague(work, provider)}
        for role in PEOPLE:
            if role is Role.COLLEGE_DELEGATE:
                people[role] = factories.make_delegate(work, region)
            elif role is Role.PLATFORM_ADMIN:
                people[role] = factories.make_staff(work, role)
            elif role not in people:
                people[role] = factories.make_officer(work, region, role)
        return people


def test_a_visitor_meets_only_the_open_doors(app, client, staff):
    for rule, view in views(app):
        if "GET" not in (rule.methods or ()):
            continue
        answer = client.get(somewhere(rule))
        if getattr(view, "open_to_visitors", False):
            assert answer.status_code in (200, 302, 303, 404, 410), rule.rule
            assert not (answer.location or "").startswith("/inloggen"), rule.rule
        else:
            assert answer.status_code == 303, rule.rule
            assert answer.location.startswith("/inloggen"), rule.rule


@pytest.mark.parametrize("role", PEOPLE, ids=lambda role: role.value)
def test_a_role_meets_only_its_own_doors(app, client, staff, role):
    """Behind an own door, what does not exist is a 404: equal answers for "not yours" and "not there" begin with that.

    Of the doors closed to it a role tries every other one in the daily run; the next role tries those between.
    """
    come_in(client, staff[role])
    own = [(rule, view) for rule, view in views(app) if may_open(view, role)]
    closed = [(rule, view) for rule, view in views(app) if not may_open(view, role)]
    for rule, view in own + (closed if EVERYTHING else closed[PEOPLE.index(role) % 2 :: 2]):
        address, is_read = somewhere(rule), "GET" in (rule.methods or ())
        answer = client.get(address) if is_read else client.post(address)
        by_mail = "token" in rule.arguments  # such a page says that the link no longer works
        if not may_open(view, role):
            assert answer.status_code == 404, (role.value, rule.rule, answer.status_code)
        elif is_read and rule.arguments and not by_mail:
            assert answer.status_code in (303, 404), (role.value, rule.rule, answer.status_code)
        else:
            assert answer.status_code < 500, (rule.rule, answer.status_code)


HOSTILE = [str(10**30), pytest.param(str(2**63), marks=pytest.mark.both_databases), "0"]


@pytest.mark.parametrize("number", HOSTILE)
def test_a_number_beyond_all_things_is_not_there(app, client, staff, number):
    """No database keeps such a number, so asking for it must not reach one."""
    unasked = {rule.rule for rule, _view in views(app)}
    for role in (Role.PROVIDER_ADMIN, *PEOPLE):
        come_in(client, staff[role])
        for rule in [rule for rule, view in views(app) if rule.rule in unasked and may_open(view, role)]:
            unasked.discard(rule.rule)
            numbers = [name for name, c in rule._converters.items() if isinstance(c, IntegerConverter)]
            if numbers and "GET" in (rule.methods or ()):
                address = somewhere(rule).replace("987654", number)
                assert client.get(address).status_code in (303, 404), (role.value, address)
            elif "GET" in (rule.methods or ()) and not rule.arguments:
                address = f"{rule.rule}?vanaf={number}&jaar={number}&beoordelaar={number}&sorteer=-%FF"
                assert client.get(address).status_code < 500, (role.value, address)
