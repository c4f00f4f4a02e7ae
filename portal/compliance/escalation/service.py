"""Opening and triaging signals: patterns about an organisation, never about a client."""

from __future__ import annotations

from portal.access import Permission
from portal.audit import record
from portal.compliance.obligations.models import Obligation
from portal.errors import RuleBroken
from portal.work import Work

from . import rules
from .models import Signal, SignalNote, SignalSource
from .states import SIGNAL


def open_overdue_signal(work: Work, obligation: Obligation) -> Signal:
    """The ladder reached its last step: a signal for the contract manager. The portal itself reports to no supervisor.

    Raises NotAllowed, StaleVersion when there is one already.
    """
    work.require(Permission.OBLIGATION_RUN, obligation)
    found = work.add(
        Signal(
            region_id=obligation.region_id,
            organisation_id=obligation.organisation_id,
            obligation_id=obligation.id,
            source=SignalSource.COMPLIANCE,
            reason="overdue",
            opened_at=work.now,
        )
    )
    record(
        work, "signal.opened", found, obligation_id=obligation.id, organisation_id=obligation.organisation_id,
        contract_id=obligation.contract_id, reason=found.reason,
    )  # fmt: skip
    return found


def triage_signal(work: Work, signal: Signal, act: str, *, note: str) -> None:
    """Take up, talk or dismiss, with a note why. Raises NotAllowed, IllegalTransition, RuleBroken (unknown_act,
    triage_needs_note)."""
    reasons = rules.reasons_not_to_triage(act, note)
    if "unknown_act" in reasons or work.actor.user_id is None:
        raise RuleBroken("unknown_act", subject=signal)
    SIGNAL.apply(work, signal, act, unless=reasons, organisation_id=signal.organisation_id)
    words = SignalNote(act=act, note=note.strip(), written_by_id=work.actor.user_id, written_at=work.now)
    signal.notes.append(words)
