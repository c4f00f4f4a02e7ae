"""A table and its rounds, with what was agreed there; the minutes as a document."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.documents import document_name
from portal.errors import RuleBroken
from portal.meetings import queries as meetings
from portal.meetings.documents import minutes_docx
from portal.meetings.rules import SEAT_LABELS
from portal.meetings.standing import queries as standing
from portal.meetings.standing.rules import standing as stands_at
from portal.storage import StoredFile
from portal.tables.agreements import queries, service
from portal.tables.agreements.forms import PLACES, AgreementForm
from portal.tables.agreements.mediation.queries import open_mediations
from portal.tables.agreements.rules import Target
from portal.tables.kpis import queries as kpis
from portal.tables.kpis.models import Kpi
from portal.tables.kpis.rules import aim_words, in_words, name_of, target_words
from portal.tables.rounds import queries as rounds
from portal.tables.rounds.models import Round
from portal.tables.rounds.rules import STATE_LABELS as TABLE_LABELS
from portal.web.acts import finish, reading, writing
from portal.web.files import Document, send_document, send_docx
from portal.web.listing import asked
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

from . import words
from .blueprint import Page, bp

P = Permission


@bp.get("/ontwikkeltafels/<int:table_id>")
@allow(P.TABLE_READ)
def table(table_id: int) -> Page:
    with reading() as work:
        found = rounds.table(work, table_id)
        locale = reader_locale()
        planned = sorted(found.rounds, key=lambda r: r.number, reverse=True)
        measures = kpis.of_the_table(work, found.region_id) if work.actor.may(P.KPI_READ) else []
        page = queries.agreements_at(work, found.id, asked())
        return render_template(
            "tables/table.html",
            table=found,
            state=(TABLE_LABELS[found.state][0], _(TABLE_LABELS[found.state][1])),
            acts=rounds.acts(work, found),
            plans=work.actor.may(P.TABLE_PLAN, found),
            seat_words={kind: _(label) for kind, label in SEAT_LABELS.items()},
            occupants=rounds.occupants(work, found),
            rounds=[(r, _standing(work, r)) for r in planned],
            staff=meetings.staff_of(work, region_id=found.region_id, table_id=found.id, locale=locale),
            next_round=min((r for r in planned if r.meeting.ends_at > work.now), key=_start, default=None),
            page=page,
            agreements=[words.row(agreement) for agreement in page.rows],
            kpis=[(kpi, name_of(kpi, locale), target_words(kpi, kpi.target, locale)) for kpi in measures],
            mediates=work.actor.may(P.MEDIATION_LEAD, found),
            open_mediations=open_mediations(work),
        )


def _standing(work: Work, planned: Round) -> tuple[str, str]:
    kind, label = stands_at(planned.meeting, work.now)
    return kind, _(label)


def _start(planned: Round) -> datetime:
    return planned.meeting.starts_at


@bp.get("/ontwikkeltafels/<int:table_id>/rondes/<int:number>")
@allow(P.TABLE_READ)
def round(table_id: int, number: int) -> Page:
    with reading() as work:
        found = rounds.round_of(work, table_id, number)
        proposed = queries.agreements_of(work, round_id=found.id)
        return render_template(
            "tables/round.html",
            round=found,
            side=standing.side(work, found.meeting),
            agreements=[words.row(agreement) for agreement in proposed],
            writes=work.actor.may(P.AGREEMENT_WRITE, found.table),
        )


@bp.get("/ontwikkeltafels/<int:table_id>/rondes/<int:number>/verslag.docx")
@allow(P.TABLE_READ)
def minutes_document(table_id: int, number: int) -> Document:
    """The kept document of adopted minutes; before that, or while it is being made, one that is made on the spot."""
    with reading() as work:
        found = rounds.round_of(work, table_id, number)
        if found.meeting.minutes_file_id is not None:
            return send_document(work, work.get(StoredFile, found.meeting.minutes_file_id))
        facts = service.freeze_minutes(work, found)
        title, day = service.file_title(found), found.meeting.starts_at
    name = document_name("Agenda" if facts.is_agenda else "Verslag", title, day)
    return send_docx(minutes_docx(facts), name)


@bp.route("/ontwikkeltafels/<int:table_id>/rondes/<int:number>/afspraken/nieuw", methods=["GET", "POST"])
@allow(P.AGREEMENT_WRITE)
def propose(table_id: int, number: int) -> Page:
    with reading() as work:
        form = offer_kpis(work, AgreementForm(), rounds.round_of(work, table_id, number).table.region_id)
    if form.validate_on_submit():
        try:
            return _propose(form, table_id, number)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        found = rounds.round_of(work, table_id, number)
        side = standing.side(work, found.meeting)
        page = render_template("tables/agreement_form.html", form=form, round=found, side=side, agreement=None)
    return page, 422 if request.method == "POST" else 200


def offer_kpis(work: Work, form: AgreementForm, region_id: int) -> AgreementForm:
    """Those without a target first: they wait for the table."""
    measures = sorted(kpis.kpis_of(work, region_id), key=lambda kpi: kpi.target.value is not None)
    locale = reader_locale()
    names = kpis.categories(work, region_id, locale)
    return form.offer({kpi.id: (in_words(name_of(kpi, locale), names), _aim(kpi, locale)) for kpi in measures})


def _aim(kpi: Kpi, locale: str) -> str:
    """In what unit and direction a number counts, and what stands there now."""
    aim = aim_words(kpi, locale)
    now = _("Nu: %(target)s.", target=target_words(kpi, kpi.target, locale))
    return f"{aim[:1].upper()}{aim[1:]}. {now}" if aim else str(now)


def target_of(work: Work, form: AgreementForm, region_id: int) -> Target | None:
    """What the form says about a target; an unknown KPI is none of this region's. Raises NotFound."""
    if not form.kpi.data or form.kpi_value.data is None or form.kpi_date.data is None:
        return None
    return Target(kpis.kpi(work, form.kpi.data), form.kpi_value.data, form.kpi_date.data)


def _propose(form: AgreementForm, table_id: int, number: int) -> Response:
    with writing(form) as work:
        found = rounds.round_of(work, table_id, number)
        agreement = service.propose_agreement(
            work,
            found,
            title=form.title.data or "",
            text=form.text.data or "",
            obligation_type=form.kind,
            target=target_of(work, form, found.table.region_id),
        )
        location = url_for("agreements.agreement", table_id=table_id, agreement_id=agreement.id)
        return finish(work, form, location, _("Het voorstel staat klaar. Leg nu het standpunt per zetel vast."))
