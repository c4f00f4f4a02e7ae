"""The forms of tables and rounds."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from wtforms import StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from portal.meetings.models import SeatKind
from portal.meetings.rules import SEAT_LABELS, moment_of
from portal.web import reasons
from portal.web.fields import DayField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l

REASONS: dict[str, Any] = {
    "table_without_municipalities": _l("Geef de gemeenten een zetel."),
    "table_without_providers": _l("Geef ten minste één aanbieder een zetel."),
    "table_without_rules_of_play": _l("Leg eerst de spelregels vast."),
    "table_without_seats": _l("Voeg eerst zetels toe."),
    "table_is_not_active": _l("Deze tafel is nog niet begonnen of al afgerond. Er kan geen ronde gepland worden."),
    "table_is_closed": _l("Deze tafel is afgerond en verandert niet meer."),
    "round_is_still_open": _l("Van een ronde is het verslag nog niet vastgesteld. Doe dat eerst."),
    "seat_without_name": _l("Geef de zetel een naam."),
    "seat_is_there_already": _l("Er is al een zetel met deze naam. Kies een andere naam."),
}
reasons.register(REASONS)

PLACES = {
    "summer_time_change": "starts", "meeting_ends_before_it_starts": "ends", "meeting_too_long": "ends",
    "meeting_in_the_past": "day", "meeting_overlaps_another": "starts", "agenda_is_empty": "points",
    "agenda_point_without_title": "points", "agenda_point_outside_meeting": "points", "agenda_out_of_order": "points",
    "agenda_line_without_time": "points", "agenda_point_too_long": "points", "seat_without_name": "label",
    "seat_is_there_already": "label",
}  # fmt: skip

FILL_DAY = _l("Vul de dag in.")
FILL_TIME = _l("Vul een tijd in, bijvoorbeeld 13:30.")


class RoundForm(BaseForm):
    day = DayField(_l("Dag"), [InputRequired(FILL_DAY)])
    starts = TimeField(_l("Begint om"), [InputRequired(FILL_TIME)], description=_l("Nederlandse tijd"))
    ends = TimeField(_l("Eindigt om"), [InputRequired(FILL_TIME)])
    location = StringField(_l("Waar"), [InputRequired(_l("Vul in waar het overleg is.")), Length(max=200)])
    points = TextAreaField(
        _l("Agendapunten"),
        [InputRequired(_l("Zet ten minste één punt op de agenda.")), Length(max=5000)],
        description=_l(
            "Eén punt per regel, met de tijd ervoor. De opening met het mededingingsprotocol staat er altijd bij."
        ),
    )

    def moments(self) -> tuple[datetime, datetime]:
        """Raises RuleBroken in the change of summer time."""
        return _at_wall(self.day.data, self.starts.data), _at_wall(self.day.data, self.ends.data)


def _at_wall(day: date | None, clock: time | None) -> datetime:
    assert day is not None and clock is not None  # both fields are required
    return moment_of(datetime.combine(day, clock))


class RulesForm(BaseForm):
    text = TextAreaField(
        _l("Spelregels"),
        [
            InputRequired(_l("Schrijf de spelregels op.")),
            Length(max=5000, message=_l("Gebruik ten hoogste 5.000 tekens.")),
        ],
    )


class SeatForm(BaseForm):
    kind = SelectField(_l("Groep"), [InputRequired(_l("Kies een groep."))])
    label = StringField(
        _l("Naam van de zetel"),
        [InputRequired(_l("Geef de zetel een naam.")), Length(max=120, message=_l("Gebruik ten hoogste 120 tekens."))],
        description=_l("Bijvoorbeeld: Gemeenten, Aanbieder 1, Onderwijs"),
    )
    organisation = SelectField(_l("Aanbieder"), [Optional()], coerce=int, validate_choice=False, default=0)
    person = SelectField(_l("Persoon"), [Optional()], coerce=int, validate_choice=False, default=0)

    def offer(self, organisations: dict[int, str], people: dict[int, str]) -> SeatForm:
        self.kind.choices = [(kind.value, _(words)) for kind, words in SEAT_LABELS.items()]
        self.organisation.choices = [(0, _("Geen")), *organisations.items()]
        self.person.choices = [(0, _("Nog niemand")), *people.items()]
        return self

    @property
    def chosen_kind(self) -> SeatKind:
        return SeatKind(self.kind.data)
