"""Asking each feature what it has of these words that the actor may see: one query for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from portal.accounts.organisations import queries as organisations
from portal.contracts.lists import queries as contracts
from portal.contracts.register import queries as register
from portal.i18n import gettext
from portal.listing import Asked, Page
from portal.tables.agreements import queries as agreements
from portal.tables.rounds import queries as rounds
from portal.tenders.procedures.lists import queries as procedures
from portal.work import Work

from .rules import KINDS, MOST, Group, Hit

Find = Callable[[Work, str, Asked], Page[Hit]]


def search(work: Work, words: str, kind: str = "", place: str = "") -> list[Group]:
    """What the actor may see, by kind; a kind without hits is left out. With `kind` a page of that kind alone."""
    kinds = [kind] if kind in KINDS else list(KINDS)
    asked = Asked(place=place if kind in KINDS else "", size=MOST)
    groups = (Group(one, FINDERS[one](work, words, asked)) for one in kinds)
    return [group for group in groups if group.page.rows]


def _hits(page: Page[Any], make: Callable[[Any], Hit]) -> Page[Hit]:
    return replace(page, rows=[make(row) for row in page.rows])


def _procedures(work: Work, words: str, asked: Asked) -> Page[Hit]:
    def hit(found: Any) -> Hit:
        if procedures.is_inside(work, found):
            return Hit(found.title, "procedures.setup", {"id": found.id}, found.reference)
        return Hit(found.title, "procedures.public_page", {"reference": found.reference}, found.reference)

    return _hits(procedures.found(work, words, asked), hit)


def _providers(work: Work, words: str, asked: Asked) -> Page[Hit]:
    """The buyer's side finds every provider, also by trade-register number; everybody who stands in the register."""
    if organisations.sees_all(work.actor):
        _ = gettext(work.actor.locale)
        kvk = _("KvK %(number)s")
        return _hits(
            organisations.providers(work, words, asked=asked, counted=False),
            lambda o: Hit(
                o.name,
                "accounts.provider",
                {"organisation_id": o.id},
                ", ".join(part for part in (o.place, kvk % {"number": o.kvk_number} if o.kvk_number else "") if part),
            ),
        )
    return _hits(
        register.found(work, words, asked),
        lambda row: Hit(row[1], "home.region", {"code": row[3], "q": row[1], "_anchor": "toegelaten"}, row[2]),
    )


def _contracts(work: Work, words: str, asked: Asked) -> Page[Hit]:
    return _hits(
        contracts.found(work, words, asked),
        lambda c: Hit(c.number, "contracts.show", {"contract_id": c.id}, c.organisation.name),
    )


def _tables(work: Work, words: str, asked: Asked) -> Page[Hit]:
    return _hits(
        rounds.found(work, words, asked), lambda t: Hit(t.name, "agreements.table", {"table_id": t.id}, t.code)
    )


def _agreements(work: Work, words: str, asked: Asked) -> Page[Hit]:
    return _hits(
        agreements.found(work, words, asked),
        lambda a: Hit(
            f"{a.code} {a.title}", "agreements.agreement", {"table_id": a.table_id, "agreement_id": a.id}, a.table.name
        ),
    )


FINDERS: dict[str, Find] = {
    "procedures": _procedures,
    "aanbieders": _providers,
    "contracten": _contracts,
    "tafels": _tables,
    "afspraken": _agreements,
}
