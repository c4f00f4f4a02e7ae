"""Triage of a signal, and the words for this feature's reasons."""

from __future__ import annotations

from collections.abc import Container

from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.web.fields import RadioField
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS = {
    "triage_needs_note": _l("Schrijf kort op waarom u dit kiest."),
    "unknown_act": _l("Kies een van de vervolgstappen."),
}


ACTS = {
    "take_up": _l("In behandeling nemen"),
    "talk": _l("Een gesprek voeren"),
    "dismiss": _l("Afsluiten zonder vervolg"),
}


class TriageForm(BaseForm):
    act = RadioField(
        _l("Wat gaat u doen?"),
        choices=list(ACTS.items()),
        validators=[InputRequired(_l("Kies een vervolgstap."))],
    )
    note = TextAreaField(
        _l("Waarom?"),
        validators=[
            DataRequired(_l("Schrijf kort op waarom u dit kiest.")),
            Length(max=1000, message=_l("Houd het bij 1000 tekens.")),
        ],
    )

    def offer(self, acts: Container[str]) -> None:
        """Only the acts that the state allows."""
        self.act.choices = [(act, label) for act, label in ACTS.items() if act in acts]
