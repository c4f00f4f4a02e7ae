"""The people and the grounds of signatures: verified authorities of the provider, the mandate register of each municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from portal.accounts import queries as accounts
from portal.accounts.models import AuthorityKind, LegalForm, SigningAuthority, User
from portal.accounts.rules import reasons_not_to_sign, signatures_needed
from portal.contracts import rules
from portal.contracts.models import Contract, ContractSignature, ContractState
from portal.db import sort_key
from portal.regions import queries as regions
from portal.regions.mandates import queries as mandates
from portal.regions.models import Mandate, Municipality, Power
from portal.tasks import Task
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.work import Work

C = ContractState


def members_for(work: Work, found: Contract) -> list[Municipality]:
    """The municipalities that sign: the members today, and once it is signed those that did."""
    if found.state in (C.DRAFT, C.TO_SIGN):
        return regions.members_on(work, found.region_id, work.today)
    signed = [s.municipality for s in found.signatures if s.municipality is not None]
    return sorted(signed, key=lambda m: sort_key(m.name))


def provider_signatures_needed(work: Work, found: Contract) -> int:
    """One by who may bind alone, two with joint authority: counted over those who signed, before that over all who may."""
    return _needed(found) or signatures_needed(
        accounts.authorities_of(work, found.organisation_id), found.estimated_value
    )


def _needed(found: Contract) -> int:
    """Over those who signed; 0 when nobody did."""
    who = [s.authority for s in rules.provider_signatures(found) if s.authority is not None]
    return signatures_needed(who, found.estimated_value) if who else 0


def signed_by_provider(found: Contract) -> bool:
    """Whether those who signed suffice; what it costs to know is in the contract with its signatures."""
    return 0 < _needed(found) <= len(rules.provider_signatures(found))


def standing(work: Work, found: Contract) -> rules.Standing:
    return rules.standing(found, members_for(work, found), provider_signatures_needed(work, found))


def standings(work: Work, contracts: Sequence[Contract]) -> dict[int, rules.Standing]:
    """Of a whole list, in one query. Where nobody of the provider signed, one signature is counted on."""
    still_open = (C.DRAFT, C.TO_SIGN)
    members = regions.members_by_region(work, {c.region_id for c in contracts if c.state in still_open}, work.today)
    return {
        c.id: rules.standing(c, members.get(c.region_id) if c.state in still_open else None, _needed(c) or 1)
        for c in contracts
    }


def proxy_holders(work: Work, region_id: int, day: date) -> dict[int, list[Mandate]]:
    """Per municipality who may sign contracts on that day, by the mandate register."""
    find = select(Mandate).where(
        Mandate.region_id == region_id,
        Mandate.power == Power.SIGN_CONTRACT,
        Mandate.valid_from <= day,
        or_(Mandate.valid_until.is_(None), Mandate.valid_until >= day),
    )
    found: dict[int, list[Mandate]] = {}
    for mandate in work.session.scalars(find.order_by(Mandate.id)):
        found.setdefault(mandate.municipality_id, []).append(mandate)
    return found


def value_needed(work: Work, organisation_id: int, region_id: int) -> bool:
    """Does anybody who may sign have a limit? Then a contract needs the amount to hold it against."""
    limits = [a.limit_amount for a in accounts.authorities_of(work, organisation_id)]
    limits += [m.max_amount for some in proxy_holders(work, region_id, work.today).values() for m in some]
    return any(limit is not None for limit in limits)


def own_mandates(work: Work) -> list[Mandate]:
    """On what the actor may sign contracts today, for which municipality of this region."""
    held = mandates.mandates_of(work, work.actor.user_id or 0, Power.SIGN_CONTRACT, work.today)
    return [m for m in held if work.actor.region_id in (None, m.region_id)]


def reasons_not_to_send(work: Work, found: Contract) -> list[str]:
    """What stands in the way of asking everybody to sign, today."""
    holders = proxy_holders(work, found.region_id, work.today)
    members = regions.members_on(work, found.region_id, work.today)
    return rules.reasons_not_to_send(
        found,
        signatories=len(accounts.authorities_of(work, found.organisation_id)),
        uncovered=[m for m in members if m.id not in holders],
        wording_adopted=blueprint_of(found.procedure).contract.wording_adopted,
        practice=work.settings.practice,
    )


def owner_of(work: Work, found: Contract) -> str:
    """The person behind a sole trader, who contracts in person: who may bind it alone; empty while nobody was verified."""
    if found.organisation.legal_form is not LegalForm.SOLE_TRADER:
        return ""
    people = accounts.authorities_of(work, found.organisation_id)
    return next((a.user.name for a in people if a.kind is AuthorityKind.SOLE), "")


def own_signature(work: Work, found: Contract) -> tuple[SigningAuthority | None, list[str]]:
    """The authority on which the actor signs for the provider, and what stands against it."""
    user_id = work.actor.user_id
    authority = accounts.authority_of(work, user_id or 0, found.organisation_id)
    against = reasons_not_to_sign(authority, work.today, found.estimated_value)
    if authority is not None and authority.limit_amount is not None and found.estimated_value is None:
        against.append("contract_value_missing")
    reasons = rules.reasons_not_to_sign_for_provider(
        found,
        against,
        user_id=user_id,
        needed=provider_signatures_needed(work, found),
        fresh=work.actor.fresh,
    )
    return authority, reasons


# --- who is who --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MunicipalLine:
    """A municipality under a contract: who signed for it, or who may."""

    municipality: Municipality
    signature: ContractSignature | None
    holders: tuple[tuple[str, Mandate], ...]
    """Name and mandate of who may sign today, while nobody did."""


def municipal_lines(work: Work, found: Contract) -> list[MunicipalLine]:
    signed = {s.municipality_id: s for s in found.signatures if s.municipality_id is not None}
    names = _holder_names(work, found) if found.state in (C.DRAFT, C.TO_SIGN) else {}
    return [MunicipalLine(m, signed.get(m.id), tuple(names.get(m.id, ()))) for m in members_for(work, found)]


def _holder_names(work: Work, found: Contract) -> dict[int, list[tuple[str, Mandate]]]:
    holders = proxy_holders(work, found.region_id, work.today)
    ids = {m.holder_id for some in holders.values() for m in some}
    people = {row[0]: row[1] for row in work.session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
    return {place: [(people[m.holder_id], m) for m in some] for place, some in holders.items()}


def still_to_sign(work: Work, found: Contract) -> list[SigningAuthority]:
    """People of the provider with a verified authority who did not sign, as long as a signature is needed."""
    if found.state not in (C.DRAFT, C.TO_SIGN) or standing(work, found).provider_done:
        return []
    signed = {s.user_id for s in rules.provider_signatures(found)}
    return [a for a in accounts.authorities_of(work, found.organisation_id) if a.user_id not in signed]


def document_task(work: Work, found: Contract) -> Task | None:
    """The latest task that makes the document this contract waits for; None when it waits for none."""
    due = rules.document_due(found)
    mine = Task.facts["contract_id"].as_integer() == found.id
    return work.session.scalar(select(Task).where(Task.kind == due, mine).order_by(Task.id.desc()).limit(1))
