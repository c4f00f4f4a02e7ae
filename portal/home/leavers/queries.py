"""What somebody who leaves had open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.authority.queries import claims_of
from portal.accounts.members.queries import colleagues_of, holds_only, is_last_administrator, membership
from portal.accounts.models import AuthorityState, Membership
from portal.accounts.queries import actor_in
from portal.home.queries import waits
from portal.meetings.leaving.queries import actions_left
from portal.meetings.models import ActionItem
from portal.tables.rounds.models import TableSeat
from portal.tables.rounds.queries import seats_left
from portal.waits import Wait
from portal.web.links import path_of
from portal.work import Work


@dataclass(frozen=True)
class Leaver:
    membership: Membership
    tasks: list[Wait]
    may_sign: bool
    successors: Sequence[Membership]
    """Colleagues who may do at least the same."""
    stays: bool
    """The last administrator: nobody else could manage the organisation."""


def leaver(work: Work, membership_id: int) -> Leaver:
    """Raises NotFound for a role that is not the actor's to end."""
    found = membership(work, membership_id)
    seen = replace(work, actor=replace(actor_in(found), locale=work.actor.locale))
    signs = any(
        claim.user_id == found.user_id and claim.state in (AuthorityState.CLAIMED, AuthorityState.VERIFIED)
        for claim in claims_of(seen, found.organisation_id)
    )
    fit = [other for other in colleagues_of(work, found) if not reasons_not_to_stand_in(found, other)]
    return Leaver(found, [wait for wait in waits(seen) if wait.mine], signs, fit, is_last_administrator(work, found))


Named = list[tuple[str, str]]
"""(title, path)"""


def shared_out(work: Work, page: Leaver, to: Membership | None) -> tuple[Named, Named]:
    """What of the open tasks waits for the colleague now, and what for nobody: tasks of one person alone, such as
    assessments, which the officer assigns again, and seats or actions that no colleague could take.
    """
    theirs = set()
    if to is not None:
        seen = replace(work, actor=replace(actor_in(to), locale=work.actor.locale))
        theirs = {_place(wait) for wait in waits(seen) if wait.mine}
    taken = [_named(wait) for wait in page.tasks if _place(wait) in theirs]
    remaining = [_named(wait) for wait in page.tasks if _place(wait) not in theirs]
    actions = [(a.what, path_of("meetings.meeting", {"meeting_id": a.meeting_id})) for a in _actions(work, page)]
    seats = [
        (f"{s.table.name}: {s.label}", path_of("agreements.table", {"table_id": s.table_id}))
        for s in _seats(work, page)
    ]
    known = {*taken, *remaining}
    return taken, remaining + [line for line in dict.fromkeys(actions + seats) if line not in known]


def _actions(work: Work, page: Leaver) -> Sequence[ActionItem]:
    return actions_left(work, page.membership.user_id) if holds_only(work, page.membership) else []


def _seats(work: Work, page: Leaver) -> Sequence[TableSeat]:
    return seats_left(work, page.membership.user_id) if holds_only(work, page.membership) else []


def _place(wait: Wait) -> tuple[str, str, str]:
    return wait.endpoint, repr(sorted(wait.args.items())), wait.title if wait.endpoint == "meetings.meeting" else ""


def _named(wait: Wait) -> tuple[str, str]:
    return wait.title, path_of(wait.endpoint, wait.args)
