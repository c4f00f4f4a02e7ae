"""The forms of procedures, and what each refusal of the rules is called on a page."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from portal.tenders.procedures.rules import Dates
from portal.web import reasons
from portal.web.fields import DayField, MayBeEmpty, MomentField, RadioField, SelectField, SelectMultipleField
from portal.web.forms import BaseForm
from portal.web.locale import _l
from portal.web.signs import EmailField

MAX_TEXT = 8000

REASONS: dict[str, Any] = {
    "procedure_not_published": _l("Deze procedure is nog niet gepubliceerd."),
    "procedure_not_in_draft": _l(
        "Deze procedure is geen concept meer. Wijzigen kan alleen in een concept; laat de procedure daarvoor terugsturen."
    ),
    "procedure_is_published": _l("Deze procedure is al gepubliceerd. De aankondiging wijzigen kan niet meer."),
    "procedure_is_closed": _l("Deze procedure is gesloten. De sluiting verplaatsen kan niet meer."),
    "procedure_still_open": _l("Deze procedure is nog niet gesloten. Openen kan vanaf de sluiting."),
    "questions_closed": _l("De termijn om vragen te stellen is voorbij. Lees de nota's van inlichtingen."),
    "opens_after_closing": _l("De inschrijving moet opengaan voordat zij sluit."),
    "questions_after_closing": _l("De termijn voor vragen moet eindigen voor de sluiting."),
    "answers_after_closing": _l("De laatste nota moet verschijnen voor de dag van de sluiting."),
    "answers_before_questions_end": _l("De laatste nota kan niet verschijnen voordat de termijn voor vragen eindigt."),
    "decision_before_closing": _l("De beslissing moet na de dag van de sluiting liggen."),
    "contract_before_decision": _l("Het contract moet na de dag van de beslissing ingaan."),
    "closing_not_later": _l("De sluiting kan alleen naar een later moment."),
    "closing_has_passed": _l("De sluiting ligt in het verleden. Kies een later moment."),
    "questions_end_has_passed": _l("De termijn voor vragen ligt in het verleden. Kies een later moment."),
    "no_title": _l("Geef de procedure een titel."),
    "no_summary": _l("Beschrijf kort wat de regio vraagt."),
    "no_contact": _l("Vul het e-mailadres in voor contact over deze procedure."),
    "no_questions_until": _l("Vul in tot wanneer vragen gesteld kunnen worden."),
    "no_answers_by": _l("Vul in wanneer de laatste nota van inlichtingen verschijnt."),
    "no_closes_at": _l("Vul in wanneer de inschrijving sluit."),
    "no_decision_by": _l("Vul in wanneer de regio beslist."),
    "no_contract_starts": _l("Vul in wanneer het contract ingaat."),
    "no_products": _l("Kies ten minste één product."),
    "no_tariff": _l("Voor product {detail} is geen tarief vastgesteld. Stel het vast of haal het product weg."),
    "no_criteria": _l("Er zijn geen eisen. Kies eerst de producten."),
    "criterion_unfinished": _l("Eis {detail} is niet af: tekst, regel en voorbeeld zijn alle drie nodig."),
    "no_notice": _l("Vul het nummer en de datum van de aankondiging op TenderNed in."),
    "no_objection_term": _l("Vul de termijn voor bezwaar in, met de grondslag."),
    "approved_by_the_drafter": _l("U werkte zelf aan deze procedure. Een tweede persoon moet die goedkeuren."),
    "no_reason": _l("Vul de reden in. De lezer moet kunnen begrijpen waarom."),
    "no_answers_ready": _l("Er is nog geen antwoord klaar. Beantwoord eerst ten minste één vraag."),
    "answer_empty": _l("Vul de vraag zoals die verschijnt en het antwoord in."),
    "answer_is_ready": _l("Dit antwoord staat al klaar voor de nota. Sla het op met de knop."),
    "text_holds_citizen_number": _l(
        "In uw tekst staat een nummer dat een burgerservicenummer kan zijn. Haal gegevens van personen weg."
    ),
    "text_may_tell_who_asked": _l(
        "Hieraan kan te zien zijn wie de vraag stelde: {detail}. Haal dat weg, of bevestig hieronder dat het geen naam is."
    ),
    "published_in_past": _l("Kies een dag van publicatie vanaf vandaag."),
    "notice_in_future": _l(
        "De aankondiging op TenderNed is nog niet verschenen: de datum ligt in de toekomst. Publiceer vanaf die dag."
    ),
    "product_not_in_catalogue": _l("Product {detail} staat niet in de lijst van de regio."),
}
reasons.register(REASONS)

PLACES = {
    "opens_after_closing": "opens_at", "questions_after_closing": "questions_until",
    "answers_after_closing": "answers_by", "answers_before_questions_end": "answers_by",
    "decision_before_closing": "decision_by", "contract_before_decision": "contract_starts",
    "closing_not_later": "closes_at", "no_reason": "reason", "text_holds_citizen_number": "text",
    "answer_empty": "answer", "no_products": "products", "text_may_tell_who_asked": "public_text",
    "published_in_past": "published_on",
}  # fmt: skip
"""At which field a reason stands."""

WARNINGS: dict[str, Any] = {
    "questions_term_short": _l("De termijn voor vragen is korter dan de gebruikelijke 14 dagen."),
    "closing_term_short": _l("De termijn om in te schrijven is korter dan de gebruikelijke 40 dagen."),
    "answers_close_to_closing": _l("Tussen de laatste nota en de sluiting zitten minder dan 10 dagen."),
    "objection_term_short": _l("De termijn voor bezwaar is korter dan de gebruikelijke 20 dagen."),
}


class BeforePublication(Optional):
    """May stay empty while drafting; publication asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "for_publication": True}


