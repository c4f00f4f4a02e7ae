"""Regions, what they buy, who their members are and who may decide for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission, Role
from portal.accounts.models import Membership, User, UserState
from portal.db import sort_key
from portal.errors import NotFound
from portal.i18n import gettext
from portal.regions.blueprints import Blueprint, from_json
from portal.regions.blueprints.vocabulary import Unit
from portal.regions.models import (
    Category,
    Mandate,
    Municipality,
    Power,
    Product,
    Region,
    RegionFollower,
    RegionMembership,
    TariffSheet,
)
from portal.regions.rules import UNIT_LABELS, holds_on
from portal.waits import Wait
from portal.work import Work

MANDATE_WARNING = timedelta(days=60)


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
    find = (
        select(Municipality)
        .join(RegionMembership)
        .where(
            RegionMembership.region_id == region_id,
            RegionMembership.member_from <= day,
            or_(RegionMembership.member_until.is_(None), RegionMembership.member_until >= day),
        )
    )
    return sorted(work.session.scalars(find).unique(), key=lambda m: sort_key(m.name))


def municipality_of(work: Work, organisation_id: int) -> Municipality | None:
    """The municipality that this organisation is, if it is one."""
    return work.session.scalar(select(Municipality).where(Municipality.organisation_id == organisation_id))


# --- what the region buys ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfferedProduct:
    id: int
    code: str
    name: str
    tariff: TariffSheet | None
    """The sheet that holds today, or the first one to come."""
    unit: str


@dataclass(frozen=True)
class OfferedCategory:
    code: str
    name: str
    budget_share: Decimal | None
    client_share: Decimal | None
    products: list[OfferedProduct]


def catalogue(work: Work, region: Region) -> list[OfferedCategory]:
    """Categories, products and today's tariffs in the reader's language: three queries, however long the list."""
    find = (
        select(Category)
        .where(Category.region_id == region.id)
        .options(selectinload(Category.products).selectinload(Product.tariffs))
        .order_by(Category.position)
    )
    locale = work.actor.locale
    return [
        OfferedCategory(
            code=category.code,
            name=_named(category.name_nl, category.name_en, locale),
            budget_share=category.budget_share,
            client_share=category.client_share,
            products=[_offered(product, work.today, locale) for product in category.products],
        )
        for category in work.session.scalars(find)
    ]


def _offered(product: Product, day: date, locale: str) -> OfferedProduct:
    sheet = tariff_on(product.tariffs, day) or next((t for t in product.tariffs if t.valid_from > day), None)
    name = _named(product.name_nl, product.name_en, locale)
    return OfferedProduct(product.id, product.code, name, sheet, unit_label(sheet.unit, locale) if sheet else "")


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


def _reads_mandates(work: Work) -> ColumnElement[bool]:
    """The register of the actor's own region."""
    region = work.actor.region_id
    return Mandate.__table__.c.region_id == region if region is not None else Mandate.__table__.c.id.is_not(None)


@dataclass(frozen=True)
class RegisterLine:
    mandate: Mandate
    holder: str
    holds: bool


@dataclass(frozen=True)
class RegisterPage:
    municipality: Municipality
    lines: list[RegisterLine]


def register(work: Work, region: Region) -> list[RegisterPage]:
    """Per municipality what stands in its register, the newest first. Raises NotFound for who may not read it."""
    if not may_read_register(work):
        raise NotFound("Mandate")
    find = (
        select(Mandate, User.name)
        .join(User, User.id == Mandate.holder_id)
        .where(Mandate.region_id == region.id, _reads_mandates(work))
        .order_by(Mandate.valid_from.desc(), Mandate.id.desc())
    )
    lines: dict[int, list[RegisterLine]] = {}
    for mandate, holder in work.session.execute(find):
        line = RegisterLine(mandate, holder, holds_on(mandate, work.today))
        lines.setdefault(mandate.municipality_id, []).append(line)
    return [RegisterPage(m, lines.get(m.id, [])) for m in members_on(work, region.id, work.today)]


def may_read_register(work: Work) -> bool:
    readers = (Permission.MANDATE_EDIT, Permission.DECISION_DECIDE, Permission.AUDIT_READ)
    return any(work.actor.may(permission) for permission in readers)


def mandate(work: Work, mandate_id: int) -> Mandate:
    """Raises NotFound."""
    if not may_read_register(work):
        raise NotFound("Mandate")
    return _found(work.session.scalar(select(Mandate).where(Mandate.id == mandate_id, _reads_mandates(work))))


def mandate_of(work: Work, user_id: int, municipality_id: int, power: Power, day: date) -> Mandate | None:
    """The line under which this person may do this for this municipality on that day; the one that reaches highest."""
    found = [m for m in mandates_of(work, user_id, power, day) if m.municipality_id == municipality_id]
    return max(found, key=lambda m: (m.max_amount is None, m.max_amount or 0), default=None)


def mandates_of(work: Work, user_id: int, power: Power, day: date) -> list[Mandate]:
    """Every line under which this person may do this on that day, for whichever municipality."""
    find = (
        select(Mandate)
        .options(joinedload(Mandate.municipality))
        .where(Mandate.holder_id == user_id, Mandate.power == power)
    )
    return [m for m in work.session.scalars(find.order_by(Mandate.id)) if holds_on(m, day)]


def delegates(work: Work, region_id: int) -> Sequence[User]:
    """Who can hold a mandate in this region: people who represent a college, by name."""
    find = select(User).where(User.state == UserState.ACTIVE, _is_delegate(region_id))
    return sorted(work.session.scalars(find), key=lambda user: (user.name.casefold(), user.id))


def is_delegate(work: Work, user_id: int, region_id: int) -> bool:
    return user_id in {user.id for user in delegates(work, region_id)}


def _is_delegate(region_id: int) -> ColumnElement[bool]:
    return exists().where(
        Membership.user_id == User.id,
        Membership.region_id == region_id,
        Membership.role == Role.COLLEGE_DELEGATE,
        Membership.ended_at.is_(None),
    )


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


def waiting(work: Work) -> list[Wait]:
    """Mandates that end soon, for who keeps the register."""
    if not work.actor.may(Permission.MANDATE_EDIT):
        return []
    _ = gettext(work.actor.locale)
    find = (
        select(Mandate, Municipality.name)
        .join(Municipality)
        .where(
            _reads_mandates(work),
            Mandate.valid_until.is_not(None),
            Mandate.valid_until >= work.today,
            Mandate.valid_until <= work.today + MANDATE_WARNING,
        )
        .order_by(Mandate.valid_until)
    )
    return [
        Wait(
            _("Mandaat van %(municipality)s loopt af", municipality=name),
            found.function,
            "regions.mandates",
            due=found.valid_until,
            words=_("Loopt af"),
            kind="let-op",
        )
        for found, name in work.session.execute(find)
    ]
