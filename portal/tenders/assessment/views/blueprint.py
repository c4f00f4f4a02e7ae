"""The blueprint, its reasons, and what its templates share."""

from __future__ import annotations

from flask import Blueprint

from portal.tenders.assessment.forms import REASONS, STAGES, VERDICT_TAGS
from portal.tenders.assessment.models import Verdict
from portal.tenders.assessment.rules import Stage
from portal.web import reasons

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
