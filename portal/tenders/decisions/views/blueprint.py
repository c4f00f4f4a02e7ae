"""The blueprint, its reasons, how states are shown, and the one way in which a form is handled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.errors import RuleBroken
from portal.tenders.decisions import rules
from portal.tenders.decisions.forms import KINDS, OBJECTION_STATES, OUTCOMES, PLACES, REASONS, STANDINGS, STATES
from portal.tenders.decisions.models import Decision, DecisionState, ObjectionKind, ObjectionState, Outcome
from portal.tenders.decisions.rules import OwnLetter
from portal.tenders.procedures.models import Procedure
from portal.web import reasons
from portal.web.acts import finish, writing
from portal.web.forms import BaseForm
from portal.web.locale import _, ngettext, reader_locale
from portal.work import Lock, Work

bp = Blueprint("decisions", __name__)
reasons.register(REASONS)

Page = str | tuple[str, int] | Response


@bp.app_template_filter("outcome_tag")
def outcome_tag(outcome: Outcome) -> tuple[str, str]:
    kind, words = OUTCOMES[outcome]
    return kind, str(words)


@bp.app_template_filter("reason_title")
def reason_title(line: dict[str, str], procedure: Procedure) -> str:
    """What a requirement was called when it was decided; for an English reader its English name, where it has one."""
    english = (c.title_en for c in procedure.criteria if c.code == line["code"]) if reader_locale() == "en" else ()
    return next((title for title in english if title), "") or line["title"]


@bp.app_template_filter("decision_tag")
def decision_tag(state: DecisionState) -> tuple[str, str]:
    kind, words = STATES[state]
    return kind, str(words)


@bp.app_template_filter("standing_tag")
def standing_tag(found: Decision, today: date) -> tuple[str, str]:
    """How it stands, in the words of the provider."""
    kind, words = STANDINGS[rules.standing(found, found.objections, today)]
    return kind, str(words)


@bp.app_template_filter("letter_verdict")
def letter_verdict(letter: OwnLetter) -> str:
    """The answer to a provider in one sentence."""
    admitted, total = letter.admitted, len(letter.decisions)
    if not admitted:
        return str(_("U bent niet toegelaten"))
    if admitted == total == 2:
        return str(_("U bent toegelaten voor beide producten"))
    if admitted == total:
        words = ngettext("U bent toegelaten voor uw product", "U bent toegelaten voor alle %(num)s producten", total)
        return str(words)
    return str(_("U bent toegelaten voor %(admitted)s van de %(total)s producten", admitted=admitted, total=total))


@bp.app_template_filter("letter_tag")
def letter_tag(letter: OwnLetter) -> tuple[str, str]:
    """How all its decisions together stand: what is challenged comes before the term, and only all final is final."""
    found = letter.standings
    for one in (rules.Standing.UPHELD, rules.Standing.CHALLENGED):
        if one in found:
            return STANDINGS[one][0], str(STANDINGS[one][1])
    if rules.Standing.TERM_RUNS in found:
        return "idle", _("Termijn loopt")
    every_one = STANDINGS[rules.Standing.FINAL if found == {rules.Standing.FINAL} else rules.Standing.TERM_OVER]
    return every_one[0], str(every_one[1])


@bp.app_template_filter("objection_tag")
def objection_tag(state: ObjectionState) -> tuple[str, str]:
    kind, words = OBJECTION_STATES[state]
    return kind, str(words)


@bp.app_template_filter("objection_kind")
def objection_kind(kind: ObjectionKind) -> str:
    return str(KINDS[kind])


def handled(form: BaseForm, lock: Lock, act: Callable[[Work], None], back: str, done: str) -> Response | None:
    """Do it when the form is right; None when the page must be shown again, with the reasons at their fields."""
    if not form.validate_on_submit():
        return None
    try:
        with writing(form, lock) as work:
            act(work)
            return finish(work, form, back, done)
    except RuleBroken as broken:
        form.refuse_all(broken.reasons, PLACES)
        return None
