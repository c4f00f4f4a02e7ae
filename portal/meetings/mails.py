"""Who is told what about a meeting: invitation with a calendar file, minutes to comment on, minutes adopted."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from portal.accounts.models import User
from portal.i18n import gettext
from portal.mail import absolute, calendar_invite, tell
from portal.meetings import queries
from portal.meetings.models import Meeting
from portal.meetings.rules import starts_of
from portal.regions.models import Region
from portal.work import Work


def invite(work: Work, meeting: Meeting, *, moved: bool = False) -> None:
    """Everybody invited gets the agenda and an appointment; a higher sequence replaces the one they had."""
    people, seated = queries.invited(work, meeting), queries.seated(work, meeting)
    points = [{"at": at, "title": item.title} for item, at in starts_of(meeting)]
    key = f"meeting:{meeting.id}:{meeting.invite_sequence}"
    for person in people:
        calendar = appointment(work, meeting, person)
        said = {"moved": moved, "points": points, "seated": person.id in seated}
        _tell(work, meeting, [person], "meeting_invitation", key, calendar, **said)


def appointment(work: Work, meeting: Meeting, person: User) -> bytes:
    """The calendar file: one appointment per meeting, told apart by its sequence. It names no other guest."""
    _ = gettext("nl")
    sender, address = parseaddr(work.settings.mail_from)
    return calendar_invite(
        uid=f"meeting-{meeting.id}@{urlsplit(work.settings.base_url).hostname or 'localhost'}",
        sequence=meeting.invite_sequence,
        now=work.now,
        start=meeting.starts_at,
        end=meeting.ends_at,
        summary=meeting.title,
        location=meeting.location,
        organizer=(work.actor.name or sender, work.actor.email or address),
        attendees=[(person.name, person.email)],
        url=absolute(work.settings, _page(meeting)),
        description=_("Agenda: %(points)s", points="; ".join(_(item.title) for item in meeting.agenda)),
    )


def ask_for_comments(work: Work, meeting: Meeting) -> None:
    key = f"minutes:{meeting.id}:comment"
    _tell(work, meeting, queries.invited(work, meeting), "minutes_to_comment", key, until=meeting.comments_until)


def tell_of_adoption(work: Work, meeting: Meeting) -> None:
    key = f"minutes:{meeting.id}:adopted"
    _tell(work, meeting, queries.invited(work, meeting), "minutes_adopted", key)


def tell_of_addendum(work: Work, meeting: Meeting) -> None:
    key = f"minutes:{meeting.id}:addendum:{len(meeting.addenda)}"
    _tell(work, meeting, queries.invited(work, meeting), "minutes_addendum", key)


def _page(meeting: Meeting) -> str:
    return f"/overleggen/{meeting.id}"


def _tell(
    work: Work,
    meeting: Meeting,
    people: list[User],
    template: str,
    key: str,
    calendar: bytes | None = None,
    **facts: Any,
) -> None:
    region = work.get(Region, meeting.region_id)
    for person in people:
        said = {
            "name": person.name,
            "title": meeting.title,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "location": meeting.location,
            "region_name": region.name,
            "link": _page(meeting),
            **facts,
        }
        tell(work, person, template, key=key, facts=said, calendar=calendar)
