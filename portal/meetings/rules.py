"""Rules of meetings: when something may be planned, typed, commented on and adopted. Facts in, reason codes out."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from portal.clock import AMSTERDAM, local_date, local_moment
from portal.errors import RuleBroken
from portal.i18n import gettext, mark
from portal.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeat, MeetingState, SeatKind
from portal.workdays import previous_working_day

OPENING = mark("Opening en mededingingsprotocol")

COMPETITION_NOTICE = mark(
    "Aanbieders aan deze tafel zijn ook elkaars concurrenten. Daarom bespreken wij hier geen eigen prijzen, kosten, marges,"
    " klanten of plannen voor een inschrijving. Wie merkt dat het gesprek die kant op gaat, zegt dat. De voorzitter stopt"
    " dan het gesprek en zet dat in het verslag."
)

NOTHING_YET = mark("Nog geen verslag bij dit punt.")
NOTHING_WRITTEN = mark("Bij dit punt is geen verslag gemaakt.")
"""Of a point without minutes, before they are adopted and after."""

SEAT_LABELS = {
    SeatKind.MUNICIPALITY: mark("Gemeenten"),
    SeatKind.REGION: mark("Regio"),
    SeatKind.PROVIDER: mark("Aanbieder"),
    SeatKind.ACCESS: mark("Toegang"),
    SeatKind.EDUCATION: mark("Onderwijs"),
    SeatKind.EXPERIENCE: mark("Ervaringsdeskundige"),
    SeatKind.REFERRER: mark("Verwijzer"),
    SeatKind.OTHER: mark("Overig"),
}

ATTENDANCE_LABELS = {
    Attendance.EXPECTED: mark("nog niet genoteerd"),
    Attendance.PRESENT: mark("aanwezig"),
    Attendance.EXCUSED: mark("afwezig met bericht"),
    Attendance.ABSENT: mark("afwezig"),
}

STATE_LABELS = {
    MeetingState.SCHEDULED: ("idle", mark("In voorbereiding")),
    MeetingState.AGENDA_SENT: ("bezig", mark("Agenda verstuurd")),
    MeetingState.HELD: ("bezig", mark("Verslag in de maak")),
    MeetingState.MINUTES_DRAFT: ("let-op", mark("Verslag ligt voor reactie")),
    MeetingState.MINUTES_ADOPTED: ("ok", mark("Verslag vastgesteld")),
}

TYPING = frozenset({MeetingState.AGENDA_SENT, MeetingState.HELD, MeetingState.MINUTES_DRAFT})
HAS_BEEN = frozenset({MeetingState.HELD, MeetingState.MINUTES_DRAFT, MeetingState.MINUTES_ADOPTED})

AGENDA_WORKING_DAYS = 5
"""Whoever sits at the table has the agenda this long before the meeting. Customary; no law says so."""


class Phase(enum.Enum):
    """Where the clock stands: half-open, so at `ends_at` itself the meeting is over."""

    BEFORE = "before"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True)
class Point:
    """A point of the agenda to be: its title and after how many minutes it starts."""

    title: str
    minutes_from_start: int = 0


@dataclass(frozen=True)
class SeatFacts:
    """A seat to be copied into a meeting."""

    kind: SeatKind
    label: str
    organisation_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Spoken:
    """Where one seat stands on what was agreed; `own` is the reader's seat."""

    seat: str
    stance: tuple[str, str]
    reason: str = ""
    own: bool = False


@dataclass(frozen=True)
class Agreed:
    """Something that was agreed, or proposed, at a meeting: as whoever keeps agreements tells it."""

    title: str
    url: str
    state: tuple[str, str]
    detail: str = ""
    settled: bool = False
    text: str = ""
    positions: Sequence[Spoken] = ()
    """The reader's own seats first; a seat that has not spoken only when it is the reader's."""


def group_of(seat: MeetingSeat, locale: str = "nl") -> str:
    """The group that a seat speaks for; empty where its name says that already."""
    group = gettext(locale)(SEAT_LABELS[seat.kind])
    return "" if group.casefold() in seat.label.casefold() else group


def agenda_due_on(starts_at: datetime) -> date:
    """The last day on which the agenda goes round: so many working days lie between it and the meeting."""
    day = previous_working_day(local_date(starts_at) - timedelta(days=1))
    for _passed in range(AGENDA_WORKING_DAYS - 1):
        day = previous_working_day(day - timedelta(days=1))
    return day


