"""Calendar files that a reader's own calendar understands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from portal.clock import local_moment
from portal.mail.calendar import calendar_invite, method_of
from tests.conftest import TestClock

PEOPLE: dict[str, Any] = {
    "organizer": ("Mr. de Boer", "chair@regio.example"),
    "attendees": [("Fatima, L.", "f@l.example")],
}


def _invite(**more: Any) -> bytes:
    start = TestClock("2023-07-15 13:30").now
    known = {"uid": "ronde-3@localhost", "now": TestClock("2023-03-01 09:00").now, "start": start, **more}
    return calendar_invite(end=start + timedelta(hours=2), summary="Ronde 3, Transformatie", **known)


def test_the_time_is_in_utc_and_needs_no_zone() -> None:
    calendar = Calendar.from_ical(_invite())
    event = calendar.walk("VEVENT")[0]
    assert event.decoded("dtstart") == local_moment(
        TestClock("2023-07-15 13:30").now.replace(tzinfo=None) + timedelta(hours=2)
    )
    assert b"DTSTART:20230715T113000Z" in _invite() and not calendar.walk("VTIMEZONE")
    assert event["summary"] == "Ronde 3, Transformatie"


def test_people_make_it_an_invitation() -> None:
    invite = _invite(**PEOPLE)
    event = Calendar.from_ical(invite).walk("VEVENT")[0]
    assert method_of(invite) == "REQUEST"
    assert event["attendee"] == "mailto:f@l.example" and event["attendee"].params["CN"] == "Fatima, L."
    assert event["attendee"].params["RSVP"] == "FALSE", "nobody reads an answer"
    assert event["organizer"] == "mailto:chair@regio.example"


def test_an_appointment_names_its_page() -> None:
    assert b"URL:http://localhost/overleggen/3" in _invite(url="http://localhost/overleggen/3")


def test_a_closing_date_is_a_plain_entry() -> None:
    assert method_of(_invite()) == "PUBLISH"


def test_a_change_keeps_its_identity_and_counts_up() -> None:
    event = Calendar.from_ical(_invite(sequence=2, **PEOPLE)).walk("VEVENT")[0]
    assert (event["uid"], event["sequence"]) == ("ronde-3@localhost", 2)


def test_a_meeting_that_is_off_is_cancelled() -> None:
    invite = _invite(cancelled=True, sequence=1, **PEOPLE)
    assert method_of(invite) == "CANCEL"
    assert Calendar.from_ical(invite).walk("VEVENT")[0]["status"] == "CANCELLED"


def test_the_same_facts_give_the_same_bytes() -> None:
    assert _invite(**PEOPLE) == _invite(**PEOPLE)
