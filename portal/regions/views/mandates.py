"""The mandate register: per municipality who may decide or sign what, on which decision."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.errors import RuleBroken
from portal.regions import queries, service
from portal.regions.forms import PLACES, EndMandateForm, MandateForm
from portal.regions.mandates import queries as registers
from portal.regions.models import Power
from portal.regions.rules import POWER_LABELS
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp

P = Permission


@bp.get("/mandaten")
@allow(P.MANDATE_EDIT, P.DECISION_DECIDE, P.AUDIT_READ)
def mandates() -> str:
    with reading() as work:
        region = queries.own_region(work)
        return render_template(
            "regions/mandates.html",
            region=region,
            register=registers.register(work, region),
            powers={power: _(label) for power, label in POWER_LABELS.items()},
            may_edit=work.actor.may(P.MANDATE_EDIT, region),
            today=work.today,
        )


def _form(work: Work) -> MandateForm:
    region = queries.own_region(work)
    members = [(str(m.id), m.name) for m in queries.members_on(work, region.id, work.today)]
    holders = [(str(user.id), user.name) for user in registers.delegates(work, region.id)]
    data = {"municipality": request.args.get("gemeente", ""), "valid_from": work.today}
    return MandateForm(members, holders, data=data)


@bp.route("/mandaten/toevoegen", methods=["GET", "POST"])
@allow(P.MANDATE_EDIT)
def add_mandate() -> tuple[str, int] | Response:
    with reading() as work:
        form = _form(work)
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                service.add_mandate(work, queries.own_region(work), **_facts(form))
                done = _("De regel staat in het mandaatregister.")
                return finish(work, form, url_for("regions.mandates"), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("regions/add_mandate.html", form=form), 422 if form.errors else 200


def _facts(form: MandateForm) -> dict[str, Any]:
    return {
        "municipality_id": int(form.municipality.data),
        "holder_id": int(form.holder.data),
        "function": form.function.data,
        "power": Power(form.power.data),
        "max_amount": form.max_amount.data,
        "decision_number": form.decision_number.data,
        "decision_date": form.decision_date.data,
        "valid_from": form.valid_from.data,
        "valid_until": form.valid_until.data,
    }


@bp.route("/mandaten/<int:mandate_id>/beeindigen", methods=["GET", "POST"])
@allow(P.MANDATE_EDIT)
def end_mandate(mandate_id: int) -> tuple[str, int] | Response:
    with reading() as work:
        found = registers.mandate(work, mandate_id)
        form = EndMandateForm(data={"last_day": work.today})
        facts = {"version": form.version.data or found.version, "municipality": found.municipality.name}
        facts |= {"function": found.function, "power": _(POWER_LABELS[found.power])}
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found, last_day = registers.mandate(work, mandate_id), form.last_day.data
                if last_day is not None:
                    service.end_mandate(work, found, last_day=last_day, version=form.version.data)
                return finish(
                    work, form, url_for("regions.mandates"), _("De laatste dag van het mandaat is vastgelegd.")
                )
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("regions/end_mandate.html", form=form, **facts), 422 if form.errors else 200
