"""What waits for the person whom the actor stands in for, and what of it the actor may take up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.accounts.absence.models import Absence
from portal.accounts.absence.queries import stood_in_for
from portal.accounts.queries import actor_in
from portal.home.queries import waits
from portal.waits import Wait
from portal.work import Work


@dataclass(frozen=True)
class StandIn:
    absence: Absence
    lines: list[tuple[Wait, bool]]
    """Each task, and whether the own role can do it; the others only this person can do."""


def stand_in(work: Work, absence_id: int) -> StandIn:
    """Raises NotFound for who does not stand in today."""
    absence = stood_in_for(work, absence_id)
    own = {_place(wait) for wait in waits(work)}
    away = replace(actor_in(absence.membership), locale=work.actor.locale)
    theirs = [wait for wait in waits(replace(work, actor=away)) if wait.mine]
    return StandIn(absence, [(wait, _place(wait) in own) for wait in theirs])


def _place(wait: Wait) -> tuple[str, str]:
    return wait.endpoint, repr(sorted(wait.args.items()))
