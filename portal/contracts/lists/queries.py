"""The contracts that the actor may see as a list: a page at a time, all of it for a file, or found by words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Organisation
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState, SubAgreement
from portal.contracts.queries import seen_by
from portal.listing import Asked, Key, Order, Page, batches, has_words, page_of
from portal.regions.models import Category, Product
from portal.statements import ask
from portal.tenders.procedures.models import Procedure
from portal.work import Work

C = ContractState
BY_NAME = [Key(Organisation.sort_name)]
ORDER = Order(
    {"": BY_NAME, "naam": BY_NAME, "nummer": [Key(Contract.number)], "ingang": [Key(Contract.starts_on), *BY_NAME]},
    last=Key(Contract.id),
)


def visible_contracts(work: Work, filters: rules.Filters, asked: Asked) -> rules.ContractList:
    """One page of the contracts that the actor may see, and how many stand in each state."""
    counts = {row[0]: row[1] for row in ask(work, _counts)}
    return rules.ContractList(page_of(work.session, _listed(work, filters), ORDER, asked), counts)


def _counts(work: Work) -> Select[ContractState, int]:
    return select(Contract.state, func.count(Contract.id)).where(seen_by(work)).group_by(Contract.state)


def all_contracts(work: Work, filters: rules.Filters, sort: str = "") -> Iterator[list[Contract]]:
    """The same list without pages, a part at a time: for a file."""
    return batches(work.session, _listed(work, filters), ORDER, sort)


def found(work: Work, words: str, asked: Asked) -> Page[Contract]:
    """One page of the contracts that the actor may see with this number, or this name of the provider."""
    find = select(Contract).join(Contract.organisation).options(contains_eager(Contract.organisation))
    return page_of(work.session, find.where(seen_by(work), *_narrowed(rules.Filters(q=words))), ORDER, asked)


def _listed(work: Work, filters: rules.Filters) -> Select[Contract]:
    """With no more than a line of the list shows, of each contract and of what belongs to it."""
    signature = selectinload(Contract.signatures).load_only(
        ContractSignature.party, ContractSignature.municipality_id, ContractSignature.authority_id
    )
    return (
        select(Contract)
        .join(Contract.organisation)
        .where(seen_by(work), *_narrowed(filters))
        .options(
            contains_eager(Contract.organisation),
            joinedload(Contract.procedure).load_only(Procedure.title),
            selectinload(Contract.sub_agreements)
            .load_only(SubAgreement.product_id)
            .joinedload(SubAgreement.product)
            .load_only(Product.code),
            signature.joinedload(ContractSignature.authority),
        )
    )


def _narrowed(filters: rules.Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.q.strip():
        name = has_words(Organisation.sort_name, filters.q)
        where.append(or_(name, Contract.number.icontains(filters.q.strip(), autoescape=True)))
    if filters.year is not None:
        first, last = date(filters.year, 1, 1), date(filters.year, 12, 31)
        where.append((Contract.starts_on <= last) & (Contract.ends_on >= first))
    if filters.state in {s.value for s in C}:
        where.append(Contract.state == C(filters.state))
    if filters.product:
        agreement = select(SubAgreement.id).join(SubAgreement.product)
        where.append(exists(agreement.where(SubAgreement.contract_id == Contract.id, Product.code == filters.product)))
    return where


def products_here(work: Work) -> list[Product]:
    """What the actor's region buys, to choose from; nothing for who works in none."""
    return list(ask(work, _bought).scalars())


def _bought(work: Work) -> Select[Product]:
    find = select(Product).join(Product.category).where(Category.region_id == work.actor.region_id)
    return find.order_by(Category.position, Product.position)
