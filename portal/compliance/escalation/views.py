"""Signals for the contract manager: patterns about an organisation, never about a client."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock

from . import queries, service
from .forms import REASONS, TriageForm
from .models import Signal
from .states import SIGNAL

bp = Blueprint("escalation", __name__, url_prefix="/signalen")
reasons.register(REASONS)


@bp.get("")
@allow(Permission.SIGNAL_READ)
def index() -> str:
    with reading() as work:
        return render_template("compliance/signals.html", signals=queries.signals(work))


@bp.get("/<int:signal_id>")
@allow(Permission.SIGNAL_READ)
def show(signal_id: int) -> str:
    return _page(signal_id, TriageForm())


def _page(signal_id: int, form: TriageForm) -> str:
    with reading() as work:
        found = queries.signal(work, signal_id)
        acts = SIGNAL.acts(work.actor, found)
        form.offer(acts)
        return render_template("compliance/signal.html", signal=found, form=form, acts=acts)


@bp.post("/<int:signal_id>")
@allow(Permission.SIGNAL_TRIAGE)
def triage(signal_id: int) -> Response | str | tuple[str, int]:
    form = TriageForm()
    if not form.validate_on_submit():
        return _page(signal_id, form), 422
    with writing(form, Lock(Signal, signal_id)) as work:
        found = queries.signal(work, signal_id)
        work.expect_version(found, form.version.data)
        service.triage_signal(work, found, form.act.data, note=form.note.data or "")
        return finish(work, form, url_for("escalation.show", signal_id=found.id), _("Uw keuze is bewaard."))
