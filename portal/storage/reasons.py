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
    "infected": mark("In dit bestand is een virus gevonden. Wij hebben het niet bewaard. Controleer uw computer."),
    "broken": mark("Dit bestand is beschadigd. Open het zelf, sla het opnieuw op en kies het nog een keer."),
}


def reason_text(reason: str, locale: str) -> str:
    """The sentence for a refusal code; an unknown code gets the general one."""
    return gettext(locale)(REASONS.get(reason, REASONS["type_not_allowed"]))


WITHHELD = {
    "waiting": mark(
        "Dit bestand wacht op de controle op virussen. Zodra die klaar is, kunt u het openen. Probeer het later nog eens."
    ),
    "infected": mark(
        "In dit bestand is na het uploaden een virus gevonden. Niemand kan het openen. Vraag de maker om een schone versie."
    ),
    "removed": mark("Dit bestand is verwijderd omdat de bewaartermijn voorbij is."),
}
IN_SHORT = {
    "waiting": mark("wacht op controle op virussen"),
    "infected": mark("geblokkeerd: er is een virus in gevonden"),
    "removed": mark("verwijderd na de bewaartermijn"),
}


def withheld_text(reason: str, locale: str) -> str:
    """Why a stored file does not open now, and what to do."""
    return gettext(locale)(WITHHELD[reason])
