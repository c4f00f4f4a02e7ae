"""The forms of agreements, mediation and rulings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.tables.agreements.models import MediationOutcome, Stance, Vote
from portal.tables.agreements.rules import SeatStand
from portal.tables.kpis.models import ObligationType
from portal.tables.kpis.rules import OBLIGATION_LABELS, OBLIGATION_MEANING
from portal.typed import Reading
from portal.web import reasons
from portal.web.fields import DayField, NumberField, RadioField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l

REASONS: dict[str, Any] = {
    "round_is_closed": _l("Het verslag van deze ronde is vastgesteld. Doe het voorstel in de volgende ronde."),
    "agreement_is_settled": _l("Over deze afspraak is besloten. Zij verandert niet meer."),
    "kpi_of_another_region": _l("Kies een KPI van deze regio."),
    "target_date_in_the_past": _l("Kies een datum die nog komt."),
    "target_too_large": _l("Dit getal is te groot. Vul een kleiner getal in."),
    "target_set_already": _l("Deze afspraak heeft de streefwaarde al gezet."),
    "position_needs_reason": _l("Schrijf de reden van {detail}. Zonder reden kan niemand zoeken wat wél kan."),
    "reason_too_long": _l("Maak de reden van {detail} korter dan 1.000 tekens."),
    "there_is_an_objection": _l("Er is bezwaar van {detail}."),
    "attendance_is_not_recorded": _l("Noteer eerst wie er waren."),
    "present_seat_without_position": _l("Nog geen standpunt van {detail}."),
    "position_on_an_older_text": _l("De tekst is daarna gewijzigd. Neem het standpunt opnieuw op van {detail}."),
    "nothing_to_mediate": _l("Er is geen bezwaar. Bemiddeling is niet nodig."),
    "no_such_mediator": _l("Kies een onafhankelijk voorzitter uit de lijst."),
    "mediation_is_closed": _l("De bemiddeling is afgesloten. Er kan niets meer bij."),
    "note_is_empty": _l("Schrijf eerst een notitie."),
    "region_has_no_rule": _l("De regio heeft niet vastgelegd hoe gemeenten beslissen. Leg dat eerst vast in de blauwdruk."),
    "question_is_empty": _l("Schrijf welke vraag de gemeenten moeten beantwoorden."),
    "decision_in_the_future": _l("Kies de dag waarop het college besloot. Die ligt niet in de toekomst."),
    "decision_before_the_question": _l("Het besluit kan niet van vóór de vraag zijn. Controleer de datum."),
    "decision_without_number": _l("Vul het nummer van het collegebesluit in."),
    "municipality_not_a_member": _l("Uw gemeente hoorde op die dag niet bij de regio. Controleer de datum."),
    "no_mandate_to_rule": _l(
        "In het mandaatregister staat op die dag geen mandaat op uw naam om over een afspraak te beslissen."
        " Vraag de contractmanager het register aan te vullen."
    ),
    "municipality_has_decided": _l("Het besluit van uw college is al vastgelegd."),
    "vote_against_needs_reason": _l("Schrijf waarom het college tegen is."),
}  # fmt: skip
reasons.register(REASONS)

PLACES = {
    "target_date_in_the_past": "kpi_date", "target_too_large": "kpi_value", "kpi_of_another_region": "kpi",
    "no_such_mediator": "mediator", "note_is_empty": "text", "question_is_empty": "question",
    "decision_in_the_future": "decided_on", "decision_before_the_question": "decided_on",
    "decision_without_number": "number", "municipality_not_a_member": "decided_on", "vote_against_needs_reason": "reasons",
}  # fmt: skip


class AgreementForm(BaseForm):
    title = StringField(
        _l("Titel"),
        [
            InputRequired(_l("Geef de afspraak een titel.")),
            Length(max=200, message=_l("Gebruik ten hoogste 200 tekens.")),
        ],
    )
    text = TextAreaField(
        _l("Tekst van de afspraak"),
        [
            InputRequired(_l("Schrijf wat u afspreekt.")),
            Length(max=5000, message=_l("Gebruik ten hoogste 5.000 tekens.")),
        ],
    )
    obligation = RadioField(_l("Soort afspraak"), [InputRequired(_l("Kies waartoe de afspraak verplicht."))])
    kpi = RadioField(
        _l("Welke KPI"), [Optional()], coerce=int, validate_choice=False, default=0,
        description=_l("Bij consensus of een uitspraak krijgt deze KPI de streefwaarde die u hier invult."),
    )  # fmt: skip
    kpi_value = NumberField(_l("Streefwaarde"), [Optional()], reading=Reading.COUNT, signed=True)
    kpi_date = DayField(_l("Uiterlijk op"), [Optional()])
    aims: dict[int, str]
    """Per KPI what a number means: its unit and direction."""

    def offer(self, kpis: dict[int, tuple[str, str]]) -> AgreementForm:
        """Per id of a KPI its name, and what a number for it means."""
        self.obligation.choices = [(kind.value, _(words)) for kind, words in OBLIGATION_LABELS.items()]
        self.kpi.choices = [(0, _("Geen streefwaarde")), *((kpi_id, name) for kpi_id, (name, _aim) in kpis.items())]
        self.aims = {kpi_id: aim for kpi_id, (_name, aim) in kpis.items()}
        for field in (self.kpi, self.kpi_value, self.kpi_date):
            field.flags.optional = False  # their group says it once
        return self

    @staticmethod
    def hints() -> dict[str, str]:
        return {kind.value: _(words) for kind, words in OBLIGATION_MEANING.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        """A target is a number with a date: all of it or nothing."""
        fine = bool(super().validate(extra_validators))
        for field, sentence in (
            (self.kpi_value, _("Vul het getal in dat u wilt halen.")),
            (self.kpi_date, _("Vul de dag in waarop het gehaald moet zijn.")),
        ):
            if self.kpi.data and field.data is None and not field.errors:
                self.refuse(field, sentence)
                fine = False
        return fine

    @property
    def kind(self) -> ObligationType:
        return ObligationType(self.obligation.data)


def positions_form(stands: Sequence[SeatStand]) -> BaseForm:
    """A choice and a reason per seat, named after the seat's id."""
    fields: dict[str, Any] = {}
    for stand in stands:
        chosen = stand.stance.value if stand.stance else None
        choices = [(stance.value, stance.value) for stance in Stance]
        fields[f"standpunt_{stand.seat_id}"] = RadioField(
            stand.label, choices=choices, default=chosen, validate_choice=False
        )
        fields[f"reden_{stand.seat_id}"] = TextAreaField(
            _("Reden van %(seat)s", seat=stand.label), [Length(max=1000)], default=stand.reason
        )
    form: BaseForm = type("PositionsForm", (BaseForm,), fields)()
    return form


