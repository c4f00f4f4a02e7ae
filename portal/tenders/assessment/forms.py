"""The shape of what officers and assessors fill in, and how each refusal is said."""

from __future__ import annotations

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.tenders.assessment.models import Verdict
from portal.tenders.assessment.rules import LONGEST_REASONS, Stage
from portal.web.fields import RadioField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _l

VERDICTS = {Verdict.MEETS: _l("Voldoet"), Verdict.DOES_NOT_MEET: _l("Voldoet niet")}
VERDICT_TAGS = {Verdict.MEETS: ("ok", _l("Voldoet")), Verdict.DOES_NOT_MEET: ("fout", _l("Voldoet niet"))}

FIGURE_UNITS: dict[str, Any] = {"days": _l("dagen"), "hours": _l("uur"), "months": _l("maanden")}
"""Units that are said after a figure; a count or a ratio needs none."""

STAGES: dict[Stage, tuple[str, Any]] = {
    Stage.TO_ASSIGN: ("let-op", _l("Te verdelen")),
    Stage.JUDGING: ("bezig", _l("Bij beoordelaars")),
    Stage.TO_SETTLE: ("let-op", _l("Vast te stellen")),
    Stage.ASSESSED: ("ok", _l("Vastgesteld")),
    Stage.DECIDED: ("ok", _l("Besloten")),
}

REASONS: dict[str, Any] = {
    "not_published": _l("Deze procedure is niet gepubliceerd of is al verder. Er valt niets te openen."),
    "not_closed_yet": _l("De inschrijving is nog niet gesloten. Tot dat moment kan niemand iets openen of lezen."),
    "second_officer_needed": _l("U hebt zelf al geopend. Een tweede inkoper moet de opening afmaken."),
    "already_opened": _l("De inschrijvingen zijn al geopend."),
    "not_to_be_judged": _l("Deze inschrijving is niet geopend of is al beoordeeld."),
    "not_an_assessor": _l("Kies iemand die in deze regio beoordelaar is."),
    "assigns_himself": _l("U kunt uzelf geen inschrijving toewijzen. Vraag een andere inkoper."),
    "officer_not_both": _l("Niemand is inkoper en beoordelaar in dezelfde procedure. Kies een ander."),
    "has_a_conflict": _l("Deze beoordelaar heeft een belang gemeld en mag deze inschrijving niet zien."),
    "already_assigned": _l("Deze beoordelaar is al gevraagd voor deze inschrijving."),
    "already_locked": _l("U hebt uw oordeel al vastgezet. Vraag de inkoper om het weer open te zetten."),
    "not_declared": _l("Meld eerst of u een belang hebt bij deze aanbieder."),
    "judgement_too_long": _l("De motivering is te lang. Gebruik ten hoogste 4.000 tekens."),
    "not_all_judged": _l("Geef eerst bij elk criterium een oordeel met een motivering."),
    "too_few_assessors": _l("Er zijn twee beoordelaars nodig. Wijs er nog een toe."),
    "not_all_locked": _l("Nog niet alle beoordelaars hebben hun oordeel vastgezet."),
    "assessors_agree": _l("De beoordelaars zijn het hier eens. Dat oordeel wordt overgenomen."),
    "judgement_reasons_missing": _l("Schrijf op waarom. Zonder motivering wordt niets vastgelegd."),
    "already_concluded": _l("De beoordeling van deze inschrijving is al vastgesteld."),
    "still_to_settle": _l("Leg eerst een oordeel vast bij elk criterium waarover de beoordelaars verschillen."),
}

PLACES = {
    "judgement_too_long": "reasons",
    "judgement_reasons_missing": "reasons",
    "not_an_assessor": "assessor_id",
    "assigns_himself": "assessor_id",
    "officer_not_both": "assessor_id",
    "has_a_conflict": "assessor_id",
    "already_assigned": "assessor_id",
}


class AssignForm(BaseForm):
    assessor_id = SelectField(_l("Beoordelaar"), coerce=int, validators=[InputRequired(_l("Kies een beoordelaar."))])


class ConflictForm(BaseForm):
    conflict = RadioField(
        _l("Hebt u een belang bij deze aanbieder?"),
        choices=[("nee", _l("Nee, ik heb geen belang")), ("ja", _l("Ja, ik heb een belang"))],
        validators=[InputRequired(_l("Kies of u een belang hebt bij deze aanbieder."))],
    )
    note = TextAreaField(
        _l("Welk belang is dat?"),
        validators=[Optional(), Length(max=1000, message=_l("Gebruik ten hoogste 1.000 tekens."))],
    )


class VerdictForm(BaseForm):
    """A verdict may be missing while somebody is still writing; locking asks for all of them."""

    verdict = RadioField(
        _l("Voldoet het bewijs aan de eis?"),
        choices=[(v.value, words) for v, words in VERDICTS.items()],
        validate_choice=False,
    )
    reasons = TextAreaField(
        _l("Motivering"),
        validators=[
            Length(max=LONGEST_REASONS, message=_l("De motivering is te lang. Gebruik ten hoogste 4.000 tekens."))
        ],
    )

    @property
    def chosen(self) -> Verdict | None:
        return Verdict(self.verdict.data) if self.verdict.data in {v.value for v in Verdict} else None


class SettleForm(VerdictForm):
    verdict = RadioField(
        _l("Wat is het gezamenlijke oordeel?"),
        choices=[(v.value, words) for v, words in VERDICTS.items()],
        validators=[InputRequired(_l("Kies wat het gezamenlijke oordeel is."))],
    )


class ReopenForm(BaseForm):
    reason = TextAreaField(
        _l("Waarom moet dit oordeel weer open?"),
        validators=[InputRequired(_l("Schrijf op waarom dit oordeel weer open moet.")), Length(max=1000)],
    )
