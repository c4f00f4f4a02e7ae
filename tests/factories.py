"""Who and what a test starts with, made by the same verbs that the pages call.

Each function takes an open `work` first (`with work_as(SYSTEM) as work:`) and gives back rows with their relations
loaded, so that they can be read after the act is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count

from portal.access import Actor, Role
from portal.accounts import queries as account_queries
from portal.accounts import service as accounts
from portal.accounts.models import AuthorityKind, LegalForm, Membership, Organisation, SigningAuthority, User
from portal.accounts.users import service as users
from portal.regions import queries as region_queries
from portal.regions import service as regions
from portal.regions.blueprints import Blueprint, load_all
from portal.regions.models import Mandate, Municipality, Power, Region
from portal.work import Work

PASSWORD = "Kievit op de dijk 7"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

_numbers = count(1)


def actor_for(user: User, role: Role | None = None, *, fresh: bool = True) -> Actor:
    """The actor of this person in the newest current membership with this role (or whichever), freshly logged in."""
    held = [m for m in user.memberships if m.ended_at is None and role in (None, m.role)]
    actor = account_queries.actor_in(held[-1])
    return Actor(**{**actor.__dict__, "fresh": fresh})


def in_name_of(work: Work, actor: Actor) -> Work:
    """The same transaction, in the name of somebody else."""
    return Work(work.session, actor, work.now, work.settings, work.writable, work.events)


def loaded(user: User) -> User:
    """The person with what `actor_for` reads, so that it can be asked after the act is over."""
    for membership in user.memberships:
        assert membership.organisation.name
    return user


# --- the buyer's side --------------------------------------------------------------------------------------------


def blueprint(code: str = "alkmaar") -> Blueprint:
    return load_all()[code]


def make_region(work: Work, code: str = "alkmaar") -> Region:
    """The region as its blueprint says it, with municipalities, products and tariff sheets."""
    return regions.load_region(work, blueprint(code))


def make_officer(
    work: Work, region: Region, role: Role = Role.PROCUREMENT_OFFICER, *, name: str = "", email: str = ""
) -> User:
    """Somebody in a role of the region: officer, assessor, contract manager, chair, secretary, auditor."""
    return make_staff(work, role, organisation=region.organisation, region_id=region.id, name=name, email=email)


def make_delegate(
    work: Work, region: Region, municipality: Municipality | None = None, *, name: str = "", email: str = ""
) -> User:
    """Somebody who represents a municipality's college (the first member by name when none is given)."""
    municipality = municipality or municipalities(work, region)[0]
    organisation = work.get(Organisation, municipality.organisation_id)
    return make_staff(
        work, Role.COLLEGE_DELEGATE, organisation=organisation, region_id=region.id,
        municipality_id=municipality.id, name=name, email=email,
    )  # fmt: skip


def make_staff(
    work: Work,
    role: Role,
    *,
    organisation: Organisation | None = None,
    region_id: int | None = None,
    municipality_id: int | None = None,
    table_id: int | None = None,
    name: str = "",
    email: str = "",
) -> User:
    """Anybody who is no provider; without an organisation at the platform's own."""
    n = next(_numbers)
    user = accounts.create_staff(
        work, email=email or f"{role.value}.{n}@example.org", name=name or f"{role.value} {n}", password=PASSWORD,
        role=role, organisation=organisation, region_id=region_id, municipality_id=municipality_id, table_id=table_id,
    )  # fmt: skip
    return loaded(user)


def municipalities(work: Work, region: Region, day: date | None = None) -> list[Municipality]:
    return region_queries.members_on(work, region.id, day or work.today)


def make_mandate(
    work: Work,
    region: Region,
    holder: User,
    power: Power = Power.DECIDE_ADMISSION,
    municipality: Municipality | None = None,
    *,
    max_amount: Decimal | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Mandate:
    """A line in a municipality's register (that of the holder's own municipality when none is given)."""
    own = next(m.municipality_id for m in holder.memberships if m.municipality_id is not None)
    start = valid_from or work.today
    return regions.add_mandate(
        work, region, municipality_id=municipality.id if municipality else own, holder_id=holder.id,
        function="wethouder Jeugd", power=power, max_amount=max_amount, valid_from=start, valid_until=valid_until,
        decision_number=f"B{next(_numbers):04}", decision_date=min(start, work.today),
    )  # fmt: skip


# --- providers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Provider:
    organisation: Organisation
    admin: User

    @property
    def actor(self) -> Actor:
        """The administrator at work."""
        return actor_for(self.admin)


def make_provider(
    work: Work,
    name: str = "",
    *,
    kvk_number: str = "",
    legal_form: LegalForm = LegalForm.LIMITED_COMPANY,
    offers_stay: bool = False,
    youth_workers: int = 12,
    email: str = "",
    person: str = "",
    authority: AuthorityKind | None = AuthorityKind.SOLE,
) -> Provider:
    """A registered provider with a confirmed administrator, whose signing authority an officer verified.

    `authority=None` leaves the organisation as registration leaves it: identity pending, nobody may sign.
    """
    n = next(_numbers)
    organisation, admin = accounts.register_organisation(
        work, organisation_name=name or f"Jeugdzorg {n}", kvk_number=kvk_number or f"{70000000 + n}",
        legal_form=legal_form, offers_stay=offers_stay, youth_workers=youth_workers, place="Alkmaar",
        person_name=person or f"Beheerder {n}", email=email or f"beheerder.{n}@example.org", password=PASSWORD,
        locale="nl",
    )  # fmt: skip
    users.confirm_invited(work, admin)
    provider = Provider(organisation, loaded(admin))
    if authority is not None:
        make_authority(work, provider.actor, authority)
    return provider


def make_colleague(
    work: Work, provider: Provider, role: Role = Role.PROVIDER_EDITOR, *, name: str = "", email: str = ""
) -> User:
    """A second person at a provider, invited by its administrator."""
    n = next(_numbers)
    token = accounts.invite(
        in_name_of(work, provider.actor), email=email or f"collega.{n}@example.org",
        organisation=provider.organisation, role=role,
    )  # fmt: skip
    return loaded(accounts.accept_invitation(work, token, name=name or f"Collega {n}", password=PASSWORD))


def make_authority(
    work: Work,
    signatory: Actor,
    kind: AuthorityKind = AuthorityKind.SOLE,
    *,
    limit_amount: Decimal | None = None,
    verified: bool = True,
) -> SigningAuthority:
    """Signing authority of somebody at a provider, claimed by the person and verified in the name of `work`'s actor."""
    own = in_name_of(work, signatory)
    extract = accounts.receive_extract(own, BytesIO(PDF), name="uittreksel.pdf")
    if kind is AuthorityKind.LIMITED and limit_amount is None:
        limit_amount = Decimal("1000000")
    claim = accounts.claim_authority(
        own, kind=kind, extract_file=extract, extract_date=work.today, limit_amount=limit_amount
    )
    if verified:
        accounts.verify_authority(work, claim)
    return claim


def membership_of(user: User, role: Role | None = None) -> Membership:
    """The person's current membership in this role."""
    return next(m for m in user.memberships if m.ended_at is None and role in (None, m.role))
