"""The verbs of a ruling: the municipalities as commissioner decide what the table could not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.access import Permission
from portal.audit import record
from portal.clock import local_date
from portal.errors import NotAllowed, RuleBroken
from portal.regions.mandates.queries import mandate_of
from portal.regions.models import Power
from portal.regions.queries import members_on
from portal.tables.agreements import rules
from portal.tables.agreements.models import Agreement, CollegeDecision, Ruling, Vote
from portal.tables.agreements.rulings import mails, queries
from portal.tables.agreements.service import advance
from portal.tables.rounds.queries import region_of
from portal.work import Work


def request_ruling(work: Work, agreement: Agreement, *, question: str) -> Ruling:
    """The chair asks the municipalities as commissioner to rule, under the region's rule.

    Raises RuleBroken where the region has no rule for it or the question is empty, IllegalTransition, NotAllowed.
    """
    region = region_of(work, agreement.table)
    rule = queries.ruling_rule(region)
    reasons = [] if rule else ["region_has_no_rule"]
    if not question.strip():
        reasons.append("question_is_empty")
    advance(work, agreement, "request_ruling", unless=reasons, rule=rule)
    if work.actor.user_id is None or rule is None:
        raise NotAllowed(Permission.RULING_REQUEST.value, subject=agreement)
    ruling = Ruling(
        rule=rule, question=question.strip(), requested_by_id=work.actor.user_id, requested_at=work.now, decisions=[]
    )
    agreement.ruling = ruling
    work.session.flush()
    mails.ask_for_decisions(work, ruling)
    return ruling


def record_college_decision(
    work: Work, ruling: Ruling, *, vote: Vote, decided_on: date, decision_number: str, reasons: str = ""
) -> CollegeDecision:
    """The decision of the actor's own college (art. 160 Gemeentewet), under the mandate that the register names.

    The last one settles the ruling and, when it is for, sets the KPI's target. Raises NotAllowed, RuleBroken.
    """
    work.require(Permission.RULING_DECIDE, ruling)
    by_id, municipality_id = work.actor.user_id, work.actor.municipality_id
    if by_id is None or municipality_id is None:
        raise NotAllowed(Permission.RULING_DECIDE.value, subject=ruling)
    given = queries.ruling_locked(work, ruling)
    mandate = mandate_of(work, by_id, municipality_id, Power.RULE_ON_AGREEMENT, decided_on)
    members = members_on(work, ruling.agreement.table.region_id, decided_on)
    against = list(
        rules.reasons_against_decision(
            decided_on=decided_on,
            requested_on=local_date(ruling.requested_at),
            today=work.today,
            number=decision_number,
            member=municipality_id in {m.id for m in members},
            mandated=mandate is not None,
            decided=municipality_id in {d.municipality_id for d in given} or ruling.settled_at is not None,
            unexplained=vote is Vote.AGAINST and not reasons.strip(),
        )
    )
    if against or mandate is None:
        raise RuleBroken(*against, subject=ruling)
    decision = CollegeDecision(
        ruling_id=ruling.id, municipality_id=municipality_id, vote=vote, decided_on=decided_on, mandate_id=mandate.id,
        decision_number=decision_number.strip(), reasons=reasons.strip(), recorded_by_id=by_id, recorded_at=work.now,
    )  # fmt: skip
    work.add(decision)
    record(
        work, "ruling.decided", ruling, municipality_id=municipality_id, mandate_id=mandate.id, vote=vote,
        agreement_id=ruling.agreement_id,
    )  # fmt: skip
    _count(work, ruling, [*given, decision])
    return decision


def _count(work: Work, ruling: Ruling, decisions: Sequence[CollegeDecision]) -> None:
    """Settle when every member has decided; members are those of the day of the last decision."""
    agreement = ruling.agreement
    last_day = max(decision.decided_on for decision in decisions)
    members = [m.id for m in members_on(work, agreement.table.region_id, last_day)]
    found = rules.outcome(ruling.rule, members, {d.municipality_id: d.vote for d in decisions})
    if found is rules.Outcome.OPEN:
        return
    act = "rule_for" if found is rules.Outcome.FOR else "rule_against"
    advance(work, agreement, act, ruling_id=ruling.id, rule=ruling.rule, members=len(members))
    ruling.settled_at = work.now
    mails.tell_of_ruling(work, ruling)
