"""One obligation with its filings: the provider files, the contract manager checks or asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.audit import record
from portal.compliance.board import rules as board
from portal.compliance.obligations import queries as obligations
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.compliance.obligations.states import OBLIGATION
from portal.errors import FileRefused, RuleBroken
from portal.web import reasons
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from . import queries, service
from .forms import (
    EVALUATION_QUESTIONS,
    REASONS,
    DeclarationForm,
    EvaluationForm,
    OfficialForm,
    ProfitMarginForm,
    QuestionForm,
    WntForm,
)
from .models import WntBasis
from .rules import OfficialFacts

bp = Blueprint("declarations", __name__, url_prefix="/verantwoording")
reasons.register(REASONS)

Page = Response | str | tuple[str, int]
FIELDS = {
    "surplus_needs_explanation": "explanation",
    "turnover_positive": "turnover",
    "owner_pay_not_negative": "owner_pay",
    "wnt_class_missing": "wnt_class",
    "wnt_not_applicable_needs_reason": "remark",
}


@bp.get("/<int:obligation_id>")
@allow(Permission.OBLIGATION_READ)
def show(obligation_id: int) -> str:
    return _item_page(obligation_id, QuestionForm())


def _item_page(obligation_id: int, question: QuestionForm) -> str:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        term = obligations.term_of_item(work, item)
        locale = reader_locale()
        return render_template(
            "compliance/item.html",
            item=item,
            term=term,
            name=obligations.kind_name(item.kind, locale),
            state=board.state_words(item, work.today, locale),
            rungs=board.rungs(item, term, work.today, locale),
            acts=OBLIGATION.acts(work.actor, item),
            filings=queries.declarations(work, item),
            files={f.id: storage.describe(work, f) for f in queries.files(work, item)},
            question=question,
            second_person=item.waiver_asked_by_id not in (None, work.actor.user_id),
        )


FORMS: dict[ObligationKind, type[DeclarationForm]] = {
    ObligationKind.PROFIT_MARGIN: ProfitMarginForm,
    ObligationKind.WNT_DECLARATION: WntForm,
    ObligationKind.YEARLY_EVALUATION: EvaluationForm,
}


@bp.get("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file_form(obligation_id: int) -> str:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        return _filing_page(work, item, FORMS[item.kind]())


def _filing_page(work: Work, item: Obligation, form: DeclarationForm) -> str:
    return render_template(
        f"compliance/file_{item.kind.value}.html",
        item=item,
        form=form,
        name=obligations.kind_name(item.kind, reader_locale()),
        accepted=storage.accepted_types(reader_locale(), limit=work.settings.max_upload),
        types=storage.accept_attribute(storage.DEFAULT_TYPES),
    )


@bp.post("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file(obligation_id: int) -> Page:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        form = FORMS[item.kind]()
        if not form.validate_on_submit():
            return _filing_page(work, item, form), 422
    try:
        with writing(form, Lock(Obligation, obligation_id)) as work:
            item = obligations.obligation(work, obligation_id)
            work.expect_version(item, form.version.data)
            FILERS[item.kind](work, item, form, _received(work, form))
            message = _("Uw verklaring is ingediend. De contractmanager controleert haar.")
            return finish(work, form, url_for("declarations.show", obligation_id=item.id), message)
    except (RuleBroken, FileRefused) as refusal:
        _say(form, refusal)
    with reading() as work:
        return _filing_page(work, obligations.obligation(work, obligation_id), form), 422


def _say(form: DeclarationForm, refusal: RuleBroken | FileRefused) -> None:
    if isinstance(refusal, FileRefused):
        form.refuse("file", storage.reason_text(refusal.reason, reader_locale()))
        return
    for code in refusal.reasons:
        form.refuse(FIELDS.get(code, "remark"), reasons.sentence(code))


def _received(work: Work, form: DeclarationForm) -> storage.StoredFile | None:
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    return storage.receive(work, upload.stream, name=upload.filename, seal=storage.new_seal(work))


def _file_margin(work: Work, item: Obligation, form: Any, file: storage.StoredFile | None) -> None:
    service.file_profit_margin(
        work, item, turnover=form.turnover.data, result=form.result.data, owner_pay=form.owner_pay.data,
        region_share=form.region_share.data, explanation=form.explanation.data or "", remark=form.remark.data or "", file=file,
    )  # fmt: skip


def _file_wnt(work: Work, item: Obligation, form: Any, file: storage.StoredFile | None) -> None:
    service.file_wnt(
        work, item, basis=WntBasis(form.basis.data), wnt_class=form.wnt_class.data or "", points=form.points.data,
        officials=_officials(form), remark=form.remark.data or "", file=file,
    )  # fmt: skip


def _officials(form: Any) -> list[OfficialFacts]:
    rows: list[OfficialForm] = [entry.form for entry in form.officials if not entry.form.is_empty]
    if any(not row.is_complete for row in rows):
        raise RuleBroken("wnt_official_incomplete")
    return [
        OfficialFacts(
            row.name.data or "", row.function.data or "", row.starts_on.data, row.ends_on.data,  # type: ignore[arg-type]
            row.part_time_factor.data, row.pay.data,  # type: ignore[arg-type]
        )
        for row in rows
    ]  # fmt: skip


def _file_evaluation(work: Work, item: Obligation, form: Any, file: storage.StoredFile | None) -> None:
    answers = [
        {"code": code, "question": str(label), "answer": form[code].data} for code, label in EVALUATION_QUESTIONS
    ]
    service.file_evaluation(work, item, answers=answers, remark=form.remark.data or "", file=file)


FILERS: dict[ObligationKind, Callable[[Work, Obligation, Any, storage.StoredFile | None], None]] = {
    ObligationKind.PROFIT_MARGIN: _file_margin,
    ObligationKind.WNT_DECLARATION: _file_wnt,
    ObligationKind.YEARLY_EVALUATION: _file_evaluation,
}


@bp.post("/<int:obligation_id>/gecontroleerd")
@allow(Permission.DECLARATION_CHECK)
def check(obligation_id: int) -> Response:
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    with writing(form, Lock(Obligation, obligation_id)) as work:
        item = obligations.obligation(work, obligation_id)
        work.expect_version(item, form.version.data)
        service.check_declaration(work, item)
        return finish(
            work,
            form,
            url_for("declarations.show", obligation_id=item.id),
            _("Gecontroleerd. De aanbieder krijgt bericht."),
        )


@bp.post("/<int:obligation_id>/vraag")
@allow(Permission.DECLARATION_CHECK)
def ask(obligation_id: int) -> Page:
    form = QuestionForm()
    if not form.validate_on_submit():
        return _item_page(obligation_id, form), 422
    try:
        with writing(form, Lock(Obligation, obligation_id)) as work:
            item = obligations.obligation(work, obligation_id)
            work.expect_version(item, form.version.data)
            service.return_declaration(work, item, question=form.question.data or "", answer_by=form.answer_by.data)  # type: ignore[arg-type]
            return finish(work, form, url_for("declarations.show", obligation_id=item.id), _("De vraag is verstuurd."))
    except RuleBroken as refusal:
        for code in refusal.reasons:
            form.refuse("answer_by" if code == "answer_day_has_passed" else "question", reasons.sentence(code))
        return _item_page(obligation_id, form), 422


@bp.get("/<int:obligation_id>/bijlage/<int:declaration_id>")
@allow(Permission.OBLIGATION_READ)
def download(obligation_id: int, declaration_id: int) -> Response:
    with writing() as work:
        item = obligations.obligation(work, obligation_id)
        stored = queries.declaration_file(work, item, declaration_id)
        record(work, "declaration.read", item, declaration_id=declaration_id, contract_id=item.contract_id)
        return send(work, stored)
