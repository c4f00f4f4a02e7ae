"""How an organisation and its first person come in: registration, confirmation, asking to join, an invitation."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts import service
from portal.accounts.forms import PLACES, AcceptForm, AgreeForm, EmailForm, JoinForm, RegisterForm
from portal.accounts.members import queries as members
from portal.accounts.models import AttemptKind, Invitation
from portal.accounts.organisations import queries as organisations
from portal.accounts.organisations.rules import normal_kvk
from portal.accounts.rules import ROLE_LABELS
from portal.accounts.users import queries as users
from portal.errors import RuleBroken
from portal.web.acts import finish, reading, writing
from portal.web.locale import _, reader_locale
from portal.web.wall import open_endpoint

from .blueprint import bp
from .limits import count


@bp.route("/registreren", methods=["GET", "POST"])
@open_endpoint
def register() -> str | tuple[str, int] | Response:
    form = RegisterForm()
    if form.validate_on_submit():
        count(AttemptKind.REGISTER, form.email.data)
        try:
            return _register(form)
        except RuleBroken as refusal:
            if "kvk_known" in refusal.reasons:
                return _known_organisation(form)
            if "email_known" in refusal.reasons:
                return _known_person(form)
            form.refuse_all(refusal.reasons, PLACES)
    return render_template("accounts/register.html", form=form), 422 if form.errors else 200


def _register(form: RegisterForm) -> Response:
    with writing(form) as work:
        service.register_organisation(
            work,
            organisation_name=form.organisation_name.data or "",
            kvk_number=form.kvk_number.data or "",
            person_name=form.person_name.data or "",
            email=form.email.data or "",
            password=form.password.data or "",
            locale=reader_locale(),
            **form.facts(),
        )
        return finish(work, form, url_for("accounts.registered"))


def _known_organisation(form: RegisterForm) -> tuple[str, int]:
    """Somebody of this organisation was here before: the way in is through its administrator."""
    typed = {"name": form.person_name.data, "email": form.email.data, "kvk_number": form.kvk_number.data}
    join = JoinForm(formdata=None, data=typed)
    return render_template("accounts/join.html", form=join, name=form.organisation_name.data), 409


def _known_person(form: RegisterForm) -> Response:
    """The same answer as for a new address; only the owner of the mailbox reads that there is an account."""
    with writing(form) as work:
        service.tell_account_exists(work, form.email.data or "")
        return finish(work, form, url_for("accounts.registered"))


@bp.get("/registreren/klaar")
@open_endpoint
def registered() -> str:
    return render_template("accounts/registered.html")


@bp.route("/registreren/toegang-vragen", methods=["GET", "POST"])
@open_endpoint
def ask_to_join() -> str | tuple[str, int] | Response:
    form = JoinForm()
    if not form.validate_on_submit():
        return render_template("accounts/join.html", form=form, name=""), 422 if form.errors else 200
    count(AttemptKind.JOIN, form.email.data)
    with writing(form) as work:
        organisation = organisations.by_kvk(work, normal_kvk(form.kvk_number.data or ""))
        if organisation is not None:
            service.ask_to_join(work, organisation, name=form.name.data or "", email=form.email.data or "")
        return finish(work, form, url_for("accounts.asked_to_join"))


@bp.get("/registreren/toegang-gevraagd")
@open_endpoint
def asked_to_join() -> str:
    return render_template("accounts/asked_to_join.html")


@bp.route("/bevestigen/<token>", methods=["GET", "POST"])
@open_endpoint
def confirm(token: str) -> str | tuple[str, int] | Response:
    """A button, because programs that look into mails follow links but press nothing."""
    form = AgreeForm()
    if not form.validate_on_submit():
        return render_template("accounts/confirm.html", form=form)
    try:
        with writing(form) as work:
            service.confirm_account(work, token)
            return finish(work, form, url_for("accounts.log_in"), _("Uw e-mailadres is bevestigd. U kunt nu inloggen."))
    except RuleBroken:
        return render_template("accounts/link_over.html", again=url_for("accounts.resend_confirmation")), 410


@bp.route("/bevestigen", methods=["GET", "POST"])
@open_endpoint
def resend_confirmation() -> str | tuple[str, int] | Response:
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("accounts/resend_confirmation.html", form=form), 422 if form.errors else 200
    count(AttemptKind.RESET, form.email.data)
    with writing(form) as work:
        service.resend_confirmation(work, form.email.data or "")
        return finish(work, form, url_for("accounts.registered"))


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"])
@open_endpoint
def invitation(token: str) -> str | tuple[str, int] | Response:
    with reading() as work:
        found = members.invitation_by_token(work, token)
        if found is None:
            return render_template("accounts/link_over.html", again=None), 410
        has_account = users.user_by_email(work.session, found.email) is not None
        form = AgreeForm() if has_account else AcceptForm()
        if not form.validate_on_submit():
            return _invitation_page(found, form)
        facts = {"organisation": found.organisation.name}
    try:
        with writing(form) as work:
            told = {} if has_account else {"name": form.name.data or "", "password": form.password.data or ""}
            service.accept_invitation(work, token, locale=reader_locale(), **told)
            done = _("U hoort nu bij %(organisation)s. Log in om te beginnen.", **facts)
            return finish(work, form, url_for("accounts.log_in"), done)
    except RuleBroken as refusal:
        form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        found = members.invitation_by_token(work, token)
        if found is None:
            return render_template("accounts/link_over.html", again=None), 410
        return _invitation_page(found, form)


def _invitation_page(found: Invitation, form: AgreeForm | AcceptForm) -> tuple[str, int]:
    page = render_template("accounts/invitation.html", form=form, invitation=found, role=_(ROLE_LABELS[found.role]))
    return page, 422 if form.errors else 200
