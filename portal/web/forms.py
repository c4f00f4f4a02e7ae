"""The form that all forms are: CSRF token, the version it was opened on, and a number that is used once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from flask import g, request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from . import reasons
from .fields import NumberField, in_words
from .locale import _, _l
from .signs import filter_of

SAID_BETTER: dict[str, Any] = {
    "Not a valid choice.": _l("Kies een van de mogelijkheden."),
    "Not a valid date value.": _l("Vul een bestaande datum in, bijvoorbeeld 31-12-2022."),
    "Not a valid datetime value.": _l("Vul een bestaande datum en tijd in, bijvoorbeeld 31-12-2022 17:00."),
    "Not a valid decimal value.": _l("Vul een getal in, bijvoorbeeld 1.250,50."),
    "Not a valid integer value.": _l("Vul een heel getal in, bijvoorbeeld 12."),
    "This field is required.": _l("Vul dit in."),
}
"""What the library says about input of the wrong shape, in words that say what to do."""


class Sentences:
    """The library's messages in the reader's language, the common ones in our own words."""

    def __init__(self, others: Any) -> None:
        self.others = others

    def gettext(self, text: str) -> str:
        return str(SAID_BETTER[text]) if text in SAID_BETTER else str(self.others.gettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(self.others.ngettext(one, many, number))


def _reader_locales() -> list[str]:
    return [str(get_locale() or "nl")]


_NONCE = re.compile(r"[\w-]{1,64}", re.ASCII)


def _own_nonce(sent: str | None) -> str:
    """What this portal may have made itself; anything else counts as none, so that it never reaches the database."""
    return sent if sent and _NONCE.fullmatch(sent) else ""


class BaseForm(FlaskForm):
    """Shape of input, never policy. `version` is what the page showed; `nonce` makes a repeat harmless."""

    class Meta(FlaskForm.Meta):
        @property
        def locales(self) -> list[str]:
            return _reader_locales()

        def get_translations(self, form: Any) -> Any:
            return Sentences(super().get_translations(form))

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            field: Field = super().bind_field(form, unbound_field, options)
            clean = filter_of(field)
            field.filters = field.filters if clean is None else (clean, *field.filters)
            return field

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    nonce = HiddenField(default=lambda: secrets.token_urlsafe(24), filters=[_own_nonce])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        g.form = self

    def validate(self, extra_validators: Any = None) -> bool:
        fits = bool(super().validate(extra_validators))
        unreadable = [name for name, values in request.form.lists() if any("\0" in value for value in values)]
        for name in unreadable:
            sentence = _("Hierin staat een teken dat niet bewaard kan worden. Typ de tekst opnieuw.")
            if name in self._fields:
                self.refuse(name, sentence)
            else:
                self.form_errors.append(sentence)
        return fits and not unreadable

    def refuse(self, field: Field | str, sentence: str) -> None:
        """Put a sentence at a field after a rule said no; the typed input stays."""
        target = self._fields[field] if isinstance(field, str) else field
        target.errors = [*target.errors, sentence]

    def refuse_all(self, codes: Iterable[str], places: Mapping[str, str]) -> None:
        """Put each reason's sentence at the field that `places` names for its code, else at the top of the form."""
        for code in codes:
            place = places.get(code.partition(":")[0])
            if place is not None and place in self._fields:
                self.refuse(place, reasons.sentence(code))
            else:
                self.form_errors.append(reasons.sentence(code))

    @property
    def has_file(self) -> bool:
        return any(field.type in ("FileField", "MultipleFileField") for field in self)

    def typed(self, also: Container[str] = ()) -> Sequence[tuple[str, str]]:
        """(label, text) of everything the reader typed, for pages that must not lose it; a tick is no text. The fields
        named in `also` are there whatever they hold: somebody else filled them in."""
        hidden = {"HiddenField", "CSRFTokenField", "PasswordField", "SubmitField", "FileField", "MultipleFileField"}
        return [
            (str(field.label.text), field._value() if isinstance(field, NumberField) else in_words(field, field.data))
            for field in self
            if field.type not in hidden and field.name not in ("version", "csrf_token")
            if field.name in also or (field.data not in (None, "") and not isinstance(field.data, bool))
        ]
