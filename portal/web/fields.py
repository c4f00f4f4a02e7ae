"""Fields for days and moments, which say a typing error at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from wtforms import DateField, DateTimeLocalField, ValidationError

from portal.clock import AMSTERDAM, local_moment
from portal.web.locale import _


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
    """A day in this century: a typing error in the year is said at once."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            self.data = None
            raise ValueError(_("Vul een datum in: dag, maand en jaar.")) from error

    def pre_validate(self, form: Any) -> None:
        _check_year(self.data)


def _check_year(value: date | None) -> None:
    if value is not None and not 2000 <= value.year < 2100:
        raise ValidationError(_("Vul een jaar in van 2000 tot 2100."))
