"""Security headers on every answer: from this site only, nothing inline, nothing framed, nothing private cached."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_login import current_user

from .acts import office
from .health import asked_by_machine

POLICY = "; ".join((
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
))  # fmt: skip

FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

CACHED = {"home.counts": "private, max-age=60", "home.region_style": "public, max-age=604800"}
"""The few answers that a browser may keep. Their address changes when they do: after each act of the reader, or with
the colours of the region."""


def install(app: Flask) -> None:
    app.after_request(_add)


def fixed(base_url: str) -> dict[str, str]:
    """What every answer says, that of a page as well as that of a style sheet."""
    only_https = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    return {**FIXED, **(only_https if base_url.startswith("https://") else {})}


def _add(response: Response) -> Response:
    for name, value in fixed(office().settings.base_url).items():
        response.headers.setdefault(name, value)
    private = request.endpoint != "static" and not asked_by_machine()
    secret = "token" in (request.view_args or {})  # a page behind a mailed link: whoever has its address is let in
    if request.endpoint in CACHED and response.status_code == 200:
        response.headers["Cache-Control"] = CACHED[request.endpoint]
    elif asked_by_machine() or (private and (secret or current_user.is_authenticated or request.method != "GET")):
        response.headers["Cache-Control"] = "no-store"
    return response
