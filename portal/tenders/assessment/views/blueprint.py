"""The blueprint, its reasons, and what its templates share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint

from portal.i18n import date_short
from portal.tenders.assessment.forms import REASONS, STAGES, VERDICT_TAGS
from portal.tenders.assessment.models import Verdict
from portal.tenders.assessment.rules import Stage
from portal.web import reasons
from portal.web.locale import reader_locale

bp = Blueprint("assessment", __name__)
reasons.register(REASONS)


@bp.app_template_filter("verdict_tag")
def verdict_tag(verdict: Verdict) -> tuple[str, str]:
    kind, words = VERDICT_TAGS[verdict]
    return kind, str(words)


@bp.app_template_filter("stage_tag")
def stage_tag(stage: Stage) -> tuple[str, str]:
    kind, words = STAGES[stage]
    return kind, str(words)


@bp.app_template_filter("written_day")
def written_day(text: str) -> str:
    """A day as a submission's frozen content has it (ISO text), for the reader; what is no day stays as it is."""
    try:
        return date_short(date.fromisoformat(text), reader_locale())
    except ValueError:
        return text
