"""A number for each request, a line in the log about it, and its count and duration for /metrics."""

from __future__ import annotations

import logging
import re
from contextlib import ExitStack
from time import perf_counter

from flask import Flask, Response, g, request

from portal.logs import busy_with, new_id, note

from .measures import measured

log = logging.getLogger("portal.request")

HEADER = "X-Request-ID"
VALID = re.compile(r"(?=[\w-]*\d)[0-9A-Za-z][0-9A-Za-z_-]{7,63}", re.ASCII)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def install(app: Flask) -> None:
    """First of all parts: what the others refuse has its line too."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def request_id() -> str:
    """The number of this request: the proxy's when it sent a sound one, else our own."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if VALID.fullmatch(given) else new_id()
    known: str = g.request_id
    return known


def _begin() -> None:
    g.request_began = perf_counter()
    g.logged = ExitStack()
    g.logged.enter_context(busy_with(request_id=request_id()))


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.get("request_began", perf_counter())
    endpoint = request.url_rule.rule if request.url_rule is not None else "unknown"
    method = request.method if request.method in METHODS else "OTHER"
    response.headers[HEADER] = request_id()
    measured(endpoint, method, response.status_code, seconds)
    note(
        log, "request", request_id=request_id(), endpoint=endpoint, method=method, status=response.status_code,
        ms=round(seconds * 1000, 1), user=_user_id(),
    )  # fmt: skip
    return response


def _user_id() -> int | None:
    """Who asked, as far as the request itself needed to know; never looked up for the log alone."""
    who = g.get("_login_user")
    user_id: int | None = getattr(getattr(who, "actor", None), "user_id", None)
    return user_id


def _forget(_error: BaseException | None = None) -> None:
    if "logged" in g:
        g.pop("logged").close()
