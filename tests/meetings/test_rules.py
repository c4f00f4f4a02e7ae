from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from portal.errors import RuleBroken
from portal.meetings import rules
from portal.meetings.models import AgendaItem, Meeting, MeetingSeat, MeetingState, SeatKind
from portal.meetings.rules import OPENING, Phase, Point
from portal.meetings.standing import rules as standing
from tests.tables.world import at

START, END = at("2023-03-15 13:30"), at("2023-03-15 16:00")
INSTANT = timedelta(microseconds=1)


def test_a_meeting_is_half_open() -> None:
    meeting = Meeting(starts_at=START, ends_at=END)
    assert rules.phase(meeting, START - INSTANT) is Phase.BEFORE
    assert rules.phase(meeting, START) is Phase.RUNNING
    assert rules.phase(meeting, END - INSTANT) is Phase.RUNNING
    assert rules.phase(meeting, END) is Phase.OVER


@pytest.mark.parametrize(
    ("kind", "label", "group"),
    [
        (SeatKind.MUNICIPALITY, "Gemeenten", ""),
        (SeatKind.EXPERIENCE, "Ervaringsdeskundigen", ""),
        (SeatKind.ACCESS, "Accounthouders toegang", ""),
        (SeatKind.PROVIDER, "De Waterlijn", "Aanbieder"),
    ],
)
def test_a_group_is_left_out_where_the_seat_says_it(kind: SeatKind, label: str, group: str) -> None:
    assert rules.group_of(MeetingSeat(kind=kind, label=label)) == group


@pytest.mark.parametrize(
    ("meets", "due"),
    [
        ("2023-03-15 13:30", date(2023, 3, 8)),
        ("2024-05-16 13:30", date(2024, 5, 8)),  # Ascension Day is no working day
        ("2024-05-21 09:00", date(2024, 5, 13)),  # after Whit Monday
    ],
)
def test_the_agenda_goes_round_five_working_days_before(meets: str, due: date) -> None:
    assert rules.agenda_due_on(at(meets)) == due


@pytest.mark.parametrize(
    ("wall", "named"),
    [
        ("2023-03-26 01:59", True),
        ("2023-03-26 02:30", False),  # the gap: that night this time does not exist
        ("2023-03-26 03:00", True),
        ("2023-10-29 02:30", False),  # the overlap: that night this time comes twice
        ("2023-10-29 03:00", True),
    ],
)
def test_a_time_in_the_change_of_summer_time_is_refused(wall: str, named: bool) -> None:
    if named:
        assert rules.moment_of(datetime.fromisoformat(wall)).tzinfo is not None
        return
    with pytest.raises(RuleBroken, match="summer_time_change"):
        rules.moment_of(datetime.fromisoformat(wall))


@pytest.mark.parametrize(
    ("start", "end", "others", "reasons"),
    [
        (START, END, [], []),
        (START, END, [(END, END + timedelta(hours=1))], []),  # one begins when the other ends
        (START, END, [(START - timedelta(hours=1), START)], []),
        (START, END, [(END - INSTANT, END + timedelta(hours=1))], ["meeting_overlaps_another"]),
        (END, START, [], ["meeting_ends_before_it_starts"]),
        (START, START, [], ["meeting_ends_before_it_starts"]),
        (START, START + timedelta(hours=13), [], ["meeting_too_long"]),
        (at("2023-01-01 10:00"), at("2023-01-01 11:00"), [], ["meeting_in_the_past"]),
    ],
)
def test_when_a_meeting_may_be_planned(
    start: datetime, end: datetime, others: list[tuple[datetime, datetime]], reasons: list[str]
) -> None:
    assert list(rules.reasons_not_to_plan(start, end, at("2023-02-01 09:00"), others)) == reasons


def test_the_competition_notice_always_comes_first() -> None:
    assert rules.opened([Point("Rondvraag", 30), Point(OPENING, 50)]) == [Point(OPENING, 0), Point("Rondvraag", 30)]


