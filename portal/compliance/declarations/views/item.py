"""The page of one obligation: where it stands, what was filed, and what the contract manager does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from portal import i18n
from portal.access import Permission
from portal.clock import local_date
from portal.compliance.declarations import queries, rules, service
from portal.compliance.declarations.forms import OUTCOMES, CheckForm, QuestionForm, WaiverForm
from portal.compliance.obligations import queries as obligations
from portal.compliance.obligations import rules as standing
from portal.compliance.obligations import service as obligation_verbs
from portal.compliance.obligations.models import Obligation
from portal.compliance.obligations.reminders import rules as reminders
from portal.compliance.obligations.terms.queries import term_of
from portal.errors import RuleBroken
from portal.regions.blueprints.terms import Obligation as Term
from portal.web.acts import finish, reading, writing
from portal.web.files import send
from portal.web.forms import BaseForm
from portal.web.locale import _, reader_locale
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

Page = Response | str | tuple[str, int]
Filled = CheckForm | QuestionForm | WaiverForm


@bp.get("/<int:obligation_id>")
@allow(Permission.OBLIGATION_READ)
def show(obligation_id: int) -> str:
    return _page(obligation_id)


def _page(
    obligation_id: int,
    question: QuestionForm | None = None,
    waiver: WaiverForm | None = None,
    check: CheckForm | None = None,
) -> str:
    with reading() as work:
        item = obligations.obligation(work, obligation_id)
        term, locale = term_of(item), reader_locale()
        filings = queries.declarations(work, item)
        last = filings[0] if filings else None
        asked = local_date(last.asked_at) if last is not None and last.asked_at is not None else None
        return render_template(
            "compliance/item.html",
            density="ruim" if work.actor.is_provider else "dicht",
            item=item,
            name=standing.kind_name(item.kind, locale),
            explanation=_explanation(work, item, term, locale),
            state=standing.state_beside_a_day(item, work.today, locale),
            providers_move=standing.standing_of(item, work.today) in standing.PROVIDERS_MOVE,
            day_words=standing.day_words(item, locale),
            rungs=reminders.rungs(item, term, work.today, locale, asked_on=asked),
            signalled=obligations.signalled_at(item),
            acts=obligations.acts(work.actor, item),
            filings=filings,
            worries=queries.worries(item, last) if last is not None else [],
            amount=queries.amount_of(item, last) if last is not None else None,
            computed={f.number: rules.margin_of(f.profit_margin) for f in filings if f.profit_margin},
            table_class=queries.class_of_points,
            files=queries.files(work, filings),
            names=queries.names(work, item, filings),
            question=question or QuestionForm(formdata=None),
            waiver=waiver or WaiverForm(formdata=None),
            check=check or CheckForm(formdata=None),
            outcomes=OUTCOMES,
            may_decide=item.waiver_asked_by_id not in (None, work.actor.user_id),
        )


def _explanation(work: Work, item: Obligation, term: Term, locale: str) -> str | None:
    """What the contract asks: the provider reads it as addressed, whoever checks reads what the provider delivers."""
    if not work.actor.is_provider:
        return i18n.gettext(locale)(standing.KIND_ASKS[item.kind])
    return term.explanation.say(locale) if term.explanation else None


def _act(form: Any, obligation_id: int, verb: Callable[[Work, Obligation], None], message: str) -> Response:
    """Find the item, hold it against the version that the page showed, do the verb, back to the page."""
    with writing(form, Lock(Obligation, obligation_id)) as work:
        item = obligations.obligation(work, obligation_id)
        work.expect_version(item, form.version.data)
        verb(work, item)
        return finish(work, form, url_for("declarations.show", obligation_id=obligation_id), message)


def _press(obligation_id: int, verb: Callable[[Work, Obligation], None], message: str) -> Response:
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    return _act(form, obligation_id, verb, message)


def _fill_in(
    name: str, form: Filled, obligation_id: int, verb: Callable[[Work, Obligation], None], message: str
) -> Page:
    """The same with what was typed; a refusal stands at its field, on the page where it was typed."""
    if form.validate_on_submit():
        try:
            return _act(form, obligation_id, verb, message)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, form.PLACES)
    return _page(obligation_id, **{name: form}), 422


@bp.post("/<int:obligation_id>/gecontroleerd")
@allow(Permission.DECLARATION_CHECK)
def check(obligation_id: int) -> Page:
    form = CheckForm()

    def verb(work: Work, item: Obligation) -> None:
        service.check_declaration(work, item, outcome=form.outcome.data or "", reason=form.reason.data or "")

    return _fill_in("check", form, obligation_id, verb, _("Gecontroleerd. De aanbieder krijgt bericht."))


@bp.post("/<int:obligation_id>/vraag")
@allow(Permission.DECLARATION_CHECK)
def ask(obligation_id: int) -> Page:
    form = QuestionForm()

    def verb(work: Work, item: Obligation) -> None:
        question, answer_by = form.question.data or "", form.answer_by.data or date.min
        service.return_declaration(work, item, question=question, answer_by=answer_by)

    return _fill_in("question", form, obligation_id, verb, _("De vraag is verstuurd."))


@bp.post("/<int:obligation_id>/vrijstelling-voorstellen")
@allow(Permission.OBLIGATION_WAIVE)
def ask_waiver(obligation_id: int) -> Page:
    form, message = WaiverForm(), _("Het voorstel is bewaard. Een tweede persoon beslist.")

    def verb(work: Work, item: Obligation) -> None:
        obligation_verbs.ask_waiver(work, item, reason=form.reason.data or "")

    return _fill_in("waiver", form, obligation_id, verb, message)


@bp.post("/<int:obligation_id>/vrijstellen")
@allow(Permission.OBLIGATION_WAIVE)
def waive(obligation_id: int) -> Response:
    return _press(obligation_id, obligation_verbs.waive, _("De aanbieder is vrijgesteld en krijgt bericht."))


@bp.post("/<int:obligation_id>/vrijstelling-vervalt")
@allow(Permission.OBLIGATION_WAIVE)
def drop_waiver(obligation_id: int) -> Response:
    return _press(obligation_id, obligation_verbs.drop_waiver, _("Het voorstel tot vrijstelling is vervallen."))


@bp.get("/<int:obligation_id>/bijlage/<int:declaration_id>")
@allow(Permission.OBLIGATION_READ)
def download(obligation_id: int, declaration_id: int) -> Response:
    with writing() as work:
        item = obligations.obligation(work, obligation_id)
        return send(work, service.read_file(work, item, declaration_id))
