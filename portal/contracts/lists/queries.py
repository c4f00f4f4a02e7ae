"""The contracts that the actor may see as a list: a page at a time, all of it for a file, or found by words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Organisation, SigningAuthority
from portal.accounts.rules import signatures_needed
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState, Party, SubAgreement
from portal.contracts.queries import seen_by
from portal.listing import Asked, Key, Order, Page, batches, has_words, page_asked, page_of
from portal.regions.models import Category, Municipality, Product
from portal.regions.queries import members_by_region
from portal.statements import ask
from portal.tenders.procedures.models import Procedure
from portal.work import Work

C = ContractState
OPEN = (C.DRAFT, C.TO_SIGN)
BY_NAME = [Key(Organisation.sort_name)]
ORDER = Order(
    {"": BY_NAME, "naam": BY_NAME, "nummer": [Key(Contract.number)], "ingang": [Key(Contract.starts_on), *BY_NAME]},
    last=Key(Contract.id),
)


def visible_contracts(work: Work, filters: rules.Filters, asked: Asked) -> rules.ContractList:
    """One page of the contracts that the actor may see, and how many stand in each state."""
    counts = {row[0]: row[1] for row in ask(work, _counts)}
    page = page_asked(work, _listed, ORDER, asked, filters)
    return rules.ContractList(replace(page, rows=_lines(work, page.rows)), counts)


def _counts(work: Work) -> Select[ContractState, int]:
    return select(Contract.state, func.count()).where(seen_by(work)).group_by(Contract.state)


def all_contracts(work: Work, filters: rules.Filters, sort: str = "") -> Iterator[list[rules.Line]]:
    """The same list without pages, a part at a time: for a file."""
    for rows in batches(work.session, _listed(work, filters), ORDER, sort):
        yield _lines(work, rows)


def found(work: Work, words: str, asked: Asked) -> Page[Contract]:
    """One page of the contracts that the actor may see with this number, or this name of the provider."""
    find = select(Contract).join(Contract.organisation).options(contains_eager(Contract.organisation))
    return page_of(work.session, find.where(seen_by(work), *_narrowed(rules.Filters(q=words))), ORDER, asked)


def _listed(work: Work, filters: rules.Filters) -> Select[*tuple[Any, ...]]:
    """What a `rules.Line` begins with, in the order of its fields."""
    of_contract = (
        Contract.id, Contract.region_id, Contract.number, Contract.state, Contract.starts_on, Contract.ends_on,
        Contract.estimated_value, Contract.margin_cap, Contract.signed_at, Contract.in_force_at,
    )  # fmt: skip
    find = select(*of_contract, Organisation.name, Organisation.kvk_number, Procedure.title).select_from(Contract)
    return find.join(Contract.organisation).join(Contract.procedure).where(seen_by(work), *_narrowed(filters))


def _lines(work: Work, rows: Iterable[Sequence[Any]]) -> list[rules.Line]:
    """With the products and the signatures of all of them, in a query each and one for the municipalities."""
    lines = [rules.Line(*row) for row in rows]
    ids = [line.id for line in lines]
    codes, signed = defaultdict[int, list[str]](list), defaultdict[int, list[Any]](list)
    for contract_id, code in ask(work, _codes, ids=ids):
        codes[contract_id].append(code)
    for signature in ask(work, _signed, ids=ids):
        signed[signature[0]].append(signature)
    members = members_by_region(work, {line.region_id for line in lines if line.state in OPEN}, work.today)
    return [
        line._replace(
            products=", ".join(codes[line.id]),
            standing=_standing(signed[line.id], line, members[line.region_id] if line.state in OPEN else None),
        )
        for line in lines
    ]


def _codes(_work: Work) -> Select[int, str]:
    find = select(SubAgreement.contract_id, Product.code).join(SubAgreement.product)
    return find.where(SubAgreement.contract_id.in_(bindparam("ids", expanding=True))).order_by(SubAgreement.id)


def _signed(_work: Work) -> Select[*tuple[Any, ...]]:
    signature = (ContractSignature.contract_id, ContractSignature.party, ContractSignature.municipality_id)
    find = select(*signature, SigningAuthority.kind, SigningAuthority.limit_amount)
    find = find.join_from(ContractSignature, SigningAuthority, ContractSignature.authority, isouter=True)
    return find.where(ContractSignature.contract_id.in_(bindparam("ids", expanding=True)))


def _standing(signed: list[Any], line: rules.Line, members: list[Municipality] | None) -> rules.Standing:
    """Where nobody of the provider signed, one signature is counted on."""
    by_provider = [s for s in signed if s.party is Party.PROVIDER]
    needed = signatures_needed([s for s in by_provider if s.kind is not None], line.estimated_value)
    done = {s.municipality_id for s in signed if s.municipality_id is not None}
    return rules.standing_of(len(by_provider), needed, done, members)


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


def products_here(work: Work) -> Sequence[Row[str, str, str | None]]:
    """Code and names of what the actor's region buys, to choose from; nothing for who works in none."""
    return ask(work, _bought).all()


def _bought(work: Work) -> Select[str, str, str | None]:
    find = select(Product.code, Product.name_nl, Product.name_en).join(Product.category)
    return find.where(Category.region_id == work.actor.region_id).order_by(Category.position, Product.position)
