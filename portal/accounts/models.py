"""Organisations, people and what binds them."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.access import Role, Scope
from portal.db import SORT_TEXT, Base, Versioned, choice, sort_key


class OrganisationKind(enum.Enum):
    PROVIDER = "provider"
    REGIONAL = "regional_organisation"
    MUNICIPALITY = "municipality"
    PARTICIPANT = "participant"
    PLATFORM = "platform"


class OrganisationState(enum.Enum):
    """Life of a registration (domain 2.2): identity is verified before a first signature counts."""

    IDENTITY_PENDING = "identity_pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class LegalForm(enum.Enum):
    SOLE_TRADER = "sole_trader"
    PARTNERSHIP = "partnership"
    LIMITED_COMPANY = "limited_company"
    FOUNDATION = "foundation"
    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"


class Organisation(Versioned, Base):
    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    state: Mapped[OrganisationState] = mapped_column(
        choice(OrganisationState), default=OrganisationState.IDENTITY_PENDING
    )
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(SORT_TEXT, index=True)
    kvk_number: Mapped[str | None] = mapped_column(String(8), unique=True)
    legal_form: Mapped[LegalForm | None] = mapped_column(choice(LegalForm))
    offers_stay: Mapped[bool] = mapped_column(default=False)
    youth_workers: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(100), default="")
    registered_at: Mapped[datetime]

    __table_args__ = (
        # a trade-register number has eight digits; a shorter one is a typing error that identifies somebody else
        CheckConstraint("kvk_number IS NULL OR length(kvk_number) = 8", name="kvk_number_has_eight_digits"),
        CheckConstraint("youth_workers IS NULL OR youth_workers >= 0", name="youth_workers_not_negative"),
    )

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.id)


class UserState(enum.Enum):
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class User(Versioned, Base):
    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(SORT_TEXT, server_default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    state: Mapped[UserState] = mapped_column(choice(UserState), default=UserState.UNCONFIRMED)
    session_generation: Mapped[int] = mapped_column(default=1)
    """Raised when a role, password or state changes: every open session then ends."""
    mail_digest: Mapped[bool] = mapped_column(default=False)
    """Mails that only inform come together once a day; legal notices always come at once."""
    registered_at: Mapped[datetime]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")

    @validates("name")
    def _keyed(self, _name: str, value: str) -> str:
        """The key follows the name, whoever writes it."""
        self.sort_name = sort_key(value)
        return value

    @property
    def scope(self) -> Scope:
        return Scope()


class Membership(Base):
    """A person in a role at an organisation; the scope columns say where the role counts."""

    __tablename__ = "membership"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("development_table.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        Index(
            "uq_membership_current", "user_id", "organisation_id", "role", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, region_id=self.region_id)


class Invitation(Base):
    """A mailed link by which a person joins. Only the digest of its token is kept."""

    __tablename__ = "invitation"

    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("development_table.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, region_id=self.region_id)


class TokenPurpose(enum.Enum):
    CONFIRM = "confirm"
    RESET = "reset"


class AccountToken(Base):
    __tablename__ = "account_token"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(choice(TokenPurpose))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AttemptKind(enum.Enum):
    """What an outsider may try only so often."""

    LOG_IN = "log_in"
    REGISTER = "register"
    JOIN = "join"
    RESET = "reset"


class LoginAttempt(Base):
    """What was tried without being logged in, by digest of account and address, so that limits hold across processes."""

    __tablename__ = "login_attempt"

    kind: Mapped[AttemptKind] = mapped_column(choice(AttemptKind), default=AttemptKind.LOG_IN)
    email_digest: Mapped[str] = mapped_column(String(64), index=True)
    address_digest: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool]


class JoinRequestState(enum.Enum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class JoinRequest(Base):
    """Somebody registers an organisation that is already there: its administrator decides whether they belong."""

    __tablename__ = "join_request"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    state: Mapped[JoinRequestState] = mapped_column(choice(JoinRequestState), default=JoinRequestState.OPEN)
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id)


class AuthorityKind(enum.Enum):
    """How far a person may bind the organisation (domain 3.16)."""

    SOLE = "sole"
    JOINT = "joint"
    LIMITED = "limited"
    PROXY = "proxy"


class AuthorityState(enum.Enum):
    CLAIMED = "claimed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    ENDED = "ended"


class SigningAuthority(Versioned, Base):
    """A person's authority to sign for the organisation, with the trade-register extract (or proxy) that shows it."""

    __tablename__ = "signing_authority"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[AuthorityKind] = mapped_column(choice(AuthorityKind))
    limit_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """EUR a year, for limited authority and proxies."""
    note: Mapped[str] = mapped_column(String(500), default="")
    extract_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    extract_date: Mapped[date | None]
    state: Mapped[AuthorityState] = mapped_column(choice(AuthorityState), default=AuthorityState.CLAIMED, index=True)
    claimed_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    reject_reason: Mapped[str] = mapped_column(String(500), default="")
    valid_until: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    __table_args__ = (
        Index(
            "uq_signing_authority_current", "organisation_id", "user_id", unique=True,
            sqlite_where=text("state IN ('claimed', 'verified')"), postgresql_where=text("state IN ('claimed', 'verified')"),
        ),
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> user_id", name="nobody_verifies_himself"),
    )  # fmt: skip

    @property
    def scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id)
