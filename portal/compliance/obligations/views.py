"""What has to be delivered: a provider's own list, the contract manager's calendar, and one item with its ladder."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.compliance.board import rules as board
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock

from . import queries, service
from .forms import REASONS, WaiverForm
from .models import Obligation

bp = Blueprint("obligations", __name__, url_prefix="/verantwoording")
reasons.register(REASONS)


@bp.get("")
@allow(Permission.OBLIGATION_READ)
def index() -> str:
    with reading() as work:
        year = request.args.get("jaar", work.today.year, type=int)
        items = queries.obligations(work, year=year)
        template = "compliance/own.html" if work.actor.is_provider else "compliance/board.html"
        return render_template(
            template,
            items=items,
            board=board.board(items, work.today, year=year, late_only=bool(request.args.get("laat"))),
            years=queries.years(work) or [year],
            words=lambda item: board.state_words(item, work.today, reader_locale()),
            kind=lambda item: queries.kind_name(item.kind, reader_locale()),
        )


@bp.post("/<int:obligation_id>/vrijstelling-voorstellen")
@allow(Permission.OBLIGATION_WAIVE)
def ask_waiver(obligation_id: int) -> Response:
    form = WaiverForm()
    with writing(form, Lock(Obligation, obligation_id)) as work:
        item = queries.obligation(work, obligation_id)
        work.expect_version(item, form.version.data)
        service.ask_waiver(work, item, reason=form.reason.data or "")
        message = _("Het voorstel is bewaard. Een tweede persoon beslist.")
        return finish(work, form, url_for("declarations.show", obligation_id=item.id), message)


@bp.post("/<int:obligation_id>/vrijstellen")
@allow(Permission.OBLIGATION_WAIVE)
def waive(obligation_id: int) -> Response:
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    with writing(form, Lock(Obligation, obligation_id)) as work:
        item = queries.obligation(work, obligation_id)
        service.waive(work, item)
        return finish(
            work, form, url_for("declarations.show", obligation_id=item.id), _("De aanbieder is vrijgesteld.")
        )
