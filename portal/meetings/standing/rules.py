"""How a meeting stands, by its state and by the clock. Facts in, words in Dutch out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.i18n import mark
from portal.meetings.models import AgendaItem, Meeting, MeetingState
from portal.meetings.rules import STATE_LABELS, Phase, comments_open, phase, starts_of

RUNS = ("bezig", mark("Vergadering loopt"))
HAS_ENDED = ("let-op", mark("Overleg geweest"))
COMMENTS_CLOSED = ("let-op", mark("Reactietijd voorbij"))
"""Where the clock says more than the state."""

SECRETARY, CHAIR, PARTICIPANTS = mark("de secretaris"), mark("de voorzitter"), mark("de deelnemers")


@dataclass(frozen=True)
class Side:
    """What stands beside every page about a meeting: its agenda, who was there, what the actor can do now."""

    meeting: Meeting
    points: list[tuple[AgendaItem, datetime, str]]
    there: int
    absent: list[tuple[str, str]]
    state: tuple[str, str]
    phase: str
    acts: list[str]
    types: bool
    """The actor types the minutes, and now is a time to type them."""
    staff: bool
    """The actor is the chair or the secretary of this meeting."""
    current: int | None
    """The point that is on now, by the clock."""


def standing(meeting: Meeting, now: datetime) -> tuple[str, str]:
    """Its state, by the clock: (kind, Dutch words)."""
    sent = meeting.state is MeetingState.AGENDA_SENT
    if (sent or meeting.state is MeetingState.HELD) and phase(meeting, now) is Phase.RUNNING:
        return RUNS
    if sent and phase(meeting, now) is Phase.OVER:
        return HAS_ENDED
    if meeting.state is MeetingState.MINUTES_DRAFT and not comments_open(meeting, now):
        return COMMENTS_CLOSED
    return STATE_LABELS[meeting.state]


def turn(meeting: Meeting, acts: Collection[str], now: datetime) -> tuple[str, bool] | None:
    """Whose move it is: (Dutch words, whether it is the reader's); None while nobody is waited for."""
    if meeting.state is MeetingState.MINUTES_DRAFT:
        act, whose = ("comment", PARTICIPANTS) if comments_open(meeting, now) else ("adopt_minutes", CHAIR)
    elif meeting.state is MeetingState.SCHEDULED:
        act, whose = "send_agenda", SECRETARY
    elif meeting.state is MeetingState.HELD:
        act, whose = "send_minutes_draft", SECRETARY
    elif meeting.state is MeetingState.AGENDA_SENT and phase(meeting, now) is not Phase.BEFORE:
        act, whose = "hold", SECRETARY
    else:
        return None
    return whose, act in acts


def point_at(meeting: Meeting, now: datetime) -> AgendaItem | None:
    """The point that is on, as far as the clock knows: the last one that should have begun."""
    if phase(meeting, now) is not Phase.RUNNING:
        return None
    return next((item for item, at in reversed(starts_of(meeting)) if at <= now), None)
