"""The dossier: starting, choosing products, the task list per product, checking, withdrawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.accounts.queries import authorities_of
from portal.errors import RuleBroken
from portal.i18n import money
from portal.regions.queries import unit_label
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import Procedure, ProcedureProduct
from portal.tenders.procedures.rules import phase
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.forms import ProductsForm
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.locale import _, ngettext, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import awaited, bp, said, sentences_of

Page = tuple[str, int] | Response
S = SubmissionState


@bp.get("/inschrijvingen")
@allow(P.SUBMISSION_EDIT)
def own() -> str:
    with reading() as work:
        found = queries.own_submissions(work)
        drafts = [s for s in found if s.state is S.DRAFT]
        held = queries.passport(work, drafts[0].organisation_id) if drafts else {}
        left = {s.id: len(queries.progress(work, s, held).missing) for s in drafts}
        begun = {s.procedure_id for s in found if s.state is not S.WITHDRAWN}
        can_begin = [p for p in procedures.open_procedures(work) if p.id not in begun]
        return render_template("submissions/own.html", submissions=found, left=left, can_begin=can_begin)


@bp.route("/procedures/<reference>/inschrijven", methods=["GET", "POST"])
@allow(P.SUBMISSION_EDIT)
def start(reference: str) -> Page:
    form = ProductsForm()
    with reading() as work:
        procedure = procedures.published_procedure(work, reference)
        form.products.choices = choices(queries.products_of(work, procedure.id))
        if not form.is_submitted() and (old := queries.latest_withdrawn(work, procedure)) is not None:
            form.products.data = [chosen.procedure_product_id for chosen in old.products]
            form.copy.data = True
    if form.validate_on_submit():
        try:
            with writing(form, Lock(Procedure, procedure.id, share=True)) as work:
                found = procedures.published_procedure(work, reference)
                source = queries.latest_withdrawn(work, found) if form.copy.data else None
                submission = service.start_submission(work, found, form.products.data or [], copy_from=source)
                return finish(work, form, url_for("submissions.dossier", id=submission.id), _("U kunt beginnen."))
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, {"no_products_chosen": "products"})
    with reading() as work:  # anew: a write ends what was looked at before
        procedure = procedures.published_procedure(work, reference)
        page = render_template(
            "submissions/start.html",
            form=form,
            procedure=procedure,
            live=queries.live_submission(work, procedure),
            old=queries.latest_withdrawn(work, procedure),
            hints=hints(procedure, queries.products_of(work, procedure.id)),
            phase=phase(procedure, work.now).value,
        )
        return page, 422 if form.errors or form.form_errors else 200


def choices(lines: Sequence[ProcedureProduct]) -> list[tuple[int, str]]:
    return [(line.id, f"{line.product.code} {said(line.product)}") for line in lines]


def hints(procedure: Procedure, lines: Sequence[ProcedureProduct]) -> dict[int, str]:
    """What choosing a product means: its tariff, and how much it asks besides what all products share."""
    asked = Counter(code for criterion in procedure.criteria for code in criterion.product_codes)
    return {line.id: _hint(line, asked[line.product.code]) for line in lines}


def _hint(line: ProcedureProduct, own: int) -> str:
    asked = ngettext("%(num)s eigen eis", "%(num)s eigen eisen", own)
    sheet, locale = line.tariff_sheet, reader_locale()
    if sheet is None or sheet.amount is None:
        undecided = _("Tarief nog te bepalen")
        return f"{undecided}, {asked}"
    return f"{money(sheet.amount, locale)} {unit_label(sheet.unit, locale)}, {asked}"


def lines_of(submission: Submission) -> list[ProcedureProduct]:
    """The chosen products, in the order of the procedure."""
    return sorted((chosen.procedure_product for chosen in submission.products), key=lambda line: line.position)


@bp.get("/inschrijvingen/<int:id>")
@allow(P.SUBMISSION_EDIT)
def dossier(id: int) -> str:
    with reading() as work:
        submission = queries.submission(work, id)
        progress = queries.progress(work, submission)
        codes = [part.product_code for part in queries.parts(submission) if part.line]
        chosen = request.args.get("product", "")
        current = chosen if chosen in codes else (codes[0] if codes else "")
        return render_template(
            "submissions/dossier.html",
            submission=submission, progress=progress, common=progress.common, own=progress.of(current),
            lines=lines_of(submission), awaited=awaited(work, submission, progress),
            checked=_authority_checked(work, submission),
            current=current, phase=phase(submission.procedure, work.now).value,
        )  # fmt: skip


def _authority_checked(work: Work, submission: Submission) -> datetime | None:
    """When the region last checked with an extract who may sign."""
    return max((a.checked_at for a in authorities_of(work, submission.organisation_id) if a.checked_at), default=None)


@bp.route("/inschrijvingen/<int:id>/producten", methods=["GET", "POST"])
@allow(P.SUBMISSION_EDIT)
def products(id: int) -> Page:
    form = ProductsForm()
    with reading() as work:
        submission = queries.submission(work, id)
        lines = queries.products_of(work, submission.procedure_id)
        form.products.choices = choices(lines)
        if not form.is_submitted():
            form.products.data = [chosen.procedure_product_id for chosen in submission.products]
            form.version.data = submission.version
            return _products_page(work, form, submission, lines), 200
    if form.validate_on_submit():
        with writing(form, Lock(Procedure, submission.procedure_id, share=True)) as work:
            found = queries.submission(work, id)
            service.choose_products(work, found, form.products.data or [], version=form.version.data)
            return finish(work, form, url_for("submissions.dossier", id=id), _("De producten zijn bewaard."))
    with reading() as work:  # anew: a write ends what was looked at before
        submission = queries.submission(work, id)
        lines = queries.products_of(work, submission.procedure_id)
        return _products_page(work, form, submission, lines), 422 if form.errors else 200


def _products_page(work: Work, form: ProductsForm, submission: Submission, lines: Sequence[ProcedureProduct]) -> str:
    return render_template(
        "submissions/products.html",
        form=form,
        submission=submission,
        hints=hints(submission.procedure, lines),
        phase=phase(submission.procedure, work.now).value,
    )


@bp.get("/inschrijvingen/<int:id>/controleren")
@allow(P.SUBMISSION_EDIT)
def check(id: int) -> str:
    with reading() as work:
        submission = queries.submission(work, id)
        progress = queries.progress(work, submission)
        return render_template(
            "submissions/check.html",
            submission=submission, progress=progress, content=queries.content_of(work, submission),
            needs={view.part.key: sentences_of(view) for view in progress.missing},
            lines=lines_of(submission), awaited=awaited(work, submission, progress),
            phase=phase(submission.procedure, work.now).value,
        )  # fmt: skip


@bp.get("/inschrijvingen/<int:id>/bestanden/<int:file_id>")
@allow(P.SUBMISSION_EDIT)
def file(id: int, file_id: int) -> Response:
    with reading() as work:
        submission = queries.submission(work, id)
        return send(work, queries.file_of(work, queries.content_of(work, submission), file_id))
