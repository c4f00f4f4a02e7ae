"""The forms of a person's own account."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField
from wtforms.validators import Email, InputRequired, Length

from portal.web import reasons
from portal.web.fields import RadioField
from portal.web.forms import BaseForm
from portal.web.locale import _l
from portal.web.signs import EmailField

REASONS: dict[str, Any] = {
    "email_same": _l("Dit is het adres dat u al gebruikt. Vul een ander adres in."),
    "session_over": _l("Deze sessie is al voorbij."),
}
reasons.register(REASONS)

PLACES = {"password_wrong": "password", "email_same": "email"}
EMAIL_WRONG = _l("Vul een e-mailadres in, bijvoorbeeld naam@organisatie.nl.")


class NewEmailForm(BaseForm):
    email = EmailField(
        _l("Nieuw e-mailadres"),
        [InputRequired(EMAIL_WRONG), Length(max=254, message=EMAIL_WRONG), Email(EMAIL_WRONG)],
        description=_l("U krijgt op dit adres een link om het te bevestigen."),
    )
    password = PasswordField(_l("Uw wachtwoord"), [InputRequired(_l("Vul uw wachtwoord in."))])


class AgreeForm(BaseForm):
    """A button that confirms."""


class MailPreferenceForm(BaseForm):
    digest = RadioField(
        _l("Mails die alleen informeren"),
        [InputRequired(_l("Kies hoe u deze mails wilt krijgen."))],
        choices=[("nee", _l("Elke mail apart, meteen")), ("ja", _l("Samen in één dagelijks overzicht"))],
    )
