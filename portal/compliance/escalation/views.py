"""Signals for the contract manager: patterns about an organisation, never about a client."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.compliance.obligations.rules import days_late, kind_name
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from . import queries, rules, service
from .forms import ACTS, REASONS, TriageForm
from .models import Signal, SignalState
from .states import SIGNAL

bp = Blueprint("escalation", __name__, url_prefix="/signalen")
reasons.register(REASONS)


@bp.get("")
@allow(Permission.SIGNAL_READ)
def index() -> str | Response:
    with reading() as work:
        filters = _filters()
        if format := asked_format():
            every = queries.all_signals(work, filters, asked().sort)
            return send_list(_("Signalen"), _header(), (_row(work, signal) for signal in every), format)
        found = queries.signals(work, filters, asked())
        about = {signal.id: _about(work, signal) for signal in found.page.rows}
        return render_template("compliance/signals.html", found=found, about=about, **_words())


def _filters() -> rules.Filters:
    state = request.args.get("staat")
    return rules.Filters(
        q=text(),
        state=next((s for s in SignalState if s.value == state), None),
    )


def _words() -> dict[str, object]:
    return {
        "states": {state: (kind, _(words)) for state, (kind, words) in rules.STATE_NAMES.items()},
        "sources": {source: _(words) for source, words in rules.SOURCE_NAMES.items()},
    }


def _header() -> list[str]:
    return [_("Aanbieder"), _("Bron"), _("Waarover"), _("Hoe laat"), _("Geopend"), _("Stand")]


def _row(work: Work, signal: Signal) -> list[object]:
    source, state = rules.SOURCE_NAMES[signal.source], rules.STATE_NAMES[signal.state][1]
    what, late = _about(work, signal) or ("", "")
    return [signal.organisation.name, _(source), what, late, signal.opened_at, _(state)]


@bp.get("/<int:signal_id>")
@allow(Permission.SIGNAL_READ)
def show(signal_id: int) -> str:
    return _page(signal_id, TriageForm(formdata=None))


def _page(signal_id: int, form: TriageForm) -> str:
    with reading() as work:
        found = queries.signal(work, signal_id)
        acts = SIGNAL.acts(work.actor, found)
        form.offer(acts)
        return render_template(
            "compliance/signal.html",
            signal=found,
            form=form,
            acts=acts,
            act_words=ACTS,
            sees_obligation=found.obligation_id is not None and work.actor.may(Permission.OBLIGATION_READ),
            about=_about(work, found),
            contacts=queries.contacts(work, found),
            sees_contract=work.actor.may(Permission.CONTRACT_READ),
            **_words(),
        )


def _about(work: Work, signal: Signal) -> tuple[str, str] | None:
    """Which declaration this is about, and how it stands: "30 dagen te laat"."""
    item, locale = signal.obligation, reader_locale()
    if item is None:
        return None
    what = _("%(what)s over %(year)s", what=kind_name(item.kind, locale), year=item.about_year)
    return what, days_late(item, work.today, locale)


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
