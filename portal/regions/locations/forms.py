"""The forms of a provider's locations."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.regions.locations.models import Location
from portal.web import reasons
from portal.web.fields import MayBeEmpty, SelectField, SelectMultipleField
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS: dict[str, Any] = {
    "location_name_missing": _l("Vul een naam voor de locatie in."),
    "location_place_missing": _l("Vul de plaats van de locatie in."),
    "name_tells_address": _l(
        "De naam en de plaats zijn openbaar, en hierin staat het adres van een gezinshuis. Haal het weg."
    ),
    "postcode_wrong": _l("Vul een postcode in zoals 1811 AB, of laat het veld leeg."),
    "age_out_of_range": _l("Vul een leeftijd van 0 tot en met 23 jaar in, of laat het veld leeg."),
    "ages_reversed": _l("De laagste leeftijd is hoger dan de hoogste. Draai ze om."),
    "agb_wrong": _l("Een AGB-code heeft 8 cijfers, bijvoorbeeld 73731234. Controleer de code."),
    "agb_taken": _l("Deze AGB-code staat al in het portaal. Controleer de code."),
    "places_wrong": _l("Vul een aantal plekken van 0 tot en met 10000 in. Met 0 haalt u de regel weg."),
}
reasons.register(REASONS)

PLACES = {
    "location_name_missing": "name", "location_place_missing": "place", "postcode_wrong": "postcode",
    "age_out_of_range": "age_from", "ages_reversed": "age_from", "agb_wrong": "code", "agb_taken": "code",
    "places_wrong": "places", "name_tells_address": "name",
}  # fmt: skip
Choices = list[tuple[str, str]]


class LocationForm(BaseForm):
    name = StringField(
        _l("Naam van de locatie"),
        [InputRequired(REASONS["location_name_missing"]), Length(max=120)],
        description=_l("Zoals u die zelf gebruikt. Schrijf hier niets over een kind of gezin."),
    )
    family_home = BooleanField(
        _l("Dit is een gezinshuis: hier woont iemand zelf"),
        description=_l("Het adres is dan nooit openbaar. Alleen inkopers, contractmanagers en auditors zien het."),
    )
    street = StringField(_l("Straat en huisnummer"), [Optional(), Length(max=160)], filters=[lambda text: text or ""])
    postcode = StringField(_l("Postcode"), [Optional(), Length(max=10)], filters=[lambda text: text or ""])
    place = StringField(_l("Plaats"), [InputRequired(REASONS["location_place_missing"]), Length(max=100)])
    municipality = SelectField(_l("Gemeente"), [MayBeEmpty()], default="")
    age_from = IntegerField(_l("Vanaf leeftijd"), [Optional()], description=_l("In jaren, bijvoorbeeld 4."))
    age_to = IntegerField(_l("Tot en met leeftijd"), [Optional()], description=_l("In jaren, bijvoorbeeld 17."))

    def __init__(self, municipalities: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality.choices = [("", _l("Voor de hele regio")), *municipalities]

    def facts(self) -> dict[str, Any]:
        return {
            "name": self.name.data or "",
            "street": self.street.data or "",
            "postcode": self.postcode.data or "",
            "place": self.place.data or "",
            "municipality_id": int(self.municipality.data) if self.municipality.data else None,
            "family_home": bool(self.family_home.data),
            "age_from": self.age_from.data,
            "age_to": self.age_to.data,
        }


def filled(location: Location) -> dict[str, Any]:
    """What the form starts with."""
    known = ("name", "street", "postcode", "place", "family_home", "age_from", "age_to")
    return {**{key: getattr(location, key) for key in known}, "municipality": str(location.municipality_id or "")}


class CapacityForm(BaseForm):
    thing = SelectField(_l("Waarvoor"), [InputRequired(_l("Kies een product of categorie."))])
    places = IntegerField(_l("Aantal plekken"), [InputRequired(REASONS["places_wrong"])])

    def __init__(self, things: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing.choices = [("", _l("Kies een product of categorie")), *things]

    def facts(self) -> dict[str, Any]:
        key = "category_id" if self.thing.data.startswith("c") else "product_id"
        return {key: int(self.thing.data[1:]), "places": self.places.data}


class ServedForm(BaseForm):
    municipalities = SelectMultipleField(_l("Gemeenten"))

    def __init__(self, municipalities: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities.choices = municipalities


class AgbForm(BaseForm):
    code = StringField(
        _l("AGB-code"), [InputRequired(REASONS["agb_wrong"])], description=_l("8 cijfers, uit het AGB-register.")
    )
    location = SelectField(_l("Voor"), [MayBeEmpty()], default="")

    def __init__(self, locations: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.location.choices = [("", _l("De hele organisatie")), *locations]
