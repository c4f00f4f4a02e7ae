"""The blueprint, its reasons, how states are shown, and the one way in which a form is handled."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.errors import RuleBroken
from portal.tenders.decisions.forms import KINDS, OBJECTION_STATES, OUTCOMES, PLACES, REASONS, STATES
from portal.tenders.decisions.models import DecisionState, ObjectionKind, ObjectionState, Outcome
from portal.web import reasons
from portal.web.acts import finish, writing
from portal.web.forms import BaseForm
from portal.work import Lock, Work

bp = Blueprint("decisions", __name__)
reasons.register(REASONS)

Page = str | tuple[str, int] | Response


@bp.app_template_filter("outcome_tag")
def outcome_tag(outcome: Outcome) -> tuple[str, str]:
    kind, words = OUTCOMES[outcome]
    return kind, str(words)


@bp.app_template_filter("decision_tag")
def decision_tag(state: DecisionState) -> tuple[str, str]:
    kind, words = STATES[state]
    return kind, str(words)


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
