"""The officer's board of procedures, and starting a new one."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import NotFound
from portal.regions.models import Region
from portal.regions.queries import blueprint_of
from portal.tenders.procedures import queries, service
from portal.tenders.procedures.forms import STATES, StartForm
from portal.web.acts import finish, reading, writing
from portal.web.exports import FORMATS, send_table
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp, procedure_kind, procedure_state


def _filters() -> queries.Filters:
    get = request.args.get
    page = get("pagina", 1, type=int)
    return queries.Filters(get("q", "")[:100], get("staat", "")[:30], get("sorteer", "sluit")[:20], page)


@bp.get("/inkoop/procedures")
@allow(P.PROCEDURE_WORK)
def board() -> str | Response:
    with reading() as work:
        filters = _filters()
        if (kind := request.args.get("formaat", "")) in FORMATS:
            return _export(queries.visible_procedures(work, filters, all_rows=True), kind)
        return render_template(
            "procedures/board.html",
            board=queries.visible_procedures(work, filters),
            filters=filters,
            can_start=work.actor.may(P.PROCEDURE_DRAFT),
            states=[(state, kind, str(words)) for state, (kind, words) in STATES.items()],
        )


def _export(found: queries.Board, kind: str) -> Response:
    header = [
        _("Kenmerk"),
        _("Titel"),
        _("Soort"),
        _("Staat"),
        _("Producten"),
        _("Sluit"),
        _("Beslissing"),
        _("Contract"),
    ]
    rows = (
        [
            p.reference, p.title, procedure_kind(p), procedure_state(p)[1], len(p.products), p.closes_at, p.decision_by,
            p.contract_starts,
        ]
        for p in found.rows
    )  # fmt: skip
    return send_table("procedures", header, rows, kind)


@bp.route("/inkoop/procedures/nieuw", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def start() -> tuple[str, int] | Response:
    form = StartForm()
    with reading() as work:
        region = _own_region(work)
        templates = blueprint_of(region).procedure_templates
        form.template.choices = [(t.code, t.name.say(reader_locale())) for t in templates]
        form.published_on.data = form.published_on.data or work.today
    if not form.validate_on_submit():
        page = render_template("procedures/start.html", form=form, templates=templates)
        return page, 422 if form.errors else 200
    with writing(form) as work:
        found = service.draft_procedure(
            work,
            _own_region(work),
            form.template.data,
            title=form.title.data or "",
            published_on=form.published_on.data,
        )
        return finish(work, form, url_for("procedures.setup", id=found.id), _("Het concept is gemaakt."))


def _own_region(work: Work) -> Region:
    """The region of the officer. Raises NotFound for who works for none."""
    if work.actor.region_id is None:
        raise NotFound("region")
    return work.get(Region, work.actor.region_id)
