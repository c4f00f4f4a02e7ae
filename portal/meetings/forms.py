"""The forms of meetings: shape of input, and what each reason is called."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from portal.clock import AMSTERDAM
from portal.meetings.models import Attendance, Meeting, MeetingSeat
from portal.meetings.rules import ATTENDANCE_LABELS, moment_of, starts_of
from portal.web import reasons
from portal.web.fields import DayField, RadioField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l

REASONS: dict[str, Any] = {
    "summer_time_change": _l(
        "Deze tijd bestaat die nacht niet, of komt twee keer voor: de klok gaat een uur vooruit of achteruit."
        " Kies een andere tijd."
    ),
    "meeting_ends_before_it_starts": _l("Kies een eindtijd die na de begintijd ligt."),
    "meeting_too_long": _l("Een overleg duurt ten hoogste 12 uur. Kies een eerdere eindtijd."),
    "meeting_in_the_past": _l("Dit moment is al geweest. Kies een moment in de toekomst."),
    "meeting_overlaps_another": _l("Op dat moment is er al een overleg van deze tafel. Kies een andere tijd."),
    "meeting_without_seats": _l("Er zijn nog geen zetels. Voeg eerst zetels toe aan de tafel."),
    "agenda_is_empty": _l("Zet ten minste één punt op de agenda, naast de opening."),
    "agenda_point_without_title": _l("Geef elk punt een onderwerp."),
    "agenda_point_outside_meeting": _l("Een punt begint buiten de tijd van het overleg. Pas de tijd aan."),
    "agenda_out_of_order": _l("Zet de punten op volgorde van tijd."),
    "agenda_line_without_time": _l("Regel {detail}: begin met een tijd, zoals 13:40, en dan het punt."),
    "agenda_point_too_long": _l("Regel {detail}: maak het punt korter dan 160 tekens."),
    "agenda_not_sent": _l("Stuur eerst de agenda rond. Daarna kunt u het verslag maken."),
    "meeting_has_not_begun": _l("Het overleg is nog niet begonnen. Noteer daarna wie er waren."),
    "attendance_is_recorded": _l("De secretaris heeft al genoteerd wie er waren. Geef uw bericht aan de secretaris."),
    "meeting_is_over": _l("Het overleg is geweest. Geef uw bericht aan de secretaris."),
    "minutes_are_adopted": _l("Het verslag is vastgesteld en verandert niet meer. Schrijf een aanvulling."),
    "minutes_are_empty": _l("Het verslag is nog leeg. Typ eerst wat er is besproken."),
    "comments_until_in_the_past": _l("Kies een dag die nog komt."),
    "comments_are_closed": _l("De tijd om te reageren is voorbij. Vraag de voorzitter om een aanvulling."),
    "comments_are_still_open": _l("Deelnemers kunnen nog reageren. Stel het verslag vast als die tijd om is."),
    "comment_is_empty": _l("Schrijf wat er niet klopt."),
    "no_seat_at_this_meeting": _l(
        "U hebt geen zetel bij dit overleg. Alleen wie een zetel heeft, reageert of meldt zich af."
    ),
    "action_is_empty": _l("Schrijf wat er moet gebeuren."),
    "action_due_before_meeting": _l("Kies een dag op of na het overleg."),
    "action_is_done": _l("Dit actiepunt is al klaar."),
    "no_such_seat": _l("Kies een zetel uit de lijst."),
    "addendum_is_empty": _l("Schrijf de aanvulling."),
}
reasons.register(REASONS)

PLACES = {
    "summer_time_change": "starts", "meeting_ends_before_it_starts": "ends", "meeting_too_long": "ends",
    "meeting_in_the_past": "day", "meeting_overlaps_another": "starts", "agenda_is_empty": "points",
    "agenda_point_without_title": "points", "agenda_point_outside_meeting": "points", "agenda_out_of_order": "points",
    "agenda_line_without_time": "points", "agenda_point_too_long": "points",
    "comments_until_in_the_past": "until", "comment_is_empty": "text", "addendum_is_empty": "text",
    "action_is_empty": "what", "action_due_before_meeting": "due_on", "no_such_seat": "seat",
}  # fmt: skip

FILL_DAY = _l("Vul de dag in.")
FILL_TIME = _l("Vul een tijd in, bijvoorbeeld 13:30.")


class AgendaForm(BaseForm):
    """One point per line, its time first: quick to type, and it works everywhere."""

    points = TextAreaField(
        _l("Agendapunten"),
        [InputRequired(_l("Zet ten minste één punt op de agenda.")), Length(max=5000)],
        description=_l(
            "Eén punt per regel, met de tijd ervoor. De opening met het mededingingsprotocol staat er altijd bij."
        ),
    )

    @staticmethod
    def typed_from(meeting: Meeting) -> str:
        rest = starts_of(meeting)[1:]
        return "\n".join(f"{at.astimezone(AMSTERDAM):%H:%M} {item.title}" for item, at in rest)


class MoveForm(BaseForm):
    day = DayField(_l("Dag"), [InputRequired(FILL_DAY)])
    starts = TimeField(_l("Begint om"), [InputRequired(FILL_TIME)], description=_l("Nederlandse tijd"))
    ends = TimeField(_l("Eindigt om"), [InputRequired(FILL_TIME)])
    location = StringField(_l("Waar"), [InputRequired(_l("Vul in waar het overleg is.")), Length(max=200)])

    def show(self, meeting: Meeting) -> None:
        begin, end = meeting.starts_at.astimezone(AMSTERDAM), meeting.ends_at.astimezone(AMSTERDAM)
        self.day.data, self.starts.data, self.ends.data = begin.date(), begin.time(), end.time()
        self.location.data = meeting.location

    def moments(self) -> tuple[datetime, datetime]:
        """Raises RuleBroken in the change of summer time."""
        return at_wall(self.day.data, self.starts.data), at_wall(self.day.data, self.ends.data)


def at_wall(day: date | None, clock: time | None) -> datetime:
    """For fields that were required: both are there. Raises RuleBroken in the change of summer time."""
    assert day is not None and clock is not None
    return moment_of(datetime.combine(day, clock))


class MinutesForm(BaseForm):
    minutes = TextAreaField(
        _l("Verslag bij dit punt"), [Length(max=20000, message=_l("Gebruik ten hoogste 20.000 tekens."))]
    )


class ActionForm(BaseForm):
    what = StringField(
        _l("Wat moet er gebeuren"),
        [
            InputRequired(_l("Schrijf wat er moet gebeuren.")),
            Length(max=500, message=_l("Gebruik ten hoogste 500 tekens.")),
        ],
    )
    seat = SelectField(_l("Wie doet het"), coerce=int, validate_choice=False)
    due_on = DayField(_l("Klaar voor"), [InputRequired(FILL_DAY)])

    def offer(self, seats: list[MeetingSeat]) -> ActionForm:
        self.seat.choices = [(seat.id, seat.label) for seat in seats]
        return self


class DraftForm(BaseForm):
    until = DayField(
        _l("Reageren kan tot en met"),
        [InputRequired(FILL_DAY)],
        description=_l("Tot het einde van die dag, Nederlandse tijd. Twee weken is gebruikelijk."),
    )

    @property
    def moment(self) -> datetime:
        """The first moment at which a comment is too late: midnight after the day that was chosen."""
        assert self.until.data is not None
        return at_wall(self.until.data + timedelta(days=1), time())


class TextForm(BaseForm):
    text = TextAreaField(
        _l("Uw tekst"),
        [
            InputRequired(_l("Schrijf eerst uw tekst.")),
            Length(max=5000, message=_l("Gebruik ten hoogste 5.000 tekens.")),
        ],
    )


def attendance_form(seats: list[MeetingSeat]) -> BaseForm:
    """One choice per seat, named after the seat's id."""
    choices = [(a.value, ATTENDANCE_LABELS[a]) for a in Attendance if a is not Attendance.EXPECTED]
    fields = {
        f"zetel_{seat.id}": RadioField(
            seat.label,
            choices=[(value, _(words).capitalize()) for value, words in choices],
            default=seat.attendance.value,
            validate_choice=False,
        )
        for seat in seats
    }
    form: BaseForm = type("AttendanceForm", (BaseForm,), fields)()
    return form


def attendance_of(form: BaseForm, seats: list[MeetingSeat]) -> dict[int, Attendance]:
    """What was chosen; a seat without a choice, or with a word that is none, keeps what it had."""
    known = {a.value: a for a in Attendance}
    said = {seat.id: form[f"zetel_{seat.id}"].data for seat in seats}
    return {seat_id: known[value] for seat_id, value in said.items() if value in known}
