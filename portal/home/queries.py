"""What every page shows at its top, and what waits for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal import i18n
from portal.access import Permission as P
from portal.access import Role
from portal.accounts.absence.models import Absence
from portal.accounts.absence.queries import standing_in
from portal.accounts.members.queries import open_invitations as invitations
from portal.accounts.models import Membership, Organisation
from portal.accounts.rules import ROLE_LABELS
from portal.contracts.register.queries import Admitted, Wish, admitted
from portal.evidence import queries as evidence
from portal.evidence.queries import Standing
from portal.home.rules import navigation
from portal.listing import Asked, Page
from portal.mail import MailStatus, OutboxMail
from portal.regions.blueprints import identity, load_all
from portal.regions.blueprints.colours import tokens
from portal.regions.models import Region
from portal.regions.queries import OfferedCategory, catalogue, is_following, members_on, regions
from portal.statements import ask
from portal.tenders.procedures.models import Procedure
from portal.tenders.procedures.queries import open_now, public_procedures
from portal.tenders.submissions.waits import queries as submissions
from portal.waits import Wait
from portal.work import Work


@dataclass(frozen=True)
class HeaderPerson:
    id: int
    name: str
    role_label: str
    organisation_name: str
    memberships: list[tuple[int, str, bool]]
    is_staff: bool
    """Reads dense pages: long lists, much of the day."""


@dataclass(frozen=True)
class PracticeBand:
    now: str


def header(work: Work) -> dict[str, Any]:
    """Everything the top of a page shows: one query, for a visitor as for a member."""
    actor, locale = work.actor, work.actor.locale
    practice = PracticeBand(i18n.datetime_short(work.now, locale)) if work.settings.practice else None
    who, region = (None, region_of(work)) if actor.user_id is None else _person_and_region(work)
    return {
        "region": region,
        "region_look": look_of(region),
        "practice": practice,
        "actor": who,
        "nav": navigation(actor),
    }


@dataclass(frozen=True)
class RegionLook:
    """Colours and logo of a region, as its file says; the version is part of the address of its style sheet."""

    code: str
    colours: dict[str, str]
    logo: str
    """Path below /static; empty without one."""

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(repr(self.colours).encode()).hexdigest()[:8]


def look_of(region: Region | None) -> RegionLook | None:
    """None for a region without a file or without a look of its own: it has the portal's."""
    found = load_all().get(region.code) if region is not None else None
    if found is None or found.look is None:
        return None
    return _look(found.code, found.look.accent, found.look.logo)


@cache
def _look(code: str, accent: str, logo: str | None) -> RegionLook:
    return RegionLook(code, tokens(accent), f"regions/{code}/{logo}" if logo else "")


def region_of(work: Work) -> Region | None:
    """The region whose name and colour a page carries: the actor's, else the only or first one."""
    return ask(work, _region).scalar()


def _region(work: Work) -> Select[Region]:
    find = select(Region).order_by(Region.id).limit(1)
    return find if work.actor.region_id is None else find.where(Region.id == work.actor.region_id)


def _person_and_region(work: Work) -> tuple[HeaderPerson, Region | None]:
    """The roles that the actor can change to, and the region of the present one."""
    actor, label = work.actor, i18n.gettext(work.actor.locale)
    rows = ask(work, _roles).all()
    memberships = [
        (id, f"{label(ROLE_LABELS[role])}, {organisation}", id == actor.membership_id)
        for id, role, organisation, _region in rows
    ]
    who = HeaderPerson(
        actor.user_id or 0,
        actor.name,
        label(ROLE_LABELS[actor.role]),
        actor.organisation_name,
        memberships,
        not actor.is_provider,
    )
    return who, rows[0][3] if rows else None


def _roles(work: Work) -> Select[int, Role, str, Region]:
    first = select(func.min(Region.id)).scalar_subquery()
    return (
        select(Membership.id, Membership.role, Organisation.name, Region)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Region, Region.id == (first if work.actor.region_id is None else work.actor.region_id))
        .where(Membership.user_id == work.actor.user_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )


# --- the region's public page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegionPage:
    region: Region
    municipalities: list[str]
    procedures: list[Row[*tuple[Any, ...]]]
    """Those that are open, as `open_now` says them."""
    categories: list[OfferedCategory]
    admitted: Page[Admitted]
    following: bool


def region_page(work: Work, region: Region, wish: Wish, asked: Asked) -> RegionPage:
    """What the region buys, what is open, who is admitted: a constant number of queries."""
    return RegionPage(
        region=region,
        municipalities=[m.name for m in members_on(work, region.id, work.today)],
        procedures=open_now(work, region.id),
        categories=catalogue(work, region),
        admitted=admitted(work, region.id, wish, asked),
        following=work.actor.user_id is not None and is_following(work, region.id),
    )


@dataclass(frozen=True)
class Contact:
    """Whom to ask about a region's procurement, as its file says; a desk that is not filled in is empty."""

    organisation: str
    place: str
    office: identity.Desk
    helpdesk: identity.Desk
    complaints_email: str | None
    privacy_email: str | None
    procedures: list[Procedure]
    """Published ones that name an address for questions, the open ones first; at most five."""


