"""Taking the steps of the ladder: exactly one row per obligation, step and recipient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import insert

from portal.access import Permission, Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit import record
from portal.compliance.obligations.models import Obligation, Reminder, ReminderState
from portal.regions.models import Region
from portal.work import Work

from . import mails, queries, rules

R = ReminderState
Note = tuple[Obligation, int, str, ReminderState, int | None]
"""A step that was taken: of what, which, for whom, how, and with which mail."""


def take_steps(work: Work, organisation_ids: Collection[int]) -> int:
    """Take today's steps of these providers, with one mail per reader; returns how many obligations were chased.

    Steps that were missed are on record as superseded. Raises NotAllowed.
    """
    chases = queries.due_now(work, organisation_ids)
    told: dict[int, list[tuple[Obligation, int]]] = defaultdict(list)
    for chase in chases:
        if chase.tells_provider:
            told[chase.item.organisation_id].append((chase.item, chase.due.step))
    readers = accounts.recipients_by_organisation(work, told)
    regions = {id: work.get(Region, id) for id in {chase.item.region_id for chase in chases}}
    notes: list[Note] = []
    for organisation_id, steps in told.items():
        notes += _tell_provider(work, readers[organisation_id], regions[steps[0][0].region_id], steps)
    for chase in chases:
        item, due = chase.item, chase.due
        work.require(Permission.OBLIGATION_RUN, item)
        for recipient in chase.not_mailed:
            notes.append((item, due.step, recipient, R.COLLECTED if recipient == rules.MANAGERS else R.DONE, None))
        notes += [(item, step, "", R.SUPERSEDED, None) for step in due.superseded]
        record(
            work, "obligation.chased", item, step=due.step, superseded=due.superseded, contract_id=item.contract_id,
            organisation_id=item.organisation_id,
        )  # fmt: skip
    _keep(work, notes)
    return len(chases)


def _tell_provider(
    work: Work, readers: Sequence[User], region: Region, told: Sequence[tuple[Obligation, int]]
) -> list[Note]:
    if not readers:
        return [(item, step, "", R.NOBODY, None) for item, step in told]
    mailed = [(user.email, mails.remind(work, user, region, told).id) for user in readers]
    return [(item, step, email, R.QUEUED, mail_id) for email, mail_id in mailed for item, step in told]


def tell_managers(work: Work, region: Region) -> int:
    """One mail to each contract manager of a region about all providers together; returns how many were told.

    What was delivered in the meantime is left out. Without a contract manager it waits for the first one. Raises NotAllowed.
    """
    work.require(Permission.OBLIGATION_RUN, region)
    managers = accounts.staff_of(work, region.id, Role.CONTRACT_MANAGER)
    if not managers:
        return 0
    collected = queries.collected(work, region.id)
    news = [(item, reminder.step) for reminder, item in collected if queries.is_chased(item)]
    for reminder, item in collected:
        reminder.state = R.DONE if queries.is_chased(item) else R.SUPERSEDED
    if not news:
        return 0
    mailed = [(user.email, mails.tell_manager(work, user, region, news).id) for user in managers]
    _keep(work, [(item, step, email, R.QUEUED, mail_id) for email, mail_id in mailed for item, step in news])
    return len(managers)


def _keep(work: Work, notes: Sequence[Note]) -> None:
    """The rows of what was done, all in one insert."""
    rows = [
        {
            "obligation_id": item.id, "step": step, "recipient": recipient, "state": state, "outbox_mail_id": mail_id,
            "planned_on": rules.planned_on(item.due_on, step), "taken_at": work.now,
        }
        for item, step, recipient, state, mail_id in notes
    ]  # fmt: skip
    if rows:
        work.session.execute(insert(Reminder), rows)
