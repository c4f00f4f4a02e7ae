"""The main menu of each role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.access import Actor
from portal.access import Permission as P
from portal.i18n import gettext, mark


@dataclass(frozen=True)
class AccessibilityStatement:
    """The statement in the Dutch model: status A (meets all), B (partly), C (first measures), D (no), E (no statement)."""

    status: str
    drawn_up_on: date
    tested_on: date
    norm: str = "WCAG 2.2, A + AA (EN 301 549)"
    audited_on: date | None = None
    """By somebody from outside; None as long as nobody did. Without it a status above C may not be claimed."""


ACCESSIBILITY = AccessibilityStatement(status="C", drawn_up_on=date(2026, 11, 23), tested_on=date(2026, 11, 23))

ALSO_UNDER = {
    "/inschrijvingen": ("/besluiten",),
    "/inkoop/procedures": ("/inkoop",),
    "/beoordelen": ("/inkoop/inschrijvingen",),
    "/besluiten": ("/inkoop/besluiten", "/inkoop/bezwaren"),
    "/ontwikkeltafels": ("/overleggen", "/bemiddeling", "/afspraken"),
}
"""Addresses that stand under another heading than their own beginning says."""


START = "/start"


@dataclass(frozen=True)
class NavItem:
    """A heading of the main menu; `current` is filled in by the page."""

    label: str
    url: str
    also: tuple[str, ...] = ()
    """Other beginnings of an address that belong under this heading."""
    count: int = 0
    """How much waits under it for the reader; only the start page and the menu's own fragment know."""
    current: bool = False

    @property
    def place(self) -> str:
        """The id under which a page keeps room for the count."""
        return f"telling{self.url.replace('/', '-')}"

    def near(self, path: str) -> int:
        """How much of an address this heading says; 0 when it stands elsewhere."""
        hits = (url for url in (self.url, *self.also) if path == url or path.startswith(f"{url}/"))
        return max(map(len, hits), default=0)


VISITOR_MENU = (
    (mark("Open procedures"), "/procedures"),
    (mark("Toegelaten aanbieders"), "/#toegelaten"),
    (mark("Hulp en contact"), "/hulp"),
)
PROVIDER_MENU = (
    (mark("Wat wacht op mij"), "/start", None),
    (mark("Procedures"), "/procedures", None),
    (mark("Inschrijvingen"), "/inschrijvingen", P.SUBMISSION_EDIT),
    (mark("Bewijspaspoort"), "/bewijspaspoort", P.EVIDENCE_READ),
    (mark("Contracten"), "/contracten", P.CONTRACT_READ),
    (mark("Verantwoording"), "/verantwoording", P.OBLIGATION_READ),
    (mark("Ontwikkeltafels"), "/ontwikkeltafels", P.TABLE_READ),
    (mark("Organisatie"), "/organisatie", None),
)
STAFF_MENU = (
    (mark("Wat wacht op mij"), "/start", None),
    (mark("Procedures"), "/inkoop/procedures", P.PROCEDURE_WORK),
    (mark("Beoordelen"), "/beoordelen", P.ASSESSMENT_JUDGE),
    (mark("Besluiten"), "/besluiten", P.DECISION_DECIDE),
    (mark("Contracten"), "/contracten", P.CONTRACT_READ),
    (mark("Verificaties"), "/verificaties", P.AUTHORITY_VERIFY),
    (mark("Aanbieders"), "/aanbieders", P.ORGANISATION_VERIFY),
    (mark("Mandaten"), "/mandaten", P.MANDATE_EDIT),
    (mark("Ontwikkeltafels"), "/ontwikkeltafels", P.TABLE_READ),
    (mark("Uitspraken"), "/uitspraken", P.RULING_DECIDE),
    (mark("KPI’s"), "/kpi", P.KPI_READ),
    (mark("Verantwoording"), "/verantwoording", P.OBLIGATION_READ),
    (mark("Signalen"), "/signalen", P.SIGNAL_READ),
    (mark("Controle"), "/controle", P.AUDIT_READ),
    (mark("Bewaren"), "/beheer/bewaren", P.RETENTION_CONFIRM),
    (mark("Gebruikers"), "/beheer/gebruikers", P.STAFF_INVITE),
    (mark("Stand"), "/status", P.PLATFORM_STATUS),
)


def navigation(actor: Actor) -> list[NavItem]:
    """The main menu of this role: only where it may go."""
    _ = gettext(actor.locale)
    if actor.user_id is None:
        return [NavItem(_(label), url) for label, url in VISITOR_MENU]
    menu = PROVIDER_MENU if actor.is_provider else STAFF_MENU
    return [
        NavItem(_(label), url, ALSO_UNDER.get(url, ()))
        for label, url, permission in menu
        if permission is None or actor.may(permission)
    ]


def counted(items: Sequence[NavItem], paths: Sequence[str]) -> list[NavItem]:
    """The headings with how many of these addresses stand under each; everything together under the start page."""
    found = Counter({START: len(paths)})
    for path in paths:
        nearest = max(items, key=lambda item: item.near(path))
        if nearest.near(path) and nearest.url != START:
            found[nearest.url] += 1
    return [replace(item, count=found[item.url]) for item in items]
