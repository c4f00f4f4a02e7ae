"""Signing, the receipt, changing after all, and withdrawing."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.accounts.queries import authorities_of, authority_of
from portal.accounts.rules import signatures_needed
from portal.errors import RuleBroken
from portal.i18n import moment_exact
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.rules import phase
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.forms import SignForm
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.signing.queries import receipt as receipt_of
from portal.web.acts import finish, office, reading, writing
from portal.web.errors import refusal
from portal.web.forms import BaseForm
from portal.web.locale import _, ngettext, reader_locale
from portal.web.reasons import sentences
from portal.web.wall import allow, fresh_login_required
from portal.work import Lock, Work

from .blueprint import bp

Page = tuple[str, int] | Response
S = SubmissionState


def _lock(id: int) -> Lock:
    """The row that carries the closing time, shared with everybody else who must be in time."""
    with reading() as work:
        return Lock(Procedure, queries.submission(work, id).procedure_id, share=True)


@bp.route("/inschrijvingen/<int:id>/ondertekenen", methods=["GET", "POST"])
@fresh_login_required
@allow(P.SUBMISSION_SIGN)
def sign(id: int) -> Page:
    form = SignForm()
    if not form.validate_on_submit():
        with reading() as work:
            return _sign_page(work, queries.submission(work, id), form), 422 if form.errors else 200
    lock, moment = _lock(id), office().clock()
    try:
        with writing(form, lock) as work:
            moment = work.now
            submission = queries.submission(work, id)
            service.sign_submission(work, submission)
            if submission.state is S.SUBMITTED:
                return finish(work, form, url_for("submissions.receipt", id=id), _("Uw inschrijving is ingediend."))
            done = _("Uw handtekening staat. De inschrijving is ingediend zodra ook een ander tekent.")
            return finish(work, form, url_for("submissions.dossier", id=id), done)
    except RuleBroken as broken:
        return _refused(id, broken, moment)


def _sign_page(work: Work, submission: Submission, form: SignForm) -> str:
    me = authority_of(work, work.actor.user_id or 0, submission.organisation_id)
    able = authorities_of(work, submission.organisation_id)
    return render_template(
        "submissions/sign.html",
        form=form,
        submission=submission,
        authority=me,
        able=able,
        needed=signatures_needed([me] if me else able),
        mine=any(signature.user_id == work.actor.user_id for signature in submission.signatures),
        missing=queries.progress(work, submission).missing,
        phase=phase(submission.procedure, work.now).value,
    )


def _refused(id: int, broken: RuleBroken, moment: datetime) -> Page:
    """Why not, since when, what now. A late attempt names both moments, to the second."""
    said, since, title = sentences(broken.reasons), None, _("U kunt nu niet indienen")
    with reading() as work:
        closes_at = queries.submission(work, id).procedure.closes_at
    if "too_late" in broken.reasons and closes_at is not None:
        title, since = _("U bent te laat: de inschrijving is gesloten"), closes_at
        said = [
            _(
                "De inschrijving sloot op %(moment)s (Nederlandse tijd).",
                moment=moment_exact(closes_at, reader_locale()),
            ),
            _("Uw handtekening kwam binnen op %(moment)s.", moment=moment_exact(moment, reader_locale())),
            _("Uw inschrijving is niet ingediend. Uw poging is vastgelegd. Wat u invulde, blijft bewaard."),
        ]
    what_now = [
        (_("Naar uw inschrijving"), url_for("submissions.dossier", id=id)),
        (_("Hulp en contact"), url_for("home.help_page")),
    ]
    return refusal(said, since=since, title=title, what_now=what_now)


@bp.post("/inschrijvingen/<int:id>/wijzigen")
@allow(P.SUBMISSION_EDIT)
def unfreeze(id: int) -> Response:
    form, lock = BaseForm(), _lock(id)
    with writing(form, lock) as work:
        dropped = service.unfreeze_submission(work, queries.submission(work, id))
        done = ngettext(
            "U kunt weer wijzigen. %(num)s handtekening is vervallen; wie tekende, krijgt bericht.",
            "U kunt weer wijzigen. %(num)s handtekeningen zijn vervallen; wie tekende, krijgt bericht.",
            dropped,
        )
        return finish(work, form, url_for("submissions.dossier", id=id), done)


@bp.get("/inschrijvingen/<int:id>/ontvangstbewijs")
@allow(P.SUBMISSION_EDIT)
def receipt(id: int) -> str:
    with reading() as work:
        submission = queries.submission(work, id)
        found = receipt_of(work, submission)
        return render_template(
            "submissions/receipt.html",
            submission=submission, receipt=found, phase=phase(submission.procedure, work.now).value,
            signed=[(s["name"], datetime.fromisoformat(s["signed_at"])) for s in found["signatures"]],
        )  # fmt: skip


@bp.route("/inschrijvingen/<int:id>/intrekken", methods=["GET", "POST"])
@fresh_login_required
@allow(P.SUBMISSION_WITHDRAW)
def withdraw(id: int) -> Page:
    form = BaseForm()
    if not form.validate_on_submit():
        with reading() as work:
            submission = queries.submission(work, id)
            state = phase(submission.procedure, work.now).value
            return render_template("submissions/withdraw.html", submission=submission, phase=state, form=form), 200
    lock = _lock(id)
    try:
        with writing(form, lock) as work:
            service.withdraw_submission(work, queries.submission(work, id))
            return finish(work, form, url_for("submissions.own"), _("Uw inschrijving is ingetrokken."))
    except RuleBroken as broken:
        what_now = [(_("Naar uw inschrijving"), url_for("submissions.dossier", id=id))]
        return refusal(sentences(broken.reasons), title=_("Intrekken kan niet"), what_now=what_now)
