"""Where a provider works: locations with their places, municipalities served, AGB codes, and what others see of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.accounts.members.queries import own_organisation
from portal.errors import RuleBroken
from portal.i18n import either
from portal.regions.locations import queries, service
from portal.regions.locations.forms import (
    PLACES,
    AgbForm,
    CapacityForm,
    Choices,
    LocationForm,
    ServedForm,
    filled,
)
from portal.regions.locations.models import Location
from portal.regions.locations.rules import AUDIENCE_LABELS
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow, open_endpoint
from portal.work import Work

bp = Blueprint("locations", __name__)

P = Permission


@bp.get("/organisatie/locaties")
@allow(P.AUTHORITY_CLAIM)
def locations() -> str:
    return _overview(None)[0]


def _overview(form: AgbForm | None) -> tuple[str, int]:
    with reading() as work:
        organisation, own = own_organisation(work), queries.own_locations(work)
        page = render_template(
            "regions/locations.html",
            organisation=organisation,
            locations=[(found, _capacities(work, found)) for found in own],
            served=queries.served_by(work, organisation.id),
            codes=queries.codes_of(work, organisation.id),
            form=form or AgbForm(_chosen(own), formdata=None),
            can_edit=work.actor.may(P.ORGANISATION_EDIT),
        )
    return page, 422 if form is not None and form.errors else 200


def _capacities(work: Work, location: Location) -> list[tuple[str, int]]:
    return [(queries.thing_name(found, work.actor.locale), found.places) for found in location.capacities]


def _chosen(own: Sequence[Location]) -> Choices:
    return [(str(found.id), found.name) for found in own]


def _municipalities(work: Work) -> Choices:
    return [(str(found.id), found.name) for found in queries.municipalities(work)]


@bp.route("/organisatie/locaties/toevoegen", methods=["GET", "POST"])
@allow(P.ORGANISATION_EDIT)
def add_location() -> tuple[str, int] | Response:
    with reading() as work:
        form = LocationForm(_municipalities(work))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = service.add_location(work, own_organisation(work), **form.facts())
                done = _("De locatie is toegevoegd. Vul nu in hoeveel plekken er zijn.")
                return finish(work, form, url_for("locations.edit_location", location_id=found.id), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("regions/add_location.html", form=form), 422 if form.errors else 200


@bp.route("/organisatie/locaties/<int:location_id>", methods=["GET", "POST"])
@allow(P.ORGANISATION_EDIT)
def edit_location(location_id: int) -> tuple[str, int] | Response:
    with reading() as work:
        form = LocationForm(_municipalities(work), data=filled(queries.own_location(work, location_id)))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = queries.own_location(work, location_id)
                service.edit_location(work, found, version=form.version.data, **form.facts())
                return finish(work, form, url_for("locations.locations"), _("De locatie is opgeslagen."))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _location_page(location_id, form, None)


def _location_page(location_id: int, form: LocationForm | None, capacity: CapacityForm | None) -> tuple[str, int]:
    with reading() as work:
        found = queries.own_location(work, location_id)
        form = form or LocationForm(_municipalities(work), formdata=None, data=filled(found))
        wrong: BaseForm = capacity or form
        page = render_template(
            "regions/location.html",
            form=form,
            capacity=capacity or CapacityForm(_things(work), formdata=None),
            wrong=wrong,
            location=found,
            version=form.version.data or found.version,
            lines=_capacities(work, found),
        )
    return page, 422 if wrong.errors else 200


def _things(work: Work) -> Choices:
    """A category as a whole, then each of its products."""
    locale, found = work.actor.locale, queries.categories(work)
    several = len({category.region_id for category in found}) > 1
    choices: Choices = []
    for category in found:
        before = f"{category.region.name}: " if several else ""
        name = either(category.name_nl, category.name_en, locale)
        choices.append((f"c{category.id}", before + _("%(category)s, alle producten samen", category=name)))
        for product in category.products:
            choices.append((f"p{product.id}", before + either(product.name_nl, product.name_en, locale)))
    return choices


@bp.post("/organisatie/locaties/<int:location_id>/plekken")
@allow(P.ORGANISATION_EDIT)
def set_capacity(location_id: int) -> tuple[str, int] | Response:
    with reading() as work:
        form = CapacityForm(_things(work))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                service.set_capacity(work, queries.own_location(work, location_id), **form.facts())
                here = url_for("locations.edit_location", location_id=location_id)
                return finish(work, form, here, _("Het aantal plekken is opgeslagen."))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _location_page(location_id, None, form)


@bp.post("/organisatie/locaties/<int:location_id>/sluiten")
@allow(P.ORGANISATION_EDIT)
def close_location(location_id: int) -> Response:
    with writing() as work:
        service.close_location(work, queries.own_location(work, location_id))
        return finish(work, None, url_for("locations.locations"), _("De locatie is gesloten en niet meer te zien."))


@bp.route("/organisatie/gemeenten", methods=["GET", "POST"])
@allow(P.ORGANISATION_EDIT)
def served() -> tuple[str, int] | Response:
    with reading() as work:
        organisation = own_organisation(work)
        chosen = [str(found.id) for found in queries.served_by(work, organisation.id)]
        form = ServedForm(_municipalities(work), data={"municipalities": chosen})
        if not form.validate_on_submit():
            return render_template("regions/served.html", form=form), 422 if form.errors else 200
    with writing(form) as work:
        service.serve_municipalities(work, own_organisation(work), map(int, form.municipalities.data or []))
        return finish(work, form, url_for("locations.locations"), _("De gemeenten zijn opgeslagen."))


@bp.post("/organisatie/agb")
@allow(P.ORGANISATION_EDIT)
def add_agb() -> tuple[str, int] | Response:
    with reading() as work:
        form = AgbForm(_chosen(queries.own_locations(work)))
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                where = queries.own_location(work, int(form.location.data)) if form.location.data else None
                service.add_agb(work, own_organisation(work), code=form.code.data or "", location=where)
                return finish(work, form, url_for("locations.locations"), _("De AGB-code is toegevoegd."))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _overview(form)


@bp.post("/organisatie/agb/<int:code_id>/beeindigen")
@allow(P.ORGANISATION_EDIT)
def end_agb(code_id: int) -> Response:
    with writing() as work:
        service.end_agb(work, queries.own_code(work, code_id))
        return finish(work, None, url_for("locations.locations"), _("De AGB-code is weggehaald."))


# --- what others see ---------------------------------------------------------------------------------------------


@bp.get("/organisatie/zichtbaar")
@allow(P.AUTHORITY_CLAIM)
def seen_by_others() -> str:
    with reading() as work:
        cards = queries.own_cards(work, own_organisation(work))
        return render_template("regions/seen_by_others.html", cards=cards, words=_words())


@bp.get("/aanbieders/<int:organisation_id>/locaties")
@allow(P.AUTHORITY_VERIFY, P.CONTRACT_PREPARE, P.AUDIT_READ)
def provider_locations(organisation_id: int) -> str:
    with reading() as work:
        card = queries.officer_card(work, organisation_id)
        return render_template("regions/provider_locations.html", card=card, trail=True)


@bp.get("/aanbieders/<int:organisation_id>/openbaar")
@open_endpoint
def public_provider(organisation_id: int) -> str:
    with reading() as work:
        card = queries.public_card(work, organisation_id)
        return render_template("regions/provider_locations.html", card=card, trail=False)


def _words() -> dict[object, str]:
    return {audience: _(label) for audience, label in AUDIENCE_LABELS.items()}
