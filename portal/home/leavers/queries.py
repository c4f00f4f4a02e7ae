"""What somebody who leaves had open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.accounts.absence.rules import reasons_not_to_stand_in
from portal.accounts.authority.queries import claims_of
from portal.accounts.members.queries import colleagues_of, is_last_administrator, membership
from portal.accounts.models import AuthorityState, Membership
from portal.accounts.queries import actor_in
from portal.home.queries import waits
from portal.waits import Wait
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