class StartForm(BaseForm):
    template = RadioField(_l("Waarmee begint u?"), validators=[InputRequired(_l("Kies een soort procedure."))])
    title = StringField(
        _l("Titel"),
        validators=[Optional(), Length(max=160, message=_l("Gebruik ten hoogste 160 tekens."))],
        description=_l("Zoals aanbieders die lezen. Laat leeg voor de titel uit de blauwdruk."),
    )
    published_on = DayField(
        _l("Dag van publicatie"),
        [InputRequired(_l("Vul de dag in waarop u wilt publiceren."))],
        description=_l("Hieruit volgen de andere data. U kunt ze later wijzigen."),
    )


class DetailsForm(BaseForm):
    title = StringField(_l("Titel"), validators=[InputRequired(_l("Geef de procedure een titel.")), Length(max=160)])
    summary = TextAreaField(
        _l("Wat de regio vraagt"),
        validators=[InputRequired(_l("Beschrijf kort wat de regio vraagt.")), Length(max=2000)],
        description=_l("Twee of drie zinnen. Aanbieders lezen dit als eerste."),
    )
    contact_email = EmailField(
        _l("E-mailadres voor contact"),
        validators=[InputRequired(_l("Vul een e-mailadres in.")), Email(_l("Vul een volledig e-mailadres in."))],
        description=_l("Eén adres voor deze procedure, bijvoorbeeld inkoop@regio.nl."),
    )


class DatesForm(BaseForm):
    opens_at = MomentField(
        _l("Inschrijven kan vanaf"), [Optional()], description=_l("Laat leeg om bij publicatie open te gaan.")
    )
    questions_until = MomentField(
        _l("Vragen stellen kan tot"), [BeforePublication()], description=_l("Tot dit tijdstip, Nederlandse tijd.")
    )
    answers_by = DayField(_l("Laatste nota van inlichtingen"), [BeforePublication()])
    closes_at = MomentField(
        _l("Inschrijven kan tot"),
        [BeforePublication()],
        description=_l("Precies op dit tijdstip sluit de inschrijving."),
    )
    decision_by = DayField(_l("Beslissing"), [BeforePublication()])
    contract_starts = DayField(_l("Contract gaat in"), [BeforePublication()])

    def dates(self) -> Dates:
        return Dates(
            self.opens_at.moment, self.questions_until.moment, self.answers_by.data, self.closes_at.moment,
            self.decision_by.data, self.contract_starts.data,
        )  # fmt: skip


class ProductsForm(BaseForm):
    products = SelectMultipleField(
        _l("Producten"), description=_l("De eisen en het tarief van een product komen en gaan met het product.")
    )


