"""The three forms on which a provider files: fill in, look at what comes out, send. A correction begins with what was
filed before."""

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
from portal.compliance.obligations.rules import day_words, kind_name
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
LOOK, BACK = "bekijk", "wijzig"
"""The buttons that show what would be filed, and that lead back to the form with everything that was typed."""
OF_THE_PAGE = {"csrf_token", "nonce", "version", LOOK, BACK, ONE_MORE}


@bp.get("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file_form(obligation_id: int) -> Page:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        if "deliver" not in obligations.acts(work.actor, item):
            return redirect(url_for("declarations.show", obligation_id=obligation_id), 303)
        return _page(work, item, FORMS[item.kind](formdata=None, data=queries.begin_with(work, item)))


def _page(work: Work, item: Obligation, form: DeclarationForm) -> str:
    return render_template(
        f"compliance/file_{item.kind.value}.html",
        item=item,
        form=form,
        name=kind_name(item.kind, reader_locale()),
        day_words=day_words(item, reader_locale()),
        maxima=queries.wnt_maxima(item.about_year) if item.kind is Kind.WNT_DECLARATION else [],
        one_more=ONE_MORE,
        look=LOOK,
    )


def _look(work: Work, item: Obligation, form: DeclarationForm) -> Page:
    """What would be filed, with what it comes down to, before it is sent; the answers go along unseen."""
    if "deliver" not in obligations.acts(work.actor, item):
        return redirect(url_for("declarations.show", obligation_id=item.id), 303)
    try:
        filing = service.preview(work, item, CONTENTS[item.kind](item, form), remark=form.remark.data or "")
    except RuleBroken as refusal:
        form.refuse_reasons(refusal.reasons)
        return _page(work, item, form), 422
    locale, known = reader_locale(), queries.files(work, [filing])
    page = render_template(
        "compliance/look.html",
        item=item,
        form=form,
        filing=filing,
        name=kind_name(item.kind, locale),
        day_words=day_words(item, locale),
        worries=queries.worries(item, filing),
        computed={filing.number: rules.margin_of(filing.profit_margin)} if filing.profit_margin else {},
        table_class=queries.class_of_points,
        amount=queries.amount_of(item, filing),
        answers={name: value for name, value in request.form.items() if _is_answer(form, name)},
        accepted=storage.accepted_types(locale, limit=work.settings.max_upload),
        types=storage.accept_attribute(storage.DEFAULT_TYPES),
        kept=known.get(filing.file_id or 0),
        chosen=bool(request.files.get("file")),
        back=BACK,
    )
    return page, 422 if form.errors else 200


def _is_answer(form: DeclarationForm, name: str) -> bool:
    return name not in OF_THE_PAGE and name.partition("-")[0] in form


@bp.post("/<int:obligation_id>/indienen")
@allow(Permission.DECLARATION_FILE)
def file(obligation_id: int) -> Page:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        form = FORMS[item.kind]()
        if ONE_MORE in request.form and isinstance(form, WntForm):
            form.one_more(rules.whole_year(item.about_year))
            return _page(work, item, form)
        if BACK in request.form:
            return _page(work, item, form)
        if not form.validate_on_submit():
            return _page(work, item, form), 422
        if LOOK in request.form:
            return _look(work, item, form)
    try:
        with writing(form, Lock(Obligation, obligation_id)) as work:
            item = obligations.obligation(work, obligation_id)
            work.expect_version(item, form.version.data)
            content, remark = CONTENTS[item.kind](item, form), form.remark.data or ""
            service.file_declaration(work, item, content, remark=remark, file=_received(work, item, form))
            what = kind_name(item.kind, reader_locale())
            message = _("%(what)s over %(year)s is ingediend.", what=what, year=item.about_year)
            return finish(work, form, url_for("declarations.show", obligation_id=obligation_id), message)
    except RuleBroken as refusal:
        form.refuse_reasons(refusal.reasons)
    except FileRefused as refusal:
        form.refuse("file", storage.reason_text(refusal.reason, reader_locale()))
        with reading() as work:
            return _look(work, obligations.obligation(work, obligation_id), form)
    with reading() as work:
        return _page(work, obligations.obligation(work, obligation_id), form), 422


def _received(work: Work, item: Obligation, form: DeclarationForm) -> StoredFile | None:
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    return service.receive_file(work, item, upload.stream, name=upload.filename)


def _official(row: OfficialForm) -> rules.OfficialFacts:
    said: Mapping[str, Any] = row.data
    return rules.OfficialFacts(**said)


def _answers(form: Any) -> list[dict[str, Any]]:
    return [{"code": code, "question": str(label), "answer": form[code].data} for code, label in EVALUATION_QUESTIONS]


def _margin(item: Obligation, form: Any) -> service.Content:
    figures = rules.MarginFigures(form.turnover.data, form.result.data, form.owner_pay.data, form.region_share.data)
    return service.profit_margin_of(item, figures, explanation=form.explanation.data or "")


def _wnt(item: Obligation, form: Any) -> service.Content:
    return service.wnt_of(
        item, basis=WntBasis(form.basis.data), wnt_class=form.wnt_class.data or "", points=form.points.data,
        officials=[_official(entry.form) for entry in form.filled], remark=form.remark.data or "",
    )  # fmt: skip


def _evaluation(item: Obligation, form: Any) -> service.Content:
    return service.evaluation_of(item, _answers(form))


CONTENTS: dict[Kind, Callable[[Obligation, Any], service.Content]] = {
    Kind.PROFIT_MARGIN: _margin,
    Kind.WNT_DECLARATION: _wnt,
    Kind.YEARLY_EVALUATION: _evaluation,
}
