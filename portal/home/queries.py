"""What every page shows at its top, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import i18n
from portal.access import Role
from portal.accounts.models import Membership, Organisation
from portal.i18n import mark
from portal.regions.models import Region
from portal.work import Work

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


@dataclass(frozen=True)
class HeaderPerson:
    id: int
    name: str
    role_label: str
    organisation_name: str
    memberships: list[tuple[int, str, bool]]


@dataclass(frozen=True)
class PracticeBand:
    now: str


def header(work: Work) -> dict[str, Any]:
    """Everything the top of a page shows: a constant number of queries, two for a visitor and three for a member."""
    actor, locale = work.actor, work.actor.locale
    practice = PracticeBand(i18n.datetime_short(work.now, locale)) if work.settings.practice else None
    return {"region": region_of(work), "practice": practice, "actor": person(work), "role": actor.role}


def region_of(work: Work) -> Region | None:
    """The region whose name and colour a page carries: the actor's, else the only or first one."""
    find = select(Region).order_by(Region.id).limit(1)
    if work.actor.region_id is not None:
        find = find.where(Region.id == work.actor.region_id)
    return work.session.scalar(find)


def person(work: Work) -> HeaderPerson | None:
    actor = work.actor
    if actor.user_id is None:
        return None
    label = i18n.gettext(actor.locale)
    find = (
        select(Membership.id, Membership.role, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    rows = work.session.execute(find).all()
    memberships = [
        (id, f"{label(ROLE_LABELS[role])}, {organisation}", id == actor.membership_id)
        for id, role, organisation in rows
    ]
    return HeaderPerson(actor.user_id, actor.name, label(ROLE_LABELS[actor.role]), actor.organisation_name, memberships)
