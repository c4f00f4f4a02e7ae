"""The steps of a procedure: review, approval, publication, a later closing, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from portal.access import Permission as P
from portal.errors import RuleBroken
from portal.tenders.procedures import queries, service
from portal.tenders.procedures.forms import PLACES, ClosingForm, ReasonForm
from portal.tenders.procedures.models import Procedure
from portal.web.acts import finish, reading, writing
from portal.web.errors import refusal
from portal.web.forms import BaseForm
from portal.web.locale import _, _l
from portal.web.reasons import sentences
from portal.web.wall import allow
from portal.work import Lock, Work

from .blueprint import bp

Page = tuple[str, int] | Response


def _step(id: int, verb: Callable[[Work, Procedure], None], done: str, refused: str) -> Page:
    """One act by one button; a refusal is a page that names every reason."""
    form, back = BaseForm(), url_for("procedures.setup", id=id)
    try:
        with writing(form, Lock(Procedure, id)) as work:
            verb(work, queries.procedure(work, id))
            return finish(work, form, back, done)
    except RuleBroken as broken:
        what_now = [(_("Terug naar de procedure"), back)]
        return refusal(sentences(broken.reasons), title=refused, what_now=what_now)


@bp.post("/inkoop/procedures/<int:id>/ter-controle")
@allow(P.PROCEDURE_DRAFT)
def send_to_review(id: int) -> Page:
    done = _("De procedure ligt ter controle bij een tweede persoon.")
    return _step(id, service.send_to_review, done, _("Dit kan nog niet ter controle"))


@bp.post("/inkoop/procedures/<int:id>/goedkeuren")
@allow(P.PROCEDURE_APPROVE)
def approve(id: int) -> Page:
    return _step(id, service.approve_procedure, _("De procedure is goedgekeurd."), _("U kunt dit niet goedkeuren"))


@bp.post("/inkoop/procedures/<int:id>/publiceren")
@allow(P.PROCEDURE_PUBLISH)
def publish(id: int) -> Page:
    done = _("De procedure is gepubliceerd. Wie de regio volgt, krijgt een e-mail.")
    return _step(id, service.publish_procedure, done, _("De procedure kan nog niet worden gepubliceerd"))


def _with_reason(id: int, form: ReasonForm, verb: Callable[[Work, Procedure], None], done: str, **facts: Any) -> Page:
    back = url_for("procedures.setup", id=id)
    if form.validate_on_submit():
        try:
            with writing(form, Lock(Procedure, id)) as work:
                verb(work, queries.procedure(work, id))
                return finish(work, form, back, done)
        except RuleBroken as broken:
            form.refuse_all(broken.reasons, PLACES)
    with reading() as work:
        page = render_template("procedures/reason.html", form=form, procedure=queries.procedure(work, id), **facts)
        return page, 422 if form.errors else 200


@bp.route("/inkoop/procedures/<int:id>/terugsturen", methods=["GET", "POST"])
@allow(P.PROCEDURE_APPROVE)
def send_back(id: int) -> Page:
    form = ReasonForm()
    return _with_reason(
        id, form, lambda w, p: service.send_back(w, p, reason=form.reason.data or ""), _("De procedure is teruggestuurd."),
        title=_l("Stuur de procedure terug"), button=_l("Stuur terug"),
        lead=_l("De opsteller ziet uw reden en kan de procedure weer wijzigen."),
    )  # fmt: skip


@bp.route("/inkoop/procedures/<int:id>/intrekken", methods=["GET", "POST"])
@allow(P.PROCEDURE_WITHDRAW)
def withdraw(id: int) -> Page:
    form = ReasonForm()
    return _with_reason(
        id, form, lambda w, p: service.withdraw_procedure(w, p, reason=form.reason.data or ""),
        _("De procedure is ingetrokken."),
        title=_l("Trek de procedure in"), button=_l("Trek de procedure in"),
        lead=_l("Inschrijven kan daarna niet meer. Iedereen die de procedure volgt, leest uw reden."),
    )  # fmt: skip


@bp.route("/inkoop/procedures/<int:id>/sluiting-verplaatsen", methods=["GET", "POST"])
@allow(P.PROCEDURE_PUBLISH)
def move_closing(id: int) -> Page:
    form = ClosingForm()
    if not form.is_submitted():
        with reading() as work:
            form.closes_at.process_data(queries.procedure(work, id).closes_at)

    def verb(work: Work, procedure: Procedure) -> None:
        moment = form.closes_at.moment
        assert moment is not None
        service.move_closing(work, procedure, closes_at=moment, reason=form.reason.data or "")

    return _with_reason(
        id, form, verb, _("De sluiting is verplaatst. Iedereen die de procedure volgt, krijgt een e-mail."),
        title=_l("Verplaats de sluiting"), button=_l("Verplaats de sluiting"),
        lead=_l("De sluiting kan alleen later worden. Iedereen hoort het tegelijk, met uw reden."),
    )  # fmt: skip
