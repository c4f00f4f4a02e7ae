"""The person's own account."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, service
from portal.accounts.forms import PLACES, AccountForm, ChangePasswordForm
from portal.accounts.rules import ROLE_LABELS
from portal.accounts.sessions.queries import own_sessions
from portal.clock import system_clock
from portal.errors import RuleBroken
from portal.web.acts import actor, finish, office, reading, writing
from portal.web.locale import _, change_language
from portal.web.wall import allow, begin_session

from .blueprint import bp
from .log_in import device


@bp.route("/account", methods=["GET", "POST"])
@allow()
def account() -> str | tuple[str, int] | Response:
    with reading() as work:
        user = queries.own_user(work)
        form = AccountForm(data={"name": user.name, "language": user.locale})
        if not form.validate_on_submit():
            held = [(m, _(ROLE_LABELS[m.role])) for m in queries.memberships_of(work.session, user.id)]
            places = len(own_sessions(work))
            page = render_template("accounts/account.html", form=form, user=user, held=held, sessions=places)
            return page, 422 if form.errors else 200
    with writing(form) as work:
        user = queries.own_user(work)
        service.rename(work, user, name=form.name.data or "")
        service.set_locale(work, user, form.language.data)
        change_language(form.language.data)
        return finish(work, form, url_for("accounts.account"), _("Uw gegevens zijn opgeslagen."))


@bp.route("/account/wachtwoord", methods=["GET", "POST"])
@allow()
def change_password() -> str | tuple[str, int] | Response:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        current, password = form.current.data or "", form.password.data or ""
        place, moment = request.remote_addr or "", system_clock()
        service.prove_password(office(), actor(), password=current, address=place, moment=moment)
        try:
            with writing(form) as work:
                user = queries.own_user(work)
                service.change_password(work, user, current=current, password=password)
                key = service.begin_session(work, user, device=device())
                response = finish(work, form, url_for("accounts.account"))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
        else:
            begin_session(actor(), key)
            flash(_("Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd."), "ok")
            return response
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200
