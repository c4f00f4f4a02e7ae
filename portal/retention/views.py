"""What is kept and how long, for everybody; and the two steps by which something goes, for who keeps the platform."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.retention import queries, service
from portal.retention.classes import RetentionClass, all_classes, class_of
from portal.retention.forms import PLACES, ConfirmForm, ProposeForm
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow, open_endpoint

bp = Blueprint("retention", __name__)
Page = tuple[str, int] | Response


@bp.get("/bewaartermijnen")
@open_endpoint
def terms() -> str:
    locale = reader_locale()
    lines = [
        {
            "label": kind.label.say(locale),
            "holds": kind.holds.say(locale),
            "starts": kind.starts.say(locale),
            "term": term(kind),
            "then": afterwards(kind),
            "kind": kind,
        }
        for kind in all_classes()
    ]
    return render_template("retention/terms.html", lines=lines, unconfirmed=sum(not k.confirmed for k in all_classes()))


def term(kind: RetentionClass) -> str:
    """How long, in words."""
    if kind.days is not None:
        return str(ngettext("%(num)s dag", "%(num)s dagen", kind.days))
    if kind.months is None:
        return str(_("altijd"))
    if kind.months == 0:
        return str(_("tot dat moment"))
    if kind.months % 12 == 0:
        return str(_("%(years)s jaar", years=kind.months // 12))
    return str(ngettext("%(num)s maand", "%(num)s maanden", kind.months))


def afterwards(kind: RetentionClass) -> str:
    words = {
        "remove": _("Verwijderd, nadat een mens dat heeft bevestigd"),
        "pseudonymise": _("Vervangen door een nummer, nadat een mens dat heeft bevestigd"),
        "automatic": _("Vanzelf verwijderd"),
        "keep": _("Blijft; het portaal verwijdert dit niet zelf"),
    }
    return str(words[kind.then])


@bp.get("/inkoop/bewaren")
@allow(P.RETENTION_READ)
def region() -> str:
    """Read only: the officer knows the files, the administrator of the portal says yes."""
    with reading() as work:
        lines = [(kind, _name(kind.key), term(kind), count) for kind, count in queries.in_region(work)]
        return render_template("retention/region.html", lines=lines)


@bp.get("/inkoop/bewaren/<key>")
@allow(P.RETENTION_READ)
def region_class(key: str) -> str:
    with reading() as work:
        kind, due = queries.regional(key), queries.due_in_region(work, key)
        locale = reader_locale()
        return render_template(
            "retention/region_class.html",
            kind=kind,
            title=_name(key),
            holds=kind.holds.say(locale),
            starts=kind.starts.say(locale),
            term=term(kind),
            due=due,
            full=len(due) == queries.AT_ONCE,
        )


@bp.get("/beheer/bewaren")
@allow(P.RETENTION_CONFIRM)
def board() -> str:
    with reading() as work:
        counts, removals = queries.counts(work), queries.removals(work)
        busy = {one.class_key: one for one in removals if one.finished_at is None and one.cancelled_at is None}
        lines = [
            {
                "label": k.label.say(reader_locale()),
                "term": term(k),
                "count": counts[k.key],
                "kind": k,
                "open": busy.get(k.key),
            }
            for k in all_classes()
            if k.by_hand
        ]
        return render_template("retention/board.html", lines=lines, removals=removals, name=_name)


def _name(key: str) -> str:
    return class_of(key).label.say(reader_locale())


@bp.route("/beheer/bewaren/<key>", methods=["GET", "POST"])
@allow(P.RETENTION_CONFIRM)
def propose(key: str) -> Page:
    form = ProposeForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                removal = service.propose_removal(work, key, reason=form.reason.data or "")
                return finish(work, form, url_for("retention.confirm", removal_id=removal.id))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        kind, due = queries.by_hand(key), queries.due(work, key)
        page = render_template(
            "retention/propose.html",
            form=form,
            kind=kind,
            title=_name(key),
            holds=kind.holds.say(reader_locale()),
            starts=kind.starts.say(reader_locale()),
            term=term(kind),
            due=due,
            full=len(due) == queries.AT_ONCE,
            open=queries.open_removal(work, key),
        )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/beheer/bewaren/lijst/<int:removal_id>", methods=["GET", "POST"])
@allow(P.RETENTION_CONFIRM)
def confirm(removal_id: int) -> Page:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                removal = queries.removal(work, removal_id)
                task = service.confirm_removal(work, removal, seen=form.seen.data or 0)
                done = _("Het verwijderen begint zodra het aan de beurt is.")
                return finish(work, form, url_for("taken.show", task_id=task.id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        removal = queries.removal(work, removal_id)
        waits = removal.confirmed_at is None and removal.cancelled_at is None
        page = render_template(
            "retention/confirm.html",
            form=form,
            removal=removal,
            title=_name(removal.class_key),
            due=queries.listed(work, removal) if waits else [],
            waits=waits,
        )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/beheer/bewaren/lijst/<int:removal_id>/intrekken")
@allow(P.RETENTION_CONFIRM)
def cancel(removal_id: int) -> Response:
    form = BaseForm()
    with writing(form) as work:
        service.cancel_removal(work, queries.removal(work, removal_id))
        return finish(work, form, url_for("retention.board"), _("De lijst is ingetrokken. Er is niets verwijderd."))
