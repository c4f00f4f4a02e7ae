"""Contracts as each party may see them, who still has to sign, and the public register of admitted providers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Permission, Role
from portal.accounts.models import Organisation
from portal.contracts import rules
from portal.contracts.models import (
    Contract,
    ContractSignature,
    ContractState,
    PhaseKind,
    SubAgreement,
)
from portal.contracts.signing.queries import (
    document_task,
    members_for,
    municipal_lines,
    own_mandates,
    own_signature,
    owner_of,
    provider_signatures_needed,
    proxy_holders,
    reasons_not_to_send,
    standing,
    signed_by_provider,
    standings,
    still_to_sign,
    value_needed,
)
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.regions import queries as regions
from portal.regions.blueprints.identity import Text
from portal.regions.mandates import queries as mandates
from portal.regions.models import Power, Product
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions.models import Decision
from portal.tenders.decisions.terms.queries import blueprint_of
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.waits import Wait
from portal.work import Work

__all__ = [
    "contract", "contractable", "count_in", "document_task", "has_contract",
    "in_force_during", "members_for", "municipal_lines", "own_mandates", "own_signature", "owner_of", "phase_notes",
    "provider_signatures_needed", "proxy_holders", "reasons_not_to_send", "standing", "standings", "starting_by",
    "still_to_sign", "submission_to_contract", "term", "to_sign_for_municipality", "to_sign_for_provider",
    "value_needed", "visible_contracts", "waiting",
]  # fmt: skip

C = ContractState
SHOWN_TO_PARTIES = (C.TO_SIGN, C.SIGNED, C.IN_FORCE, C.ENDED)


def _mine(work: Work) -> ColumnElement[bool]:
    """Who prepares contracts sees drafts; a party and its readers see what was sent to be signed."""
    actor = work.actor
    if not actor.may(Permission.CONTRACT_READ):
        return false()
    if actor.is_provider:
        return (Contract.organisation_id == actor.organisation_id) & Contract.state.in_(SHOWN_TO_PARTIES)
    here = Contract.region_id == actor.region_id if actor.region_id else true()
    return here if actor.may(Permission.CONTRACT_PREPARE) else here & Contract.state.in_(SHOWN_TO_PARTIES)


def _whole(find: Select[Contract]) -> Select[Contract]:
    """With everything a page on a contract shows."""
    agreement = selectinload(Contract.sub_agreements)
    signature = selectinload(Contract.signatures)
    return find.options(
        joinedload(Contract.organisation),
        joinedload(Contract.region),
        joinedload(Contract.procedure),
        agreement.joinedload(SubAgreement.product),
        agreement.joinedload(SubAgreement.tariff_sheet),
        selectinload(Contract.phases),
        signature.joinedload(ContractSignature.user),
        signature.joinedload(ContractSignature.municipality),
        signature.joinedload(ContractSignature.authority),
        signature.joinedload(ContractSignature.mandate),
    )


def contract(work: Work, contract_id: int) -> Contract:
    """Raises NotFound for somebody else's, and for a draft to who does not prepare contracts."""
    found = work.session.scalar(_whole(select(Contract).where(Contract.id == contract_id, _mine(work))))
    if found is None:
        raise NotFound("contract")
    return found


