"""The blueprint, and how a part of a submission is named and shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import Blueprint
from flask_login import current_user

from portal.accounts.models import User
from portal.accounts.queries import authorities_of
from portal.accounts.rules import reasons_not_to_sign
from portal.i18n import date_short, either, number
from portal.regions.models import Product
from portal.tenders.procedures.rules import Phase
from portal.tenders.submissions.forms import DECLARATIONS, GAPS, PART_STATES, STATES
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.queries import PartView, Progress
from portal.tenders.submissions.rules import (
    TURNOVER,
    UNSENT,
    Part,
    PartKind,
    PartState,
    count_words,
    state_for_provider,
    was_never_sent,
)
from portal.tenders.submissions.signing.service import turnover
from portal.web.acts import office
from portal.web.locale import _, ngettext, reader_locale
from portal.work import Work

bp = Blueprint("submissions", __name__)


@bp.app_template_filter("submission_state")
def submission_state(submission: Submission) -> tuple[str, str]:
    kind, words = STATES[submission.state]
    return kind, str(words)


@bp.app_template_filter("own_submission_state")
def own_submission_state(submission: Submission) -> tuple[str, str]:
    if was_never_sent(submission.state, submission.procedure, office().clock()):
        return "fout", str(_("Niet ingediend"))
    kind, words = STATES[state_for_provider(submission)]
    return kind, str(words)


def awaited(work: Work, submission: Submission, progress: Progress) -> list[User]:
    """Who may still sign: verified up to the expected turnover, and not among those who signed already."""
    if submission.state is not SubmissionState.SIGNING:
        return []
    signed, amount = {signature.user_id for signature in submission.signatures}, turnover(progress)
    able = [a for a in authorities_of(work, submission.organisation_id) if a.user_id not in signed]
    return [a.user for a in able if not reasons_not_to_sign(a, work.today, amount)]


@bp.app_template_filter("your_turn")
def your_turn(submission: Submission, now: str, others: Collection[User]) -> bool:
    """Whether the reader is at move: to fill in, or to give a signature that is awaited. `now` is the phase."""
    if now != Phase.OPEN.value or submission.state not in UNSENT:
        return False
    return submission.state is SubmissionState.DRAFT or current_user.actor.user_id in {user.id for user in others}


@bp.app_template_filter("part_state")
def part_state(view: PartView) -> tuple[str, str]:
    if view.state is PartState.NOT_STARTED and view.is_ready:
        return "bezig", str(_("Staat klaar"))
    kind, words = PART_STATES[view.state]
    return kind, str(words)


@bp.app_template_filter("iso_date")
def iso_date(day: str) -> str:
    """A date of frozen content, which keeps it as text."""
    return date_short(date.fromisoformat(day), reader_locale()) if day else ""


@bp.app_template_filter("part_title")
def part_title(part: Part) -> str:
    if part.kind is PartKind.TARIFF:
        return str(_("Tarief"))
    if part.kind is PartKind.STATEMENTS or part.criterion is None:
        return str(_("Verklaringen"))
    criterion = part.criterion
    return either(criterion.title_nl, criterion.title_en, reader_locale())


@bp.app_template_filter("part_note")
def part_note(view: PartView) -> str:
    """What already stands there, in a few words."""
    said, criterion = view.said, view.part.criterion
    if said is None or said.is_empty:
        return str(_("Het bewijs zit in uw paspoort: kies het en sla op")) if view.is_ready else ""
    if view.state.value == "attention":
        return sentences_of(view)[0][0]
    if said.text and criterion is not None and criterion.max_words:
        words, most = count_words(said.text), criterion.max_words
        facts = {"words": number(words, reader_locale()), "most": number(most, reader_locale())}
        return str(_("%(words)s van ten hoogste %(most)s woorden", **facts))
    if said.proofs:
        return str(ngettext("%(num)s bewijsstuk", "%(num)s bewijsstukken", len(said.proofs)))
    return ""


def said(product: Product) -> str:
    return either(product.name_nl, product.name_en, reader_locale())


def sentences_of(view: PartView) -> list[tuple[str, str]]:
    """What the part still needs: (sentence, the field it is about)."""
    return [_sentence(view.part, code) for code in view.gaps]


def _sentence(part: Part, code: str) -> tuple[str, str]:
    name, _colon, detail = code.partition(":")
    shown, target = detail, ""
    if name == "not_declared":
        shown, target = str(DECLARATIONS[detail]), detail
    elif name.startswith("figure"):
        shown, target = figure_label(part, detail), f"figure-{detail}"
    elif name == "proof_missing" and detail:
        name, shown = "proof_missing_kind", kind_name(part, detail)
    elif name in ("proof_expires", "proof_blocked"):
        shown = kind_name(part, detail)
    words, place = GAPS[name]
    return str(words).replace("{detail}", shown), target or place


def figure_label(part: Part, code: str) -> str:
    if code == TURNOVER:
        return str(_("verwachte omzet per jaar"))
    for figure in part.criterion.figures if part.criterion else []:
        if figure["code"] == code:
            return either(figure["label_nl"], figure.get("label_en"), reader_locale())
    return code


def kind_name(part: Part, code: str) -> str:
    """The name of a kind of evidence, as this procedure calls it."""
    kinds = part.criterion.procedure.evidence_kinds if part.criterion else []
    found = next((kind for kind in kinds if kind.code == code), None)
    if found is None:
        return code
    return either(found.name_nl, found.name_en, reader_locale())
