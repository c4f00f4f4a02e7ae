"""The main menu leads each role only to pages that it may see."""

from __future__ import annotations

import pytest
from werkzeug.exceptions import HTTPException

from portal.access import GRANTS, VISITOR, Actor, Role
from portal.home.queries import navigation

PEOPLE = [role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR)]


@pytest.mark.parametrize("role", PEOPLE, ids=lambda role: role.value)
def test_every_heading_is_a_page_for_this_role(app, role):
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for item in navigation(Actor(1, 1, role)):
            try:
                endpoint, _values = adapter.match(item.url, "GET")
            except HTTPException as error:
                pytest.fail(f"{item.url}: {error}")
            view = app.view_functions[endpoint]
            allowed = getattr(view, "permissions", ())
            assert not allowed or any(p in GRANTS[role] for p in allowed), item.url


def test_a_visitor_has_a_menu_of_open_pages(app):
    adapter = app.url_map.bind("localhost")
    for item in navigation(VISITOR):
        endpoint, _values = adapter.match(item.url.split("#")[0], "GET")
        assert app.view_functions[endpoint].open_to_visitors
