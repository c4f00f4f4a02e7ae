"""Every refusal as a page that says why, since when, and what can be done now. Nothing is a bare 500."""

from __future__ import annotations

import logging
from collections.abc import Container
from typing import Any

from flask import Flask, g, redirect, render_template, request, url_for
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from portal import storage
from portal.db import is_away
from portal.errors import FileRefused, FileWithheld, IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion

from . import kept, reasons
from .acts import AlreadyDone, close_reading
from .fields import in_words
from .locale import _, reader_locale
from .logs import request_id

log = logging.getLogger("portal.web")

Answer = tuple[str, int] | Response


def install(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda error: page(404))
    app.register_error_handler(NotAllowed, lambda error: page(404 if request.method == "GET" else 403))
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(IllegalTransition, _illegal)
    app.register_error_handler(StaleVersion, _stale)
    app.register_error_handler(FileRefused, _file_refused)
    app.register_error_handler(FileWithheld, _file_withheld)
    app.register_error_handler(storage.SealKeyMissing, _sealed)
    app.register_error_handler(AlreadyDone, lambda error: redirect(error.location, 303))
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OverflowError, _beyond)
    app.register_error_handler(DataError, _beyond)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(Exception, _crash)


def page(code: int, **facts: Any) -> tuple[str, int]:
    """The page for a status code; codes without a page of their own use the general one."""
    close_reading()
    known = {400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}
    template = f"errors/{code if code in known else 400 if code < 500 else 500}.html"
    return render_template(template, request_id=request_id(), **facts), code


def refusal(
    sentences: list[str], code: int = 409, *, since: Any = None, title: str = "", what_now: Any = ()
) -> tuple[str, int]:
    """A refused act: reasons as sentences, since when, and where to go."""
    close_reading()
    from_here = (request.referrer or "").startswith(request.host_url)
    back = [(_("Terug naar de vorige pagina"), request.referrer)] if from_here else []
    links = [*what_now, *back, (_("Naar wat op u wacht"), url_for("home.start"))]
    facts = {"title": title or _("Dit kan nu niet"), "reasons": sentences, "since": since, "what_now": links}
    return render_template("errors/refusal.html", typed=_typed(), **facts), code


def _rule_broken(error: RuleBroken) -> Answer:
    return refusal(reasons.sentences(error.reasons))


def _illegal(error: IllegalTransition) -> Answer:
    return refusal([_("Dit is al gedaan, of het kan in deze stap niet meer. Bekijk hoe de zaak er nu voor staat.")])


def _stale(error: StaleVersion) -> Answer:
    """Both versions side by side; with the current version known, the typed text can be saved after all."""
    form = g.get("form")
    theirs = [_now(form, name, value) for name, value in error.theirs.items()]
    return page(409, mine=_typed(error.theirs), theirs=theirs, version=error.version)


def _now(form: Any, name: str, value: Any) -> tuple[str, str]:
    """A verb names the field; the page shows its label and words, so that both versions stand beside each other."""
    if form is None or name not in form:
        return name, str(value)
    return str(form[name].label.text), in_words(form[name], value)


def _file_refused(error: FileRefused) -> Answer:
    return refusal([storage.reason_text(error.reason, reader_locale())], 422, title=_("Dit bestand is niet aangenomen"))


def _file_withheld(error: FileWithheld) -> Answer:
    return refusal(
        [storage.withheld_text(error.reason, reader_locale())], 409, title=_("Dit bestand gaat nu niet open")
    )


def _sealed(error: storage.SealKeyMissing) -> Answer:
    """The installation lost its key: nobody's fault who reads this, and nothing is lost as long as there is a copy."""
    log.error("the seal key is missing")
    return refusal(
        [_("De inhoud is verzegeld, en de sleutel is er nu niet. Er is niets verloren. De beheerder moet hem terugzetten."),
         _("Verloopt er nu een termijn? Neem dan meteen contact op met de regio.")],
        503, title=_("Deze inhoud kan nu niet open"), what_now=[(_("Hulp en contact"), "/hulp")],
    )  # fmt: skip


def _csrf(error: CSRFError) -> Answer:
    """An older session's form, such as one in a second window: with its text it can be sent again at once."""
    again = kept.sent()
    here = f"{request.origin or request.referrer}/".startswith(request.host_url)
    if current_user.is_authenticated and here and again.typed:
        return kept.page_again(again), 400
    return page(400, mine=_typed())


def _http(error: HTTPException) -> Answer:
    if isinstance(error, SecurityError):  # another host's name: no address of ours can be built, so no page
        return Response("Dit adres is niet van dit portaal.", 400, mimetype="text/plain")
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=error.get_headers())
    body, code = page(error.code or 500)
    response = Response(body, code, mimetype="text/html")
    if allow := dict(error.get_headers()).get("Allow"):
        response.headers["Allow"] = allow
    return response


def _beyond(error: Exception) -> Answer:
    """A number larger than a database keeps, in an address or a form: nothing has that number. The rest is our fault."""
    numeric = type(getattr(error, "orig", None)).__name__ == "NumericValueOutOfRange"
    return page(404) if numeric or "SQLite INTEGER" in str(error) else _crash(error)


def _away(error: OperationalError) -> Answer:
    """The database restarts or is busy: a page that asks it nothing, with what the reader typed, for anybody to try again."""
    if not is_away(error):
        return _crash(error)
    log.error("the database is away", exc_info=error)
    close_reading()
    g._login_user, g.header = AnonymousUserMixin(), {"nav": []}
    response = Response(page(503, mine=_typed())[0], 503, mimetype="text/html")
    response.headers["Retry-After"] = "30"
    return response


def _crash(error: Exception) -> Answer:
    log.exception("the request failed")
    try:
        return page(500)
    except Exception:
        log.exception("the error page failed too")
        return Response("Er ging iets mis. Probeer het later opnieuw.", 500, mimetype="text/plain")


def _typed(also: Container[str] = ()) -> list[tuple[str, str]]:
    """What the reader had typed in the form that was refused, with its labels where a form knew them."""
    form = g.get("form")
    if form is not None:
        return list(form.typed(also))
    hidden = {"csrf_token", "nonce", "version", "password"}
    return [(name, value) for name, value in request.form.items() if name not in hidden and value]
