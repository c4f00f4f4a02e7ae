"""Somebody leaves: everything that can go to a colleague goes in one act, each by the service that owns it."""

from __future__ import annotations

from portal.accounts import service as accounts
from portal.accounts.models import Membership
from portal.home.leavers import queries
from portal.meetings import service as meetings
from portal.tables.rounds import service as rounds
from portal.work import Work


def leave(work: Work, page: queries.Leaver, *, to: Membership | None) -> list[str]:
    """Seats, actions and the role itself; returns the names of what somebody must still arrange.

    Raises NotAllowed, or RuleBroken as `accounts.hand_over` does.
    """
    if to is not None:
        rounds.pass_seats(work, page.membership, to)
        meetings.pass_seats(work, page.membership, to)
    taken, remaining = queries.shared_out(work, page, to)
    accounts.hand_over(work, page.membership, to=to, tasks=taken, remaining=remaining)
    return [title for title, _path in remaining]