def visible_contracts(
    work: Work, filters: rules.Filters | None = None, *, all_rows: bool = False
) -> rules.ContractList:
    """One page of the contracts that the actor may see, and how many stand in each state."""
    filters = filters or rules.Filters()
    counted = select(Contract.state, func.count(Contract.id)).where(_mine(work)).group_by(Contract.state)
    counts = {row[0]: row[1] for row in work.session.execute(counted)}
    find = _whole(select(Contract).join(Contract.organisation).where(_mine(work), *_narrowed(filters)))
    total = work.session.scalar(select(func.count()).select_from(find.options().order_by(None).subquery())) or 0
    pages = max(1, -(-total // filters.per_page))
    key = {"nummer": Contract.number, "ingang": Contract.starts_on}.get(
        filters.sort.lstrip("-"), Organisation.sort_name
    )
    find = find.order_by(key.desc() if filters.sort.startswith("-") else key.asc(), Contract.id)
    if not all_rows:
        find = find.limit(filters.per_page).offset((min(max(filters.page, 1), pages) - 1) * filters.per_page)
    return rules.ContractList(list(work.session.scalars(find)), total, pages, counts)


def _narrowed(filters: rules.Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if words := filters.q.strip().lower():
        like = f"%{words}%"
        where.append(or_(func.lower(Organisation.name).like(like), func.lower(Contract.number).like(like)))
    if filters.state in {s.value for s in C}:
        where.append(Contract.state == C(filters.state))
    if filters.product:
        agreement = select(SubAgreement.id).join(SubAgreement.product)
        where.append(exists(agreement.where(SubAgreement.contract_id == Contract.id, Product.code == filters.product)))
    return where


# --- drawing up --------------------------------------------------------------------------------------------------


def contractable(work: Work) -> list[rules.Contractable]:
    """Who can be contracted now, by name."""
    if not work.actor.may(Permission.CONTRACT_PREPARE):
        return []
    taken = set(work.session.scalars(select(SubAgreement.decision_id)))
    found: dict[int, list[Decision]] = {}
    for decision in decisions.contractable(work):
        if decision.id not in taken:
            found.setdefault(decision.submission_id, []).append(decision)
    ready = [
        rules.Contractable(id, some[0].submission.organisation, some[0].submission.procedure.title, tuple(some))
        for id, some in found.items()
    ]
    return sorted(ready, key=lambda c: (c.organisation.sort_name, c.submission_id))


def submission_to_contract(work: Work, submission_id: int) -> tuple[Submission, list[Decision]]:
    """A submission of the actor's region and its admissions without a contract. Raises NotFound."""
    ready = next((c for c in contractable(work) if c.submission_id == submission_id), None)
    submission = work.session.get(Submission, submission_id)
    here = submission is not None and work.actor.may(Permission.CONTRACT_PREPARE, submission.procedure)
    if submission is None or not here or submission.state is not SubmissionState.DECIDED:
        raise NotFound("submission")
    return submission, list(ready.decisions) if ready else []


def term(procedure: Procedure) -> tuple[date | None, date | None]:
    """First and last day of a contract from this procedure, by its own copy of the blueprint."""
    terms = blueprint_of(procedure).contract
    return procedure.contract_starts or terms.start, terms.ends


def phase_notes(work: Work, found: Contract) -> dict[int, Text]:
    """What the sources leave open about a phase, by its number: only for who prepares contracts, never in one."""
    if not work.actor.may(Permission.CONTRACT_PREPARE, found):
        return {}
    notes = {e.ends: e.note for e in blueprint_of(found.procedure).contract.extensions if e.note is not None}
    return {p.number: notes[p.ends_on] for p in found.phases if p.kind is PhaseKind.EXTENSION and p.ends_on in notes}


def has_contract(work: Work, procedure_id: int, organisation_id: int) -> bool:
    """A live one from this procedure."""
    find = select(Contract.id).where(Contract.procedure_id == procedure_id, Contract.state != C.ENDED)
    return work.session.scalar(find.where(Contract.organisation_id == organisation_id)) is not None


def count_in(work: Work, procedure_id: int) -> int:
    return work.session.scalar(select(func.count(Contract.id)).where(Contract.procedure_id == procedure_id)) or 0


# --- signing -----------------------------------------------------------------------------------------------------


def to_sign_for_municipality(work: Work) -> list[rules.ToSign]:
    """Everything the actor may sign today as proxy holder, by provider."""
    if not work.actor.may(Permission.CONTRACT_SIGN_MUNICIPALITY) or work.actor.user_id is None:
        return []
    held = mandates.mandates_of(work, work.actor.user_id, Power.SIGN_CONTRACT, work.today)
    if not held:
        return []
    find = select(Contract).join(Contract.organisation).where(_mine(work), Contract.state == C.TO_SIGN)
    open_ones = list(work.session.scalars(_whole(find).order_by(Organisation.sort_name, Contract.id)))
    members = {m.id for c in open_ones[:1] for m in regions.members_on(work, c.region_id, work.today)}
    best = {m.municipality_id: m for m in sorted(held, key=lambda m: (m.max_amount is None, m.max_amount or 0))}
    return [
        rules.ToSign(found, mandate)
        for found in open_ones
        for municipality_id, mandate in sorted(best.items())
        if mandate.region_id == found.region_id
        and municipality_id in members
        and municipality_id not in rules.signed_municipalities(found)
    ]


def to_sign_for_provider(work: Work) -> list[Contract]:
    """What the actor's organisation still has to sign and the actor did not sign yet."""
    if not work.actor.is_provider:
        return []
    mine = exists().where(ContractSignature.contract_id == Contract.id, ContractSignature.user_id == work.actor.user_id)
    find = select(Contract).where(_mine(work), Contract.state == C.TO_SIGN, ~mine).order_by(Contract.id)
    signed = joinedload(Contract.signatures).joinedload(ContractSignature.authority)
    found = work.session.scalars(find.options(joinedload(Contract.procedure), signed)).unique()
    return [c for c in found if not signed_by_provider(c)]


# --- for others --------------------------------------------------------------------------------------------------


def starting_by(work: Work, day: date) -> list[int]:
    """Ids of signed contracts whose first day has come."""
    find = select(Contract.id).where(Contract.state == C.SIGNED, Contract.starts_on <= day)
    return list(work.session.scalars(find.order_by(Contract.id)))


def in_force_during(work: Work, year: int) -> list[Contract]:
    """Contracts that were in force on any day of that calendar year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    ran = Contract.state.in_((C.IN_FORCE, C.ENDED)) & (Contract.starts_on <= last) & (Contract.ends_on >= first)
    return list(work.session.scalars(_whole(select(Contract).where(ran)).order_by(Contract.id)))


def waiting(work: Work) -> list[Wait]:
    """Who is to sign, and what can be drawn up or sent."""
    actor = work.actor
    if actor.role is Role.SYSTEM:
        return []
    if actor.is_provider:
        return _provider_waits(work)
    if actor.may(Permission.CONTRACT_SIGN_MUNICIPALITY):
        return _municipality_waits(work)
    return _preparer_waits(work) if actor.may(Permission.CONTRACT_PREPARE) else []


def _provider_waits(work: Work) -> list[Wait]:
    _ = gettext(work.actor.locale)
    return [
        Wait(
            title=_("Onderteken het contract %(number)s", number=found.number),
            detail=found.procedure.title,
            endpoint="contracts.sign",
            args={"contract_id": found.id},
            due=found.starts_on,
            words=_("Te tekenen"),
            kind="let-op",
        )
        for found in to_sign_for_provider(work)
    ]


def _municipality_waits(work: Work) -> list[Wait]:
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    ready = to_sign_for_municipality(work)
    if not ready:
        return []
    words = n_("%(num)s handtekening", "%(num)s handtekeningen", len(ready))
    first = min(one.contract.starts_on for one in ready)
    detail = _("U tekent als gevolmachtigde uit het mandaatregister.")
    title = _("Onderteken contracten voor uw gemeente")
    return [Wait(title, detail, "contracts.sign_many", due=first, words=words, kind="let-op")]


def _preparer_waits(work: Work) -> list[Wait]:
    _, n_ = gettext(work.actor.locale), ngettext(work.actor.locale)
    waits = []
    taken = exists().where(SubAgreement.decision_id == Decision.id)
    if ready := decisions.contractable_count(work, ~taken):
        words = n_("%(num)s aanbieder", "%(num)s aanbieders", ready)
        detail = _("Deze aanbieders zijn toegelaten en hebben nog geen contract.")
        waits.append(Wait(_("Stel contracten op"), detail, "contracts.to_prepare", words=words, kind="let-op"))
    find = select(Contract.state, func.count(Contract.id)).where(_mine(work), Contract.state.in_((C.DRAFT, C.TO_SIGN)))
    counts = {row[0]: row[1] for row in work.session.execute(find.group_by(Contract.state))}
    for state, title, mine in (
        (C.DRAFT, _("Stuur contracten ter ondertekening"), True),
        (C.TO_SIGN, _("Contracten die nog getekend worden"), False),
    ):
        if count := counts.get(state):
            words = n_("%(num)s contract", "%(num)s contracten", count)
            detail = _("Lees het document na en stuur het naar de partijen.") if mine else ""
            whose = "" if mine else _("aanbieders en gemeenten")
            args = {"staat": state.value}
            waits.append(
                Wait(title, detail, "contracts.listing", args, words=words, kind="bezig", mine=mine, whose=whose)
            )
    return waits
