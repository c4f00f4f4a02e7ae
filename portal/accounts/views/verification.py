"""An officer checks whether a provider's people may sign."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.accounts import service
from portal.accounts.authority import queries
from portal.accounts.forms import PLACES, RejectForm, VerifyForm
from portal.accounts.rules import AUTHORITY_LABELS, AUTHORITY_STATES, warnings_on_extract
from portal.errors import RuleBroken
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.listing import asked
from portal.web.locale import _
from portal.web.wall import allow

from .authority import stored_extract
from .blueprint import bp
from .organisation import facts

P = Permission


@bp.get("/verificaties")
@allow(P.AUTHORITY_VERIFY)
def verifications() -> str:
    with reading() as work:
        page = queries.queue(work, asked())
        checked = [(c, _(AUTHORITY_LABELS[c.kind]), AUTHORITY_STATES[c.state]) for c in queries.recently_checked(work)]
        return render_template(
            "accounts/verifications.html",
            page=page,
            queue=[(c, _(AUTHORITY_LABELS[c.kind])) for c in page.rows],
            checked=[(c, kind, (state[0], _(state[1]))) for c, kind, state in checked],
        )


@bp.get("/verificaties/<int:authority_id>")
@allow(P.AUTHORITY_VERIFY)
def verification(authority_id: int) -> str:
    return _page(authority_id, VerifyForm(formdata=None), RejectForm(formdata=None))[0]


def _page(authority_id: int, verify: VerifyForm, reject: RejectForm) -> tuple[str, int]:
    with reading() as work:
        found = queries.authority(work, authority_id)
        kind, words = AUTHORITY_STATES[found.state]
        file = storage.describe(work, stored_extract(work, found)) if found.extract_file_id else None
        page = render_template(
            "accounts/verification.html",
            authority=found,
            kind=_(AUTHORITY_LABELS[found.kind]),
            state=(kind, _(words)),
            facts=facts(found.organisation),
            file=file,
            warnings=reasons.sentences(warnings_on_extract(found.extract_date, work.today)),
            acts=queries.acts(work.actor, found),
            verify=verify,
            reject=reject,
        )
    return page, 422 if verify.errors or reject.errors else 200


@bp.post("/verificaties/<int:authority_id>/goedkeuren")
@allow(P.AUTHORITY_VERIFY)
def verify_authority(authority_id: int) -> tuple[str, int] | Response:
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = queries.authority(work, authority_id)
                work.expect_version(found, form.version.data)
                service.verify_authority(work, found, valid_until=form.valid_until.data)
                done = _("De bevoegdheid van %(name)s staat vast.", name=found.user.name)
                return finish(work, form, url_for("accounts.verifications"), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page(authority_id, form, RejectForm(formdata=None))


@bp.post("/verificaties/<int:authority_id>/afwijzen")
@allow(P.AUTHORITY_VERIFY)
def reject_authority(authority_id: int) -> tuple[str, int] | Response:
    form = RejectForm()
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                found = queries.authority(work, authority_id)
                work.expect_version(found, form.version.data)
                service.reject_authority(work, found, reason=form.reason.data or "")
                done = _(
                    "De bevoegdheid van %(name)s is afgewezen. De aanbieder krijgt de reden.", name=found.user.name
                )
                return finish(work, form, url_for("accounts.verifications"), done)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page(authority_id, VerifyForm(formdata=None), form)


@bp.get("/verificaties/<int:authority_id>/uittreksel")
@allow(P.AUTHORITY_VERIFY)
def extract(authority_id: int) -> Response:
    """Every look at it stands in the trail."""
    with writing() as work:
        found = queries.authority(work, authority_id)
        service.note_extract_read(work, found)
        return send(work, stored_extract(work, found))
