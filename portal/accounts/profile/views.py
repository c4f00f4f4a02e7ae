"""What a person changes about the own account: address, how mail comes, and where it is logged in."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, service
from portal.accounts.models import AttemptKind
from portal.accounts.profile.forms import PLACES, AgreeForm, MailPreferenceForm, NewEmailForm
from portal.accounts.profile.queries import open_changes
from portal.accounts.sessions import queries as sessions
from portal.accounts.sessions.rules import UNKNOWN, token_digest
from portal.clock import system_clock
from portal.errors import RuleBroken
from portal.web.acts import actor, finish, office, reading, writing
from portal.web.locale import _, ngettext
from portal.web.wall import allow, end_session, open_endpoint, session_key

bp = Blueprint("profile", __name__)


@bp.route("/account/e-mail", methods=["GET", "POST"])
@allow()
def change_email() -> str | tuple[str, int] | Response:
    """The answer is the same for an address that is free and one that is somebody else's."""
    form = NewEmailForm()
    if form.validate_on_submit():
        email, password = form.email.data or "", form.password.data or ""
        place, moment = request.remote_addr or "", system_clock()
        service.prove_password(office(), actor(), password=password, address=place, moment=moment)
        with writing() as work:  # a link asked for, to a mailbox that need not be the actor's
            service.count_request(work, AttemptKind.RESET, email=email, address=place, moment=moment)
        try:
            with writing(form) as work:
                service.ask_new_email(work, queries.own_user(work), email=email, password=password)
                done = _(
                    "Wij stuurden een link naar %(email)s. Tot u die gebruikt, blijft uw oude adres gelden.",
                    email=email,
                )
                return finish(work, form, url_for("accounts.account"), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    with reading() as work:
        user = queries.own_user(work)
        page = render_template("accounts/change_email.html", form=form, user=user, waiting=open_changes(work, user))
    return page, 422 if form.errors else 200


@bp.route("/nieuw-adres/<token>", methods=["GET", "POST"])
@open_endpoint
def confirm_email(token: str) -> str | tuple[str, int] | Response:
    """A button, because programs that look into mails follow links but press nothing."""
    form = AgreeForm()
    if not form.validate_on_submit():
        return render_template("accounts/confirm_email.html", form=form)
    try:
        with writing(form) as work:
            service.confirm_new_email(work, token)
            done = _("Uw nieuwe e-mailadres geldt nu. Log ermee in.")
            response = finish(work, form, url_for("accounts.log_in"))
    except RuleBroken:
        return render_template("accounts/link_over.html", again=url_for("profile.change_email")), 410
    end_session()
    flash(done, "ok")
    return response


@bp.route("/account/mail", methods=["GET", "POST"])
@allow()
def mail_preference() -> str | tuple[str, int] | Response:
    with reading() as work:
        user = queries.own_user(work)
        form = MailPreferenceForm(data={"digest": "ja" if user.mail_digest else "nee"})
        if not form.validate_on_submit():
            return render_template("accounts/mail_preference.html", form=form), 422 if form.errors else 200
    with writing(form) as work:
        service.set_mail_preference(work, queries.own_user(work), digest=form.digest.data == "ja")
        return finish(work, form, url_for("accounts.account"), _("Uw keuze is opgeslagen."))


# --- where I am logged in ----------------------------------------------------------------------------------------


@bp.get("/account/sessies")
@allow()
def sessions_page() -> str:
    with reading() as work:
        here = token_digest(session_key())
        own = [(found, found.device or _(UNKNOWN), found.key_digest == here) for found in sessions.own_sessions(work)]
        return render_template("accounts/sessions.html", sessions=sorted(own, key=lambda row: not row[2]))


@bp.post("/account/sessies/<int:session_id>/beeindigen")
@allow()
def end_one_session(session_id: int) -> Response:
    with writing() as work:
        service.end_session(work, sessions.own_session(work, session_id))
        return finish(work, None, url_for("profile.sessions_page"), _("De sessie is beëindigd."))


@bp.post("/account/sessies/andere-beeindigen")
@allow()
def end_other_sessions() -> Response:
    with writing() as work:
        count = service.end_other_sessions(work, session_key())
        done = ngettext("%(num)s andere sessie is beëindigd.", "%(num)s andere sessies zijn beëindigd.", count)
        return finish(work, None, url_for("profile.sessions_page"), done)
