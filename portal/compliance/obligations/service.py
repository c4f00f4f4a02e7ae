"""Verbs on obligations: they appear, are chased, delivered, checked, handed back or waived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.audit import record
from portal.contracts.models import Contract
from portal.errors import RuleBroken
from portal.regions.blueprints.terms import Obligation as Term
from portal.regions.blueprints.vocabulary import OverdueAction
from portal.work import Work
from portal.workdays import next_working_day

from . import mails, rules
from .models import Obligation, ObligationKind, Reminder, ReminderState
from .states import OBLIGATION

PROFILE = "risicoprofiel"
SIGNAL = "signaal"
"""Recipients of steps that are no mail: a note in the risk profile, a signal in the ladder."""


def create_obligation(work: Work, contract: Contract, term: Term, *, about_year: int) -> Obligation:
    """The obligation of a contract year, as the contract's terms say. Raises StaleVersion when it is there already."""
    work.require(Permission.OBLIGATION_RUN, contract)
    due_on = term.due_on(about_year)
    if term.shift.value == "next":
        due_on = next_working_day(due_on)
    item = work.add(
        Obligation(
            contract_id=contract.id,
            organisation_id=contract.organisation_id,
            region_id=contract.region_id,
            kind=ObligationKind(term.kind.value),
            about_year=about_year,
            due_on=due_on,
            legal=term.legal,
            source=term.legal_basis or term.source,
            confirmed=term.confirmed,
            created_at=work.now,
        )
    )
    record(
        work, "obligation.created", item, contract_id=contract.id, due_on=due_on, kind=item.kind, about_year=about_year
    )
    return item


def take_steps(work: Work, due: Iterable[tuple[Obligation, Term, rules.Due]]) -> int:
    """Take today's steps of one provider: one mail per reader for all of them. Returns how many steps were taken.

    Exactly one row per obligation, step and recipient; earlier steps that were missed are on record as superseded.
    """
    rows = [
        (item, step, recipient) for item, term, plan in due for step, recipient in _recipients(work, item, term, plan)
    ]
    by_reader: dict[str, list[tuple[Obligation, int]]] = {}
    for item, step, recipient in rows:
        by_reader.setdefault(recipient, []).append((item, step))
    sent = {reader: mails.remind(work, reader, items) for reader, items in by_reader.items() if "@" in reader}
    for item, step, recipient in rows:
        mail = sent.get(recipient)
        state = ReminderState.QUEUED if mail is not None else ReminderState.DONE
        _note(work, item, step, recipient, state, mail.id if mail is not None else None)
    for item, _term, plan in due:
        for step in plan.superseded:
            _note(work, item, step, "", ReminderState.SUPERSEDED, None)
        record(
            work, "obligation.chased", item, step=plan.step, superseded=plan.superseded, contract_id=item.contract_id
        )
    return len(rows)


def _recipients(work: Work, item: Obligation, term: Term, plan: rules.Due) -> list[tuple[int, str]]:
    """Who hears of this step: addresses, or the name of what is done instead of a mail."""
    step = plan.step
    assert step is not None
    actions = {OverdueAction.NOTICE_PROVIDER}
    if step > 0:
        actions = {action for o in term.overdue if o.days == step for action in o.actions}
    found: list[str] = []
    if OverdueAction.NOTICE_PROVIDER in actions:
        found += [user.email for user in accounts.recipients_of(work, item.organisation_id)]
    if OverdueAction.NOTICE_CONTRACT_MANAGER in actions:
        found += [user.email for user in accounts.staff_of(work, item.region_id, Role.CONTRACT_MANAGER)]
    if OverdueAction.RISK_NOTE in actions:
        found.append(PROFILE)
    if OverdueAction.SIGNAL in actions:
        found.append(SIGNAL)
    return [(step, recipient) for recipient in dict.fromkeys(found)]


def _note(work: Work, item: Obligation, step: int, recipient: str, state: ReminderState, mail_id: int | None) -> None:
    planned = rules.planned_on(item.due_on, step)
    row = Reminder(
        obligation_id=item.id, step=step, recipient=recipient, planned_on=planned, state=state, outbox_mail_id=mail_id,
        taken_at=work.now,
    )  # fmt: skip
    work.session.add(row)


def mark_delivered(work: Work, item: Obligation) -> None:
    """The declaration is filed. Once late, the item stays late for good. Raises NotAllowed, IllegalTransition."""
    late = work.today > item.due_on and item.delivered_at is None
    OBLIGATION.apply(work, item, "deliver", late=late, contract_id=item.contract_id)
    item.delivered_at = item.delivered_at or work.now
    item.delivered_late = item.delivered_late or late
    item.question, item.answer_by = "", None


def mark_checked(work: Work, item: Obligation) -> None:
    """The verdict word is "checked": the region checks, it does not adjudicate. Raises NotAllowed, IllegalTransition."""
    OBLIGATION.apply(work, item, "check", contract_id=item.contract_id)
    item.checked_by_id, item.checked_at = work.actor.user_id, work.now
    mails.tell_of_check(work, item)


def mark_returned(work: Work, item: Obligation, *, question: str, answer_by: date) -> None:
    """Hand back with a question. Raises RuleBroken without a question or with a day that has passed."""
    reasons = [] if question.strip() else ["return_needs_question"]
    if answer_by <= work.today:
        reasons.append("answer_day_has_passed")
    OBLIGATION.apply(work, item, "return", unless=reasons, answer_by=answer_by, contract_id=item.contract_id)
    item.question, item.answer_by = question.strip(), answer_by
    mails.tell_of_question(work, item)


def ask_waiver(work: Work, item: Obligation, *, reason: str) -> None:
    """Propose to waive; a second person decides. Raises NotAllowed, RuleBroken without a reason."""
    work.require(Permission.OBLIGATION_WAIVE, item)
    if not reason.strip():
        raise RuleBroken("waiver_needs_reason", subject=item)
    item.waiver_reason, item.waiver_asked_by_id = reason.strip(), work.actor.user_id
    record(work, "obligation.waiver_asked", item, contract_id=item.contract_id)


def waive(work: Work, item: Obligation) -> None:
    """Waive on a colleague's proposal. Raises RuleBroken when it is one's own."""
    reasons = rules.reasons_not_to_waive(
        asked_by_id=item.waiver_asked_by_id, actor_id=work.actor.user_id, reason=item.waiver_reason
    )
    OBLIGATION.apply(work, item, "waive", unless=reasons, contract_id=item.contract_id)
    mails.tell_of_waiver(work, item)
