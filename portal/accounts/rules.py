"""What roles are called and where they fit, and how far a signature reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from portal.access import PROVIDER_ROLES, Role
from portal.accounts.models import AuthorityKind, AuthorityState, LegalForm, OrganisationKind, SigningAuthority
from portal.i18n import mark

ROLE_LABELS = {
    Role.PROVIDER_ADMIN: mark("Aanbieder, beheerder"),
    Role.PROVIDER_EDITOR: mark("Aanbieder, medewerker"),
    Role.PROCUREMENT_OFFICER: mark("Inkoper"),
    Role.ASSESSOR: mark("Beoordelaar"),
    Role.INDEPENDENT_CHAIR: mark("Onafhankelijk voorzitter"),
    Role.TABLE_SECRETARY: mark("Secretaris van de tafel"),
    Role.TABLE_PARTICIPANT: mark("Deelnemer ontwikkeltafel"),
    Role.CONTRACT_MANAGER: mark("Contractmanager"),
    Role.COLLEGE_DELEGATE: mark("Vertegenwoordiger van het college"),
    Role.COUNCIL_READER: mark("Raadslid (lezer)"),
    Role.ACCESS_ACCOUNT_HOLDER: mark("Accounthouder toegang"),
    Role.AUDITOR: mark("Auditor"),
    Role.PLATFORM_ADMIN: mark("Beheerder van het portaal"),
    Role.SYSTEM: mark("Portaal"),
    Role.PUBLIC_VISITOR: mark("Bezoeker"),
}

LEGAL_FORM_LABELS = {
    LegalForm.SOLE_TRADER: mark("Eenmanszaak"),
    LegalForm.PARTNERSHIP: mark("Vennootschap onder firma of maatschap"),
    LegalForm.LIMITED_COMPANY: mark("Besloten vennootschap (bv)"),
    LegalForm.FOUNDATION: mark("Stichting"),
    LegalForm.ASSOCIATION: mark("Vereniging"),
    LegalForm.COOPERATIVE: mark("Coöperatie"),
}

AUTHORITY_LABELS = {
    AuthorityKind.SOLE: mark("Alleen bevoegd"),
    AuthorityKind.JOINT: mark("Gezamenlijk bevoegd"),
    AuthorityKind.LIMITED: mark("Beperkt bevoegd"),
    AuthorityKind.PROXY: mark("Gevolmachtigde"),
}

AUTHORITY_STATES = {
    AuthorityState.CLAIMED: ("bezig", mark("Wacht op controle")),
    AuthorityState.VERIFIED: ("ok", mark("Gecontroleerd")),
    AuthorityState.REJECTED: ("fout", mark("Afgewezen")),
    AuthorityState.ENDED: ("idle", mark("Beëindigd")),
}

STAFF_ROLES = tuple(
    role for role in ROLE_LABELS if role not in PROVIDER_ROLES and role not in (Role.SYSTEM, Role.PUBLIC_VISITOR)
)
GUEST_ROLES = frozenset({Role.TABLE_PARTICIPANT})
"""Roles that somebody of any organisation may hold: a seat at a table binds nobody."""
REGION_ROLES = frozenset(STAFF_ROLES) - {Role.PLATFORM_ADMIN, Role.TABLE_PARTICIPANT}

EXTRACT_AGE = timedelta(days=183)


def reasons_not_to_give_role(
    role: Role, kind: OrganisationKind, *, region_id: int | None, municipality_id: int | None
) -> list[str]:
    """Why this role does not fit this kind of organisation, or misses the scope that says where it counts."""
    reasons = []
    is_provider = kind is OrganisationKind.PROVIDER
    if (role in PROVIDER_ROLES) != is_provider and role not in GUEST_ROLES:
        reasons.append("role_does_not_fit_organisation")
    if (role is Role.PLATFORM_ADMIN) != (kind is OrganisationKind.PLATFORM) and not is_provider:
        reasons.append("role_does_not_fit_organisation")
    if role in REGION_ROLES and region_id is None:
        reasons.append("role_needs_region")
    if role is Role.COLLEGE_DELEGATE and kind is OrganisationKind.MUNICIPALITY and municipality_id is None:
        reasons.append("role_needs_municipality")
    return list(dict.fromkeys(reasons))


def reasons_roles_conflict(role: Role, held: Sequence[Role]) -> list[str]:
    """Nobody stands on both sides of the same purchase (domain 1.3): a provider's people hold no role at the buyer."""
    sides = {r in PROVIDER_ROLES for r in [role, *held] if r not in GUEST_ROLES}
    return ["roles_on_both_sides"] if len(sides) > 1 else []


def signatures_needed(authorities: Sequence[SigningAuthority], amount: Decimal | None = None) -> int:
    """How many of these people must sign: one who may bind alone suffices, joint authority takes two.

    Offers are lost on exactly this (domain 3.16): with joint authority every member of the combination signs.
    """
    alone = [a for a in authorities if a.kind is not AuthorityKind.JOINT and not _is_above_limit(a, amount)]
    return 1 if alone or not authorities else 2


def reasons_not_to_sign(authority: SigningAuthority | None, today: date, amount: Decimal | None = None) -> list[str]:
    """Why this signature would not bind: no authority, not verified by an officer, expired, or above its limit."""
    if authority is None:
        return ["no_authority"]
    reasons = []
    if authority.state is not AuthorityState.VERIFIED:
        reasons.append("authority_not_verified")
    if authority.valid_until is not None and authority.valid_until < today:
        reasons.append("authority_expired")
    if _is_above_limit(authority, amount):
        reasons.append("amount_above_authority")
    return reasons


def _is_above_limit(authority: SigningAuthority, amount: Decimal | None) -> bool:
    return amount is not None and authority.limit_amount is not None and amount > authority.limit_amount


def reasons_not_to_claim(
    kind: AuthorityKind, *, has_extract: bool, extract_date: date | None, limit_amount: Decimal | None, today: date
) -> list[str]:
    """What a claim on signing authority still misses."""
    reasons = []
    if not has_extract:
        reasons.append("extract_missing")
    if extract_date is None:
        reasons.append("extract_date_missing")
    elif extract_date > today:
        reasons.append("extract_date_in_future")
    if kind is AuthorityKind.LIMITED and limit_amount is None:
        reasons.append("limit_missing")
    if limit_amount is not None and limit_amount <= 0:
        reasons.append("limit_not_positive")
    return reasons


def warnings_on_extract(extract_date: date | None, today: date) -> list[str]:
    """An old extract is a reason to look again, not to refuse: what it says may still hold."""
    return ["extract_old"] if extract_date is not None and today - extract_date > EXTRACT_AGE else []
