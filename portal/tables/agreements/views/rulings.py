"""Rulings: what the colleges are asked, and what each of them decided."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.clock import local_date
from portal.errors import RuleBroken
from portal.regions.mandates.queries import mandate_of
from portal.regions.models import Power
from portal.regions.queries import members_on
from portal.tables.agreements.forms import PLACES, DecisionForm
from portal.tables.agreements.models import Ruling, Stance, Vote
from portal.tables.agreements.queries import stands
from portal.tables.agreements.rules import RULE_CONSEQUENCE, RULE_LABELS, VOTE_LABELS
from portal.tables.agreements.rulings import queries, service
from portal.web.acts import finish, reading, writing
from portal.web.locale import _
from portal.web.wall import allow
from portal.work import Lock

from . import words
from .blueprint import Page, bp

P = Permission


@bp.get("/uitspraken")
@allow(P.TABLE_READ)
def rulings() -> Page:
    with reading() as work:
        found = queries.rulings(work)
        asked, own = queries.colleges_asked(work, found), work.actor.municipality_id
        rows = [
            {
                "ruling": ruling,
                "state": words.state(ruling.agreement),
                "given": len(ruling.decisions),
                "tally": words.tally_words(ruling),
                "of": asked[ruling.id],
                "mine": ruling.settled_at is None
                and work.actor.may(P.RULING_DECIDE, ruling)
                and own not in {decision.municipality_id for decision in ruling.decisions},
            }
            for ruling in found
        ]
        return render_template("tables/rulings.html", rows=rows, mine=sum(bool(row["mine"]) for row in rows))


@bp.get("/uitspraken/<int:ruling_id>")
@allow(P.TABLE_READ)
def ruling(ruling_id: int) -> Page:
    return _page(ruling_id, DecisionForm(formdata=None))


def _page(ruling_id: int, form: DecisionForm) -> Page:
    with reading() as work:
        found = queries.ruling(work, ruling_id)
        day = local_date(found.settled_at) if found.settled_at else work.today
        members = members_on(work, found.agreement.table.region_id, day)
        given = {decision.municipality_id: decision for decision in found.decisions}
        own, user_id = work.actor.municipality_id, work.actor.user_id
        decides = work.actor.may(P.RULING_DECIDE, found) and found.settled_at is None and own not in given
        mandate = mandate_of(work, user_id, own, Power.RULE_ON_AGREEMENT, work.today) if own and user_id else None
        page = render_template(
            "tables/ruling.html",
            ruling=found,
            agreement=found.agreement,
            state=words.state(found.agreement),
            rule=_(RULE_LABELS[found.rule]),
            consequence=_(RULE_CONSEQUENCE[found.rule]),
            dissent=[
                stand for stand in stands(found.agreement) if stand.stance in (Stance.OBJECTION, Stance.RESERVATION)
            ],
            counts=words.four_counts(stands(found.agreement)),
            stance_tag=words.stance_tag,
            tally=words.tally_words(found),
            shown={id for id, decision in given.items() if queries.sees_vote(work, found, decision)},
            members=[(member, given.get(member.id)) for member in members],
            votes={vote: (kind, _(label)) for vote, (kind, label) in VOTE_LABELS.items()},
            decides=decides,
            mandate=mandate,
            own=own,
            form=form,
        )
    return page, 422 if request.method == "POST" else 200


@bp.post("/uitspraken/<int:ruling_id>")
@allow(P.RULING_DECIDE)
def decide(ruling_id: int) -> Page:
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            return _decide(form, ruling_id)
        except RuleBroken as refusal:
            form.refuse_all(refusal.reasons, PLACES)
    return _page(ruling_id, form)


def _decide(form: DecisionForm, ruling_id: int) -> Response:
    assert form.decided_on.data is not None  # a required field
    with writing(form, Lock(Ruling, ruling_id)) as work:
        service.record_college_decision(
            work,
            queries.ruling(work, ruling_id),
            vote=Vote(form.vote.data),
            decided_on=form.decided_on.data,
            decision_number=form.number.data or "",
            reasons=form.reasons.data or "",
        )
        location = url_for("agreements.ruling", ruling_id=ruling_id)
        return finish(work, form, location, _("Het besluit van uw college is vastgelegd."))
