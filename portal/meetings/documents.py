"""The minutes as a Word document. Whatever was agreed at the meeting comes in as facts from whoever keeps agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.documents import Document
from portal.i18n import date_long, date_short, datetime_long, gettext, time_short
from portal.meetings.models import Attendance, Meeting, MeetingState
from portal.meetings.rules import ATTENDANCE_LABELS, COMPETITION_NOTICE, OPENING, SEAT_LABELS, starts_of


@dataclass(frozen=True)
class PositionFacts:
    seat: str
    stance: str
    reason: str = ""


@dataclass(frozen=True)
class AgreementFacts:
    """One agreement as it stood when the document was made; of a mediation only the outcome."""

    code: str
    title: str
    text: str
    kind: str
    state: str
    positions: Sequence[PositionFacts] = ()
    notes: Sequence[str] = ()
    """The target it sets, the outcome of a mediation, the colleges' decisions."""


@dataclass(frozen=True)
class MinutesFacts:
    """Everything that the document says; it cannot look anything up."""

    title: str
    region: str
    starts_at: datetime
    ends_at: datetime
    location: str
    state: MeetingState
    adopted_at: datetime | None
    made_at: datetime
    seats: Sequence[tuple[str, str, str]]
    """(seat, group, attendance)"""
    points: Sequence[tuple[datetime, str, str]]
    """(starts at, title, minutes)"""
    actions: Sequence[tuple[str, str, date, bool]]
    """(what, seat, before, done)"""
    addenda: Sequence[tuple[datetime, str, str]]
    """(moment, who, text)"""
    agreements: Sequence[AgreementFacts] = ()
    present: tuple[int, int] = (0, 0)


def facts_of(
    meeting: Meeting,
    *,
    region: str,
    made_at: datetime,
    names: dict[int, str],
    agreements: Sequence[AgreementFacts] = (),
) -> MinutesFacts:
    """Freeze a meeting that was found with its seats, agenda, actions and addenda; `names` are those of the writers."""
    _ = gettext("nl")
    there = sum(seat.attendance is Attendance.PRESENT for seat in meeting.seats)
    return MinutesFacts(
        title=meeting.title,
        region=region,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        location=meeting.location,
        state=meeting.state,
        adopted_at=meeting.adopted_at,
        made_at=made_at,
        seats=[(s.label, _(SEAT_LABELS[s.kind]), _(ATTENDANCE_LABELS[s.attendance])) for s in meeting.seats],
        points=[(at, _(item.title), item.minutes) for item, at in starts_of(meeting)],
        actions=[(a.what, a.seat.label, a.due_on, a.done_at is not None) for a in meeting.actions],
        addenda=[(a.at, names.get(a.by_id, ""), a.text) for a in meeting.addenda],
        agreements=agreements,
        present=(there, len(meeting.seats)),
    )


def minutes_docx(facts: MinutesFacts) -> bytes:
    """The same facts give the same bytes."""
    _ = gettext("nl")
    doc = Document(
        title=_("Verslag %(title)s", title=facts.title),
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.title,
    )
    doc.title_block(_("Verslag"), facts.title, [_standing(facts)])
    when = f"{datetime_long(facts.starts_at)} tot {time_short(facts.ends_at)}"
    doc.reference_block([(_("Wanneer"), when), (_("Waar"), facts.location)])
    _write_attendance(doc, facts)
    _write_points(doc, facts)
    for agreement in facts.agreements:
        _write_agreement(doc, agreement)
    _write_actions(doc, facts)
    if facts.addenda:
        doc.heading(_("Aanvullingen na vaststelling"))
        for at, who, text in facts.addenda:
            doc.paragraph(_("%(moment)s, %(who)s", moment=datetime_long(at), who=who), bold=True)
            doc.prose(text)
    return doc.to_bytes()


def _standing(facts: MinutesFacts) -> str:
    _ = gettext("nl")
    if facts.adopted_at is not None:
        return _("Vastgesteld door de voorzitter op %(day)s", day=date_long(facts.adopted_at))
    return _("Concept: nog niet vastgesteld")


def _write_attendance(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    there, seats = facts.present
    doc.heading(_("Aanwezig: %(there)s van %(seats)s zetels", there=there, seats=seats))
    doc.table(
        header=[_("Zetel"), _("Groep"), _("Aanwezigheid")],
        rows=[list(row) for row in facts.seats],
        caption=_("Zetels en aanwezigheid"),
    )


def _write_points(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    doc.heading(_("Besproken"))
    for number, (at, title, minutes) in enumerate(facts.points, 1):
        doc.heading(f"{number}. {title} ({time_short(at)})", level=2)
        if title == _(OPENING):
            doc.paragraph(_(COMPETITION_NOTICE), small=True)
        doc.prose(minutes or _("Geen verslag bij dit punt."))


def _write_agreement(doc: Document, agreement: AgreementFacts) -> None:
    _ = gettext("nl")
    doc.heading(_("Afspraak %(code)s: %(title)s", code=agreement.code, title=agreement.title), level=2)
    doc.facts([(_("Soort"), agreement.kind), (_("Stand"), agreement.state)])
    doc.prose(agreement.text)
    if agreement.positions:
        doc.table(
            header=[_("Zetel"), _("Standpunt"), _("Reden")],
            rows=[[p.seat, p.stance, p.reason] for p in agreement.positions],
            caption=_("Standpunt per zetel, afspraak %(code)s", code=agreement.code),
        )
    if agreement.notes:
        doc.bullets(agreement.notes)


def _write_actions(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    if not facts.actions:
        return
    doc.heading(_("Actiepunten"))
    doc.table(
        header=[_("Wat"), _("Wie"), _("Voor"), _("Stand")],
        rows=[
            [what, seat, date_short(due), _("klaar") if done else _("open")] for what, seat, due, done in facts.actions
        ],
        caption=_("Actiepunten"),
    )
