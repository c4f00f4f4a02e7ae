"""How mail reaches a reader: at once or in the daily overview, and who gets a copy while the reader is away.

Mail knows addresses only. Who keeps the people registers one function that says what an address wishes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..work import Work

INFORMATIVE = frozenset({
    "assessment_locked", "minutes_addendum", "minutes_adopted", "obligation_checked", "procedure_published",
})  # fmt: skip
"""Mails that only inform: they may wait for the daily overview. All others are legal notices or ask for an act of the
reader (decisions, deadlines, signing, declarations due, contracts, security) and always leave at once."""

PERSONAL = frozenset({
    "account_confirm", "account_known", "account_reset", "absence_arranged", "absence_arranged_for_you",
    "assessment_assigned", "daily_digest", "delivery_check", "email_change", "email_changed", "email_changing",
    "invitation", "join_declined",
})  # fmt: skip
"""Mails that no deputy gets a copy of: their link is a key, or a judgement belongs to one person alone."""


class Reader(Protocol):
    """Who has an account, as far as a mail needs to know."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def locale(self) -> str: ...


@dataclass(frozen=True)
class Copy:
    """To whom a mail goes as well, and the words put before its subject, in that reader's language."""

    to: str
    before: str


@dataclass(frozen=True)
class Wishes:
    digest: bool = False
    copies: tuple[Copy, ...] = ()


Ask = Callable[[Work, str, str], Wishes]
"""(work, address, mail template) -> what holds for this mail."""

_known: list[Ask] = []


def register_wishes(ask: Ask) -> None:
    """Who keeps the people says how mail reaches them."""
    _known[:] = [ask]


def wishes_of(work: Work, address: str, template: str) -> Wishes:
    return _known[0](work, address, template) if _known else Wishes()
