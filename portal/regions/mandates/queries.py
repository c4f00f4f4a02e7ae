"""The mandate registers: who may decide or sign for which municipality, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import joinedload

from portal.access import Permission, Role
from portal.accounts.models import Membership, User, UserState
from portal.errors import NotFound
from portal.i18n import gettext
from portal.regions.models import Mandate, Municipality, Power, Region
from portal.regions.queries import members_on
from portal.regions.rules import holds_on
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

MANDATE_WARNING = timedelta(days=60)


def _reads_mandates(work: Work) -> ColumnElement[bool]:
    """The register of the actor's own region."""
    region = work.actor.region_id
    return Mandate.__table__.c.region_id == region if region is not None else Mandate.__table__.c.id.is_not(None)


@dataclass(frozen=True)
class RegisterLine:
    mandate: Mandate
    holder: str
    holds: bool


@dataclass(frozen=True)
class RegisterPage:
    municipality: Municipality
    lines: list[RegisterLine]


def register(work: Work, region: Region) -> list[RegisterPage]:
    """Per municipality what stands in its register, the newest first: a few lines each, so all of it.

    Raises NotFound for who may not read it.
    """
    if not may_read_register(work):
        raise NotFound("Mandate")
    find = (
        select(Mandate, User.name)
        .join(User, User.id == Mandate.holder_id)
        .where(Mandate.region_id == region.id, _reads_mandates(work))
        .order_by(Mandate.valid_from.desc(), Mandate.id.desc())
    )
    lines: dict[int, list[RegisterLine]] = {}
    for mandate, holder in work.session.execute(find):
        line = RegisterLine(mandate, holder, holds_on(mandate, work.today))
        lines.setdefault(mandate.municipality_id, []).append(line)
    return [RegisterPage(m, lines.get(m.id, [])) for m in members_on(work, region.id, work.today)]


def may_read_register(work: Work) -> bool:
    readers = (Permission.MANDATE_EDIT, Permission.DECISION_DECIDE, Permission.AUDIT_READ)
    return any(work.actor.may(permission) for permission in readers)


def mandate(work: Work, mandate_id: int) -> Mandate:
    """Raises NotFound."""
    if not may_read_register(work):
        raise NotFound("Mandate")
    found = work.session.scalar(select(Mandate).where(Mandate.id == mandate_id, _reads_mandates(work)))
    if found is None:
        raise NotFound("Mandate")
    return found


def mandate_of(work: Work, user_id: int, municipality_id: int, power: Power, day: date) -> Mandate | None:
    """The line under which this person may do this for this municipality on that day; the one that reaches highest."""
    found = [m for m in mandates_of(work, user_id, power, day) if m.municipality_id == municipality_id]
    return max(found, key=lambda m: (m.max_amount is None, m.max_amount or 0), default=None)


@dataclass(frozen=True)
class JointMandate:
    """The lines under which one person does something for every municipality of a region, and who gave no line."""

    lines: tuple[Mandate, ...]
    """One per municipality that gave it, in the order of their names."""
    missing: tuple[Municipality, ...]

    @property
    def is_complete(self) -> bool:
        return bool(self.lines) and not self.missing

    def of(self, municipality_id: int | None) -> Mandate | None:
        return next((line for line in self.lines if line.municipality_id == municipality_id), None)


def joint_mandate(work: Work, user_id: int | None, region_id: int, power: Power, day: date) -> JointMandate:
    """Each college decides for its own municipality (art. 160 Gemeentewet), so each has to have given its own line."""
    held = mandates_of(work, user_id, power, day) if user_id is not None else []
    members = members_on(work, region_id, day)
    given = {line.municipality_id: line for line in held if line.region_id == region_id}
    lines = tuple(given[m.id] for m in members if m.id in given)
    return JointMandate(lines, tuple(m for m in members if m.id not in given))


def mandates_of(work: Work, user_id: int, power: Power, day: date) -> list[Mandate]:
    """Every line under which this person may do this on that day, for whichever municipality."""
    find = (
        select(Mandate)
        .options(joinedload(Mandate.municipality))
        .where(Mandate.holder_id == user_id, Mandate.power == power)
    )
    return [m for m in work.session.scalars(find.order_by(Mandate.id)) if holds_on(m, day)]


def delegates(work: Work, region_id: int) -> Sequence[User]:
    """Who can hold a mandate in this region: people who represent a college, by name."""
    find = select(User).where(User.state == UserState.ACTIVE, _is_delegate(region_id))
    return sorted(work.session.scalars(find), key=lambda user: (user.name.casefold(), user.id))


def is_delegate(work: Work, user_id: int, region_id: int) -> bool:
    return user_id in {user.id for user in delegates(work, region_id)}


def _is_delegate(region_id: int) -> ColumnElement[bool]:
    return exists().where(
        Membership.user_id == User.id,
        Membership.region_id == region_id,
        Membership.role == Role.COLLEGE_DELEGATE,
        Membership.ended_at.is_(None),
    )


def waiting(work: Work) -> list[Wait]:
    """Mandates that end soon, for who keeps the register."""
    if not work.actor.may(Permission.MANDATE_EDIT):
        return []
    _ = gettext(work.actor.locale)
    return [
        Wait(
            _("Mandaat van %(municipality)s loopt af", municipality=name),
            found.function,
            "regions.mandates",
            due=found.valid_until,
            words=_("Loopt af"),
            kind="let-op",
            due_words=_("Geldig tot en met"),
        )
        for found, name in ask(work, _ending, until=work.today + MANDATE_WARNING)
    ]


def _ending(work: Work) -> Select[Mandate, str]:
    soon = Mandate.valid_until.between(work.today, bindparam("until"))
    return select(Mandate, Municipality.name).join(Municipality).where(_reads_mandates(work), soon).order_by(
        Mandate.valid_until
    )  # fmt: skip
