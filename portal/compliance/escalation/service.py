"""Opening and triaging signals: patterns about an organisation, never about a client."""

from __future__ import annotations

from portal.audit import record
from portal.compliance.obligations.models import Obligation
from portal.errors import RuleBroken
from portal.work import Work

from .models import Signal, SignalSource
from .states import SIGNAL


def open_overdue_signal(work: Work, obligation: Obligation) -> Signal:
    """The ladder reached its last step: a signal for the contract manager. The portal itself reports to no supervisor."""
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
    """Take up, dismiss or talk, with a note why. Raises RuleBroken without a note, NotAllowed, IllegalTransition."""
    reasons = [] if note.strip() else ["triage_needs_note"]
    if act not in ("take_up", "dismiss", "talk"):
        raise RuleBroken("unknown_act", subject=signal)
    SIGNAL.apply(work, signal, act, unless=reasons, organisation_id=signal.organisation_id)
    signal.triage_note = note.strip()
