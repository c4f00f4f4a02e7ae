"""What the facts of a location must look like, and who sees which of them."""

from __future__ import annotations

import enum
import re

from portal.i18n import mark
from portal.regions.locations.models import Location

POSTCODE = re.compile(r"[1-9][0-9]{3} [A-Z]{2}")
AGB = re.compile(r"[0-9]{8}")
OLDEST = 23
"""Youth care ends at 18, extended youth care at 23 (art. 1.1 Jeugdwet)."""
MOST_PLACES = 10_000


class Audience(enum.Enum):
    """Who looks at a provider's page."""

    PUBLIC = "public"
    TABLE = "table"
    OFFICER = "officer"


AUDIENCE_LABELS = {
    Audience.PUBLIC: mark("Iedereen"),
    Audience.TABLE: mark("Partners aan een ontwikkeltafel"),
    Audience.OFFICER: mark("Inkopers, contractmanagers en auditors"),
}


def normal_postcode(postcode: str) -> str:
    """As the register writes it: 1811 AB."""
    plain = re.sub(r"\s", "", postcode).upper()
    return f"{plain[:4]} {plain[4:]}" if len(plain) == 6 else plain


def normal_agb(code: str) -> str:
    return re.sub(r"[\s.-]", "", code)


def reasons_against_location(
    *, name: str, place: str, postcode: str, age_from: int | None, age_to: int | None
) -> list[str]:
    """What is wrong with the facts of a location."""
    reasons = []
    if not name.strip():
        reasons.append("location_name_missing")
    if not place.strip():
        reasons.append("location_place_missing")
    if postcode and not POSTCODE.fullmatch(normal_postcode(postcode)):
        reasons.append("postcode_wrong")
    if any(age is not None and not 0 <= age <= OLDEST for age in (age_from, age_to)):
        reasons.append("age_out_of_range")
    elif age_from is not None and age_to is not None and age_from > age_to:
        reasons.append("ages_reversed")
    return reasons


def reasons_against_showing(*, name: str, place: str, street: str, postcode: str, family_home: bool) -> list[str]:
    """The name and the place of a family home are public: neither may give its address away."""
    shown = [_letters(words) for words in (name, place)]
    secret = [_letters(words) for words in (street, postcode) if any(letter.isdigit() for letter in words)]
    told = family_home and any(part in words for part in secret for words in shown)
    return ["name_tells_address"] if told else []


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", words).casefold()


def reasons_against_agb(code: str, *, taken: bool) -> list[str]:
    if not AGB.fullmatch(normal_agb(code)):
        return ["agb_wrong"]
    return ["agb_taken"] if taken else []


def reasons_against_places(places: int | None) -> list[str]:
    """None or 0 takes the line away."""
    return ["places_wrong"] if places is not None and not 0 <= places <= MOST_PLACES else []


def address_for(location: Location, audience: Audience) -> str:
    """Street and postcode, or nothing. A family home is somebody's own house: only who buys care sees where it is."""
    if location.family_home and audience is not Audience.OFFICER:
        return ""
    return ", ".join(part for part in (location.street, location.postcode) if part)
