"""What everybody may know of who was admitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from portal.accounts.models import Organisation
from portal.contracts.models import Contract, SubAgreement
from portal.contracts.rules import PUBLIC_STATES
from portal.listing import FIRST, Asked, Key, Order, Page, batches, count_of, has_words, page_of
from portal.regions.models import Product, Region
from portal.statements import ask
from portal.work import Work


@dataclass(frozen=True)
class Admitted:
    """A line of the public register. No address, and nothing about a refusal (domain 3.16)."""

    name: str
    place: str
    products: tuple[tuple[str, str], ...]
    """Code and name."""
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Wish:
    """Lines with this product (a code) and this part of a name or place; empty asks nothing."""

    product: str = ""
    text: str = ""


EVERYBODY = Wish()


def admitted(work: Work, region_id: int, wish: Wish = EVERYBODY, asked: Asked = FIRST) -> Page[Admitted]:
    """One page of the register of admitted providers, after signature, by name; three queries at any size."""
    find, order = _listed(region_id, wish)
    page, everybody = page_of(work.session, find, order, asked), wish == EVERYBODY
    total = _holders(region_id) if everybody else find.with_only_columns(Organisation.id)
    return replace(page, rows=_lines(work, region_id, page.rows), total=count_of(work.session, total))


def all_admitted(work: Work, region_id: int, wish: Wish = EVERYBODY, sort: str = "") -> Iterator[Admitted]:
    """The same list without pages: for a file."""
    find, order = _listed(region_id, wish)
    for some in batches(work.session, find, order, sort):
        yield from _lines(work, region_id, some)


FOUND = Order({"": [Key(Organisation.sort_name), Key(Region.code)]}, last=Key(Organisation.id))


def found(work: Work, words: str, asked: Asked) -> Page[tuple[int, str, str, str]]:
    """One page of lines of the registers of all regions, by part of a name: (id, name, place, code of the region)."""
    holds = select(Contract.id).where(
        Contract.organisation_id == Organisation.id, Contract.region_id == Region.id, Contract.state.in_(PUBLIC_STATES)
    )
    find = select(Organisation.id, Organisation.name, Organisation.place, Region.code)
    find = find.join(Region, exists(holds)).where(has_words(Organisation.sort_name, words))
    return page_of(work.session, find, FOUND, asked)


def _listed(region_id: int, wish: Wish) -> tuple[Select[*tuple[Any, ...]], Order]:
    """A row per provider: its id, name and place, and from when until when its contracts run together."""
    find, order = _register(region_id)
    if wish.product:
        line = select(SubAgreement.contract_id).join(SubAgreement.product).where(Product.code == wish.product)
        find = find.where(exists().where(*_own(region_id), Contract.id.in_(line)))
    if words := wish.text.strip():
        name = has_words(Organisation.sort_name, words)
        find = find.where(or_(name, Organisation.place.icontains(words, autoescape=True)))
    return find, order


@cache
def _register(region_id: int) -> tuple[Select[*tuple[Any, ...]], Order]:
    """Of everybody: put together once for each region."""
    own = _own(region_id)
    starts = select(func.min(Contract.starts_on)).where(*own).scalar_subquery()
    ends = select(func.max(Contract.ends_on)).where(*own).scalar_subquery()
    find = select(Organisation.id, Organisation.name, Organisation.place, starts, ends).where(exists().where(*own))
    by_name = [Key(Organisation.sort_name)]
    return find, Order(
        {
            "": by_name,
            "naam": by_name,
            "plaats": [Key(Organisation.place), *by_name],
            "vanaf": [Key(starts), *by_name],
            "tot": [Key(ends), *by_name],
        },
        last=Key(Organisation.id),
    )


@cache
def _holders(region_id: int) -> Select[int]:
    """Everybody, as their contracts alone can count them."""
    return select(Contract.organisation_id).where(_holds(region_id)).distinct()


def _own(region_id: int) -> tuple[ColumnElement[bool], ...]:
    return Contract.organisation_id == Organisation.id, _holds(region_id)


def _holds(region_id: Any) -> Any:
    return (Contract.region_id == region_id) & Contract.state.in_(PUBLIC_STATES)


def _lines(work: Work, region_id: int, rows: Sequence[tuple[Any, ...]]) -> list[Admitted]:
    english = work.actor.locale == "en"
    offered: dict[int, dict[str, str]] = {}
    for id, code, dutch, other in ask(work, _products, region=region_id, providers=[row[0] for row in rows]):
        offered.setdefault(id, {})[code] = other if english and other else dutch
    return [
        Admitted(name, place, tuple(offered.get(id, {}).items()), starts, ends)
        for id, name, place, starts, ends in rows
    ]


def _products(_work: Work) -> Select[int, str, str, str]:
    """What these providers are admitted for: provider, code and both names."""
    return (
        select(Contract.organisation_id, Product.code, Product.name_nl, Product.name_en)
        .join(SubAgreement, SubAgreement.contract_id == Contract.id)
        .join(Product, Product.id == SubAgreement.product_id)
        .where(_holds(bindparam("region")), Contract.organisation_id.in_(bindparam("providers", expanding=True)))
        .order_by(Product.category_id, Product.position)
    )
