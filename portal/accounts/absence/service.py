"""Verbs on absence: arranged for some days, taken back. It ends by itself."""

from __future__ import annotations

from datetime import date

from portal.access import Permission
from portal.accounts.absence import mails, queries, rules
from portal.accounts.absence.models import Absence
from portal.accounts.models import Membership, OrganisationKind
from portal.audit import record
from portal.errors import NotFound, RuleBroken
from portal.work import Work


def arrange_absence(
    work: Work, membership: Membership, *, deputy: Membership, starts_on: date, ends_on: date
) -> Absence:
    """Who stands in, from and up to and including which day; by the person, by a provider's administrator, or by the
    portal's for the buyer's people: who fell ill arranges nothing and is told what was arranged.

    Raises NotFound for whose absence is not the actor's to arrange, or RuleBroken: deputy_is_self, deputy_may_not,
    absence_ends_before_start, absence_over, absence_too_long, absence_twice.
    """
    _require(work, membership)
    reasons = rules.reasons_not_to_stand_in(membership, deputy)
    reasons += rules.reasons_against_dates(starts_on, ends_on, work.today)
    if queries.overlapping(work, membership.id, starts_on, ends_on):
        reasons.append("absence_twice")
    if reasons:
        raise RuleBroken(*reasons, subject=membership)
    absence = Absence(
        membership=membership, deputy=deputy, starts_on=starts_on, ends_on=ends_on,
        arranged_by_id=work.actor.user_id, arranged_at=work.now,
    )  # fmt: skip
    work.add(absence)
    work.session.info.pop("away", None)
    record(
        work, "absence.arranged", absence, membership_id=membership.id, deputy_id=deputy.id,
        organisation_id=membership.organisation_id, starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    mails.tell_deputy(work, absence)
    if membership.user_id != work.actor.user_id:
        mails.tell_absent(work, absence)
    return absence


def end_absence(work: Work, absence: Absence) -> None:
    """Back earlier, or arranged by mistake. Raises NotFound as `arrange_absence` does."""
    _require(work, absence.membership)
    if absence.ended_at is None:
        absence.ended_at = work.now
        work.session.info.pop("away", None)
        record(work, "absence.ended", absence, membership_id=absence.membership_id, deputy_id=absence.deputy_id)


def _require(work: Work, membership: Membership) -> None:
    """The person, the administrator of the own provider, or the portal's for the buyer's people."""
    own = membership.user_id == work.actor.user_id
    manages = work.actor.is_provider and work.actor.may(Permission.MEMBER_END, membership)
    buyers = membership.organisation.kind is not OrganisationKind.PROVIDER
    if not own and not manages and not (buyers and work.actor.may(Permission.STAFF_END)):
        raise NotFound("Membership")
