"""A page for each part of the set-up: show, change, back to the task list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.i18n import date_short, money
from portal.regions.models import Product
from portal.tenders.procedures import forms, queries, rules, service
from portal.tenders.procedures.forms import PLACES
from portal.tenders.procedures.models import Procedure, ProcedureState
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp, said, unit
from .setup import SECTIONS, warnings

Page = tuple[str, int] | Response


def edit(id: int, form: BaseForm, section: str, verb: Callable[[Work, Procedure], None], **facts: Any) -> Page:
    """Show the form, or change one part and go back to the task list."""
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                verb(work, queries.procedure(work, id))
                done = _("Opgeslagen: %(part)s.", part=SECTIONS[section][0])
                return finish(work, form, url_for("procedures.setup", id=id), done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        procedure = queries.procedure(work, id)
        states = queries.IN_PREPARATION if section == "aankondiging" else (ProcedureState.DRAFT,)
        page = render_template(
            f"procedures/edit_{section}.html",
            form=form,
            procedure=procedure,
            title=SECTIONS[section][0],
            warnings=warnings(work, procedure) if section in ("planning", "bezwaar") else [],
            editable=procedure.state in states or form.is_submitted(),
            **facts,
        )
    return page, 422 if form.errors else 200


def opened(id: int, form_class: type[BaseForm], **data: str) -> Any:
    """The form as it stands now; `data` maps a field to an attribute with another name."""
    with reading() as work:
        procedure = queries.procedure(work, id)
        return form_class(obj=procedure, data={field: getattr(procedure, name) for field, name in data.items()})


@bp.route("/inkoop/procedures/<int:id>/gegevens", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def details(id: int) -> Page:
    form = opened(id, forms.DetailsForm)
    texts = {"title": form.title.data, "summary": form.summary.data, "contact_email": form.contact_email.data}
    return edit(id, form, "gegevens", lambda w, p: service.update_details(w, p, version=form.version.data, **texts))


@bp.route("/inkoop/procedures/<int:id>/planning", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def dates(id: int) -> Page:
    form = opened(id, forms.DatesForm)
    return edit(id, form, "planning", lambda w, p: service.update_dates(w, p, form.dates(), version=form.version.data))


@bp.route("/inkoop/procedures/<int:id>/producten", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def products(id: int) -> Page:
    form = forms.ProductsForm()
    with reading() as work:
        procedure = queries.procedure(work, id)
        offered = queries.catalogue(work, procedure.region_id)
        form.products.choices = [(code, f"{code} {said(product)}") for code, product in offered.items()]
        if not form.is_submitted():
            form.version.data = procedure.version
            form.products.data = [line.product.code for line in procedure.products]
        day = procedure.contract_starts or work.today
        tariffs = {code: _tariff(product, day) for code, product in offered.items()}
    return edit(
        id, form, "producten",
        lambda w, p: service.update_products(w, p, form.products.data or [], version=form.version.data),
        tariffs=tariffs,
    )  # fmt: skip


def _tariff(product: Product, day: date) -> tuple[str, bool]:
    """The sheet that would hold for a contract from that day, in words, and whether it is invented."""
    sheet = rules.sheet_on(product.tariffs, day)
    if sheet is None or sheet.amount is None:
        return str(_("Geen tarief vastgesteld: met dit product kunt u nog niet publiceren.")), False
    locale = reader_locale()
    words = f"{money(sheet.amount, locale)} {unit(sheet.unit)}"
    words = str(_("%(tariff)s, geldig vanaf %(day)s.", tariff=words, day=date_short(sheet.valid_from, locale)))
    return words, sheet.illustrative


@bp.route("/inkoop/procedures/<int:id>/aankondiging", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def notice(id: int) -> Page:
    form = opened(id, forms.NoticeForm, number="notice_number", day="notice_date")
    facts = {"above_threshold": form.above_threshold.data, "number": form.number.data or "", "day": form.day.data}
    return edit(id, form, "aankondiging", lambda w, p: service.update_notice(w, p, version=form.version.data, **facts))


@bp.route("/inkoop/procedures/<int:id>/bezwaartermijn", methods=["GET", "POST"])
@allow(P.PROCEDURE_DRAFT)
def objection(id: int) -> Page:
    form = opened(id, forms.ObjectionForm, days="objection_days", basis="objection_basis")
    facts = {"days": form.days.data, "basis": form.basis.data or ""}
    return edit(
        id, form, "bezwaar", lambda w, p: service.update_objection_term(w, p, version=form.version.data, **facts)
    )
