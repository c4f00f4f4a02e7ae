"""Typed text as others may see it: letters composed, and without signs that nobody sees and that make a text look like another.

A sign that turns the direction round shows "gpj.exe" as "exe.jpg"; one without width hides a name or a number from a search
and from a rule. Browsers send no line end for a field of one line; who writes requests by hand does.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import wtforms
from email_validator import EmailNotValidError, validate_email
from wtforms.validators import StopValidation

from .locale import _

JOINERS = "\u200c\u200d"
"""Some scripts, and pictures made of several signs, cannot be written without these."""
ENDS = ("Cc", "Zl", "Zp")


def readable(text: str) -> str:
    """A text of several lines."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c in JOINERS or unicodedata.category(c) != "Cf")


def on_one_line(text: str) -> str:
    """The same for a name or a title: what would end the line is a space."""
    return "".join(" " if unicodedata.category(c) in ENDS else c for c in readable(text))


def filter_of(field: wtforms.Field) -> Any:
    """What happens to the text of this field before anybody looks at it; None for what is no text, and for a password."""
    if not isinstance(field, wtforms.StringField) or isinstance(field, wtforms.PasswordField | wtforms.HiddenField):
        return None
    clean = readable if isinstance(field, wtforms.TextAreaField) else on_one_line
    return lambda text: clean(text) if isinstance(text, str) else text


class EmailField(wtforms.EmailField):
    """An address in the letters that every mail server takes. A domain in others is written as the network writes it
    (xn--...), so that it cannot pass for the one of a colleague."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data and not self.data.isascii():
            self.data = _in_ascii(self.data.strip())

    def pre_validate(self, form: Any) -> None:
        if self.data and not self.data.isascii():
            raise StopValidation(_("Vul een e-mailadres in, bijvoorbeeld naam@organisatie.nl."))


def _in_ascii(address: str) -> str:
    """As it was typed where that cannot be."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email or address
    except EmailNotValidError:
        return address
