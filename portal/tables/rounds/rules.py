"""When a table may begin, meet and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.i18n import mark
from portal.meetings.models import MeetingState, SeatKind
from portal.tables.rounds.models import DevelopmentTable, TableState

STATE_LABELS = {
    TableState.PLANNED: ("idle", mark("In voorbereiding")),
    TableState.ACTIVE: ("bezig", mark("Actief")),
    TableState.CLOSED: ("ok", mark("Afgerond")),
}

RULES_OF_PLAY = mark(
    "Wij zoeken consensus: een afspraak staat als niemand bezwaar heeft. Een voorbehoud of een bezwaar heeft een reden.\n"
    "Komen wij er niet uit, dan bemiddelt de onafhankelijk voorzitter, ten hoogste vier weken.\n"
    "Slaagt dat niet, dan beslissen de gemeenten als opdrachtgever.\n"
    "Wij bespreken geen eigen prijzen, kosten of marges en geen gegevens over jeugdigen."
)


def reasons_not_to_activate(table: DevelopmentTable) -> Iterator[str]:
    """The partners are in: a table of municipalities alone develops nothing."""
    kinds = {seat.kind for seat in table.seats}
    if SeatKind.MUNICIPALITY not in kinds:
        yield "table_without_municipalities"
    if SeatKind.PROVIDER not in kinds:
        yield "table_without_providers"
    if not table.rules_of_play.strip():
        yield "table_without_rules_of_play"


def reasons_not_to_close(meeting_states: Iterable[MeetingState]) -> Iterator[str]:
    if any(state is not MeetingState.MINUTES_ADOPTED for state in meeting_states):
        yield "round_is_still_open"


def reasons_not_to_plan_a_round(table: DevelopmentTable) -> Iterator[str]:
    if table.state is not TableState.ACTIVE:
        yield "table_is_not_active"
    if not table.seats:
        yield "table_without_seats"


def reasons_not_to_change(table: DevelopmentTable) -> Iterator[str]:
    if table.state is TableState.CLOSED:
        yield "table_is_closed"


def reasons_against_seat(table: DevelopmentTable, label: str) -> Iterator[str]:
    yield from reasons_not_to_change(table)
    if not label.strip():
        yield "seat_without_name"
    if label.strip().casefold() in {seat.label.casefold() for seat in table.seats}:
        yield "seat_is_there_already"
