"""The minutes as a Word document. Whatever was agreed at the meeting comes in as facts from whoever keeps agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.documents import Document
from portal.i18n import date_long, date_short, datetime_long, gettext, time_short
from portal.meetings.models import Attendance, Meeting, MeetingState
from portal.meetings.rules import (
    ATTENDANCE_LABELS,
    COMPETITION_NOTICE,
    HAS_BEEN,
    NOTHING_WRITTEN,
    NOTHING_YET,
    OPENING,
    group_of,
    starts_of,
)


@dataclass(frozen=True)
class PositionFacts:
    seat: str
    stance: str
    reason: str = ""
    taken_on: str = ""


@dataclass(frozen=True)
class AgreementFacts:
    """One agreement as it stood when the document was made; of a mediation only the outcome."""

    code: str
    title: str
    text: str
    kind: str
    state: str
    positions: Sequence[PositionFacts] = ()
    """None where no seat has spoken yet."""
    notes: Sequence[str] = ()
    """The target it sets, what the state means."""
    afterwards: Sequence[str] = ()
    """What came after the meeting: the outcome of a mediation, the question to the colleges and what they ruled."""


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
    as_of: datetime
    """The moment at which the agreements stood as they are told here."""
    seats: Sequence[tuple[str, str, str]]
    """(seat, group, attendance)"""
    points: Sequence[tuple[datetime, str, str]]
    """(starts at, title, minutes)"""
    actions: Sequence[tuple[str, str, date, bool]]
    """(what, seat, before, done)"""
    addenda: Sequence[tuple[datetime, str, str]]
    """(moment, who, text)"""
    staff: Sequence[tuple[str, str]] = ()
    """(office, who holds it): chair and secretary"""
    agreements: Sequence[AgreementFacts] = ()
    present: tuple[int, int] = (0, 0)

    @property
    def is_agenda(self) -> bool:
        """The meeting is still to come: there are no minutes yet."""
        return self.state not in HAS_BEEN and self.as_of < self.starts_at


def facts_of(
    meeting: Meeting,
    *,
    region: str,
    made_at: datetime,
    as_of: datetime,
    names: dict[int, str],
    staff: Sequence[tuple[str, str]] = (),
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
        as_of=as_of,
        seats=[(s.label, group_of(s), _(ATTENDANCE_LABELS[s.attendance])) for s in meeting.seats],
        points=[(at, _(item.title), item.minutes) for item, at in starts_of(meeting)],
        actions=[(a.what, a.seat.label, a.due_on, a.done_at is not None) for a in meeting.actions],
        addenda=[(a.at, names.get(a.by_id, ""), a.text) for a in meeting.addenda],
        staff=staff,
        agreements=agreements,
        present=(there, len(meeting.seats)),
    )


def minutes_docx(facts: MinutesFacts) -> bytes:
    """The minutes, or before the meeting its agenda. The same facts give the same bytes."""
    _ = gettext("nl")
    name = _("Agenda") if facts.is_agenda else _("Verslag")
    doc = Document(
        title=f"{name} {facts.title}",
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.title,
    )
    doc.title_block(name, facts.title, [_standing(facts)])
    when = f"{datetime_long(facts.starts_at)} tot {time_short(facts.ends_at)}"
    doc.reference_block([(_("Wanneer"), when), (_("Waar"), facts.location), *facts.staff])
    _write_attendance(doc, facts)
    _write_points(doc, facts)
    _write_agreements(doc, facts)
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
    return _("Het overleg is nog niet geweest") if facts.is_agenda else _("Concept: nog niet vastgesteld")


def _write_attendance(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    there, seats = facts.present
    if there:
        doc.heading(_("Aanwezig: %(there)s van %(seats)s zetels", there=there, seats=seats))
        header, rows = [_("Zetel"), _("Groep"), _("Aanwezigheid")], [list(row) for row in facts.seats]
        doc.table(header=header, rows=rows, caption=_("Zetels en aanwezigheid"))
        return
    doc.heading(_("Uitgenodigd: %(seats)s zetels", seats=seats))
    if not facts.is_agenda:
        doc.paragraph(_("Wie er waren, is nog niet genoteerd."))
    rows = [[seat, group] for seat, group, _attendance in facts.seats]
    doc.table(header=[_("Zetel"), _("Groep")], rows=rows, caption=_("Zetels"))


def _write_points(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    doc.heading(_("Punten") if facts.is_agenda else _("Besproken"))
    for number, (at, title, minutes) in enumerate(facts.points, 1):
        doc.heading(f"{number}. {title} ({time_short(at)})", level=2)
        if title == _(OPENING):
            doc.paragraph(_(COMPETITION_NOTICE), small=True)
        if minutes or not facts.is_agenda:
            doc.prose(minutes or (_(NOTHING_WRITTEN) if facts.adopted_at else _(NOTHING_YET)))


def _write_agreements(doc: Document, facts: MinutesFacts) -> None:
    _ = gettext("nl")
    if not facts.agreements:
        return
    doc.heading(_("Voorstellen") if facts.is_agenda else _("Afspraken"))
    for agreement in facts.agreements:
        _write_agreement(doc, agreement, date_long(facts.as_of))


def _write_agreement(doc: Document, agreement: AgreementFacts, today: str) -> None:
    _ = gettext("nl")
    doc.heading(_("Afspraak %(code)s: %(title)s", code=agreement.code, title=agreement.title), level=2)
    doc.prose(agreement.text)
    stand = [] if agreement.afterwards else [(_("Stand"), agreement.state)]
    doc.facts([(_("Soort"), agreement.kind), *stand])
    if agreement.positions:
        doc.table(
            header=[_("Zetel"), _("Standpunt"), _("Reden"), _("Opgenomen op")],
            rows=[[p.seat, p.stance, p.reason, p.taken_on] for p in agreement.positions],
            caption=_("Standpunt per zetel, afspraak %(code)s", code=agreement.code),
        )
    if agreement.notes:
        doc.bullets(agreement.notes)
    if agreement.afterwards:
        doc.heading(_("Stand op %(day)s", day=today), level=3)
        doc.paragraph(agreement.state, bold=True)
        doc.bullets(agreement.afterwards)


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
        caption=_("Wie doet wat, en wanneer is het klaar"),
    )
