"""Submissions to finish, to sign or handed in, and procedures to begin with: for the home pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import joinedload

from portal.accounts.queries import verified_authority
from portal.evidence.queries import Kept
from portal.i18n import gettext, ngettext
from portal.regions.models import RegionFollower
from portal.statements import ask, fill
from portal.tenders.procedures.models import Procedure, ProcedureProduct, ProcedureState
from portal.tenders.procedures.rules import Phase, phase
from portal.tenders.submissions.models import Signature, Submission, SubmissionProduct
from portal.tenders.submissions.queries import HANDED_IN, S, held_of, passport, progress, virus
from portal.waits import Wait
from portal.work import Work


def waiting(work: Work, kept: Sequence[Kept] | None = None) -> list[Wait]:
    """Submissions to finish, to sign, or handed in; and procedures to begin with. One query, and three for the drafts.

    `kept` is the own evidence where the caller knows it already.
    """
    if not work.actor.is_provider:
        return []
    rows = _rows(work)
    left = _left(work, [s.id for row in rows if (s := row.submission) and s.state is S.DRAFT], kept)
    running = [_wait(work, row, s, left) for row in rows if (s := row.submission) and row.is_open]
    judged = [_outcome(work, s) for row in rows if (s := row.submission) and _awaits_outcome(s, work.now)]
    return [*running, *judged, *(_to_begin(work, row.procedure) for row in rows if not row.submission and row.is_open)]


@dataclass(frozen=True)
class _Row:
    """A procedure, the own live submission to it, and what the actor can do about its signatures."""

    procedure: Procedure
    submission: Submission | None
    may_sign: bool
    is_open: bool


def _rows(work: Work) -> list[_Row]:
    rows = ask(work, _running)
    return [_Row(p, s, bool(may_sign), phase(p, work.now) is Phase.OPEN) for p, s, may_sign in rows]


def _running(work: Work) -> Select[Procedure, Submission | None, bool]:
    """Own live submissions before the letters, and published procedures of the regions that the actor follows."""
    me, mine = work.actor.user_id, work.actor.organisation_id
    live = (Submission.procedure_id == Procedure.id) & (Submission.state != S.WITHDRAWN)
    signed = Signature.submission_id == Submission.id, Signature.user_id == me
    followed = select(RegionFollower.region_id).where(RegionFollower.user_id == me)
    running = Procedure.state.in_((ProcedureState.PUBLISHED, ProcedureState.OPENED))
    here = Submission.id.is_not(None) | (
        (Procedure.state == ProcedureState.PUBLISHED) & Procedure.region_id.in_(followed)
    )
    return (
        select(Procedure, Submission, exists(verified_authority(me, mine)) & ~exists().where(*signed))
        .outerjoin(Submission, live & (Submission.organisation_id == mine))
        .where(running, here)
        .options(joinedload(Procedure.region))
        .order_by(Procedure.closes_at, Procedure.id)
    )


def _left(work: Work, ids: list[int], kept: Sequence[Kept] | None) -> dict[int, int]:
    """How many parts of each draft are still to be done."""
    if not ids:
        return {}
    drafts = ask(work, _drafts, ids=ids).scalars().unique().all()
    fill(work, drafts, Submission.answers)
    fill(work, [draft.procedure for draft in drafts], Procedure.criteria)
    held = passport(work, drafts[0].organisation_id) if kept is None else held_of(kept)
    return {draft.id: len(progress(work, draft, held).missing) for draft in drafts}


def _drafts(_work: Work) -> Select[Submission]:
    """With all that says how far they are; their procedures are known already."""
    line = joinedload(Submission.products).joinedload(SubmissionProduct.procedure_product)
    find = select(Submission).options(
        virus(),
        joinedload(Submission.organisation),
        joinedload(Submission.seal),
        line.joinedload(ProcedureProduct.product),
    )
    return find.where(Submission.id.in_(bindparam("ids", expanding=True)))


def _awaits_outcome(s: Submission, now: datetime) -> bool:
    """From closing until the letters: that a decision was taken is known when all know it."""
    return s.state in HANDED_IN and phase(s.procedure, now) is Phase.CLOSED


def _outcome(work: Work, s: Submission) -> Wait:
    _ = gettext(work.actor.locale)
    opened = s.procedure.state is ProcedureState.OPENED
    words = _("Wordt beoordeeld; u krijgt een brief met de beslissing") if opened else _("Gesloten; wordt nu geopend")
    args, whose = {"id": s.id}, s.procedure.region.name
    kind, due, by = "bezig", s.procedure.decision_by, _("Besluit uiterlijk")
    return Wait(s.procedure.title, words, "submissions.dossier", args, due, _("ingediend"), kind, False, whose, by)


def _wait(work: Work, row: _Row, s: Submission, parts_left: dict[int, int]) -> Wait:
    _, many = gettext(work.actor.locale), ngettext(work.actor.locale)
    args, due, title = {"id": s.id}, row.procedure.closes_at, row.procedure.title
    if s.state is S.SUBMITTED:
        words, whose = _("Ingediend; wordt na de sluiting geopend"), row.procedure.region.name
        closes = _("Inschrijven kan tot")
        return Wait(title, words, "submissions.dossier", args, due, _("Ingediend"), "ok", False, whose, closes)
    if s.state is S.DRAFT:
        left = parts_left[s.id]
        more = many("Nog %(num)s onderdeel", "Nog %(num)s onderdelen", left)
        detail, named = more if left else _("Controleer en onderteken"), _("Inschrijving %(title)s", title=title)
        return Wait(named, detail, "submissions.dossier", args, due, _("Bezig"), "bezig")
    if row.may_sign:
        asked, words = _("Onderteken de inschrijving"), _("Te ondertekenen")
        return Wait(asked, title, "submissions.sign", args, due, words, "let-op")
    whose = _("een andere tekenbevoegde")
    return Wait(_("Wacht op een handtekening"), title, "submissions.dossier", args, due, "", "bezig", False, whose)


def _to_begin(work: Work, p: Procedure) -> Wait:
    _ = gettext(work.actor.locale)
    args, words = {"reference": p.reference}, _("U kunt inschrijven")
    return Wait(
        p.title, words, "submissions.start", args, p.closes_at, _("Nieuw"), "idle", due_words=_("Inschrijven tot")
    )
