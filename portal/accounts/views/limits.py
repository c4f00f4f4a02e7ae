"""What an outsider may try only so often, and the page that says when to try again."""

from __future__ import annotations

from flask import Response, make_response, request, url_for

from portal import i18n
from portal.accounts import service
from portal.accounts.models import AttemptKind
from portal.accounts.users.rules import TooManyAttempts
from portal.clock import system_clock
from portal.web.acts import writing
from portal.web.errors import page
from portal.web.locale import _, reader_locale

from .blueprint import bp


def count(kind: AttemptKind, email: str | None) -> None:
    """One more of this kind, by this address and from this place. Raises TooManyAttempts."""
    with writing() as work:
        place = request.remote_addr or ""
        service.count_request(work, kind, email=email or "", address=place, moment=system_clock())


@bp.app_errorhandler(TooManyAttempts)
def too_many(refusal: TooManyAttempts) -> Response:
    """The same page for an account that exists and one that does not."""
    when = i18n.datetime_short(refusal.until, reader_locale())
    explanation = _(
        "U hebt dit te vaak achter elkaar geprobeerd. Na %(time)s (Nederlandse tijd) kan het weer.", time=when
    )
    links = [(_("Terug om het later te proberen"), request.path), (_("Hulp en contact"), url_for("home.help_page"))]
    response = make_response(*page(429, explanation=explanation, what_now=links))
    response.headers["Retry-After"] = str(max(1, int((refusal.until - system_clock()).total_seconds()) + 1))
    return response
