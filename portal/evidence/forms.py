"""The forms of the evidence passport: the kind of evidence decides which fields there are."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.evidence.models import EvidenceVersion
from portal.regions.blueprints.criteria import EvidenceType
from portal.web import reasons
from portal.web.fields import DayField
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS: dict[str, Any] = {
    "evidence_title_missing": _l("Geef het bewijs een naam, zodat u het terugvindt."),
    "evidence_file_missing": _l("Voeg het bestand toe."),
    "evidence_file_not_kept": _l(
        "Voeg hier geen bestand toe. Van een VOG of registratie bewaren wij geen kopie, omdat een kopie niets bewijst. "
        "Verklaar in plaats daarvan wat u hebt gezien."
    ),
    "evidence_statement_missing": _l("Schrijf op wat u verklaart: van wie, wanneer gezien en door wie."),
    "evidence_issuer_missing": _l("Vul in wie het bewijs heeft afgegeven."),
    "evidence_number_missing": _l("Vul het nummer of kenmerk in."),
    "evidence_date_missing": _l("Vul in op welke dag het bewijs is afgegeven of gezien."),
    "evidence_date_in_future": _l("De datum van afgifte ligt in de toekomst. Controleer de datum."),
    "evidence_end_missing": _l("Vul in tot en met welke dag het bewijs geldig is."),
    "evidence_already_expired": _l("Dit bewijs is al verlopen. Voeg een nieuwer bewijs toe."),
    "evidence_ends_before_start": _l("De laatste dag ligt voor de datum van afgifte. Controleer de data."),
    "evidence_valid_too_long": _l("Dit bewijs is ten hoogste {detail} maanden geldig na de datum van afgifte."),
}
reasons.register(REASONS)

PLACES = {
    "evidence_title_missing": "title", "evidence_file_missing": "file", "evidence_file_not_kept": "statement",
    "evidence_statement_missing": "statement", "evidence_issuer_missing": "issuer",
    "evidence_number_missing": "reference", "evidence_date_missing": "issued_on",
    "evidence_date_in_future": "issued_on", "evidence_end_missing": "valid_until",
    "evidence_already_expired": "valid_until", "evidence_ends_before_start": "valid_until",
    "evidence_valid_too_long": "valid_until",
}  # fmt: skip
"""At which field a reason is said."""


class EvidenceForm(BaseForm):
    """Fields that this kind of evidence does not have are taken out before the form is read."""

    title = StringField(
        _l("Naam in uw paspoort"),
        [
            InputRequired(REASONS["evidence_title_missing"]),
            Length(max=160, message=_l("Gebruik ten hoogste 160 tekens.")),
        ],
        description=_l("Zo heet het ook in uw inschrijving. Noem bijvoorbeeld de locatie of het jaar."),
    )
    issuer = StringField(_l("Afgegeven door"), [Length(max=160, message=_l("Gebruik ten hoogste 160 tekens."))])
    reference = StringField(_l("Nummer of kenmerk"), [Length(max=80, message=_l("Gebruik ten hoogste 80 tekens."))])
    issued_on = DayField(_l("Afgegeven of gezien op"), [Optional()])
    valid_until = DayField(_l("Geldig tot en met"), [Optional()])
    statement = TextAreaField(
        _l("Wat u verklaart"),
        [Length(max=2000, message=_l("Gebruik ten hoogste 2000 tekens."))],
        description=_l(
            "Bijvoorbeeld: van alle 12 medewerkers die met jeugdigen werken is op 14 februari 2022 een geldige VOG gezien "
            "door de directeur. Noem geen namen van medewerkers."
        ),
    )
    file = FileField(_l("Bestand"))

    def __init__(self, kind: EvidenceType, *, renews: EvidenceVersion | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if renews is not None:
            del self.title
        if not kind.needs_issuer:
            del self.issuer
        if not kind.needs_number:
            del self.reference
        if kind.is_attestation:
            del self.file
        else:
            del self.statement
        self.issued_on.flags.optional = False
        self.valid_until.flags.optional = not kind.needs_valid_until

    def value(self, name: str) -> Any:
        """What was filled in, or nothing for a field that this kind does not have."""
        return self._fields[name].data if name in self._fields else None
