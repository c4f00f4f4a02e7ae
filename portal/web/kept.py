"""What was typed in a form that could not be taken, carried past the log-in by the reader's own browser.

The text travels in a hidden, signed field of the log-in form: nothing is stored on the server, so there is nothing to guard
or to clean up, and the browser that typed it is the only place that has it. Only the person whose session it was gets it
back, within a day, and sends it again with a click of their own. Never a password, never a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template, request, session
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import EmailField, PasswordField

from .acts import close_reading
from .forms import BaseForm
from .locale import _l

FIELD = "bewaard"
MOST = 300_000
"""Bytes of a request that are read for somebody who is no longer logged in."""
LASTS = 24 * 3600
OWN = {"csrf_token", FIELD}
SHORTEST = 20

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """A form as it was sent, and where to."""

    path: str
    pairs: Pairs
    had_file: bool

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What people wrote, apart from numbers and ticks."""
        return [(name, text) for name, text in self.pairs if is_written(name, text)]


class _LogIn(BaseForm):
    email = EmailField(_l("E-mailadres"))
    password = PasswordField(_l("Wachtwoord"))


def is_written(name: str, text: str) -> bool:
    return name not in ("nonce", "version", "next") and (" " in text.strip() or len(text) >= SHORTEST)


def sent() -> Kept:
    """The form of this request. Reading it is for who may send so much."""
    pairs = [
        (name, value) for name, value in request.form.items(multi=True) if name not in OWN and "password" not in name
    ]
    return Kept(request.full_path.rstrip("?"), pairs, any(file.filename for file in request.files.values()))


def page_when_logged_out(onward: str) -> str | None:
    """The log-in page with the typed text inside; None when there is none, too much, or nobody it could belong to."""
    reader = _reader(session.get("_user_id"))
    size = request.content_length
    if request.method != "POST" or request.headers.get("X-Autosave") or not reader or size is None or size > MOST:
        return None
    kept = sent()
    if not kept.typed:
        return None
    body = {"who": reader, "path": kept.path, "pairs": kept.pairs, "file": kept.had_file}
    close_reading()
    hidden = {"next": onward, FIELD: str(_signer().dumps(body))}
    return render_template("errors/logged_out.html", form=_LogIn(formdata=None), hidden=hidden)


def carried() -> Kept | None:
    """What the log-in form carried, if it is of whoever is logged in now."""
    try:
        body: dict[str, Any] = _signer().loads(request.form.get(FIELD, ""), max_age=LASTS)
    except BadSignature:
        return None
    if body["who"] != _reader(current_user.get_id() if current_user.is_authenticated else None):
        return None
    return Kept(body["path"], [(name, value) for name, value in body["pairs"]], body["file"])


def page_again(kept: Kept) -> str:
    """The typed text once more, with a button that sends it under the session of now."""
    close_reading()
    g.pop("csrf_token", None)  # made for the session before
    return render_template("errors/again.html", again=kept, typed=labelled(kept.typed))


def labelled(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """By the labels of the form that was refused, where it is known."""
    form: BaseForm | None = g.get("form")
    return [(str(form[name].label.text) if form is not None and name in form else "", text) for name, text in pairs]


def _reader(session_id: str | None) -> str:
    return (session_id or "").partition(":")[0]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kept")
