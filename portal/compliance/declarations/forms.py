"""The forms of the three declarations, of the check, and the words for this feature's reasons."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS = {
    "turnover_positive": _l("Vul een omzet in die groter is dan nul."),
    "owner_pay_not_negative": _l("De beloning van de eigenaar kan niet negatief zijn. Vul 0 in als er geen is."),
    "share_between_0_and_100": _l("Vul een percentage in van 0 tot en met 100."),
    "surplus_needs_explanation": _l(
        "Uw marge ligt boven de drempel van het contract. Leg uit waar dat door komt en wat u ermee doet."
    ),
    "wnt_class_missing": _l("Kies de WNT-klasse die uw toezichthouder heeft vastgesteld."),
    "wnt_official_incomplete": _l("Vul van elke topfunctionaris alle vakken in, of laat de hele rij leeg."),
    "wnt_official_missing": _l("Vul ten minste één topfunctionaris in."),
    "wnt_not_applicable_needs_reason": _l("Leg uit waarom de WNT niet voor u geldt."),
    "factor_out_of_range": _l("De deeltijdfactor ligt tussen 0,025 en 1."),
    "period_inside_one_year": _l("De periode moet binnen het jaar liggen waarover u verklaart."),
    "pay_not_negative": _l("De bezoldiging kan niet negatief zijn."),
    "evaluation_answer_missing": _l("Beantwoord alle vragen."),
    "other_kind_of_declaration": _l("Deze verklaring hoort bij een andere verplichting. Ga terug naar de lijst."),
}

LARGEST = Decimal("99999999999")
NUMBER = _l("Vul een getal in, bijvoorbeeld 125.000,50.")


class DutchDecimalField(DecimalField):
    """Takes amounts as people type them: 1.250,50 and 1250.50."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").replace("€", "").replace("\u00a0", "").replace(" ", "").strip()
        if "," in typed:
            typed = typed.replace(".", "").replace(",", ".")
        elif typed.count(".") > 1 or (typed.count(".") == 1 and len(typed.rsplit(".", 1)[1]) == 3):
            typed = typed.replace(".", "")
        try:
            super().process_formdata([typed] if typed else [])
        except ValueError as error:
            raise ValueError(str(NUMBER)) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data}".replace(".", ",")


def amount(label: str) -> DutchDecimalField:
    bounds = NumberRange(-LARGEST, LARGEST, _l("Dit bedrag is te groot om te kloppen. Vul het in euro's in."))
    return DutchDecimalField(label, places=2, validators=[InputRequired(_l("Vul een bedrag in.")), bounds])


class DeclarationForm(BaseForm):
    remark = TextAreaField(_l("Opmerking voor de contractmanager"), validators=[Optional(), Length(max=2000)])
    file = FileField(_l("Bijlage, bijvoorbeeld de jaarrekening"), validators=[Optional()])


class ProfitMarginForm(DeclarationForm):
    turnover = amount(_l("Omzet van de hele organisatie (€)"))
    result = amount(_l("Resultaat na belasting (€)"))
    owner_pay = amount(_l("Beloning van de eigenaar die nog in het resultaat zit (€)"))
    region_share = DutchDecimalField(
        _l("Deel van de omzet uit deze regio (%)"),
        places=2,
        validators=[
            InputRequired(_l("Vul een percentage in.")),
            NumberRange(0, 100, _l("Vul een percentage in van 0 tot en met 100.")),
        ],
    )
    explanation = TextAreaField(_l("Uitleg bij een marge boven de drempel"), validators=[Optional(), Length(max=4000)])


class OfficialForm(Form):
    """One top official; an empty row is left out."""

    name = StringField(_l("Naam"), validators=[Optional(), Length(max=120)])
    function = StringField(_l("Functie"), validators=[Optional(), Length(max=120)])
    starts_on = DateField(_l("In functie vanaf"), validators=[Optional()])
    ends_on = DateField(_l("In functie tot en met"), validators=[Optional()])
    part_time_factor = DutchDecimalField(_l("Deeltijdfactor (1 is voltijd)"), places=3, validators=[Optional()])
    pay = DutchDecimalField(_l("Bezoldiging (€)"), places=2, validators=[Optional(), NumberRange(0, LARGEST)])

    @property
    def is_empty(self) -> bool:
        return not (self.name.data or self.function.data or self.pay.data)

    @property
    def is_complete(self) -> bool:
        return all(field.data not in (None, "") for field in self)


class WntForm(DeclarationForm):
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
        _l("Klasse die de toezichthouder heeft vastgesteld"),
        choices=[
            ("", _l("Kies een klasse")),
            *((c, c) for c in ("I", "II", "III", "IV", "V")),
            ("general", _l("Algemeen maximum")),
        ],
        validators=[Optional()],
    )
    points = IntegerField(
        _l("Aantal punten"), validators=[Optional(), NumberRange(0, 20, _l("Vul een getal in van 0 tot en met 20."))]
    )
    officials = FieldList(FormField(OfficialForm), min_entries=3, max_entries=12)


EVALUATION_QUESTIONS = (
    ("good", _l("Wat ging dit contractjaar goed?")),
    ("better", _l("Wat kan beter, en wat doet u daaraan?")),
    ("transformation", _l("Wat heeft u bijgedragen aan de transformatie?")),
    ("needed", _l("Wat heeft u van de regio nodig?")),
)


def answer_field(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[DataRequired(_l("Beantwoord deze vraag.")), Length(max=4000)])


class EvaluationForm(DeclarationForm):
    good = answer_field(EVALUATION_QUESTIONS[0][1])
    better = answer_field(EVALUATION_QUESTIONS[1][1])
    transformation = answer_field(EVALUATION_QUESTIONS[2][1])
    needed = answer_field(EVALUATION_QUESTIONS[3][1])


class QuestionForm(BaseForm):
    question = TextAreaField(
        _l("Wat wilt u weten?"),
        validators=[DataRequired(_l("Vul uw vraag in.")), Length(max=2000, message=_l("Houd het bij 2000 tekens."))],
    )
    answer_by = DateField(_l("Antwoord uiterlijk"), validators=[InputRequired(_l("Kies een datum."))])
