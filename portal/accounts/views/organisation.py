"""A provider's own organisation, and the providers as the buyer's side sees them."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.accounts import service
from portal.accounts.authority import queries as authorities
from portal.accounts.forms import PLACES, OrganisationForm
from portal.accounts.members import queries as members
from portal.accounts.models import Organisation, OrganisationState, SigningAuthority
from portal.accounts.organisations import queries
from portal.accounts.rules import AUTHORITY_LABELS, AUTHORITY_STATES, LEGAL_FORM_LABELS, signatures_needed
from portal.errors import RuleBroken
from portal.web.acts import finish, reading, writing
from portal.web.exports import asked_format, send_list
from portal.web.listing import asked, text
from portal.web.locale import _, _l
from portal.web.wall import allow

from .blueprint import bp

STATES = {
    OrganisationState.IDENTITY_PENDING: ("bezig", _l("Wacht op controle")),
    OrganisationState.ACTIVE: ("ok", _l("Gecontroleerd")),
    OrganisationState.SUSPENDED: ("fout", _l("Geschorst")),
    OrganisationState.CLOSED: ("idle", _l("Gesloten")),
}
DONE = {
    "suspend": _l("De aanbieder is geschorst."),
    "resume": _l("De schorsing is voorbij."),
    "close": _l("De registratie is gesloten."),
}
P = Permission


def facts(found: Organisation) -> list[tuple[str, object]]:
    """What is known of a provider, as terms and descriptions."""
    form = _(LEGAL_FORM_LABELS[found.legal_form]) if found.legal_form else None
    return [
        (_("Naam"), found.name),
        (_("KvK-nummer"), found.kvk_number),
        (_("Rechtsvorm"), form),
        (_("Plaats"), found.place or None),
        (_("Verblijf"), _("Ja") if found.offers_stay else _("Nee, alleen ambulant")),
        (_("Medewerkers"), found.youth_workers),
    ]


@bp.get("/organisatie")
@allow(P.AUTHORITY_CLAIM)
def organisation() -> str:
    with reading() as work:
        found = members.own_organisation(work)
        return render_template(
            "accounts/organisation.html",
            organisation=found,
            facts=facts(found),
            state=STATES[found.state],
            people=members.members(work, found.id),
            claims=authorities.claims_of(work, found.id),
            signers=authorities.authorities_of(work, found.id),
            needed=signatures_needed(authorities.authorities_of(work, found.id)),
            requests=members.open_join_requests(work),
            can_edit=work.actor.may(P.ORGANISATION_EDIT),
        )


@bp.route("/organisatie/wijzigen", methods=["GET", "POST"])
@allow(P.ORGANISATION_EDIT)
def edit_organisation() -> str | tuple[str, int] | Response:
    with reading() as work:
        found = members.own_organisation(work)
        form = OrganisationForm(data=_filled(found))
        if not form.validate_on_submit():
            return _edit_page(form, found)
    try:
        with writing(form) as work:
            found = members.own_organisation(work)
            name, version = form.organisation_name.data or "", form.version.data
            service.edit_organisation(work, found, name=name, version=version, **form.facts())
            return finish(work, form, url_for("accounts.organisation"), _("De gegevens zijn opgeslagen."))
    except RuleBroken as refusal:
        form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        return _edit_page(form, members.own_organisation(work))


def _filled(found: Organisation) -> dict[str, object]:
    return {
        "organisation_name": found.name,
        "legal_form": found.legal_form.value if found.legal_form else "",
        "place": found.place,
        "offers_stay": "ja" if found.offers_stay else "nee",
        "youth_workers": found.youth_workers,
    }


def _edit_page(form: OrganisationForm, found: Organisation) -> tuple[str, int]:
    version = form.version.data or found.version
    page = render_template("accounts/edit_organisation.html", form=form, organisation=found, version=version)
    return page, 422 if form.errors else 200


@bp.get("/aanbieders")
@allow(P.AUTHORITY_VERIFY, P.CONTRACT_PREPARE, P.AUDIT_READ)
def providers() -> str | Response:
    state = next((s for s in OrganisationState if s.value == request.args.get("staat")), None)
    with reading() as work:
        if format := asked_format():
            rows = (_line(found) for found in queries.all_providers(work, text(), state, asked().sort))
            header = [_("Naam"), _("Plaats"), _("KvK-nummer"), _("Aangemeld op"), _("Stand")]
            return send_list(_("Aanbieders"), header, rows, format)
        page = queries.providers(work, text(), state, asked())
        return render_template("accounts/providers.html", page=page, states=STATES)


def _line(found: Organisation) -> list[object]:
    return [found.name, found.place, found.kvk_number, found.registered_at, str(STATES[found.state][1])]


@bp.get("/aanbieders/<int:organisation_id>")
@allow(P.AUTHORITY_VERIFY, P.CONTRACT_PREPARE, P.AUDIT_READ)
def provider(organisation_id: int) -> str:
    with reading() as work:
        found = queries.provider(work, organisation_id)
        claims = authorities.claims_of(work, found.id) if work.actor.may(P.AUTHORITY_VERIFY) else []
        return render_template(
            "accounts/provider.html",
            organisation=found,
            facts=facts(found),
            state=STATES[found.state],
            claims=[(claim, _(AUTHORITY_LABELS[claim.kind]), _shown(claim)) for claim in claims],
            acts=[act for act in queries.acts(work.actor, found) if act in DONE],
        )


@bp.post("/aanbieders/<int:organisation_id>/<any(suspend, resume, close):act>")
@allow(P.ORGANISATION_VERIFY)
def change_provider(organisation_id: int, act: str) -> Response:
    with writing() as work:
        found = queries.provider(work, organisation_id)
        service.change_state(work, found, act)
        return finish(work, None, url_for("accounts.provider", organisation_id=found.id), str(DONE[act]))


def _shown(claim: SigningAuthority) -> tuple[str, str]:
    kind, words = AUTHORITY_STATES[claim.state]
    return kind, _(words)
