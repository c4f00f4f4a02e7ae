"""A provider states who may sign."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.accounts import service
from portal.accounts.authority import queries
from portal.accounts.authority.service import EXTRACT_TYPES
from portal.accounts.forms import PLACES, AuthorityForm
from portal.accounts.members.queries import own_organisation
from portal.accounts.models import AuthorityKind, SigningAuthority
from portal.accounts.rules import AUTHORITY_LABELS, AUTHORITY_STATES, signatures_needed
from portal.errors import FileRefused, NotFound, RuleBroken
from portal.storage import StoredFile
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.locale import _, _l, reader_locale
from portal.web.wall import allow
from portal.work import Work

from .blueprint import bp

P = Permission
HINTS = {
    AuthorityKind.SOLE.value: _l("Uw handtekening bindt de organisatie, zonder dat iemand anders meetekent."),
    AuthorityKind.JOINT.value: _l(
        "U tekent samen met iemand anders die ook bevoegd is. Wij vragen twee handtekeningen."
    ),
    AuthorityKind.LIMITED.value: _l("U tekent tot een bedrag per jaar. Vul dat bedrag hieronder in."),
    AuthorityKind.PROXY.value: _l("U hebt een volmacht. Voeg de volmacht toe in plaats van het uittreksel."),
}


@bp.get("/organisatie/tekenbevoegdheid")
@allow(P.AUTHORITY_CLAIM)
def authority() -> str:
    with reading() as work:
        organisation = own_organisation(work)
        claims = queries.claims_of(work, organisation.id)
        signers = queries.authorities_of(work, organisation.id)
        rows = [(c, _(AUTHORITY_LABELS[c.kind]), _shown(c), queries.acts(work.actor, c)) for c in claims]
        return render_template(
            "accounts/authority.html",
            organisation=organisation,
            rows=rows,
            own=queries.own_claim(work),
            signers=signers,
            needed=signatures_needed(signers),
        )


def _shown(claim: SigningAuthority) -> tuple[str, str]:
    kind, words = AUTHORITY_STATES[claim.state]
    return kind, _(words)


@bp.route("/organisatie/tekenbevoegdheid/vastleggen", methods=["GET", "POST"])
@allow(P.AUTHORITY_CLAIM)
def claim_authority() -> tuple[str, int] | Response:
    form = AuthorityForm()
    if form.validate_on_submit():
        try:
            return _claim(form)
        except FileRefused as refusal:
            form.refuse("extract", storage.reason_text(refusal.reason, reader_locale()))
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    page = render_template(
        "accounts/claim_authority.html",
        form=form,
        hints=HINTS,
        accepted=storage.accepted_types(reader_locale(), allowed=EXTRACT_TYPES),
        accept=storage.accept_attribute(EXTRACT_TYPES),
    )
    return page, 422 if form.errors else 200


def _claim(form: AuthorityForm) -> Response:
    with writing(form) as work:
        service.claim_authority(
            work,
            kind=form.chosen,
            extract_file=_received(work, form.extract.data),
            extract_date=form.extract_date.data,
            limit_amount=form.limit_amount.data,
            note=form.note.data or "",
        )
        done = _(
            "Uw tekenbevoegdheid is vastgelegd. Een inkoper controleert het uittreksel. U krijgt bericht per mail."
        )
        return finish(work, form, url_for("accounts.authority"), done)


def _received(work: Work, upload: FileStorage | str | None) -> StoredFile | None:
    """The upload, if there is one."""
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return service.receive_extract(work, upload.stream, name=upload.filename)


@bp.post("/organisatie/tekenbevoegdheid/<int:authority_id>/beeindigen")
@allow(P.AUTHORITY_CLAIM)
def end_authority(authority_id: int) -> Response:
    with writing() as work:
        service.end_authority(work, queries.authority(work, authority_id))
        return finish(work, None, url_for("accounts.authority"), _("De tekenbevoegdheid is beëindigd."))


@bp.get("/organisatie/tekenbevoegdheid/<int:authority_id>/uittreksel")
@allow(P.AUTHORITY_CLAIM)
def own_extract(authority_id: int) -> Response:
    with reading() as work:
        found = queries.authority(work, authority_id)
        return send(work, stored_extract(work, found))


def stored_extract(work: Work, found: SigningAuthority) -> StoredFile:
    """Raises NotFound when nothing was added."""
    if found.extract_file_id is None:
        raise NotFound("StoredFile")
    return work.get(StoredFile, found.extract_file_id)
