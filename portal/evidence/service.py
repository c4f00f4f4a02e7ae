"""Verbs on the evidence passport: kept, renewed, archived, relied on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, insert, select

from portal import storage
from portal.access import Permission, Scope
from portal.accounts.service import seal_of
from portal.audit import record
from portal.errors import IllegalTransition, NotFound, RuleBroken, StaleVersion
from portal.evidence import queries, rules
from portal.evidence.models import EvidenceItem, EvidenceMode, EvidenceUse, EvidenceVersion
from portal.statements import ask
from portal.storage import StoredFile
from portal.storage.seal import Readable
from portal.work import Work


def receive_file(work: Work, stream: Readable, *, name: str) -> StoredFile:
    """Take in a file under the organisation's own seal. Raises NotAllowed or FileRefused."""
    return storage.receive(work, stream, name=name, seal=seal_of(work, _own_organisation(work)))


def add_evidence(
    work: Work,
    *,
    evidence_type: str,
    title: str,
    mode: EvidenceMode,
    issuer: str = "",
    reference: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    statement: str = "",
    file: StoredFile | None = None,
) -> EvidenceItem:
    """Keep a piece of evidence for the actor's organisation.

    Raises NotAllowed, NotFound (unknown kind), or RuleBroken with what is missing; a copy of a certificate of conduct is
    refused, because the fact is kept and not the document (domain 2.4).
    """
    organisation_id = _own_organisation(work)
    item = EvidenceItem(organisation_id=organisation_id, evidence_type=evidence_type, title=title.strip())
    told = _Told(mode, issuer, reference, issued_on, valid_until, statement, file)
    _refuse(work, item, told)
    work.add(item)
    _keep(work, item, 1, told)
    record(work, "evidence.added", item, evidence_type=evidence_type, organisation_id=organisation_id)
    return item


def renew_evidence(
    work: Work,
    item: EvidenceItem,
    *,
    mode: EvidenceMode,
    issuer: str = "",
    reference: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    statement: str = "",
    file: StoredFile | None = None,
    seen: int | None = None,
) -> EvidenceVersion:
    """A new version; what was shown before stays as it was. `seen` is the number of the version that the form showed.

    Raises as `add_evidence`, StaleVersion when a colleague renewed it first, or IllegalTransition when it is archived.
    """
    work.require(Permission.EVIDENCE_EDIT, item)
    if item.archived_at is not None:
        raise IllegalTransition("evidence", "renew", "archived", subject=item)
    if seen is not None and item.current.number != seen:
        raise StaleVersion(subject=item, theirs=_shown(item.current))
    told = _Told(mode, issuer, reference, issued_on, valid_until, statement, file)
    _refuse(work, item, told)
    number = item.current.number + 1
    version = _keep(work, item, number, told)
    record(work, "evidence.renewed", item, number=number, organisation_id=item.organisation_id)
    return version


def archive_evidence(work: Work, item: EvidenceItem) -> None:
    """Not offered any more in new submissions; dossiers that rely on it keep it. Raises NotAllowed."""
    work.require(Permission.EVIDENCE_EDIT, item)
    if item.archived_at is None:
        item.archived_at = work.now
        record(work, "evidence.archived", item, organisation_id=item.organisation_id)


def note_use(work: Work, version_ids: Collection[int], *, used_by: str, used_by_id: int) -> None:
    """These versions are relied on there. Noting one twice is noting it once. Raises NotAllowed and NotFound."""
    rows = ask(work, _uses, versions=list(version_ids), by=used_by, by_id=used_by_id).all()
    if len(rows) < len(set(version_ids)):
        raise NotFound("EvidenceVersion")
    for organisation_id in {organisation_id for _id, organisation_id, _use in rows}:
        work.require(Permission.EVIDENCE_READ, Scope(organisation_id=organisation_id))
    if new := sorted(id for id, _organisation_id, use in rows if use is None):
        use = {"used_by": used_by, "used_by_id": used_by_id, "since": work.now}
        work.session.execute(insert(EvidenceUse), [{"version_id": id, **use} for id in new])


def _uses(_work: Work) -> Select[*tuple[Any, ...]]:
    """Whose each of these versions is, and its use there if that was noted before."""
    this_use = and_(
        EvidenceUse.version_id == EvidenceVersion.id,
        EvidenceUse.used_by == bindparam("by"),
        EvidenceUse.used_by_id == bindparam("by_id"),
    )
    find = select(EvidenceVersion.id, EvidenceItem.organisation_id, EvidenceUse.id).join(EvidenceVersion.item)
    return find.outerjoin(EvidenceUse, this_use).where(EvidenceVersion.id.in_(bindparam("versions", expanding=True)))


@dataclass(frozen=True)
class _Told:
    mode: EvidenceMode
    issuer: str
    reference: str
    issued_on: date | None
    valid_until: date | None
    statement: str
    file: StoredFile | None


def _own_organisation(work: Work) -> int:
    """Raises NotAllowed, or NotFound for who works for no organisation."""
    if work.actor.organisation_id is None:
        raise NotFound("Organisation")
    work.require(Permission.EVIDENCE_EDIT, Scope(organisation_id=work.actor.organisation_id))
    return work.actor.organisation_id


def _refuse(work: Work, item: EvidenceItem, told: _Told) -> None:
    kind = queries.evidence_type(work, item.evidence_type)
    facts = rules.Facts(
        mode=told.mode,
        issuer=told.issuer,
        reference=told.reference,
        issued_on=told.issued_on,
        valid_until=told.valid_until,
        statement=told.statement,
        has_file=told.file is not None,
    )
    reasons = rules.reasons_not_to_keep(kind, facts, work.today)
    if not item.title:
        reasons.append("evidence_title_missing")
    if reasons:
        raise RuleBroken(*reasons, subject=item)


def _keep(work: Work, item: EvidenceItem, number: int, told: _Told) -> EvidenceVersion:
    version = EvidenceVersion(
        item=item,
        number=number,
        mode=told.mode,
        issuer=told.issuer.strip(),
        reference=told.reference.strip(),
        issued_on=told.issued_on,
        valid_until=told.valid_until,
        statement=told.statement.strip() if told.mode is EvidenceMode.ATTESTATION else "",
        file_id=told.file.id if told.file else None,
        added_by_id=work.actor.user_id,
        added_at=work.now,
    )
    return work.add(version)


def _shown(version: EvidenceVersion) -> dict[str, Any]:
    """What stands there now, for the page of two people who changed the same thing."""
    told = ("issuer", "reference", "issued_on", "valid_until", "statement")
    return {key: value for key in told if (value := getattr(version, key))}
