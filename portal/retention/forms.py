"""The two steps by which something goes: a reason, and the number on the list typed over."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.retention.rules import LONGEST_REASON
from portal.web import reasons
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS: dict[str, Any] = {
    "retention_not_by_hand": _l("Dit soort gegevens verwijdert niemand met de hand."),
    "retention_nothing_due": _l("Er is hier nu niets waarvan de bewaartermijn voorbij is."),
    "retention_proposed_already": _l("Er staat al een lijst klaar. Bevestig die of trek die eerst in."),
    "retention_reason_too_short": _l("Schrijf in een zin waarom dit weg mag, bijvoorbeeld wie de lijst bekeek."),
    "retention_over": _l("Deze lijst is al bevestigd of ingetrokken."),
    "retention_list_differs": _l("Dit is niet het aantal op de lijst. Bekijk de lijst en vul het aantal over."),
}
reasons.register(REASONS)
PLACES = {"retention_reason_too_short": "reason", "retention_list_differs": "seen"}


class ProposeForm(BaseForm):
    reason = TextAreaField(
        _l("Waarom mag dit weg?"),
        [
            InputRequired(REASONS["retention_reason_too_short"]),
            Length(max=LONGEST_REASON, message=_l("Gebruik ten hoogste 500 tekens.")),
        ],
    )


class ConfirmForm(BaseForm):
    seen = IntegerField(_l("Hoeveel staan er op de lijst?"), [InputRequired(REASONS["retention_list_differs"])])
