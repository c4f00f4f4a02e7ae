"""Verbs on a region: loaded from its blueprint, followed, its mandates kept."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from portal.access import Permission
from portal.accounts.models import Organisation, OrganisationKind
from portal.accounts.service import ensure_organisation
from portal.audit import record
from portal.errors import NotAllowed, RuleBroken
from portal.regions import queries, rules
from portal.regions.blueprints import Blueprint, as_json, digest
from portal.regions.blueprints.identity import Municipality as PlannedMunicipality
from portal.regions.blueprints.offer import Product as PlannedProduct
from portal.regions.blueprints.offer import Segment, Tariff
from portal.regions.mandates import queries as mandates
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
from portal.work import Work

# --- loading -----------------------------------------------------------------------------------------------------


def load_region(work: Work, blueprint: Blueprint) -> Region:
    """Bring a region up to date with its blueprint; doing it twice changes nothing. Needs PLATFORM_STATUS.

    Nothing is removed, and an amount is never overwritten: a changed tariff is a new sheet, because what was bought at
    the old one stays bought at it.
    """
    work.require(Permission.PLATFORM_STATUS)
    region = work.session.scalar(select(Region).where(Region.code == blueprint.code))
    fingerprint = digest(blueprint)
    if region is not None and region.blueprint_digest == fingerprint:
        return region
    if region is None:
        region = Region(code=blueprint.code, organisation=_organisation(work, blueprint))
    region.name, region.loaded_at = blueprint.region.name, work.now
    region.blueprint, region.blueprint_digest = json.loads(as_json(blueprint)), fingerprint
    work.add(region)
    for planned in blueprint.municipalities.members:
        _load_member(work, region, planned, planned.member_from or blueprint.region.valid_from)
    for position, segment in enumerate(blueprint.segments, 1):
        _load_category(work, region, segment, position)
    for tariff in blueprint.tariffs:
        _load_tariff(work, region, tariff)
    record(work, "region.loaded", region, digest=fingerprint, blueprint_version=blueprint.version)
    return region


def _organisation(work: Work, blueprint: Blueprint) -> Organisation:
    body = blueprint.organisation.contracting_body
    name = f"{body.nl} {blueprint.region.name}" if body else blueprint.region.name
    return ensure_organisation(work, kind=OrganisationKind.REGIONAL, name=name)


def _load_member(work: Work, region: Region, planned: PlannedMunicipality, member_from: date) -> None:
    municipality = work.session.scalar(select(Municipality).where(Municipality.name == planned.name))
    if municipality is None:
        organisation = ensure_organisation(
            work, kind=OrganisationKind.MUNICIPALITY, name=f"Gemeente {planned.name}", place=planned.name
        )
        municipality = work.add(Municipality(name=planned.name, organisation_id=organisation.id))
    find = select(RegionMembership).where(
        RegionMembership.region_id == region.id,
        RegionMembership.municipality_id == municipality.id,
        RegionMembership.member_from == member_from,
    )
    member = work.session.scalar(find)
    if member is None:
        member = RegionMembership(region_id=region.id, municipality=municipality, member_from=member_from)
    member.member_until = planned.member_until
    work.add(member)


def _load_category(work: Work, region: Region, segment: Segment, position: int) -> None:
    find = select(Category).where(Category.region_id == region.id, Category.code == segment.code)
    category = work.session.scalar(find) or Category(region_id=region.id, code=segment.code)
    category.name_nl, category.name_en = segment.name.nl, segment.name.say("en")
    category.position = position
    category.budget_share = segment.share.budget_pct if segment.share else None
    category.client_share = segment.share.clients_pct if segment.share else None
    work.add(category)
    for place, planned in enumerate(segment.products, 1):
        _load_product(work, category, planned, place)


def _load_product(work: Work, category: Category, planned: PlannedProduct, position: int) -> None:
    find = select(Product).where(Product.category_id == category.id, Product.code == planned.code)
    product = work.session.scalar(find) or Product(category_id=category.id, code=planned.code)
    product.name_nl, product.name_en = planned.name.nl, planned.name.say("en")
    product.position = position
    work.add(product)


def _load_tariff(work: Work, region: Region, tariff: Tariff) -> None:
    product = queries.product_by_code(work, region.id, tariff.product)
    find = select(TariffSheet).where(TariffSheet.product_id == product.id).order_by(TariffSheet.number)
    sheets = work.session.scalars(find).all()
    planned = _sheet(product, tariff, number=len(sheets) + 1)
    if not any(_says_the_same(sheet, planned) for sheet in sheets):
        work.add(planned)


def _sheet(product: Product, tariff: Tariff, *, number: int) -> TariffSheet:
    parts = tariff.components
    components = [
        {"code": code, "label_nl": dutch, "label_en": english, "amount": str(getattr(parts, code))}
        for code, (dutch, english) in rules.COMPONENT_LABELS.items()
        if parts is not None
    ]
    return TariffSheet(
        product_id=product.id,
        number=number,
        unit=tariff.unit.value,
        amount=tariff.amount,
        components=components,
        valid_from=tariff.valid_from,
        valid_until=tariff.valid_until,
        source=tariff.source,
        illustrative=tariff.illustrative,
    )


def _says_the_same(sheet: TariffSheet, planned: TariffSheet) -> bool:
    told = ("unit", "amount", "components", "valid_from", "valid_until", "source", "illustrative")
    return all(getattr(sheet, fact) == getattr(planned, fact) for fact in told)


# --- mandates ----------------------------------------------------------------------------------------------------


def add_mandate(
    work: Work,
    region: Region,
    *,
    municipality_id: int,
    holder_id: int,
    function: str,
    power: Power,
    valid_from: date,
    decision_number: str,
    decision_date: date,
    valid_until: date | None = None,
    max_amount: Decimal | None = None,
) -> Mandate:
    """Copy a line of the municipality's own register: who may decide or sign what, on which decision of the college.

    Raises NotAllowed, or RuleBroken with what is wrong (art. 160 and 171 Gemeentewet).
    """
    work.require(Permission.MANDATE_EDIT, region)
    mandate = Mandate(
        region_id=region.id,
        municipality_id=municipality_id,
        holder_id=holder_id,
        function=function.strip(),
        power=power,
        max_amount=max_amount,
        valid_from=valid_from,
        valid_until=valid_until,
        decision_number=decision_number.strip(),
        decision_date=decision_date,
    )
    if reasons := _reasons_against(work, mandate):
        raise RuleBroken(*reasons, subject=region)
    work.add(mandate)
    facts = {"power": power, "municipality_id": municipality_id, "user_account_id": holder_id}
    record(work, "mandate.added", mandate, region_id=region.id, **facts)
    return mandate


def _reasons_against(work: Work, mandate: Mandate) -> list[str]:
    members = queries.members_on(work, mandate.region_id, max(mandate.valid_from, work.today))
    return rules.reasons_not_to_add_mandate(
        is_member=mandate.municipality_id in {municipality.id for municipality in members},
        is_delegate=mandates.is_delegate(work, mandate.holder_id, mandate.region_id),
        max_amount=mandate.max_amount,
        valid_from=mandate.valid_from,
        valid_until=mandate.valid_until,
        decision_date=mandate.decision_date,
        decision_number=mandate.decision_number,
        today=work.today,
    )


def end_mandate(work: Work, mandate: Mandate, *, last_day: date, version: int | None = None) -> None:
    """It holds up to and including that day. Raises NotAllowed, StaleVersion, or RuleBroken: last_day_passed."""
    work.require(Permission.MANDATE_EDIT, mandate)
    work.expect_version(mandate, version, last_day=mandate.valid_until)
    if reasons := rules.reasons_not_to_end_mandate(mandate, last_day, work.today):
        raise RuleBroken(*reasons, subject=mandate)
    before, mandate.valid_until = mandate.valid_until, max(last_day, mandate.valid_from)
    facts = {"before": before, "after": mandate.valid_until, "municipality_id": mandate.municipality_id}
    record(work, "mandate.ended", mandate, **facts)


# --- following ---------------------------------------------------------------------------------------------------


def follow_region(work: Work, region: Region) -> None:
    """A mail when the region publishes something. Following twice is following once. Raises NotAllowed."""
    work.require(Permission.REGION_FOLLOW)
    if work.actor.user_id is None:
        raise NotAllowed(Permission.REGION_FOLLOW.value)
    if not queries.is_following(work, region.id):
        work.add(RegionFollower(region_id=region.id, user_id=work.actor.user_id, since=work.now))
        record(work, "region.followed", region)


def unfollow_region(work: Work, region: Region) -> None:
    """No such mails any more."""
    work.require(Permission.REGION_FOLLOW)
    find = select(RegionFollower).where(
        RegionFollower.region_id == region.id, RegionFollower.user_id == work.actor.user_id
    )
    found = work.session.scalar(find)
    if found is not None:
        work.session.delete(found)
        record(work, "region.unfollowed", region)