@pytest.mark.parametrize(
    ("points", "reasons"),
    [
        ([Point(OPENING), Point("A", 10)], []),
        ([Point(OPENING)], ["agenda_is_empty"]),
        ([Point(OPENING), Point(" ", 10)], ["agenda_point_without_title"]),
        ([Point(OPENING), Point("A", 150)], ["agenda_point_outside_meeting"]),
        ([Point(OPENING), Point("A", -1)], ["agenda_point_outside_meeting", "agenda_out_of_order"]),
        ([Point(OPENING), Point("A", 20), Point("B", 10)], ["agenda_out_of_order"]),
    ],
)
def test_what_an_agenda_must_be(points: list[Point], reasons: list[str]) -> None:
    assert list(rules.reasons_against_agenda(points, START, END)) == reasons


def test_an_agenda_is_typed_as_lines_with_a_time() -> None:
    typed = "13:40 Stand van de KPI's\n\n 14.20  Korter verblijf\n13:00 Te vroeg"
    assert rules.agenda_of(typed, START) == [
        Point("Stand van de KPI's", 10),
        Point("Korter verblijf", 50),
        Point("Te vroeg", -30),
    ]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("13:40 Goed\nzonder tijd", "agenda_line_without_time:2"),
        ("25:00 Nacht", "agenda_line_without_time:1"),
        ("13:40", "agenda_line_without_time:1"),
        ("13:40 " + "x" * 161, "agenda_point_too_long:1"),
    ],
)
def test_a_line_that_is_no_point_is_named_by_its_number(typed: str, reason: str) -> None:
    with pytest.raises(RuleBroken, match=reason):
        rules.agenda_of(typed, START)


STATES = MeetingState
BEFORE, DURING, AFTER = at("2023-03-14 10:00"), at("2023-03-15 14:00"), at("2023-03-20 10:00")
UNTIL = at("2023-03-30 00:00")


def meeting_in(state: MeetingState) -> Meeting:
    until = UNTIL if state is STATES.MINUTES_DRAFT else None
    return Meeting(starts_at=START, ends_at=END, state=state, comments_until=until)


@pytest.mark.parametrize(
    ("state", "now", "words"),
    [
        (STATES.AGENDA_SENT, BEFORE, "Agenda verstuurd"),
        (STATES.AGENDA_SENT, DURING, "Vergadering loopt"),
        (STATES.AGENDA_SENT, AFTER, "Overleg geweest"),
        (STATES.HELD, DURING, "Vergadering loopt"),
        (STATES.HELD, AFTER, "Verslag in de maak"),
        (STATES.MINUTES_DRAFT, UNTIL - INSTANT, "Verslag ligt voor reactie"),
        (STATES.MINUTES_DRAFT, UNTIL, "Reactietijd voorbij"),
        (STATES.MINUTES_ADOPTED, AFTER, "Verslag vastgesteld"),
    ],
)
def test_the_clock_says_more_than_the_state(state: MeetingState, now: datetime, words: str) -> None:
    assert standing.standing(meeting_in(state), now)[1] == words


@pytest.mark.parametrize(
    ("state", "now", "acts", "turn"),
    [
        (STATES.SCHEDULED, BEFORE, ["send_agenda"], ("de secretaris", True)),
        (STATES.SCHEDULED, BEFORE, [], ("de secretaris", False)),
        (STATES.AGENDA_SENT, BEFORE, ["hold"], None),
        (STATES.AGENDA_SENT, DURING, ["hold"], ("de secretaris", True)),
        (STATES.HELD, AFTER, [], ("de secretaris", False)),
        (STATES.MINUTES_DRAFT, AFTER, ["comment"], ("de deelnemers", True)),
        (STATES.MINUTES_DRAFT, UNTIL, ["comment"], ("de voorzitter", False)),
        (STATES.MINUTES_DRAFT, UNTIL, ["adopt_minutes"], ("de voorzitter", True)),
        (STATES.MINUTES_ADOPTED, UNTIL, ["add_addendum"], None),
    ],
)
def test_whose_move_it_is(state: MeetingState, now: datetime, acts: list[str], turn: object) -> None:
    assert standing.turn(meeting_in(state), acts, now) == turn


def test_the_point_that_is_on_follows_the_clock() -> None:
    meeting = meeting_in(STATES.HELD)
    meeting.agenda = [AgendaItem(title=title, minutes_from_start=n) for title, n in (("A", 0), ("B", 30))]
    now = [standing.point_at(meeting, moment) for moment in (START, START + timedelta(minutes=30), BEFORE, END)]
    assert [item.title if item else None for item in now] == ["A", "B", None, None]
