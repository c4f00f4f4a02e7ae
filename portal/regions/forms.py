"""The forms of regions: shape of input, and what each reason is called."""

from __future__ import annotations

from typing import Any

from wtforms import StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from portal.accounts.rules import ROLE_LABELS, STAFF_ROLES
from portal.regions.rules import POWER_LABELS
from portal.web import reasons
from portal.web.fields import DayField, MayBeEmpty, NumberField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l
from portal.web.signs import EmailField

REASONS: dict[str, Any] = {
    "municipality_not_member": _l("Deze gemeente hoort op die datum niet bij de regio. Kies een andere gemeente."),
    "holder_not_delegate": _l("Kies iemand die in deze regio een college vertegenwoordigt."),
    "decision_number_missing": _l("Vul het nummer van het besluit in."),
    "decision_in_future": _l("De datum van het besluit ligt in de toekomst. Controleer de datum."),
    "mandate_before_decision": _l("Een mandaat begint op of na de dag van het besluit. Controleer de data."),
    "mandate_ends_before_start": _l("De laatste dag ligt voor de eerste dag. Controleer de data."),
    "amount_not_positive": _l("Vul een bedrag in dat hoger is dan 0, of laat het veld leeg."),
    "mandate_already_ended": _l("Dit mandaat geldt al niet meer."),
    "last_day_passed": _l("Kies vandaag of een latere dag. Wat al is besloten, blijft besloten."),
}
reasons.register(REASONS)

PLACES = {
    "municipality_not_member": "municipality", "holder_not_delegate": "holder",
    "decision_number_missing": "decision_number", "decision_in_future": "decision_date",
    "mandate_before_decision": "valid_from", "mandate_ends_before_start": "valid_until",
    "amount_not_positive": "max_amount", "mandate_already_ended": "last_day", "last_day_passed": "last_day",
    "already_invited": "email", "already_member": "role", "roles_on_both_sides": "role",
    "role_does_not_fit_organisation": "role", "role_needs_region": "region", "role_needs_municipality": "organisation",
}  # fmt: skip
"""At which field a reason is said; the others stand above the form."""

EMAIL_WRONG = _l("Vul een e-mailadres in, bijvoorbeeld naam@gemeente.nl.")


class MandateForm(BaseForm):
    municipality = SelectField(_l("Gemeente"), [InputRequired(_l("Kies de gemeente."))])
    holder = SelectField(
        _l("Wie heeft het mandaat of de volmacht?"),
        [InputRequired(_l("Kies een persoon."))],
        description=_l("Mensen die in deze regio een college vertegenwoordigen."),
    )
    function = StringField(
        _l("Functie"),
        [InputRequired(_l("Vul de functie in.")), Length(max=120, message=_l("Gebruik ten hoogste 120 tekens."))],
        description=_l("Zoals in het mandaatregister, bijvoorbeeld: wethouder Jeugd."),
    )
    power = SelectField(_l("Waarvoor"), [InputRequired(_l("Kies waarvoor het mandaat geldt."))])
    max_amount = NumberField(
        _l("Tot welk bedrag"), [Optional()], description=_l("In euro. Laat leeg als er geen grens is.")
    )
    decision_number = StringField(
        _l("Nummer van het besluit"),
        [
            InputRequired(REASONS["decision_number_missing"]),
            Length(max=60, message=_l("Gebruik ten hoogste 60 tekens.")),
        ],
    )
    decision_date = DayField(_l("Datum van het besluit"), [InputRequired(_l("Vul de datum van het besluit in."))])
    valid_from = DayField(_l("Geldig vanaf"), [InputRequired(_l("Vul de eerste dag in."))])
    valid_until = DayField(_l("Geldig tot en met"), [Optional()], description=_l("Laat leeg als er geen einddatum is."))

    def __init__(self, municipalities: list[tuple[str, str]], holders: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.municipality.choices = [("", _("Kies een gemeente")), *municipalities]
        self.holder.choices = [("", _("Kies een persoon")), *holders]
        powers = [(power.value, _(label)) for power, label in POWER_LABELS.items()]
        self.power.choices = [("", _("Kies waarvoor")), *powers]


class EndMandateForm(BaseForm):
    last_day = DayField(_l("Laatste dag"), [InputRequired(_l("Vul de laatste dag in."))])


class _RoleForm(BaseForm):
    """A role, at which organisation, for which region. The municipality follows from the organisation."""

    organisation = SelectField(_l("Organisatie"), [InputRequired(_l("Kies een organisatie."))])
    role = SelectField(_l("Rol"), [InputRequired(_l("Kies een rol."))])
    region = SelectField(
        _l("Voor welke regio"),
        [MayBeEmpty()],
        default="",
        description=_l("Een beheerder van het portaal werkt voor alle regio's."),
    )

    def __init__(self, organisations: list[tuple[str, str]], regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation.choices = [("", _("Kies een organisatie")), *organisations]
        self.role.choices = [("", _("Kies een rol")), *((role.value, _(ROLE_LABELS[role])) for role in STAFF_ROLES)]
        self.region.choices = [("", _("Geen regio")), *regions]


class StaffInviteForm(_RoleForm):
    email = EmailField(
        _l("E-mailadres"),
        [InputRequired(EMAIL_WRONG), Length(max=254, message=EMAIL_WRONG), Email(EMAIL_WRONG)],
    )


class GiveRoleForm(_RoleForm):
    pass
