"""Who the region is: name, members with dates, organisation, documents, principles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Text:
    """A sentence in Dutch, with English where there is one. Dutch binds; English is a courtesy."""

    nl: str
    en: str | None = None

    def say(self, locale: str) -> str:
        """The text in that language, Dutch when it is missing."""
        return self.en if locale.startswith("en") and self.en else self.nl


@dataclass(frozen=True, kw_only=True)
class Source:
    """One origin of what the blueprint says; every `source` key elsewhere names one of these codes."""

    code: str
    title: Text
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code with a label: a principle, a value, an indicator, a profile, an intensity."""

    code: str
    name: Text
    source: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A named list from the strategy, such as the three movements."""

    code: str
    name: Text
    items: tuple[Text, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Region:
    code: str
    name: str
    source: str
    valid_from: date
    historic: bool
    css_class: str | None = None
    introduction: Text | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """A member of the region from `member_from` up to and including `member_until`."""

    code: str
    name: str
    source: str
    member_from: date | None = None
    member_until: date | None = None
    cbs_code: str | None = None

    def is_member_on(self, day: date) -> bool:
        started = self.member_from is None or self.member_from <= day
        return started and (self.member_until is None or day <= self.member_until)


@dataclass(frozen=True, kw_only=True)
class Municipalities:
    """The count may be known while the names are not. `count` is the number on the region's valid_from."""

    source: str
    count: int | None = None
    members: tuple[Municipality, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Organisation:
    source: str
    contracting_body: Text | None = None
    abbreviation: str | None = None
    access_body: Text | None = None
    expert_team: Text | None = None
    admin_platform: str | None = None
    legal_form: str | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colour and logo of the region's pages. The logo is a file in static/regions/<code>/."""

    source: str
    accent: str
    """As #00566b; white words on it and its own words on white must be readable."""
    logo: str | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where people are answered. What is not known is left out, and the page says so."""

    name: Text | None = None
    phone: str | None = None
    email: str | None = None
    hours: Text | None = None
    reply_working_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How the region is reached."""

    source: str
    office: Desk | None = None
    """Questions about buying: procedures, decisions, contracts."""
    helpdesk: Desk | None = None
    """Questions about the portal itself: logging in, an upload that fails."""
    complaints_email: str | None = None
    privacy_email: str | None = None
    """Of the data protection officer."""


@dataclass(frozen=True, kw_only=True)
class VisionDocument:
    """A document the purchase rests on. One that is not public never leaves the buyer's side."""

    code: str
    title: Text
    public: bool
    source: str
    adopted_by: Text | None = None
    year: int | None = None
    note: Text | None = None
