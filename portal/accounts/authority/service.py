"""Verbs on signing authority: claim it with an extract, verify or reject it, end it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal import storage
from portal.access import Permission
from portal.accounts.authority import mails, queries
from portal.accounts.authority.states import AUTHORITY
from portal.accounts.models import AuthorityKind, Organisation, OrganisationState, SigningAuthority
from portal.accounts.organisations import service as organisations
from portal.accounts.rules import reasons_not_to_claim
from portal.audit import record
from portal.errors import NotFound, RuleBroken
from portal.storage import StoredFile
from portal.storage.seal import Readable
from portal.work import Work

EXTRACT_TYPES = ("pdf", "png", "jpg", "jpeg")


def receive_extract(work: Work, stream: Readable, *, name: str) -> StoredFile:
    """Take in a trade-register extract or a proxy under the organisation's own seal. Raises NotAllowed or FileRefused."""
    work.require(Permission.AUTHORITY_CLAIM)
    seal = organisations.seal_of(work, _own_id(work))
    return storage.receive(work, stream, name=name, seal=seal, allowed=EXTRACT_TYPES)


def claim_authority(
    work: Work,
    *,
    kind: AuthorityKind,
    extract_file: StoredFile | None,
    extract_date: date | None,
    limit_amount: Decimal | None = None,
    note: str = "",
) -> SigningAuthority:
    """The actor claims to bind the own organisation. Raises NotAllowed, or RuleBroken: already_claimed, or what misses.

    Nobody claims for somebody else, so a signature always goes back to the person who showed the proof.
    """
    work.require(Permission.AUTHORITY_CLAIM)
    reasons = reasons_not_to_claim(
        kind,
        has_extract=extract_file is not None,
        extract_date=extract_date,
        limit_amount=limit_amount,
        today=work.today,
    )
    if queries.own_claim(work) is not None:
        reasons.append("already_claimed")
    organisation = work.get(Organisation, _own_id(work))
    if reasons or extract_file is None or work.actor.user_id is None:
        raise RuleBroken(*reasons, subject=organisation)
    claim = SigningAuthority(
        organisation_id=organisation.id,
        user_id=work.actor.user_id,
        kind=kind,
        limit_amount=limit_amount,
        note=note.strip(),
        extract_file_id=extract_file.id,
        extract_date=extract_date,
        claimed_at=work.now,
    )
    work.add(claim)
    record(work, "signing_authority.claimed", claim, kind=kind, organisation_id=organisation.id)
    return claim


def verify_authority(work: Work, authority: SigningAuthority, *, valid_until: date | None = None) -> None:
    """The extract shows it: from now on this person's signature counts. The first one makes the organisation active.

    Raises NotAllowed, IllegalTransition, or RuleBroken: own_authority (nobody verifies himself).
    """
    unless = ["own_authority"] if authority.user_id == work.actor.user_id else []
    if valid_until is not None and valid_until < work.today:
        unless.append("valid_until_passed")
    AUTHORITY.apply(work, authority, "verify", unless=unless, organisation_id=authority.organisation_id)
    authority.checked_by_id, authority.checked_at = work.actor.user_id, work.now
    authority.valid_until = valid_until
    if authority.organisation.state is OrganisationState.IDENTITY_PENDING:
        organisations.activate_organisation(work, authority.organisation)
    mails.tell_of_check(work, authority)


def reject_authority(work: Work, authority: SigningAuthority, *, reason: str) -> None:
    """The extract does not show it; the person is told why. Raises as `verify_authority`, or reject_reason_missing."""
    unless = ["own_authority"] if authority.user_id == work.actor.user_id else []
    if not reason.strip():
        unless.append("reject_reason_missing")
    AUTHORITY.apply(work, authority, "reject", unless=unless, organisation_id=authority.organisation_id)
    authority.checked_by_id, authority.checked_at = work.actor.user_id, work.now
    authority.reject_reason = reason.strip()
    mails.tell_of_check(work, authority)


def end_authority(work: Work, authority: SigningAuthority) -> None:
    """The organisation takes it back; what was signed stays signed. Raises NotAllowed or IllegalTransition."""
    AUTHORITY.apply(work, authority, "end", organisation_id=authority.organisation_id)


def note_extract_read(work: Work, authority: SigningAuthority) -> None:
    """Every look at a confidential paper stands in the trail."""
    record(work, "signing_authority.extract_read", authority, organisation_id=authority.organisation_id)


def _own_id(work: Work) -> int:
    """The organisation for which the actor works now. Raises NotFound for who works for none."""
    if work.actor.organisation_id is None:
        raise NotFound("Organisation")
    return work.actor.organisation_id
