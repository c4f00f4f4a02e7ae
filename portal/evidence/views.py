"""The pages of the evidence passport."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.errors import FileRefused, RuleBroken
from portal.evidence import queries, rules, service
from portal.evidence.forms import PLACES, EvidenceForm
from portal.regions.blueprints.criteria import EvidenceType
from portal.storage import StoredFile
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Work

bp = Blueprint("evidence", __name__)
P = Permission


@bp.get("/bewijspaspoort")
@allow(P.EVIDENCE_READ)
def passport() -> str:
    with reading() as work:
        rows = queries.rows(work)
        standing = queries.standing(work)
        may_edit = work.actor.may(P.EVIDENCE_EDIT)
        return render_template("evidence/passport.html", rows=rows, standing=standing, may_edit=may_edit)


@bp.get("/bewijspaspoort/toevoegen")
@allow(P.EVIDENCE_EDIT)
def choose_kind() -> str:
    with reading() as work:
        kinds = sorted(
            queries.evidence_types(work).values(), key=lambda kind: kind.name.say(reader_locale()).casefold()
        )
        held = {item.evidence_type for item in queries.passport(work)}
        return render_template("evidence/choose_kind.html", kinds=kinds, held=held)


@bp.route("/bewijspaspoort/toevoegen/<code>", methods=["GET", "POST"])
@allow(P.EVIDENCE_EDIT)
def add(code: str) -> tuple[str, int] | Response:
    with reading() as work:
        kind = queries.evidence_type(work, code)
    form = EvidenceForm(kind, data={"title": kind.name.say(reader_locale())})
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                facts = _facts(work, form, kind)
                item = service.add_evidence(work, evidence_type=code, title=form.title.data or "", **facts)
                done = _("Het bewijs staat in uw paspoort.")
                return finish(work, form, url_for("evidence.item", item_id=item.id), done)
        except (FileRefused, RuleBroken) as refusal:
            _refuse(form, refusal)
    return _form_page("evidence/add.html", form, kind)


@bp.get("/bewijspaspoort/<int:item_id>")
@allow(P.EVIDENCE_READ)
def item(item_id: int) -> str:
    with reading() as work:
        found = queries.item(work, item_id)
        kind = queries.evidence_types(work).get(found.evidence_type)
        files = {v.id: storage.describe(work, queries.version_file(work, v.id)) for v in found.versions if v.file_id}
        return render_template(
            "evidence/item.html",
            row=queries.row_of(work, found, kind),
            files=files,
            uses=queries.uses(work, found),
            may_edit=work.actor.may(P.EVIDENCE_EDIT, found) and found.archived_at is None,
        )


@bp.route("/bewijspaspoort/<int:item_id>/vernieuwen", methods=["GET", "POST"])
@allow(P.EVIDENCE_EDIT)
def renew(item_id: int) -> tuple[str, int] | Response:
    with reading() as work:
        found = queries.item(work, item_id)
        kind = queries.evidence_type(work, found.evidence_type)
        current, title = found.current, found.title
        number = current.number
        form = EvidenceForm(kind, renews=current, data={"issuer": current.issuer, "statement": current.statement})
    if form.validate_on_submit():
        try:
            with writing(form) as work:
                facts = _facts(work, form, kind)
                service.renew_evidence(work, queries.item(work, item_id), seen=form.version.data, **facts)
                done = _("Het bewijs is vernieuwd. Wat u eerder liet zien, blijft bewaard.")
                return finish(work, form, url_for("evidence.item", item_id=item_id), done)
        except (FileRefused, RuleBroken) as refusal:
            _refuse(form, refusal)
    version = form.version.data or number
    return _form_page("evidence/renew.html", form, kind, title=title, item_id=item_id, version=version)


@bp.post("/bewijspaspoort/<int:item_id>/archiveren")
@allow(P.EVIDENCE_EDIT)
def archive(item_id: int) -> Response:
    with writing() as work:
        service.archive_evidence(work, queries.item(work, item_id))
        done = _("Het bewijs is gearchiveerd. Inschrijvingen waarin u het gebruikte, houden het.")
        return finish(work, None, url_for("evidence.passport"), done)


@bp.get("/bewijspaspoort/versies/<int:version_id>/bestand")
@allow(P.EVIDENCE_READ)
def file(version_id: int) -> Response:
    with reading() as work:
        return send(work, queries.version_file(work, version_id))


def _facts(work: Work, form: EvidenceForm, kind: EvidenceType) -> dict[str, Any]:
    return {
        "mode": rules.mode_of(kind),
        "issuer": form.value("issuer") or "",
        "reference": form.value("reference") or "",
        "issued_on": form.value("issued_on"),
        "valid_until": form.value("valid_until"),
        "statement": form.value("statement") or "",
        "file": _received(work),
    }


def _received(work: Work) -> StoredFile | None:
    """The upload, also one that was sent along with an attestation: the rule then says why it is not kept."""
    upload = request.files.get("file")
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return service.receive_file(work, upload.stream, name=upload.filename)


def _refuse(form: BaseForm, refusal: FileRefused | RuleBroken) -> None:
    if isinstance(refusal, RuleBroken):
        form.refuse_all(refusal.reasons, PLACES)
    else:
        place = "file" if "file" in form else "statement"
        form.refuse(place, storage.reason_text(refusal.reason, reader_locale()))


def _form_page(template: str, form: EvidenceForm, kind: EvidenceType, **facts: Any) -> tuple[str, int]:
    locale = reader_locale()
    page = render_template(
        template,
        form=form,
        kind=kind,
        name=kind.name.say(locale),
        help=kind.help.say(locale) if kind.help else "",
        accepted=storage.accepted_types(locale),
        accept=storage.accept_attribute(),
        **facts,
    )
    return page, 422 if form.errors else 200
