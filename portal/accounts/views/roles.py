"""The roles of one person: changing from one to another, and links that belong to one of them."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.rules import ROLE_LABELS
from portal.web.acts import actor, reading
from portal.web.forms import BaseForm
from portal.web.locale import _
from portal.web.wall import allow, safe_next, switch_session

from .blueprint import bp


@bp.post("/rol-wisselen")
@allow()
def switch_role() -> Response:
    with reading() as work:
        switch_session(queries.actor_in(queries.own_membership(work, request.form.get("membership_id", type=int))))
    return redirect(url_for("home.start"), 303)


@bp.route("/account/rol/<int:membership_id>", methods=["GET", "POST"])
@allow()
def in_role(membership_id: int) -> str | tuple[str, int] | Response:
    """A link in a mail names the role it is meant for. In that role it leads on at once; in another it asks to change:
    a link alone changes nobody's role.
    """
    onward, form = safe_next(url_for("home.start")), BaseForm()
    with reading() as work:
        held = queries.own_membership(work, membership_id)
        if form.validate_on_submit():
            switch_session(queries.actor_in(held))
        elif held.id != actor().membership_id:
            page = render_template("accounts/in_role.html", form=form, held=held, role=_(ROLE_LABELS[held.role]))
            return (page, 422) if form.errors else page
    return redirect(onward, 303)
