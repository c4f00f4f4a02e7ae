"""The blueprint, its reasons, and what its templates share."""

from __future__ import annotations

from flask import Blueprint

from portal.i18n import money, number, percent
from portal.tenders.assessment.forms import FIGURE_UNITS, REASONS, STAGES, VERDICT_TAGS
from portal.tenders.assessment.models import Verdict
from portal.tenders.assessment.rules import Compared, Stage, first_sentence
from portal.tenders.submissions import rules as figures
from portal.web import reasons
from portal.web.locale import _, reader_locale

bp = Blueprint("assessment", __name__)
reasons.register(REASONS)
bp.add_app_template_filter(first_sentence, "first_sentence")


@bp.app_template_filter("verdict_tag")
def verdict_tag(verdict: Verdict) -> tuple[str, str]:
    kind, words = VERDICT_TAGS[verdict]
    return kind, str(words)


@bp.app_template_filter("compared_tag")
def compared_tag(line: Compared) -> tuple[str, str]:
    """Whether the assessors agree, and on what."""
    if line.is_open:
        return "let-op", _("Bespreken")
    if line.agreed is None and line.settlement is not None:
        return verdict_tag(line.settlement.verdict)
    return ("ok", _("Eens")) if line.agreed is Verdict.MEETS else ("fout", _("Eens: voldoet niet"))


@bp.app_template_filter("stage_tag")
def stage_tag(stage: Stage) -> tuple[str, str]:
    kind, words = STAGES[stage]
    return kind, str(words)


@bp.app_template_filter("figure")
def figure(value: str, unit: str) -> str:
    """A figure as a provider gave it, with its unit in words; what is no number stays as it was typed."""
    amount = figures.number(value, unit)
    if amount is None:
        return value
    if unit == "eur":
        return money(amount, reader_locale())
    if unit == "pct":
        return percent(amount / 100, reader_locale())
    said = number(amount, reader_locale())
    return f"{said} {FIGURE_UNITS[unit]}" if unit in FIGURE_UNITS else said
