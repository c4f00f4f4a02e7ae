"""What may stand against a step with a signal, and how signals are listed."""

from __future__ import annotations

from dataclasses import dataclass

from portal import i18n
from portal.listing import Page

from .models import Signal, SignalSource, SignalState

ACTS = ("take_up", "talk", "dismiss")
ASKS_ATTENTION = (SignalState.OPEN, SignalState.TRIAGE)


def reasons_not_to_triage(act: str, note: str) -> list[str]:
    reasons = [] if act in ACTS else ["unknown_act"]
    if not note.strip():
        reasons.append("triage_needs_note")
    return reasons


SOURCE_NAMES = {
    SignalSource.COMPLIANCE: i18n.mark("Verantwoording te laat"),
    SignalSource.ACCESS_PATTERN: i18n.mark("Patroon bij de toegang"),
    SignalSource.REGIONAL_DATA: i18n.mark("Regionale cijfers"),
    SignalSource.KPI: i18n.mark("KPI"),
    SignalSource.COMPLAINT: i18n.mark("Klacht"),
}
STATE_NAMES = {
    SignalState.OPEN: ("let-op", i18n.mark("Nieuw")),
    SignalState.TRIAGE: ("bezig", i18n.mark("In behandeling")),
    SignalState.CONVERSATION: ("bezig", i18n.mark("Gesprek")),
    SignalState.DISMISSED: ("idle", i18n.mark("Afgesloten")),
}
"""State -> (kind of tag, words)."""


@dataclass(frozen=True)
class Filters:
    """What the address of the list says."""

    q: str = ""
    state: SignalState | None = None


@dataclass(frozen=True)
class SignalList:
    page: Page[Signal]
    waiting: int
    """How many ask for attention, whatever the filters say."""