class CriterionForm(BaseForm):
    title_nl = StringField(
        _l("Naam van de eis"), validators=[InputRequired(_l("Geef de eis een naam.")), Length(max=160)]
    )
    text_nl = TextAreaField(_l("De eis"), validators=[InputRequired(_l("Schrijf de eis op.")), Length(max=MAX_TEXT)])
    pass_rule_nl = TextAreaField(
        _l("Wanneer voldoet een aanbieder"),
        validators=[InputRequired(_l("Schrijf op wanneer een aanbieder voldoet.")), Length(max=MAX_TEXT)],
        description=_l("Wat telt als bewijs."),
    )
    example_nl = TextAreaField(
        _l("Voorbeeld dat voldoet"), validators=[InputRequired(_l("Geef een voorbeeld.")), Length(max=MAX_TEXT)]
    )
    statement_nl = TextAreaField(
        _l("Verklaring waarmee de aanbieder instemt"), validators=[Optional(), Length(max=2000)]
    )
    max_words = IntegerField(
        _l("Ten hoogste zoveel woorden"),
        validators=[Optional(), NumberRange(10, 5000, _l("Kies een aantal van 10 tot en met 5000."))],
    )
    accepted_evidence = SelectMultipleField(_l("Bewijs dat telt"), validators=[MayBeEmpty()])
    evidence_all = BooleanField(_l("Alle gekozen soorten bewijs zijn nodig; één ervan is niet genoeg"))
    product_codes = SelectMultipleField(
        _l("Alleen voor deze producten"),
        validators=[MayBeEmpty()],
        description=_l("Kies niets als de eis voor alle geldt."),
    )


class NoticeForm(BaseForm):
    above_threshold = BooleanField(
        _l("De waarde ligt boven de drempel"),
        description=_l("Dan is een aankondiging op TenderNed nodig voordat u hier publiceert."),
    )
    number = StringField(_l("Nummer van de aankondiging"), validators=[Optional(), Length(max=60)])
    day = DayField(_l("Datum van de aankondiging"), [Optional()])


class ObjectionForm(BaseForm):
    days = IntegerField(
        _l("Aantal kalenderdagen"),
        validators=[
            InputRequired(_l("Vul het aantal dagen in.")),
            NumberRange(1, 365, _l("Kies een aantal van 1 tot en met 365.")),
        ],
        description=_l("Gebruikelijk is 20 dagen, vanaf de dag na verzending van de beslissing."),
    )
    basis = StringField(
        _l("Grondslag"), validators=[InputRequired(_l("Vul in waar de termijn op berust.")), Length(max=300)]
    )


class ReasonForm(BaseForm):
    reason = TextAreaField(
        _l("Reden"), validators=[InputRequired(_l("Vul de reden in.")), Length(max=1000)], render_kw={"rows": 4}
    )


class ClosingForm(ReasonForm):
    closes_at = MomentField(_l("Inschrijven kan tot"), [InputRequired(_l("Vul het nieuwe tijdstip in."))])


class QuestionForm(BaseForm):
    subject = SelectField(_l("Waar gaat uw vraag over?"), [InputRequired(_l("Kies waar uw vraag over gaat."))])
    text = TextAreaField(
        _l("Uw vraag"),
        [InputRequired(_l("Vul uw vraag in.")), Length(max=4000, message=_l("Gebruik ten hoogste 4000 tekens."))],
        description=_l("Eén vraag per keer. Schrijf zo dat uw eigen naam er niet in staat."),
    )

    def __init__(self, subjects: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject.choices = subjects


class AnswerForm(BaseForm):
    public_text = TextAreaField(
        _l("De vraag zoals die verschijnt"),
        validators=[InputRequired(_l("Schrijf de vraag op zoals iedereen die leest.")), Length(max=4000)],
        description=_l("Haal woorden weg waaraan te zien is wie de vraag stelde."),
    )
    answer = TextAreaField(
        _l("Het antwoord"), validators=[InputRequired(_l("Schrijf het antwoord op.")), Length(max=MAX_TEXT)]
    )
    names_checked = BooleanField(
        _l("Ik heb het nagekeken: hieraan is niet te zien wie de vraag stelde"),
        description=_l("Bijvoorbeeld omdat het hier een gewoon woord is."),
    )


class NoteForm(BaseForm):
    """Publishes what was shown: which answers, in which version."""

    shown = HiddenField()
