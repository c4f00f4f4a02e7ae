"""Signing: by the provider on a verified authority, by proxy holders on the mandate register of their municipality."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.accounts.rules import AUTHORITY_LABELS
from portal.contracts import queries, service
from portal.contracts.forms import SignForm, SignManyForm
from portal.contracts.models import Contract, ContractState
from portal.contracts.proxies.queries import to_sign
from portal.errors import IllegalTransition, NotFound, RuleBroken
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.listing import asked
from portal.web.locale import _, ngettext
from portal.web.wall import allow, fresh_login_required
from portal.work import Lock, Work

from . import words
from .blueprint import bp

P = Permission
AT_ONCE = 50
"""So many lines stand on one page to be ticked: what somebody looks through before signing."""
DONE = {"contract_already_signed", "provider_has_signed"}


@bp.route("/contracten/<int:contract_id>/ondertekenen", methods=["GET", "POST"])
@allow(P.CONTRACT_SIGN_PROVIDER)
@fresh_login_required
def sign(contract_id: int) -> tuple[str, int] | Response:
    form = SignForm()
    if form.validate_on_submit():
        try:
            return _sign(form, contract_id)
        except RuleBroken as refusal:
            form.form_errors.extend(reasons.sentences(refusal.reasons))
    with reading() as work:
        found = queries.contract(work, contract_id)
        authority, against = queries.own_signature(work, found)
        if not form.errors and (found.state is not ContractState.TO_SIGN or "contract_already_signed" in against):
            return redirect(url_for("contracts.show", contract_id=found.id), 303)
        page = render_template(
            "contracts/sign.html",
            form=form,
            contract=found,
            standing=queries.standing(work, found),
            authority=authority,
            kind=_(AUTHORITY_LABELS[authority.kind]) if authority is not None else "",
            document=storage.describe(work, found.file) if found.file is not None else None,
            against=reasons.sentences(against),
            unauthorised=not DONE & set(against),
            words=words,
        )
    return page, 422 if form.errors else 200


def _sign(form: SignForm, contract_id: int) -> Response:
    with writing(form, Lock(Contract, contract_id)) as work:
        found = queries.contract(work, contract_id)
        service.sign_as_provider(work, found)
        standing = queries.standing(work, found)
        done = _("Uw handtekening staat onder contract %(number)s.", number=found.number)
        if not standing.provider_done:
            done += " " + _("Uw organisatie is gezamenlijk bevoegd: er is nog één handtekening nodig.")
        return finish(work, form, url_for("contracts.show", contract_id=found.id), done)


@bp.route("/contracten/te-tekenen", methods=["GET", "POST"])
@allow(P.CONTRACT_SIGN_MUNICIPALITY)
@fresh_login_required
def sign_many() -> tuple[str, int] | Response:
    form = SignManyForm()
    refused: list[str] = []
    if form.validate_on_submit():
        signed, refused = _sign_each(form)
        if not refused:
            with writing(form) as work:
                return finish(work, form, url_for("contracts.sign_many"), _signed(signed))
        if signed:
            flash(_signed(signed), "ok")
    return _many(form, refused), 422 if form.errors or refused else 200


def _signed(count: int) -> str:
    return str(ngettext("%(num)s contract is door u getekend.", "%(num)s contracten zijn door u getekend.", count))


def _many(form: SignManyForm, refused: list[str]) -> str:
    with reading() as work:
        page = to_sign(work, asked(AT_ONCE))
        contracts = list({one.contract.id: one.contract for one in page.rows}.values())
        return render_template(
            "contracts/sign_many.html",
            form=form,
            page=page,
            refused=refused,
            ticked=set(form.chosen.data or ()),
            mandates=queries.own_mandates(work),
            standings=queries.standings(work, contracts),
            words=words,
        )


def _sign_each(form: SignManyForm) -> tuple[int, list[str]]:
    """Each ticked contract is an act of its own: what is refused does not hold up the others."""
    with writing(form):
        pass  # the same form sent twice is led to what it did
    signed, refused = 0, []
    for contract_id, municipality_id in form.pairs():
        try:
            with writing(lock=Lock(Contract, contract_id)) as work:
                found = queries.contract(work, contract_id)
                service.sign_as_municipality(work, found, municipality_id)
                signed += 1
        except RuleBroken as refusal:
            refused += [f"{_number(contract_id)}: {said}" for said in reasons.sentences(refusal.reasons)]
        except (NotFound, IllegalTransition):
            refused.append(_("Een gekozen contract hoeft niet meer getekend te worden. De lijst is bijgewerkt."))
    return signed, refused


def _number(contract_id: int) -> str:
    with reading() as work:
        return _name(work, contract_id)


def _name(work: Work, contract_id: int) -> str:
    found = queries.contract(work, contract_id)
    return f"{found.number} ({found.organisation.name})"
