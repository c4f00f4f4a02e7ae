"""Addresses of pages for whoever answers no request: a mail that a job writes links as a page does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Map

_maps: list[Map] = []
_make: list[Callable[[], Map]] = []


def register_pages(make: Callable[[], Map]) -> None:
    """Who puts the portal together says how its addresses are found; they are asked once, by the first who needs one."""
    _make[:], _maps[:] = [make], []


def path_of(endpoint: str, args: Mapping[str, Any]) -> str:
    """The path of a page, as `url_for` writes it. Raises BuildError for a page that is none."""
    if not _maps:
        _maps.append(_make[0]())
    values = {name: value for name, value in args.items() if name != "_anchor"}
    path = _maps[0].bind("localhost").build(endpoint, values)
    return f"{path}#{quote(str(args['_anchor']))}" if "_anchor" in args else path
