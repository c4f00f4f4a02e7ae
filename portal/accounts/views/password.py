"""A forgotten password, and a new one."""

from __future__ import annotations

from flask import flash, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts import service
from portal.accounts.forms import PLACES, EmailForm, ResetForm
from portal.accounts.models import AttemptKind
from portal.errors import RuleBroken
from portal.web.acts import finish, writing
from portal.web.locale import _
from portal.web.wall import end_session, open_endpoint

from .blueprint import bp
from .limits import count


@bp.route("/wachtwoord-vergeten", methods=["GET", "POST"])
@open_endpoint
def forgot_password() -> str | tuple[str, int]:
    """The answer is the same for an address that is known and one that is not."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot_password.html", form=form), 422 if form.errors else 200
    count(AttemptKind.RESET, form.email.data)
    with writing() as work:
        service.request_reset(work, form.email.data or "")
    return render_template("accounts/forgot_password_sent.html", email=form.email.data)


@bp.route("/wachtwoord-vergeten/<token>", methods=["GET", "POST"])
@open_endpoint
def reset_password(token: str) -> str | tuple[str, int] | Response:
    form = ResetForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                service.reset_password(work, token, password=form.password.data or "")
                response = finish(work, form, url_for("accounts.log_in"))
        except RuleBroken as refusal:
            if "link_expired" in refusal.reasons:
                return _over()
            form.refuse_all(refusal.reasons, PLACES)
        else:
            end_session()
            flash(_("Uw nieuwe wachtwoord is opgeslagen. Log ermee in."), "ok")
            return response
    if form.errors:
        return render_template("accounts/reset_password.html", form=form), 422
    return render_template("accounts/reset_password.html", form=form)


def _over() -> tuple[str, int]:
    return render_template("accounts/link_over.html", again=url_for("accounts.forgot_password")), 410