def empty_points(agenda: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Points without a word in the minutes; the opening says enough with its notice."""
    return [item for item in agenda if not item.minutes.strip() and item.title != OPENING]


def phase(meeting: Meeting, now: datetime) -> Phase:
    if now < meeting.starts_at:
        return Phase.BEFORE
    return Phase.RUNNING if now < meeting.ends_at else Phase.OVER


def comments_open(meeting: Meeting, now: datetime) -> bool:
    """Half-open: at the closing moment itself it is too late."""
    return meeting.comments_until is not None and now < meeting.comments_until


def moment_of(wall: datetime) -> datetime:
    """A Dutch wall-clock time as a moment. Raises RuleBroken where the change of summer time makes it name none or two."""
    try:
        return local_moment(wall)
    except ValueError as error:
        raise RuleBroken("summer_time_change") from error


def overlaps(start: datetime, end: datetime, others: Sequence[tuple[datetime, datetime]]) -> bool:
    """Half-open: a meeting may begin at the very moment another one ends."""
    return any(start < theirs_end and theirs_start < end for theirs_start, theirs_end in others)


def reasons_not_to_plan(
    start: datetime, end: datetime, now: datetime, others: Sequence[tuple[datetime, datetime]]
) -> Iterator[str]:
    if end <= start:
        yield "meeting_ends_before_it_starts"
    elif end - start > timedelta(hours=12):
        yield "meeting_too_long"
    if start <= now:
        yield "meeting_in_the_past"
    if end > start and overlaps(start, end, others):
        yield "meeting_overlaps_another"


def opened(points: Sequence[Point]) -> list[Point]:
    """The agenda with the competition notice as its first point, whoever made the list."""
    rest = [point for point in points if point.title != OPENING]
    return [Point(OPENING, 0), *rest]


LINE = re.compile(r"(\d{1,2})[:.](\d{2})\s+(\S.*)")


def agenda_of(text: str, starts_at: datetime) -> list[Point]:
    """An agenda as it is typed: one point per line, its Dutch time first. Raises RuleBroken with the number of the line.

    Minutes are counted on the wall clock; a point before the beginning gets a negative number, which another rule refuses.
    """
    begin = starts_at.astimezone(AMSTERDAM)
    points, broken = [], []
    for number, line in enumerate([line.strip() for line in text.splitlines() if line.strip()], 1):
        found = LINE.fullmatch(line)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            broken.append(f"agenda_line_without_time:{number}")
        elif len(found[3]) > 160:
            broken.append(f"agenda_point_too_long:{number}")
        else:
            points.append(Point(found[3], int(found[1]) * 60 + int(found[2]) - begin.hour * 60 - begin.minute))
    if broken:
        raise RuleBroken(*broken)
    return points


def reasons_against_agenda(points: Sequence[Point], start: datetime, end: datetime) -> Iterator[str]:
    length = int((end - start).total_seconds() // 60)
    starts = [point.minutes_from_start for point in points]
    if len(points) < 2:
        yield "agenda_is_empty"
    if any(not point.title.strip() for point in points):
        yield "agenda_point_without_title"
    if any(minute < 0 or minute >= length for minute in starts):
        yield "agenda_point_outside_meeting"
    if any(later < earlier for earlier, later in pairwise(starts)):
        yield "agenda_out_of_order"


def reasons_not_to_hold(meeting: Meeting, now: datetime) -> Iterator[str]:
    if phase(meeting, now) is Phase.BEFORE:
        yield "meeting_has_not_begun"


def reasons_not_to_type(meeting: Meeting) -> Iterator[str]:
    if meeting.state is MeetingState.MINUTES_ADOPTED:
        yield "minutes_are_adopted"
    elif meeting.state not in TYPING:
        yield "agenda_not_sent"


def reasons_not_to_announce(meeting: Meeting, *, has_seat: bool, now: datetime) -> Iterator[str]:
    """Whether somebody comes is said between the invitation and the end; what the secretary noted then stands."""
    if not has_seat:
        yield "no_seat_at_this_meeting"
    if meeting.state is MeetingState.SCHEDULED:
        yield "agenda_not_sent"
    elif meeting.state is not MeetingState.AGENDA_SENT:
        yield "attendance_is_recorded"
    elif phase(meeting, now) is Phase.OVER:
        yield "meeting_is_over"


def reasons_not_to_send_draft(agenda: Sequence[AgendaItem], until: datetime, now: datetime) -> Iterator[str]:
    if not any(item.minutes.strip() for item in agenda):
        yield "minutes_are_empty"
    if until <= now:
        yield "comments_until_in_the_past"


def reasons_not_to_comment(meeting: Meeting, *, has_seat: bool, text: str, now: datetime) -> Iterator[str]:
    """Half-open: a comment at the closing moment itself is too late."""
    if not has_seat:
        yield "no_seat_at_this_meeting"
    if meeting.comments_until is not None and now >= meeting.comments_until:
        yield "comments_are_closed"
    if not text.strip():
        yield "comment_is_empty"


def reasons_not_to_adopt(meeting: Meeting, now: datetime) -> Iterator[str]:
    """Whoever may comment keeps the time that was promised."""
    if comments_open(meeting, now):
        yield "comments_are_still_open"


def reasons_against_action(meeting: Meeting, what: str, due_on: date) -> Iterator[str]:
    if not what.strip():
        yield "action_is_empty"
    if due_on < local_date(meeting.starts_at):
        yield "action_due_before_meeting"


def starts_of(meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """Each point of the agenda with the moment it starts."""
    return [(item, meeting.starts_at + timedelta(minutes=item.minutes_from_start)) for item in meeting.agenda]