def positions_of(form: BaseForm, stands: Sequence[SeatStand]) -> dict[int, tuple[Stance, str]]:
    """What was chosen; a seat without a choice stays open."""
    known = {stance.value: stance for stance in Stance}
    found = {}
    for stand in stands:
        value = form[f"standpunt_{stand.seat_id}"].data
        if value in known:
            reason = "" if known[value] is Stance.CONSENT else form[f"reden_{stand.seat_id}"].data or ""
            found[stand.seat_id] = (known[value], reason)
    return found


class MediatorForm(BaseForm):
    mediator = SelectField(_l("Wie bemiddelt"), coerce=int, validate_choice=False)

    def offer(self, people: dict[int, str]) -> MediatorForm:
        self.mediator.choices = list(people.items())
        return self


class NoteForm(BaseForm):
    text = TextAreaField(
        _l("Notitie"),
        [
            InputRequired(_l("Schrijf eerst een notitie.")),
            Length(max=10000, message=_l("Gebruik ten hoogste 10.000 tekens.")),
        ],
    )


class OutcomeForm(BaseForm):
    outcome = RadioField(
        _l("Uitkomst"),
        [InputRequired(_l("Kies de uitkomst."))],
        choices=[
            (MediationOutcome.CONSENSUS.value, _l("Er is consensus")),
            (MediationOutcome.FAILED.value, _l("Er is geen consensus")),
        ],
    )


class QuestionForm(BaseForm):
    question = TextAreaField(
        _l("Vraag aan de gemeenten"),
        [InputRequired(_l("Schrijf welke vraag de gemeenten moeten beantwoorden.")), Length(max=5000)],
    )


class DecisionForm(BaseForm):
    vote = RadioField(
        _l("Het college is"),
        [InputRequired(_l("Kies of het college voor of tegen is."))],
        choices=[(Vote.FOR.value, _l("Voor")), (Vote.AGAINST.value, _l("Tegen"))],
    )
    decided_on = DayField(_l("Datum van het collegebesluit"), [InputRequired(_l("Vul de datum van het besluit in."))])
    number = StringField(
        _l("Nummer van het besluit"),
        [InputRequired(_l("Vul het nummer van het collegebesluit in.")), Length(max=60)],
        description=_l("Bijvoorbeeld B&W 23-118"),
    )
    reasons = TextAreaField(
        _l("Waarom"), [Length(max=5000)], description=_l("Verplicht als het college tegen is. De tafel leest dit.")
    )
