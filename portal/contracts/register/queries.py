"""What everybody may know of who was admitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from portal.accounts.models import Organisation
from portal.contracts.models import Contract, SubAgreement
from portal.contracts.rules import PUBLIC_STATES
from portal.regions.models import Product
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


SORTS: dict[str, Callable[[Admitted], str | date]] = {
    "naam": lambda line: "",  # as they stand: by the name without its article
    "plaats": lambda line: line.place.casefold(),
    "vanaf": lambda line: line.starts_on,
    "tot": lambda line: line.ends_on,
}


def admitted(work: Work, region_id: int, locale: str | None = None) -> list[Admitted]:
    """The register of admitted providers, after signature, by name; one query at any size."""
    find = (
        select(
            Organisation.id, Organisation.name, Organisation.place, Contract.starts_on, Contract.ends_on,
            Product.code, Product.name_nl, Product.name_en,
        )
        .join(Contract, Contract.organisation_id == Organisation.id)
        .join(SubAgreement, SubAgreement.contract_id == Contract.id)
        .join(Product, Product.id == SubAgreement.product_id)
        .where(Contract.region_id == region_id, Contract.state.in_(PUBLIC_STATES))
        .order_by(Organisation.sort_name, Organisation.id, Product.category_id, Product.position)
    )  # fmt: skip
    english = (locale or work.actor.locale) == "en"
    rows: dict[int, Admitted] = {}
    for id, name, place, starts_on, ends_on, code, dutch, other in work.session.execute(find):
        line = rows.get(id, Admitted(name, place, (), starts_on, ends_on))
        shown = (code, other if english and other else dutch)
        rows[id] = replace(
            line,
            products=line.products if shown in line.products else (*line.products, shown),
            starts_on=min(line.starts_on, starts_on),
            ends_on=max(line.ends_on, ends_on),
        )
    return list(rows.values())


def narrowed(lines: list[Admitted], *, product: str = "", text: str = "", sort: str = "") -> list[Admitted]:
    """The lines with this product (a code) and this part of a name or place. `sort`: one of SORTS, or -it, downwards."""
    part = text.strip().casefold()
    found = [
        line
        for line in lines
        if product in ("", *(code for code, _name in line.products))
        and (part in line.name.casefold() or part in line.place.casefold())
    ]
    if sort == "-naam":
        return found[::-1]
    return sorted(found, key=SORTS.get(sort.lstrip("-"), SORTS["naam"]), reverse=sort.startswith("-"))
