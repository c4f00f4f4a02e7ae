"""Fields for days, moments, numbers and choices, which say a typing error at once and never guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import wtforms
from wtforms import DateField, DateTimeLocalField, DecimalField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import TextInput

from portal.clock import AMSTERDAM, local_moment
from portal.typed import Reading, TwoMeanings, as_typed, read_number
from portal.web.locale import _, reader_locale


class MomentField(DateTimeLocalField):
    """A Dutch wall-clock time. `moment` is that time as UTC."""

    def __init__(self, label: Any, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def process_data(self, value: datetime | None) -> None:
        self.data = value.astimezone(AMSTERDAM).replace(tzinfo=None) if value is not None else None

    @property
    def moment(self) -> datetime | None:
        return local_moment(self.data) if self.data is not None else None

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            self.data = None
            raise ValueError(_("Vul een datum en een tijdstip in, bijvoorbeeld 15 juni 2022 om 17:00 uur.")) from error

    def pre_validate(self, form: Any) -> None:
        """A time in the night on which the clock changes names no single moment."""
        _check_year(self.data)
        try:
            local_moment(self.data) if self.data is not None else None
        except ValueError as error:
            raise ValidationError(
                _("In deze nacht gaat de klok vooruit of achteruit: dit tijdstip bestaat niet of komt twee keer voor. "
                  "Kies een tijdstip voor 02:00 uur of vanaf 03:00 uur.")
            ) from error  # fmt: skip


class DayField(DateField):
    """A day in this century, as a date picker sends it and as people type it: day, month, year.

    A typing error in the year is said at once. 3/4/2023 is the third of April to a Dutch and to a British reader.
    """

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
        super().__init__(label, validators, format=formats, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError as error:
            self.data = None
            raise ValueError(_("Vul een datum in, bijvoorbeeld 31-12-2022.")) from error

    def pre_validate(self, form: Any) -> None:
        _check_year(self.data)


def _check_year(value: date | None) -> None:
    if value is not None and not 2000 <= value.year < 2100:
        raise ValidationError(_("Vul een jaar in van 2000 tot 2100."))


LARGEST = Decimal(10) ** 12
"""No amount and no count here comes near it, and every column holds what is below."""


class NumberField(DecimalField):
    """A number in either language's notation, shown back in the reader's. What could be two numbers is asked again.

    `reading` says what 1.250 is here; `signed` numbers may be negative, which a keypad of figures cannot type.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        reading: Reading = Reading.AMOUNT,
        places: int = 2,
        signed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, places=places, **kwargs)
        self.reading, self.signed = reading, signed

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = self._read(typed)

    def _read(self, typed: str) -> Decimal:
        try:
            found = read_number(typed, reader_locale(), self.reading)
        except TwoMeanings as two:
            raise ValueError(two_meanings(two)) from two
        except ValueError as error:
            raise ValueError(self._request()) from error
        if abs(found) >= LARGEST:
            raise ValueError(_("Dit getal is te groot. Kijk na of er een cijfer of een komma verkeerd staat."))
        if -int(found.as_tuple().exponent) > (self.places or 0):
            raise ValueError(
                _("Vul een getal in met ten hoogste %(places)s cijfers achter de komma.", places=self.places)
            )
        return found

    def _request(self) -> str:
        if self.reading is Reading.AMOUNT:
            example = as_typed(Decimal("1250.50"), reader_locale(), self.reading)
            return str(_("Vul een bedrag in, bijvoorbeeld %(example)s.", example=example))
        example = as_typed(Decimal("12.5"), reader_locale(), self.reading)
        return str(_("Vul een getal in, bijvoorbeeld %(example)s.", example=example))

    def _value(self) -> str:
        """As it was typed; once it was taken, as the reader's language writes it."""
        if self.raw_data and (self.errors or self.process_errors or self.data is None):
            return str(self.raw_data[0])
        return "" if self.data is None else as_typed(self.data, reader_locale(), self.reading)


class FigureField(StringField):
    """A number that is kept as a text, so that a draft may hold what is no number yet.

    What can be read is kept without separators; what cannot be read for certain stays as it was typed.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, reading: Reading, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.reading = reading

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        try:
            found = read_number(self.data or "", reader_locale(), self.reading)
            self.data = as_typed(found, "en", Reading.SHARE)
        except ValueError:
            pass

    def _value(self) -> str:
        try:
            return as_typed(read_number(self.data or "", "", self.reading), reader_locale(), self.reading)
        except ValueError:
            return self.data or ""


def two_meanings(two: TwoMeanings) -> str:
    facts = {"typed": two.args[0], "large": two.large, "small": two.small}
    return str(_("%(typed)s kan twee getallen zijn. Schrijf %(large)s of %(small)s, wat u bedoelt.", **facts))


Choices = Iterable[Any] | Mapping[str, Iterable[Any]] | None
"""(value, words) pairs, or those per heading."""


def _options(choices: Choices) -> list[Any] | None:
    if choices is None:
        return None
    groups = choices.items() if isinstance(choices, Mapping) else [(None, choices)]
    return [
        pair if isinstance(pair, SelectChoice) else SelectChoice(*pair, optgroup=heading)
        for heading, pairs in groups
        for pair in pairs
    ]


class _Pairs:
    """Takes its choices as pairs, also when they are known only once the form is made."""

    def __init__(self, label: Any = None, validators: Any = None, *, choices: Choices = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=_options(choices), **kwargs)  # type: ignore[call-arg]

    @property
    def choices(self) -> Any:
        return self._choices

    @choices.setter
    def choices(self, value: Choices) -> None:
        self._choices = _options(value)


class MayBeEmpty:
    """Nothing need be chosen. `Optional` would also let a choice pass that is not on offer, if blanks came first."""

    field_flags: ClassVar = {"optional": True}

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """The choices on offer decide, and one of them is empty."""


class SelectField(_Pairs, wtforms.SelectField):
    pass


class SelectMultipleField(_Pairs, wtforms.SelectMultipleField):
    pass


class RadioField(_Pairs, wtforms.RadioField):
    pass


def in_words(field: wtforms.Field, value: Any) -> str:
    """What this field holds, or could hold, as its reader knows it: a choice by its words, a tick as yes or no."""
    plain = value.value if isinstance(value, Enum) else value
    if isinstance(field, _Pairs):
        words = {str(choice.value): str(choice.label) for choice in field.choices or ()}
        several = plain if isinstance(plain, list | tuple) else [plain]
        return ", ".join(words.get(_code(one), _code(one)) for one in several)
    if isinstance(plain, bool):
        return str(_("Ja") if plain else _("Nee"))
    if isinstance(field, NumberField) and isinstance(plain, Decimal):
        return as_typed(plain, reader_locale(), field.reading)
    return "" if plain is None else _moment_in_words(plain)


def _code(value: Any) -> str:
    """A choice as a form sends it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return "" if value is None else str(value)


def _moment_in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
