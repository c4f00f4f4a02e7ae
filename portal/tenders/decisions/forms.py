"""The shape of what is filled in around decisions, and how each refusal is said."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.tenders.decisions.models import DecisionState, ObjectionKind, ObjectionState, Outcome
from portal.tenders.decisions.rules import LONGEST_TEXT, Standing
from portal.web.fields import DayField, RadioField
from portal.web.forms import BaseForm
from portal.web.locale import _l

OUTCOMES: dict[Outcome, tuple[str, Any]] = {
    Outcome.ADMITTED: ("ok", _l("Toegelaten")),
    Outcome.REJECTED: ("fout", _l("Niet toegelaten")),
}
STATES: dict[DecisionState, tuple[str, Any]] = {
    DecisionState.PREPARED: ("bezig", _l("Voorbereid")),
    DecisionState.DECIDED: ("bezig", _l("Besloten, nog niet verzonden")),
    DecisionState.ANNOUNCED: ("bezig", _l("Bekendgemaakt")),
    DecisionState.CHALLENGED: ("let-op", _l("Klacht of bezwaar open")),
    DecisionState.FINAL: ("ok", _l("Definitief")),
}
STANDINGS: dict[Standing, tuple[str, Any]] = {
    Standing.TERM_RUNS: ("idle", _l("U kunt nog een klacht of bezwaar indienen")),
    Standing.TERM_OVER: ("idle", _l("Termijn voorbij, nog niet definitief")),
    Standing.CHALLENGED: ("let-op", _l("Klacht of bezwaar in behandeling")),
    Standing.UPHELD: ("let-op", _l("Klacht of bezwaar is gegrond")),
    Standing.FINAL: ("ok", _l("Definitief")),
}
"""A sent decision in the words of the provider."""
KINDS: dict[ObjectionKind, Any] = {
    ObjectionKind.COMPLAINT: _l("Klacht"),
    ObjectionKind.OBJECTION_LETTER: _l("Bezwaar tegen de beslissing"),
    ObjectionKind.COURT_CASE: _l("Dagvaarding (kort geding)"),
}
OBJECTION_STATES: dict[ObjectionState, tuple[str, Any]] = {
    ObjectionState.RECEIVED: ("let-op", _l("In behandeling")),
    ObjectionState.DISMISSED: ("idle", _l("Afgewezen")),
    ObjectionState.UPHELD: ("fout", _l("Gegrond")),
    ObjectionState.WITHDRAWN: ("idle", _l("Ingetrokken")),
}

REASONS: dict[str, Any] = {
    "already_prepared": _l("Voor dit product is al een besluit voorbereid."),
    "not_assessed": _l("De beoordeling van deze inschrijving is nog niet vastgesteld."),
    "nothing_to_prepare": _l("Er is nu geen beoordeling waarvoor nog een besluit nodig is."),
    "no_mandate_to_decide": _l(
        "In het mandaatregister staat geen mandaat waarmee u vandaag mag beslissen. Laat het register nakijken."
    ),
    "college_without_mandate": _l(
        "Niet elk college van de regio heeft u mandaat gegeven om te beslissen. Laat het register nakijken."
    ),
    "preparer_decides": _l("U hebt dit besluit zelf voorbereid. Een ander moet beslissen."),
    "nothing_to_announce": _l("Er zijn geen inschrijvingen om over te beslissen."),
    "not_all_decided": _l("Nog niet over elke inschrijving is beslist. Alle brieven gaan op één dag de deur uit."),
    "already_announced": _l("De besluiten zijn al bekendgemaakt."),
    "objection_term_missing": _l("De procedure heeft geen termijn voor een klacht of bezwaar. Vul die eerst in."),
    "letters_in_the_making": _l("De brieven worden al gemaakt. Dat duurt even."),
    "letters_out_of_date": _l("Er is iets veranderd sinds de brieven zijn gemaakt. Maak ze opnieuw."),
    "not_announced": _l("Dit besluit is nog niet bekendgemaakt."),
    "writ_comes_elsewhere": _l("Een dagvaarding gaat via de deurwaarder. Kies klacht of bezwaar."),
    "objection_text_missing": _l("Schrijf op waarom u het niet eens bent met de beslissing."),
    "objection_text_too_long": _l("Gebruik ten hoogste 10.000 tekens."),
    "received_in_future": _l("De dag van ontvangst ligt in de toekomst. Vul de dag in waarop het binnenkwam."),
    "received_before_letter": _l("De dag van ontvangst ligt voor de dag waarop de brief is verzonden."),
    "answer_missing": _l("Schrijf het antwoord op. De aanbieder leest het."),
    "term_still_runs": _l("De termijn voor een klacht of bezwaar loopt nog. Daarna kunt u bevestigen."),
    "objection_open": _l("Er staat nog een klacht, bezwaar of dagvaarding open. Handel die eerst af."),
    "objection_upheld": _l("Een klacht of bezwaar is gegrond verklaard. Er is een nieuw besluit nodig."),
}

PLACES = {
    "writ_comes_elsewhere": "kind",
    "objection_text_missing": "text",
    "objection_text_too_long": "text",
    "received_in_future": "received_on",
    "received_before_letter": "received_on",
    "answer_missing": "text",
}

_LONG = Length(max=LONGEST_TEXT, message=_l("Gebruik ten hoogste 10.000 tekens."))


class ObjectForm(BaseForm):
    kind = RadioField(
        _l("Wat dient u in?"),
        choices=[(k.value, KINDS[k]) for k in (ObjectionKind.OBJECTION_LETTER, ObjectionKind.COMPLAINT)],
        validators=[InputRequired(_l("Kies of u bezwaar maakt of een klacht indient."))],
    )
    text = TextAreaField(
        _l("Waarom bent u het niet eens met de beslissing?"),
        validators=[InputRequired(_l("Schrijf op waarom u het niet eens bent met de beslissing.")), _LONG],
    )


class RecordForm(BaseForm):
    kind = RadioField(
        _l("Wat is er binnengekomen?"),
        choices=[(k.value, words) for k, words in KINDS.items()],
        validators=[InputRequired(_l("Kies wat er is binnengekomen."))],
    )
    received_on = DayField(
        _l("Dag van ontvangst"), validators=[InputRequired(_l("Vul de dag in waarop het binnenkwam."))]
    )
    text = TextAreaField(_l("Korte omschrijving"), validators=[Optional(), _LONG])


class CloseForm(BaseForm):
    outcome = RadioField(
        _l("Wat is de uitkomst?"),
        choices=[
            (ObjectionState.DISMISSED.value, _l("Afgewezen: de beslissing blijft staan")),
            (ObjectionState.UPHELD.value, _l("Gegrond: er is een nieuw besluit nodig")),
            (ObjectionState.WITHDRAWN.value, _l("Ingetrokken door de aanbieder")),
        ],
        validators=[InputRequired(_l("Kies wat de uitkomst is."))],
    )
    text = TextAreaField(
        _l("Antwoord aan de aanbieder"),
        validators=[InputRequired(_l("Schrijf het antwoord op. De aanbieder leest het.")), _LONG],
    )


class ConfirmForm(BaseForm):
    checked = BooleanField(
        _l("Ik heb nagekeken: er staat geen klacht, bezwaar of dagvaarding meer open."),
        validators=[InputRequired(_l("Kijk dit eerst na, en vink het dan aan."))],
    )
