"""The form with which an absence is arranged."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from wtforms.validators import InputRequired

from portal.web import reasons
from portal.web.fields import DayField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS: dict[str, Any] = {
    "deputy_is_self": _l("Iemand kan zichzelf niet vervangen. Kies een collega."),
    "deputy_may_not": _l(
        "Deze collega mag minder dan wie afwezig is, of werkt niet voor dezelfde organisatie en regio. Kies een ander."
    ),
    "judges_alone": _l("Een beoordelaar wordt niet vervangen. De inkoper wijst dan een andere beoordelaar aan."),
    "absence_ends_before_start": _l("De laatste dag ligt voor de eerste. Draai ze om."),
    "absence_over": _l("De laatste dag is al voorbij. Kies een dag vanaf vandaag."),
    "absence_too_long": _l("Kies ten hoogste een jaar. Duurt het langer, beëindig dan de rol."),
    "absence_twice": _l("Voor deze dagen is al een vervanger geregeld. Haal die eerst weg."),
}
reasons.register(REASONS)

PLACES = {
    "deputy_is_self": "deputy", "deputy_may_not": "deputy", "judges_alone": "absent", "absence_ends_before_start": "ends_on",
    "absence_over": "ends_on", "absence_too_long": "ends_on", "absence_twice": "starts_on",
}  # fmt: skip


class AbsenceForm(BaseForm):
    absent = SelectField(_l("Wie is afwezig?"), [InputRequired(_l("Kies wie afwezig is."))])
    deputy = SelectField(_l("Wie vervangt?"), [InputRequired(_l("Kies wie vervangt."))])
    starts_on = DayField(_l("Eerste dag"), [InputRequired(_l("Vul de eerste dag in."))])
    ends_on = DayField(_l("Laatste dag"), [InputRequired(_l("Vul de laatste dag in."))])

    def __init__(
        self, absent: list[tuple[str, str]], deputies: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.absent.choices = absent
        self.deputy.choices = [("", _l("Kies een collega")), *deputies]

    def days(self) -> dict[str, date]:
        """The first and last day; the form has seen that both are there."""
        return {"starts_on": cast(date, self.starts_on.data), "ends_on": cast(date, self.ends_on.data)}
