"""Regions, what they buy, who their members are and who may decide for them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import defer, joinedload, selectinload

from portal.accounts.models import User, UserState
from portal.db import sort_key
from portal.errors import NotFound
from portal.i18n import gettext
from portal.regions.blueprints import Blueprint, from_json
from portal.regions.blueprints.vocabulary import Unit
from portal.regions.models import (
    Category,
    Municipality,
    Product,
    Region,
    RegionFollower,
    RegionMembership,
    TariffSheet,
)
from portal.regions.rules import UNIT_LABELS
from portal.statements import ask
from portal.work import Work

T = TypeVar("T")
_BLUEPRINTS: dict[str, Blueprint] = {}


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound("region")
    return thing


def region_by_code(work: Work, code: str) -> Region:
    """Raises NotFound."""
    return _found(work.session.scalar(select(Region).where(Region.code == code)))


def regions(work: Work) -> Sequence[Region]:
    return work.session.scalars(select(Region).order_by(Region.name)).all()


def own_region(work: Work) -> Region:
    """The region for which the actor works, or the only one there is. Raises NotFound."""
    find = select(Region).order_by(Region.id).limit(1)
    if work.actor.region_id is not None:
        find = find.where(Region.id == work.actor.region_id)
    return _found(work.session.scalar(find))


def blueprint_of(region: Region) -> Blueprint:
    """The blueprint as last loaded; read once, because the same digest is the same blueprint."""
    if region.blueprint_digest not in _BLUEPRINTS:
        _BLUEPRINTS[region.blueprint_digest] = from_json(json.dumps(region.blueprint))
    return _BLUEPRINTS[region.blueprint_digest]


def members_on(work: Work, region_id: int, day: date) -> list[Municipality]:
    """The municipalities that were member on that day, by name."""
    return members_by_region(work, [region_id], day)[region_id]


def members_by_region(work: Work, region_ids: Iterable[int], day: date) -> dict[int, list[Municipality]]:
    """Region -> the municipalities that were member on that day, by name: one query for any number of regions."""
    found = memberships_of(work, region_ids)
    return {id: members_among(some, day) for id, some in found.items()}


def memberships_of(work: Work, region_ids: Iterable[int]) -> dict[int, list[RegionMembership]]:
    """Region -> who is, was or will be a member."""
    found: dict[int, list[RegionMembership]] = {id: [] for id in region_ids}
    for membership in ask(work, _memberships, regions=list(found)).scalars() if found else ():
        found[membership.region_id].append(membership)
    return found


def _memberships(_work: Work) -> Select[RegionMembership]:
    find = select(RegionMembership).options(joinedload(RegionMembership.municipality))
    return find.where(RegionMembership.region_id.in_(bindparam("regions", expanding=True)))


def members_among(memberships: Iterable[RegionMembership], day: date) -> list[Municipality]:
    """The municipalities that are member on that day, by name."""
    there = {m.municipality for m in memberships if m.member_from <= day <= (m.member_until or day)}
    return sorted(there, key=lambda municipality: sort_key(municipality.name))


def municipality_of(work: Work, organisation_id: int) -> Municipality | None:
    """The municipality that this organisation is, if it is one."""
    return work.session.scalar(select(Municipality).where(Municipality.organisation_id == organisation_id))


# --- what the region buys ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfferedProduct:
    """With the tariff that holds today, or the first one to come; `amount` and `unit` are empty without one."""

    code: str
    name: str
    amount: Decimal | None = None
    unit: str = ""
    is_illustrative: bool = False


@dataclass(frozen=True)
class OfferedCategory:
    code: str
    name: str
    budget_share: Decimal | None
    client_share: Decimal | None
    products: list[OfferedProduct]


def catalogue(work: Work, region: Region) -> list[OfferedCategory]:
    """Categories, products and today's tariffs in the reader's language: two queries, however long the list."""
    locale = work.actor.locale
    sheets: dict[int, list[TariffSheet]] = defaultdict(list)
    for sheet in ask(work, _sheets, region=region.id).scalars():
        sheets[sheet.product_id].append(sheet)
    found: dict[int, OfferedCategory] = {}
    for category, product in ask(work, _offer, region=region.id):
        if category.id not in found:
            name = _named(category.name_nl, category.name_en, locale)
            found[category.id] = OfferedCategory(
                category.code, name, category.budget_share, category.client_share, products=[]
            )
        if product is not None:
            found[category.id].products.append(_offered(product, sheets[product.id], work.today, locale))
    return list(found.values())


def _offer(_work: Work) -> Select[Category, Product | None]:
    find = select(Category, Product).outerjoin(Category.products)
    return find.where(Category.region_id == bindparam("region")).order_by(Category.position, Product.position)


def _sheets(_work: Work) -> Select[TariffSheet]:
    find = select(TariffSheet).join(TariffSheet.product).join(Product.category).options(defer(TariffSheet.components))
    return find.where(Category.region_id == bindparam("region")).order_by(TariffSheet.valid_from, TariffSheet.number)


def _offered(product: Product, sheets: Sequence[TariffSheet], day: date, locale: str) -> OfferedProduct:
    sheet = tariff_on(sheets, day) or next((t for t in sheets if t.valid_from > day), None)
    name = _named(product.name_nl, product.name_en, locale)
    if sheet is None:
        return OfferedProduct(product.code, name)
    return OfferedProduct(product.code, name, sheet.amount, unit_label(sheet.unit, locale), sheet.illustrative)


def tariff_on(sheets: Sequence[TariffSheet], day: date) -> TariffSheet | None:
    """The sheet that holds on that day: the newest one, because a sheet is replaced and never changed."""
    valid = [s for s in sheets if s.valid_from <= day and (s.valid_until is None or day <= s.valid_until)]
    return max(valid, key=lambda sheet: sheet.number, default=None)


def unit_label(unit: str, locale: str) -> str:
    """What a tariff is paid for, such as "per uur"."""
    return gettext(locale)(UNIT_LABELS[Unit(unit)])


def _named(dutch: str, english: str, locale: str) -> str:
    return english if locale == "en" and english else dutch


def product_by_code(work: Work, region_id: int, code: str) -> Product:
    """Raises NotFound."""
    find = select(Product).join(Category).where(Category.region_id == region_id, Product.code == code)
    return _found(work.session.scalar(find))


def products_of(work: Work, region_id: int) -> Sequence[Product]:
    """All products in the order of the blueprint, with their tariff sheets."""
    find = (
        select(Product)
        .join(Category)
        .where(Category.region_id == region_id)
        .options(selectinload(Product.tariffs), joinedload(Product.category))
        .order_by(Category.position, Product.position)
    )
    return work.session.scalars(find).all()


def is_following(work: Work, region_id: int) -> bool:
    mine = RegionFollower.user_id == work.actor.user_id
    return work.session.scalar(select(RegionFollower.id).where(RegionFollower.region_id == region_id, mine)) is not None


def followers(work: Work, region_id: int) -> Sequence[User]:
    """Active people who want a mail when the region publishes something."""
    find = (
        select(User)
        .join(RegionFollower, RegionFollower.user_id == User.id)
        .where(RegionFollower.region_id == region_id, User.state == UserState.ACTIVE)
    )
    return work.session.scalars(find.order_by(User.id)).all()
