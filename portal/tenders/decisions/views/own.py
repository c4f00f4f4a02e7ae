"""The provider's own decisions, once they were sent, and objecting to them."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import Permission
from portal.tenders.decisions import queries, rules, service
from portal.tenders.decisions.forms import ObjectForm
from portal.tenders.decisions.lists import queries as lists
from portal.tenders.decisions.models import Decision, ObjectionKind
from portal.tenders.decisions.terms.queries import template_of
from portal.web.acts import reading
from portal.web.files import Document, send_document
from portal.web.listing import asked, text
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import Page, bp, handled


@bp.get("/besluiten")
@allow(Permission.DECISION_READ)
def listing() -> str:
    """The provider's own decisions; for the region's people the procedures with decisions."""
    with reading() as work:
        if work.actor.is_provider:
            return render_template("decisions/own_list.html", letters=_letters(work))
        return render_template("decisions/listing.html", page=lists.procedures_with_decisions(work, text(), asked()))


def _letters(work: Work) -> list[rules.OwnLetter]:
    return rules.own_letters(queries.own_decisions(work), work.today)


@bp.get("/besluiten/<int:decision_id>")
@allow(Permission.OBJECTION_FILE)
def own(decision_id: int) -> Page:
    with reading() as work:
        found = queries.own_decision(work, decision_id)
        sent = next(one for one in _letters(work) if one.submission.id == found.submission_id)
        procedure = found.submission.procedure
        return render_template(
            "decisions/own.html",
            sent=sent,
            procedure=procedure,
            letter=found.letter,
            first=found,
            ends=found.objection_ends,
            running=sent.is_running,
            at_once=template_of(procedure).contract_before_objection_ends,
        )


@bp.get("/besluiten/<int:decision_id>/brief")
@allow(Permission.OBJECTION_FILE)
def own_letter(decision_id: int) -> Document:
    with reading() as work:
        return send_document(work, queries.letter_file(work, queries.own_decision(work, decision_id)))


@bp.route("/besluiten/<int:decision_id>/bezwaar", methods=["GET", "POST"])
@allow(Permission.OBJECTION_FILE)
def object(decision_id: int) -> Page:
    form = ObjectForm()

    def act(work: Work) -> None:
        found = queries.own_decision(work, decision_id)
        service.file_objection(work, found, kind=ObjectionKind(form.kind.data), text=form.text.data or "")

    back, done = url_for("decisions.own", decision_id=decision_id), _("Wij hebben het ontvangen. U krijgt een e-mail.")
    if (answer := handled(form, Lock(Decision, decision_id), act, back, done)) is not None:
        return answer
    with reading() as work:
        found = queries.own_decision(work, decision_id)
        late = found.objection_ends is not None and work.today > found.objection_ends
        page = render_template("decisions/object.html", form=form, decision=found, late=late)
    return (page, 422) if form.is_submitted() else page
