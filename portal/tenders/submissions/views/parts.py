"""One part of a submission: what is asked, what counts, and the answer, saved while typing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission as P
from portal.accounts.queries import authorities_of
from portal.errors import FileRefused, RuleBroken, StaleVersion
from portal.evidence.models import EvidenceVersion
from portal.i18n import date_short, time_short
from portal.storage.scanning import notes_of
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.rules import phase, reasons_not_to_ask
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.content.rules import Said
from portal.tenders.submissions.forms import PartForm, form_for
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.rules import DECLARED, EXTRACT
from portal.web.acts import finish, reading, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import awaited, bp, kind_name, sentences_of

Page = tuple[str, int] | Response


@bp.route("/inschrijvingen/<int:id>/onderdeel/<key>", methods=["GET", "POST"])
@allow(P.SUBMISSION_EDIT)
def part(id: int, key: str) -> Page:
    with reading() as work:
        submission = queries.submission(work, id)
        progress = queries.progress(work, submission)
        view = progress.part(key)
        versions = _versions(work, view)
        form = _form(work, view, versions)
        if request.method == "GET":
            return _page(work, submission, progress, key, form, versions)
        procedure_id, kinds = submission.procedure_id, _kinds(versions)  # before the write, which ends this look
    lock = Lock(Procedure, procedure_id, share=True)
    if request.headers.get("X-Autosave"):
        return _autosave(id, key, form, kinds, lock)
    if form.validate_on_submit():
        try:
            return _save(id, key, form, kinds, lock)
        except FileRefused as refused:
            form.refuse("file", storage.reason_text(refused.reason, reader_locale()))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, {"text_holds_citizen_number": "text"})
    with reading() as work:
        submission = queries.submission(work, id)
        progress = queries.progress(work, submission)
        return _page(work, submission, progress, key, form, _versions(work, progress.part(key)))


def _versions(work: Work, view: queries.PartView) -> list[EvidenceVersion]:
    """What fits from the passport, and what this answer already relies on, also where a newer version exists."""
    if view.part.criterion is None:
        return []
    used = {proof.version_id for proof in view.said.proofs if proof.version_id} if view.said else set()
    fitting = queries.usable_versions(work, view.part.criterion.accepted_evidence)
    older = used - {version.id for version in fitting}
    return [*fitting, *(work.get(EvidenceVersion, id) for id in sorted(older))]


def _form(work: Work, view: queries.PartView, versions: list[EvidenceVersion]) -> PartForm:
    """The form with what was said before."""
    kinds = view.part.criterion.accepted_evidence if view.part.criterion else []
    checked = _checked(work, view, versions)
    form_class = form_for(
        view.part,
        [(version.id, _version_words(version, checked.get(version.id))) for version in versions],
        [(code, kind_name(view.part, code)) for code in kinds],
        storage.accepted_types(reader_locale(), limit=work.settings.max_upload),
    )
    data = _data(view.said or Said(), view.version)
    if view.said is None:
        data["proofs"] = list(checked)
    return form_class(data=data)


def _checked(work: Work, view: queries.PartView, versions: list[EvidenceVersion]) -> dict[int, datetime]:
    """The extracts of a day whose extract the region has looked at for the authority to sign, and when it did."""
    if view.part.criterion is None or EXTRACT not in view.part.criterion.accepted_evidence:
        return {}
    seen = {a.extract_date: a.checked_at for a in authorities_of(work, work.actor.organisation_id or 0) if a.checked_at}
    extracts = [v for v in versions if v.item.evidence_type == EXTRACT]
    return {v.id: at for v in extracts if v.issued_on and (at := seen.get(v.issued_on))}


def _version_words(version: EvidenceVersion, checked: datetime | None) -> str:
    facts, locale = {"title": version.item.title}, reader_locale()
    if checked is not None and version.issued_on is not None:
        facts |= {"issued": date_short(version.issued_on, locale), "day": date_short(checked, locale)}
        return str(_("%(title)s van %(issued)s, door de regio gecontroleerd op %(day)s", **facts))
    if version.valid_until is None:
        return version.item.title
    return str(_("%(title)s, geldig tot en met %(until)s", until=date_short(version.valid_until, locale), **facts))


def _data(said: Said, version: int) -> dict[str, Any]:
    data: dict[str, Any] = {"version": version, "text": said.text, "agreed": said.agreed}
    data |= {f"figure-{code}": value for code, value in said.figures.items()}
    data |= {name: bool(said.figures.get(name)) for name in DECLARED}
    data["proofs"] = [proof.version_id for proof in said.proofs if proof.version_id is not None]
    return data


def _kinds(versions: list[EvidenceVersion]) -> dict[int, str]:
    return {version.id: version.item.evidence_type for version in versions}


def _autosave(id: int, key: str, form: PartForm, kinds: dict[int, str], lock: Lock) -> Response:
    """A draft while typing: no file, no message, and the number of the one clear act stays unused."""
    try:
        with writing(lock=lock) as work:
            submission = queries.submission(work, id)
            before = queries.progress(work, submission).part(key).said
            said = form.said(before, kinds)
            answer = service.save_answer(work, submission, key, said, version=form.version.data)
            return jsonify(saved_at=time_short(work.now)[:5], version=answer.version)
    except StaleVersion:
        return Response(status=409)
    except RuleBroken:
        return Response(status=422)


def _save(id: int, key: str, form: PartForm, kinds: dict[int, str], lock: Lock) -> Response:
    with writing(form, lock) as work:
        submission = queries.submission(work, id)
        before = queries.progress(work, submission).part(key).said
        said = form.said(before, kinds)
        service.save_answer(work, submission, key, said, version=form.version.data)
        if (upload := _upload(form)) is not None:
            service.attach_file(
                work, submission, key, upload.stream,
                name=upload.filename or "", kind=form["kind"].data, valid_until=form["valid_until"].data,
            )  # fmt: skip
        work.session.expire(submission, ["answers"])
        view = queries.progress(work, submission).part(key)
        product = view.part.product_code or request.args.get("product", "")
        if view.is_complete or "later" in request.form:
            return finish(work, form, url_for("submissions.dossier", id=id, product=product or None), _("Bewaard."))
        return finish(work, form, url_for("submissions.part", id=id, key=key, controle=1))


def _upload(form: PartForm) -> FileStorage | None:
    found = form["file"].data if "file" in form else None
    return found if isinstance(found, FileStorage) and found.filename else None


def _page(
    work: Work,
    submission: Submission,
    progress: queries.Progress,
    key: str,
    form: PartForm,
    versions: list[EvidenceVersion],
) -> Page:
    view = progress.part(key)
    row = [*progress.common, *progress.of(view.part.product_code)] if view.part.line else progress.common
    at = [other.part.key for other in row].index(key)
    files = _files(work, submission, view)
    page = render_template(
        "submissions/part.html",
        form=form, submission=submission, view=view, part=view.part, versions=versions,
        needs=sentences_of(view) if "controle" in request.args and not form.errors else [],
        files=files, notes=notes_of(work, [proof.file.id for proof in files if proof.file]), number=at + 1, total=len(row),
        before=row[at - 1] if at else None, after=row[at + 1] if at + 1 < len(row) else None,
        asks=not any(reasons_not_to_ask(submission.procedure, work.now)),
        phase=phase(submission.procedure, work.now).value, awaited=awaited(work, submission, progress),
        accept=storage.accept_attribute(),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _files(work: Work, submission: Submission, view: queries.PartView) -> list[Any]:
    """The files that were uploaded for this part, with their names."""
    if view.said is None or not any(proof.file_id for proof in view.said.proofs):
        return []
    said = queries.content_of(work, submission).part(view.part.key)
    return [proof for proof in said.proofs if proof.file and proof.version_id is None] if said else []


@bp.post("/inschrijvingen/<int:id>/onderdeel/<key>/bestand-weg")
@allow(P.SUBMISSION_EDIT)
def remove_file(id: int, key: str) -> Response:
    file_id = request.form.get("file_id", 0, type=int)
    form = BaseForm()
    with writing(form) as work:
        submission = queries.submission(work, id)
        said = queries.progress(work, submission).part(key).said or Said()
        proofs = tuple(proof for proof in said.proofs if proof.file_id != file_id)
        service.save_answer(work, submission, key, Said(said.text, said.agreed, said.figures, proofs))
        return finish(work, form, url_for("submissions.part", id=id, key=key), _("Het bestand telt niet meer mee."))
