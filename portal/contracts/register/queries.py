"""What everybody may know of who was admitted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from portal.accounts.models import Organisation
from portal.contracts.models import Contract, SubAgreement
from portal.contracts.rules import PUBLIC_STATES
from portal.regions.models import Product
from portal.work import Work


@dataclass(frozen=True)
class Admitted:
    """A line of the public register: name, place and products. No address, and nothing about a refusal (domain 3.16)."""

    name: str
    place: str
    products: tuple[tuple[str, str], ...]


def admitted(
    work: Work, region_id: int, product: str | None = None, q: str | None = None, locale: str | None = None
) -> list[Admitted]:
    """The register of admitted providers, after signature; one query at any size. `product` is a code, `q` part of a name."""
    find = (
        select(Organisation.id, Organisation.name, Organisation.place, Product.code, Product.name_nl, Product.name_en)
        .join(Contract, Contract.organisation_id == Organisation.id)
        .join(SubAgreement, SubAgreement.contract_id == Contract.id)
        .join(Product, Product.id == SubAgreement.product_id)
        .where(Contract.region_id == region_id, Contract.state.in_(PUBLIC_STATES))
        .order_by(Organisation.sort_name, Organisation.id, Product.category_id, Product.position)
    )
    if q and q.strip():
        find = find.where(func.lower(Organisation.name).like(f"%{q.strip().lower()}%"))
    english = (locale or work.actor.locale) == "en"
    rows: dict[int, Admitted] = {}
    for id, name, place, code, dutch, other in work.session.execute(find):
        line = rows.get(id, Admitted(name, place, ()))
        shown = (code, other if english and other else dutch)
        rows[id] = line if shown in line.products else Admitted(name, place, (*line.products, shown))
    return [line for line in rows.values() if product in (None, "", *(code for code, _name in line.products))]
