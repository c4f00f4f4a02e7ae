"""The forms of the three declarations, of the check and the waiver, and the words for this feature's reasons."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import FieldList, Form, FormField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.regions.reference import WNT_CLASSES
from portal.typed import Reading
from portal.web import reasons
from portal.web.fields import DayField, NumberField, RadioField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _l

from . import rules
from .models import WntBasis

REASONS = {
    "turnover_positive": _l("Vul een omzet in die groter is dan nul."),
    "result_unlikely": _l("Dit bedrag is veel groter dan de omzet. Kijk de bedragen na."),
    "owner_pay_not_negative": _l("De beloning van de eigenaar kan niet negatief zijn. Vul 0 in als er geen is."),
    "share_between_0_and_100": _l("Vul een percentage in van 0 tot en met 100."),
    "surplus_needs_explanation": _l(
        "Uw winst ligt boven de drempel waarmee de regio rekent. Leg uit waar dat door komt en wat u ermee doet."
    ),
    "wnt_class_missing": _l("Kies de WNT-klasse die uw toezichthouder heeft vastgesteld."),
    "wnt_official_incomplete": _l("Vul van elke topfunctionaris de naam en de functie in."),
    "wnt_official_missing": _l("Vul ten minste één topfunctionaris in."),
    "wnt_not_applicable_needs_reason": _l("Leg uit waarom de WNT niet voor u geldt."),
    "factor_out_of_range": _l("Vul een deeltijdfactor in van 0,025 tot en met 1. Voltijd is 1."),
    "period_inside_one_year": _l("Kies dagen in het jaar waarover u verklaart, en de laatste dag na de eerste."),
    "pay_not_negative": _l("De bezoldiging kan niet negatief zijn."),
    "evaluation_answer_missing": _l("Beantwoord deze vraag."),
    "other_kind_of_declaration": _l("Deze verklaring hoort bij een andere verplichting. Ga terug naar de lijst."),
    "return_needs_question": _l("Vul in wat u van de aanbieder wilt weten."),
    "answer_day_has_passed": _l("Kies een dag in de toekomst, zodat de aanbieder tijd heeft om te antwoorden."),
    "check_needs_outcome": _l("Kies wat er met het bedrag boven de drempel gebeurt."),
    "check_needs_reason": _l("Leg uit waarom u tot deze uitkomst komt."),
    "waiver_needs_reason": _l("Vul in waarom de aanbieder dit niet hoeft te leveren."),
    "waiver_already_asked": _l("Er ligt al een voorstel tot vrijstelling. Een tweede persoon beslist daarover."),
    "waiver_not_asked": _l("Er is geen voorstel tot vrijstelling (meer). Doe eerst een voorstel met een reden."),
    "waiver_needs_second_person": _l("U deed dit voorstel zelf. Een tweede persoon moet beslissen."),
}

LARGEST = Decimal("99999999999")
LARGEST_PAY = Decimal("99999999")
MOST_OFFICIALS = 12


def said(field: Any) -> str:
    """What was typed, or what the page proposed."""
    return str(field.raw_data[0]) if field.raw_data else "" if field.data is None else str(field.data)


def longest(most: int) -> Length:
    return Length(max=most, message=_l("Houd het bij %(most)s tekens.", most=most))


def amount(label: Any, *, least: Decimal = -LARGEST, most: Decimal = LARGEST) -> NumberField:
    too_large = _l("Dit bedrag is te groot om te kloppen. Vul het in euro's in.")
    too_small = _l("Vul een bedrag in van 0 of meer.") if least == 0 else too_large
    bounds = [NumberRange(least, None, too_small), NumberRange(None, most, too_large)]
    needed = InputRequired(_l("Vul een bedrag in."))
    return NumberField(label, signed=least < 0, validators=[needed, *bounds])


def day(label: Any, needed: Any) -> DayField:
    return DayField(label, validators=[InputRequired(needed)])


class DeclarationForm(BaseForm):
    remark = TextAreaField(_l("Opmerking voor de contractmanager"), validators=[Optional(), longest(2000)])
    file = FileField(_l("Bijlage, bijvoorbeeld de jaarrekening"), validators=[Optional()])
    PLACES: dict[str, str] = {}

    def refuse_reasons(self, codes: Iterable[str]) -> None:
        """Each reason's sentence at its field."""
        self.refuse_all(codes, self.PLACES)


class ProfitMarginForm(DeclarationForm):
    PLACES = {
        "turnover_positive": "turnover",
        "result_unlikely": "result",
        "owner_pay_not_negative": "owner_pay",
        "share_between_0_and_100": "region_share",
        "surplus_needs_explanation": "explanation",
    }
    turnover = amount(_l("Omzet van de hele organisatie"))
    result = amount(_l("Resultaat na belasting"))
    owner_pay = amount(_l("Beloning van de eigenaar die nog in het resultaat zit"), least=Decimal(0))
    region_share = NumberField(
        _l("Deel van de omzet uit deze regio, in procenten"),
        reading=Reading.SHARE,
        validators=[
            InputRequired(_l("Vul een percentage in.")),
            NumberRange(0, 100, REASONS["share_between_0_and_100"]),
        ],
    )
    explanation = TextAreaField(_l("Uitleg bij winst boven de drempel"), validators=[longest(4000)])


