"""Signing, the receipt, changing after all, and withdrawing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.accounts.models import AuthorityKind
from portal.accounts.queries import authorities_of, authority_of
from portal.accounts.rules import AUTHORITY_LABELS, signatures_needed
from portal.errors import RuleBroken
from portal.i18n import time_left
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.rules import phase
from portal.tenders.submissions import queries, service
from portal.tenders.submissions.forms import SignForm
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.signing.documents import ReceiptFacts, receipt_document
from portal.tenders.submissions.signing.queries import receipt as receipt_of
from portal.web.acts import finish, office, reading, writing
from portal.web.errors import refusal
from portal.web.files import Document, send_docx
from portal.web.forms import BaseForm
from portal.web.locale import _, ngettext, reader_locale
from portal.web.reasons import sentences
from portal.web.wall import allow, fresh_login_required
from portal.work import Lock, Work

from .blueprint import awaited, bp

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
                return finish(work, form, url_for("submissions.receipt", id=id))
            return finish(work, form, url_for("submissions.dossier", id=id))
    except RuleBroken as broken:
        return _refused(id, broken, moment)


def _sign_page(work: Work, submission: Submission, form: SignForm) -> str:
    me = authority_of(work, work.actor.user_id or 0, submission.organisation_id)
    able = authorities_of(work, submission.organisation_id)
    progress = queries.progress(work, submission)
    return render_template(
        "submissions/sign.html",
        form=form,
        submission=submission,
        authority=me,
        capacity=_(AUTHORITY_LABELS[me.kind]) if me else "",
        able=able,
        awaited=awaited(work, submission, progress),
        needed=signatures_needed([me] if me else able),
        mine=any(signature.user_id == work.actor.user_id for signature in submission.signatures),
        missing=progress.missing,
        phase=phase(submission.procedure, work.now).value,
    )


def _refused(id: int, broken: RuleBroken, moment: datetime) -> Page:
    """Why not, and what now. A late attempt has a page of its own, with both moments to the second."""
    if "too_late" in broken.reasons:
        with reading() as work:
            submission = queries.submission(work, id)
            state, closes_at = phase(submission.procedure, work.now).value, submission.procedure.closes_at
            late = _how_late(moment, closes_at or moment)
            page = render_template(
                "submissions/late.html", submission=submission, phase=state, late=late, moment=moment
            )
            return page, 409
    what_now = [
        (_("Naar uw inschrijving"), url_for("submissions.dossier", id=id)),
        (_("Hulp en contact"), url_for("home.help_page")),
    ]
    return refusal(sentences(broken.reasons), title=_("U kunt nu niet indienen"), what_now=what_now)


def _how_late(moment: datetime, closes_at: datetime) -> str:
    """1 seconde te laat, 12 minuten te laat; by whole seconds, since a term ends on a second."""
    if (late := moment - closes_at) >= timedelta(minutes=1):
        return time_left(closes_at, moment, reader_locale())
    seconds = max(int(late.total_seconds()), 1)
    return str(ngettext("%(num)s seconde te laat", "%(num)s seconden te laat", seconds))


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
        found, content = receipt_of(work, submission), queries.content_of(work, submission)
        return render_template(
            "submissions/receipt.html",
            submission=submission, receipt=found, phase=phase(submission.procedure, work.now).value,
            signed=[
                (s["name"], _(AUTHORITY_LABELS[AuthorityKind(s["authority"])]), datetime.fromisoformat(s["signed_at"]))
                for s in found["signatures"]
            ],
            files=content.shown, declarations=content.declarations,
            titles={c.code: c for c in submission.procedure.criteria},
        )  # fmt: skip


@bp.get("/inschrijvingen/<int:id>/ontvangstbewijs/document")
@allow(P.SUBMISSION_EDIT)
def receipt_file(id: int) -> Document:
    """The same receipt as a document to keep, in Dutch like every document of the region."""
    with reading() as work:
        submission = queries.submission(work, id)
        facts = _receipt_facts(work, submission)
        return send_docx(receipt_document(facts), facts.file_name, submission.seal_id)


def _receipt_facts(work: Work, submission: Submission) -> ReceiptFacts:
    content, practice = queries.content_of(work, submission), work.settings.practice
    return ReceiptFacts.of(receipt_of(work, submission), content, submission.procedure, practice=practice)


@bp.route("/inschrijvingen/<int:id>/intrekken", methods=["GET", "POST"])
@fresh_login_required
@allow(P.SUBMISSION_WITHDRAW)
def withdraw(id: int) -> Page:
    form = BaseForm()
    if not form.validate_on_submit():
        with reading() as work:
            submission = queries.submission(work, id)
            state = phase(submission.procedure, work.now).value
            others = awaited(work, submission, queries.progress(work, submission))
            facts = {"submission": submission, "phase": state, "form": form, "awaited": others}
            return render_template("submissions/withdraw.html", **facts), 200
    lock = _lock(id)
    try:
        with writing(form, lock) as work:
            service.withdraw_submission(work, queries.submission(work, id))
            return finish(work, form, url_for("submissions.own"), _("Uw inschrijving is ingetrokken."))
    except RuleBroken as broken:
        what_now = [(_("Naar uw inschrijving"), url_for("submissions.dossier", id=id))]
        return refusal(sentences(broken.reasons), title=_("Intrekken kan niet"), what_now=what_now)
