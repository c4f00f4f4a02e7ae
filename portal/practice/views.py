"""Only in a practice installation: the mailbox that mail lands in, and the clock that moves forward."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.clock import AMSTERDAM, PracticeClock, local_moment
from portal.operations.rules import JOB_LABELS
from portal.scheduler import run_days
from portal.web.acts import close_reading, office, parts, reading
from portal.web.files import send, send_bytes
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import open_endpoint

from . import queries
from .forms import ClockForm

bp = Blueprint("practice", __name__, url_prefix="/oefenomgeving")

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-top-navigation-by-user-activation"
)


@bp.get("/postvak")
@open_endpoint
def mailbox() -> str:
    with reading() as work:
        return render_template("practice/mailbox.html", box=queries.mailbox(work, search=text(), asked=asked()))


@bp.get("/postvak/<int:mail_id>")
@open_endpoint
def mail(mail_id: int) -> str:
    with reading() as work:
        return render_template("practice/mail.html", mail=queries.mail(work, mail_id))


@bp.get("/postvak/<int:mail_id>/html")
@open_endpoint
def mail_html(mail_id: int) -> Response:
    """The HTML part by itself, for the frame on the mail's page: its own style, no script, nothing from elsewhere.
    The page around it may measure how high it is."""
    with reading() as work:
        response = Response(queries.mail(work, mail_id).mail.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/postvak/<int:mail_id>/bijlage/<int:file_id>")
@open_endpoint
def attachment(mail_id: int, file_id: int) -> Response:
    with reading() as work:
        return send(work, queries.attachment(work, mail_id, file_id))


@bp.get("/postvak/<int:mail_id>/kalender")
@open_endpoint
def calendar(mail_id: int) -> Response:
    with reading() as work:
        found = queries.mail(work, mail_id).mail.calendar
    if found is None:
        abort(404)
    return send_bytes(found, "afspraak.ics", "text/calendar")


@bp.get("/postvak/<int:mail_id>/eml")
@open_endpoint
def raw(mail_id: int) -> Response:
    with reading() as work:
        return send_bytes(queries.raw(work, mail_id), f"mail-{mail_id}.eml", "message/rfc822")


@bp.get("/klok")
@open_endpoint
def clock_page() -> str:
    return _clock_page(ClockForm(moment=office().clock().astimezone(AMSTERDAM)))


@bp.post("/klok")
@open_endpoint
def move_clock() -> AnyResponse | str | tuple[str, int]:
    form = ClockForm()
    if not form.validate_on_submit():
        return _clock_page(form), 422
    clock = office().clock
    assert isinstance(clock, PracticeClock)
    target = _target(form, clock)
    if target is None:
        return _clock_page(form), 422
    close_reading()
    count = run_days(office(), clock, target, parts().transport)
    flash(_("De klok is verzet. De geplande taken deden %(count)s dingen.", count=count), "ok")
    return redirect(url_for("practice.clock_page"), 303)


def _target(form: ClockForm, clock: PracticeClock) -> datetime | None:
    """The chosen moment, or None with the reason at the field."""
    if form.days.data:
        return clock() + timedelta(days=int(form.days.data))
    assert form.moment.data is not None
    try:
        target = local_moment(form.moment.data)
    except ValueError:
        form.refuse(
            "moment", _("Deze tijd bestaat niet of dubbel, omdat de klok dan wordt verzet. Kies een ander uur.")
        )
        return None
    if target < clock():
        form.refuse(
            "moment", _("De klok kan alleen vooruit. Kies een later moment, of begin opnieuw met make demo-reset.")
        )
        return None
    if target > clock() + timedelta(days=400):
        form.refuse("moment", _("Zet de klok hoogstens 400 dagen per keer vooruit."))
        return None
    return target


def _clock_page(form: ClockForm) -> str:
    with reading() as work:
        words = {name: _(label) for name, label in JOB_LABELS.items()}
        return render_template("practice/clock.html", form=form, runs=queries.last_runs(work), job_words=words)
