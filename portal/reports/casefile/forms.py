"""Asking for a case file."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.reports.casefile.rules import PURPOSES, Purpose
from portal.web import reasons
from portal.web.forms import BaseForm
from portal.web.locale import _, _l

BEING_MADE = _l("Er wordt al een dossier voor u samengesteld. Wacht tot het klaar is, of stop het.")
reasons.register({"casefile_being_made": BEING_MADE})


class CasefileForm(BaseForm):
    purpose = RadioField(
        _l("Waarvoor vraagt u het dossier?"), validators=[InputRequired(_l("Kies waarvoor u het dossier vraagt."))]
    )

    def offer(self) -> CasefileForm:
        self.purpose.choices = [(purpose.value, _(words)) for purpose, words in PURPOSES.items()]
        return self

    @property
    def chosen(self) -> Purpose:
        return Purpose(self.purpose.data)
