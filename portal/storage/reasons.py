"""Why a file is not accepted, as a sentence that says what to do."""

from __future__ import annotations

from ..i18n import gettext, mark

REASONS = {
    "empty": mark("Dit bestand is leeg. Kies het bestand opnieuw, of maak het opnieuw aan."),
    "too_large": mark("Dit bestand is te groot. Maak het kleiner of splits het in delen."),
    "type_not_allowed": mark("Dit soort bestand nemen wij niet aan. Sla het op als een van de genoemde soorten."),
    "not_what_it_says": mark("De inhoud past niet bij de naam van dit bestand. Sla het opnieuw op als PDF."),
    "macro": mark("Dit bestand bevat macro's. Sla het op zonder macro's, bijvoorbeeld als PDF."),
    "encrypted": mark("Dit bestand is beveiligd met een wachtwoord. Haal de beveiliging eraf en kies het opnieuw."),
    "bomb": mark("Dit bestand wordt bij het openen te groot. Sla het op als PDF."),
    "external": mark("Dit bestand haalt onderdelen van een andere plek op. Sla het op als PDF."),
    "active": mark("Dit bestand bevat onderdelen die iets kunnen uitvoeren. Sla het op als PDF zonder die onderdelen."),
    "broken": mark("Dit bestand is beschadigd. Open het zelf, sla het opnieuw op en kies het nog een keer."),
}


def reason_text(reason: str, locale: str) -> str:
    """The sentence for a refusal code; an unknown code gets the general one."""
    return gettext(locale)(REASONS.get(reason, REASONS["type_not_allowed"]))
