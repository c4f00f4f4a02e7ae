"""Calendar files: an appointment or a closing date that the reader's own calendar understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

Person = tuple[str, str]
"""Name and mail address."""


def calendar_invite(
    *,
    uid: str,
    now: datetime,
    start: datetime,
    end: datetime,
    summary: str,
    sequence: int = 0,
    location: str = "",
    description: str = "",
    url: str = "",
    organizer: Person | None = None,
    attendees: Sequence[Person] = (),
    cancelled: bool = False,
) -> bytes:
    """An invitation (REQUEST), its change (same uid, higher sequence) or its end (CANCEL); without people a plain entry.

    Times are in UTC: every calendar shows them in its reader's own zone, and no zone table has to come along.
    """
    calendar, event = Calendar(), Event()
    method = "CANCEL" if cancelled else "REQUEST" if organizer and attendees else "PUBLISH"
    for name, value in (("prodid", "-//Inkoopportaal jeugdhulp//NL"), ("version", "2.0"), ("method", method)):
        calendar.add(name, value)
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", summary)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    for name, value in (("location", location), ("description", description), ("url", url)):
        if value:
            event.add(name, value)
    _invite(event, organizer, attendees)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _invite(event: Event, organizer: Person | None, attendees: Sequence[Person]) -> None:
    if organizer is not None:
        event["organizer"] = _address(organizer)
    for person in attendees:
        address = _address(person)
        address.params["ROLE"] = vText("REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("FALSE")  # nobody reads an answer to this address
        event.add("attendee", address, encode=False)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person[1]}")
    address.params["CN"] = vText(person[0])
    return address


def method_of(calendar: bytes) -> str:
    """REQUEST, CANCEL or PUBLISH."""
    found = [line[7:].decode() for line in calendar.splitlines() if line.startswith(b"METHOD:")]
    return found[0] if found else "PUBLISH"
