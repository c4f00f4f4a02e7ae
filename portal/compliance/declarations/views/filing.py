"""The three forms on which a provider files. A correction begins with what was filed before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import storage
from portal.access import Permission
from portal.compliance.declarations import queries, rules, service
from portal.compliance.declarations.forms import (
    EVALUATION_QUESTIONS,
    DeclarationForm,
    EvaluationForm,
    OfficialForm,
    ProfitMarginForm,
    WntForm,
)
from portal.compliance.declarations.models import WntBasis
from portal.compliance.obligations import queries as obligations
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.compliance.obligations.rules import kind_name
from portal.errors import FileRefused, RuleBroken
from portal.storage import StoredFile
from portal.web.acts import finish, reading, writing
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

Page = Response | str | tuple[str, int]
Kind = ObligationKind
FORMS: dict[Kind, type[DeclarationForm]] = {
    Kind.PROFIT_MARGIN: ProfitMarginForm,
    Kind.WNT_DECLARATION: WntForm,
    Kind.YEARLY_EVALUATION: EvaluationForm,
}
ONE_MORE = "nog_een"
"""The button that adds a top official, also without JavaScript."""


@bp.get("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file_form(obligation_id: int) -> Page:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        if "deliver" not in obligations.acts(work.actor, item):
            return redirect(url_for("declarations.show", obligation_id=obligation_id), 303)
        return _page(work, item, FORMS[item.kind](formdata=None, data=queries.begin_with(work, item)))


def _page(work: Work, item: Obligation, form: DeclarationForm) -> str:
    last = queries.latest(work, item)
    known = queries.files(work, [last] if last is not None else [])
    return render_template(
        f"compliance/file_{item.kind.value}.html",
        item=item,
        form=form,
        name=kind_name(item.kind, reader_locale()),
        accepted=storage.accepted_types(reader_locale(), limit=work.settings.max_upload),
        types=storage.accept_attribute(storage.DEFAULT_TYPES),
        kept=known.get(last.file_id or 0) if last is not None else None,
        chosen=bool(request.files.get("file")),
        maxima=queries.wnt_maxima(item.about_year) if item.kind is Kind.WNT_DECLARATION else [],
        one_more=ONE_MORE,
    )


@bp.post("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file(obligation_id: int) -> Page:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        form = FORMS[item.kind]()
        if ONE_MORE in request.form and isinstance(form, WntForm):
            form.one_more(rules.whole_year(item.about_year))
            return _page(work, item, form)
        if not form.validate_on_submit():
            return _page(work, item, form), 422
    try:
        with writing(form, Lock(Obligation, obligation_id)) as work:
            item = obligations.obligation(work, obligation_id)
            work.expect_version(item, form.version.data)
            FILERS[item.kind](work, item, form, _received(work, item, form))
            message = _("Uw verklaring is ingediend. De contractmanager controleert haar.")
            return finish(work, form, url_for("declarations.show", obligation_id=obligation_id), message)
    except RuleBroken as refusal:
        form.refuse_reasons(refusal.reasons)
    except FileRefused as refusal:
        form.refuse("file", storage.reason_text(refusal.reason, reader_locale()))
    with reading() as work:
        return _page(work, obligations.obligation(work, obligation_id), form), 422


def _received(work: Work, item: Obligation, form: DeclarationForm) -> StoredFile | None:
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    return service.receive_file(work, item, upload.stream, name=upload.filename)


def _file_margin(work: Work, item: Obligation, form: Any, file: StoredFile | None) -> None:
    service.file_profit_margin(
        work, item, turnover=form.turnover.data, result=form.result.data, owner_pay=form.owner_pay.data,
        region_share=form.region_share.data, explanation=form.explanation.data or "", remark=form.remark.data or "", file=file,
    )  # fmt: skip


def _file_wnt(work: Work, item: Obligation, form: Any, file: StoredFile | None) -> None:
    service.file_wnt(
        work, item, basis=WntBasis(form.basis.data), wnt_class=form.wnt_class.data or "", points=form.points.data,
        officials=[_official(entry.form) for entry in form.filled], remark=form.remark.data or "", file=file,
    )  # fmt: skip


def _official(row: OfficialForm) -> rules.OfficialFacts:
    said: Mapping[str, Any] = row.data
    return rules.OfficialFacts(**said)


def _file_evaluation(work: Work, item: Obligation, form: Any, file: StoredFile | None) -> None:
    answers = [
        {"code": code, "question": str(label), "answer": form[code].data} for code, label in EVALUATION_QUESTIONS
    ]
    service.file_evaluation(work, item, answers=answers, remark=form.remark.data or "", file=file)


FILERS: dict[Kind, Callable[[Work, Obligation, Any, StoredFile | None], None]] = {
    Kind.PROFIT_MARGIN: _file_margin,
    Kind.WNT_DECLARATION: _file_wnt,
    Kind.YEARLY_EVALUATION: _file_evaluation,
}
