"""Verbs on obligations: they appear, are delivered, checked, handed back or waived. Chasing is in `reminders`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.access import Permission
from portal.audit import record
from portal.compliance.obligations.terms.queries import blueprint_of
from portal.contracts.models import Contract
from portal.errors import IllegalTransition, RuleBroken
from portal.regions.blueprints.terms import Obligation as Term
from portal.work import Work

from . import mails, queries, rules
from .models import Obligation, ObligationKind
from .states import OBLIGATION


def create_obligation(work: Work, contract: Contract, term: Term, *, about_year: int) -> Obligation:
    """The obligation of a contract year, as the contract's terms say. Raises NotAllowed, StaleVersion when it is there."""
    work.require(Permission.OBLIGATION_RUN, contract)
    due_on = rules.due_date(term, about_year)
    source = blueprint_of(contract.procedure).source(term.source)
    item = work.add(
        Obligation(
            contract_id=contract.id,
            organisation_id=contract.organisation_id,
            region_id=contract.region_id,
            kind=ObligationKind(term.kind.value),
            about_year=about_year,
            due_on=due_on,
            legal=term.legal,
            source=(term.legal_basis or source.title.nl)[:200],
            confirmed=term.confirmed,
            created_at=work.now,
        )
    )
    record(
        work, "obligation.created", item, contract_id=contract.id, due_on=due_on, kind=item.kind, about_year=about_year
    )
    return item


def mark_delivered(work: Work, item: Obligation) -> None:
    """The declaration is filed. Once late, the item stays late for good. Raises NotAllowed, IllegalTransition."""
    first = item.delivered_at is None
    late = first and work.today > item.due_on
    OBLIGATION.apply(work, item, "deliver", late=late, contract_id=item.contract_id)
    if first:
        item.delivered_at, item.delivered_late = work.now, late
    item.question, item.answer_by = "", None
    item.waiver_reason, item.waiver_asked_by_id = "", None


def mark_checked(
    work: Work, item: Obligation, *, outcome: str = "", reason: str = "", against: Sequence[str] = ()
) -> None:
    """The verdict word is "checked": the region checks, it does not adjudicate.

    Raises NotAllowed, IllegalTransition, RuleBroken (what `against` says).
    """
    OBLIGATION.apply(work, item, "check", unless=against, outcome=outcome, contract_id=item.contract_id)
    item.checked_by_id, item.checked_at = work.actor.user_id, work.now
    item.check_outcome, item.check_reason = outcome, reason.strip()
    mails.tell_of_check(work, item)


def mark_returned(work: Work, item: Obligation, *, question: str, answer_by: date) -> None:
    """Hand back with a question. Raises NotAllowed, IllegalTransition, RuleBroken (return_needs_question,
    answer_day_has_passed)."""
    reasons = rules.reasons_not_to_return(question=question, answer_by=answer_by, today=work.today)
    OBLIGATION.apply(work, item, "return", unless=reasons, answer_by=answer_by, contract_id=item.contract_id)
    item.question, item.answer_by = question.strip(), answer_by
    mails.tell_of_question(work, item)


def ask_waiver(work: Work, item: Obligation, *, reason: str) -> None:
    """Propose to waive; a second person decides. Raises NotAllowed, IllegalTransition, RuleBroken (waiver_needs_reason,
    waiver_already_asked)."""
    _can_still_waive(work, item)
    reasons = rules.reasons_not_to_ask_waiver(reason=reason, asked_by_id=item.waiver_asked_by_id)
    if reasons:
        raise RuleBroken(*reasons, subject=item)
    item.waiver_reason, item.waiver_asked_by_id = reason.strip(), work.actor.user_id
    record(work, "obligation.waiver_asked", item, contract_id=item.contract_id)


def drop_waiver(work: Work, item: Obligation) -> None:
    """The proposal is refused, or taken back by who made it. Raises NotAllowed, IllegalTransition, RuleBroken."""
    _can_still_waive(work, item)
    if item.waiver_asked_by_id is None:
        raise RuleBroken("waiver_not_asked", subject=item)
    record(work, "obligation.waiver_dropped", item, contract_id=item.contract_id)
    item.waiver_reason, item.waiver_asked_by_id = "", None


def _can_still_waive(work: Work, item: Obligation) -> None:
    work.require(Permission.OBLIGATION_WAIVE, item)
    if "waive" not in queries.acts(work.actor, item):
        raise IllegalTransition(OBLIGATION.name, "waive", item.state.value, subject=item)


def waive(work: Work, item: Obligation) -> None:
    """Waive on a colleague's proposal. Raises NotAllowed, IllegalTransition, RuleBroken (waiver_not_asked,
    waiver_needs_second_person)."""
    reasons = rules.reasons_not_to_waive(asked_by_id=item.waiver_asked_by_id, actor_id=work.actor.user_id)
    OBLIGATION.apply(work, item, "waive", unless=reasons, contract_id=item.contract_id)
    item.waived_by_id, item.waived_at = work.actor.user_id, work.now
    mails.tell_of_waiver(work, item)
