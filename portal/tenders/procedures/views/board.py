"""The officer's board of procedures, and starting a new one."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import NotFound, RuleBroken
from portal.regions.blueprints.terms import ProcedureTemplate
from portal.regions.models import Region
from portal.regions.queries import blueprint_of
from portal.tenders.procedures import service
from portal.tenders.procedures.forms import PLACES, StartForm
from portal.tenders.procedures.lists import queries as lists
from portal.tenders.procedures.models import ProcedureState
from portal.web.acts import finish, reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import STATES, bp, procedure_kind, procedure_work_state

RUNNING = (ProcedureState.PUBLISHED, ProcedureState.OPENED, ProcedureState.ANNOUNCED)


def _filters() -> lists.Filters:
    year = request.args.get("jaar", type=int)
    return lists.Filters(text(), text("staat", 30), year if year is not None and 2000 <= year <= 2100 else None)


@bp.get("/inkoop/procedures")
@allow(P.PROCEDURE_WORK)
def board() -> str | Response:
    with reading() as work:
        filters = _filters()
        if format := asked_format():
            return _export(lists.all_procedures(work, filters, asked().sort), format)
        found = lists.visible_procedures(work, filters, asked())
        return render_template(
            "procedures/board.html",
            board=found,
            running=sum(found.counts.get(state, 0) for state in RUNNING),
            parts=[(kind, found.counts[s], str(w).lower()) for s, (kind, w) in STATES.items() if found.counts.get(s)],
            years=_years(work, filters.year),
            can_start=work.actor.may(P.PROCEDURE_DRAFT),
            states=[(state, kind, str(words)) for state, (kind, words) in STATES.items()],
        )


def _years(work: Work, chosen: int | None) -> list[tuple[str, str]]:
    """Around today; a year further away stays to be seen where the address names it."""
    near = {*range(work.today.year - 4, work.today.year + 2), *({chosen} if chosen else ())}
    return [("", _("Alle jaren")), *((str(year), str(year)) for year in sorted(near, reverse=True))]


def _export(found: Iterable[lists.Line], format: str) -> Response | str:
    header = [
        _("Kenmerk"), _("Titel"), _("Soort"), _("Staat"), _("Producten"), _("Sluit"), _("Beslissing"), _("Contract"),
    ]  # fmt: skip
    rows = (
        [
            p.reference, p.title, procedure_kind(p), procedure_work_state(p)[1], products, p.closes_at, p.decision_by,
            p.contract_starts,
        ]
        for p, products in found
    )  # fmt: skip
    return send_list("procedures", header, rows, format)


@bp.route("/inkoop/procedures/nieuw", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def start() -> tuple[str, int] | Response:
    form = StartForm()
    with reading() as work:
        templates = blueprint_of(_own_region(work)).procedure_templates
        form.template.choices = [(t.code, t.name.say(reader_locale())) for t in templates]
        if not form.is_submitted():
            form.published_on.data = work.today
            form.template.data = templates[0].code if len(templates) == 1 else None
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = service.draft_procedure(
                    work,
                    _own_region(work),
                    form.template.data,
                    title=form.title.data or "",
                    published_on=form.published_on.data,
                )
                return finish(work, form, url_for("procedures.setup", id=found.id), _("Het concept is gemaakt."))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    hints = {t.code: _described(t) for t in templates}
    return render_template("procedures/start.html", form=form, hints=hints), 422 if form.errors else 200


def _described(template: ProcedureTemplate) -> str:
    """What a template of the region brings along."""
    products = ngettext("%(num)s product", "%(num)s producten", len(template.products))
    words = f"{template.summary.say(reader_locale())} " if template.summary else ""
    example = _("Termijnen en eisen zijn een voorbeeld.") if template.illustrative else ""
    return f"{words}{products}: {', '.join(template.products)}. {example}".rstrip()


def _own_region(work: Work) -> Region:
    """The region of the officer. Raises NotFound for who works for none."""
    if work.actor.region_id is None:
        raise NotFound("region")
    return work.get(Region, work.actor.region_id)