def contact(work: Work) -> Contact | None:
    """What the portal knows of the region's own contact; nothing is made up. None without a region."""
    region = region_of(work)
    if region is None:
        return None
    named = [procedure for procedure in public_procedures(work, region.id) if procedure.contact_email]
    shipped = load_all().get(region.code)
    said = shipped.contact if shipped is not None else None
    nothing = identity.Desk()
    return Contact(
        organisation=region.organisation.name,
        place=region.organisation.place,
        office=said.office or nothing if said else nothing,
        helpdesk=said.helpdesk or nothing if said else nothing,
        complaints_email=said.complaints_email if said else None,
        privacy_email=said.privacy_email if said else None,
        procedures=named[:5],
    )


@dataclass(frozen=True)
class Controller:
    """Who answers for the personal data of a region (GDPR art. 4 (7))."""

    region: str
    organisation: str
    privacy_email: str | None


def controllers(work: Work) -> list[Controller]:
    """Every region of this installation, by name."""
    found = []
    for region in regions(work):
        shipped = load_all().get(region.code)
        email = shipped.contact.privacy_email if shipped is not None and shipped.contact is not None else None
        found.append(Controller(region.name, region.organisation.name, email))
    return found


# --- what waits --------------------------------------------------------------------------------------------------

SOURCES = (
    "accounts", "regions.mandates", "evidence", "tenders.procedures", "tenders.submissions.waits", "tenders.assessment",
    "tenders.decisions.waits", "contracts.waits", "meetings", "meetings.actions", "tables.rounds", "tables.agreements",
    "tables.kpis", "compliance.obligations.waits", "compliance.escalation", "reports",
)  # fmt: skip
"""Features whose `queries.waiting(work)` says what waits for the actor."""


@cache
def _sources() -> dict[str, Callable[[Work], list[Wait]]]:
    names = (name for name in SOURCES if find_spec(f"portal.{name}.queries"))
    modules = {name: import_module(f"portal.{name}.queries") for name in names}
    return {name: module.waiting for name, module in modules.items() if hasattr(module, "waiting")}


@dataclass(frozen=True)
class StartPage:
    waits: list[Wait]
    passport: Standing | None
    """How the own evidence stands; None for who keeps none."""
    can_follow: bool
    """Somebody new to the portal, who does not follow the region yet."""
    standing_in: Sequence[Absence] = ()
    """For whom the reader stands in today."""


def start_page(work: Work) -> StartPage:
    """The passport is read once: for its standing, for what must be renewed, and for how far the drafts are."""
    kept = evidence.own_versions(work)
    passport = evidence.standing_of(work, evidence.endings(kept))
    found = waits(work, kept)
    begun = any(wait.endpoint.startswith("submissions.") for wait in found)
    region = region_of(work) if passport is not None and not passport.total and not begun else None
    can_follow = region is not None and work.actor.may(P.REGION_FOLLOW) and not is_following(work, region.id)
    return StartPage(found, passport, can_follow, standing_in(work))


def waits(work: Work, kept: Sequence[evidence.Kept] | None = None) -> list[Wait]:
    """All that waits for the actor, most urgent first, without a date last; `kept` is the own evidence, where known."""
    sources = {**_sources(), "home": _platform_waits}
    if kept is not None:
        sources["evidence"] = lambda work: evidence.renewals(work, evidence.endings(kept) or ())
        sources["tenders.submissions.waits"] = lambda work: submissions.waiting(work, kept)
    found = [wait for waiting in sources.values() for wait in waiting(work)]
    return sorted(found, key=lambda wait: (wait.due is None, _moment(wait.due), wait.title))


def _platform_waits(work: Work) -> list[Wait]:
    """Mail that could not be delivered and people who have not accepted their invitation."""
    if not work.actor.may(P.PLATFORM_STATUS):
        return []
    ngettext, _ = i18n.ngettext(work.actor.locale), i18n.gettext(work.actor.locale)
    failed = work.session.scalar(
        select(func.count()).select_from(OutboxMail).where(OutboxMail.status == MailStatus.FAILED)
    )
    open_invitations = len(invitations(work))
    found = []
    if failed:
        title = ngettext("%(num)s mail kon niet worden bezorgd", "%(num)s mails konden niet worden bezorgd", failed)
        found.append(
            Wait(title, _("Kijk waarom, en verstuur opnieuw."), "operations.status", words=_("Mislukt"), kind="fout")
        )
    if open_invitations:
        title = ngettext("%(num)s uitnodiging staat nog open", "%(num)s uitnodigingen staan nog open", open_invitations)
        found.append(
            Wait(title, _("Stuur haar opnieuw of trek haar in."), "accounts.staff", words=_("Open"), kind="bezig")
        )
    return found


def _moment(due: datetime | date | None) -> datetime:
    if due is None:
        return datetime.max.replace(tzinfo=UTC)
    return due if isinstance(due, datetime) else datetime.combine(due, time.max, UTC)