class OfficialForm(Form):
    """One top official."""

    name = StringField(_l("Naam"), validators=[InputRequired(_l("Vul de naam in.")), longest(120)])
    function = StringField(_l("Functie"), validators=[InputRequired(_l("Vul de functie in.")), longest(120)])
    starts_on = day(_l("In functie vanaf"), _l("Vul de eerste dag in de functie in."))
    ends_on = day(_l("In functie tot en met"), _l("Vul de laatste dag in de functie in."))
    part_time_factor = NumberField(
        _l("Deeltijdfactor"),
        reading=Reading.SHARE,
        places=3,
        validators=[
            InputRequired(_l("Vul de deeltijdfactor in. Voltijd is 1.")),
            NumberRange(rules.LOWEST_FACTOR, 1, REASONS["factor_out_of_range"]),
        ],
    )
    pay = amount(_l("Bezoldiging in het jaar"), least=Decimal(0), most=LARGEST_PAY)

    @property
    def is_empty(self) -> bool:
        """Nothing about a person: the days and the factor may be what the page proposed."""
        return not any(said(field).strip() for field in (self.name, self.function, self.pay))


class Officials(FieldList):  # type: ignore[type-arg]
    """People, of whom only those count that the form asks for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "FieldList"  # what the macros know it by

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        for entry in form.asked:
            entry.validate(form)
        self.gather_errors()
        return not self.errors

    def gather_errors(self) -> None:
        self.errors = [entry.errors for entry in self.entries if entry.errors]


class WntForm(DeclarationForm):
    PLACES = {"wnt_class_missing": "wnt_class", "wnt_not_applicable_needs_reason": "remark"}
    AT_OFFICIAL = {
        "wnt_official_incomplete": "name",
        "factor_out_of_range": "part_time_factor",
        "period_inside_one_year": "ends_on",
        "pay_not_negative": "pay",
    }
    basis = RadioField(
        _l("Waarom geldt de WNT voor u?"),
        choices=[
            ("statutory", _l("Op grond van de wet")),
            ("contractual", _l("Op grond van het contract")),
            ("not_applicable", _l("De WNT geldt niet voor ons")),
        ],
        validators=[InputRequired(_l("Kies een van de drie."))],
    )
    wnt_class = SelectField(
        _l("Klasse die uw toezichthouder heeft vastgesteld"),
        choices=[("", _l("Kies een klasse")), *((c, c) for c in WNT_CLASSES), ("general", _l("Algemeen maximum"))],
        default="",
    )
    points = IntegerField(
        _l("Aantal punten"), validators=[Optional(), NumberRange(0, 20, _l("Vul een getal in van 0 tot en met 20."))]
    )
    officials = Officials(FormField(OfficialForm), min_entries=2, max_entries=MOST_OFFICIALS)

    def one_more(self, likely: dict[str, Any]) -> None:
        """Room for one more person, with what is likely of anybody."""
        if len(self.officials) < MOST_OFFICIALS:
            self.officials.append_entry(likely)

    @property
    def filled(self) -> list[Any]:
        """The people who were filled in."""
        return [entry for entry in self.officials if not entry.form.is_empty]

    @property
    def asked(self) -> list[Any]:
        """Whose fields count: nobody's where the WNT does not apply, else at least one."""
        return [] if self.basis.data == WntBasis.NOT_APPLICABLE.value else self.filled or self.officials.entries[:1]

    def refuse_reasons(self, codes: Iterable[str]) -> None:
        rest = []
        for code in codes:
            name, _colon, place = code.partition(":")
            if place:
                self.filled[int(place) - 1].form[self.AT_OFFICIAL[name]].errors = [reasons.sentence(name)]
                self.officials.gather_errors()
            else:
                rest.append(code)
        super().refuse_reasons(rest)

    def typed(self, also: Container[str] = ()) -> Sequence[tuple[str, str]]:
        """As elsewhere; of the people each field by itself."""
        plain = [pair for pair in super().typed(also) if pair[0] != str(self.officials.label.text)]
        people = enumerate(self.filled, 1)
        return plain + [(f"{field.label.text} ({n})", said(field)) for n, entry in people for field in entry.form]


EVALUATION_QUESTIONS = (
    ("good", _l("Wat ging dit contractjaar goed?")),
    ("better", _l("Wat kan beter, en wat doet u daaraan?")),
    ("transformation", _l("Wat hebt u bijgedragen aan de transformatie?")),
    ("needed", _l("Wat hebt u van de regio nodig?")),
)


def answer_field(label: Any) -> TextAreaField:
    return TextAreaField(label, validators=[DataRequired(_l("Beantwoord deze vraag.")), longest(4000)])


class EvaluationForm(DeclarationForm):
    good, better, transformation, needed = (answer_field(label) for _code, label in EVALUATION_QUESTIONS)

    def refuse_reasons(self, codes: Iterable[str]) -> None:
        for code in codes:
            name, _colon, place = code.partition(":")
            self.refuse_all([name], {name: place})


class QuestionForm(BaseForm):
    PLACES = {"return_needs_question": "question", "answer_day_has_passed": "answer_by"}
    question = TextAreaField(_l("Wat wilt u weten?"), validators=[DataRequired(_l("Vul uw vraag in.")), longest(2000)])
    answer_by = day(_l("Antwoord uiterlijk"), _l("Kies een datum."))


OUTCOMES = dict(
    zip(rules.OUTCOMES, (_l("De uitleg is voldoende"), _l("Herinvesteren"), _l("Terugbetalen")), strict=True)
)


class CheckForm(BaseForm):
    PLACES = {"check_needs_outcome": "outcome", "check_needs_reason": "reason"}
    outcome = RadioField(
        _l("Wat gebeurt er met het bedrag boven de drempel?"), choices=list(OUTCOMES.items()), validate_choice=False
    )
    reason = TextAreaField(_l("Waarom?"), validators=[longest(2000)])


class WaiverForm(BaseForm):
    PLACES = {"waiver_needs_reason": "reason"}
    reason = TextAreaField(
        _l("Waarom hoeft de aanbieder dit niet te leveren?"),
        validators=[DataRequired(_l("Vul een reden in.")), longest(1000)],
    )
