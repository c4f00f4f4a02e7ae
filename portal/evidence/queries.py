"""The passport of the actor's own organisation. Nobody else sees it: the buyer sees what a submission shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import selectinload

from portal.access import Permission
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem, EvidenceUse, EvidenceVersion
from portal.evidence.rules import Validity, validity
from portal.i18n import date_long, gettext, ngettext
from portal.regions.blueprints.criteria import EvidenceType
from portal.regions.queries import blueprint_of, regions
from portal.statements import ask
from portal.storage import StoredFile
from portal.waits import Wait
from portal.work import Work


def evidence_types(work: Work) -> dict[str, EvidenceType]:
    """Every kind of evidence that some region accepts, by code, in the order of the blueprints."""
    found: dict[str, EvidenceType] = {}
    for region in regions(work):
        for kind in blueprint_of(region).quality.evidence_types:
            found.setdefault(kind.code, kind)
    return found


def evidence_type(work: Work, code: str) -> EvidenceType:
    """Raises NotFound."""
    known = evidence_types(work).get(code)
    if known is None:
        raise NotFound("EvidenceType")
    return known


def _own(work: Work) -> Select[EvidenceItem]:
    """Raises NotFound for who has no passport."""
    if not work.actor.is_provider or not work.actor.may(Permission.EVIDENCE_READ):
        raise NotFound("EvidenceItem")
    find = select(EvidenceItem).options(selectinload(EvidenceItem.versions))
    return find.where(EvidenceItem.organisation_id == work.actor.organisation_id)


def passport(work: Work) -> Sequence[EvidenceItem]:
    """What the organisation keeps now, with its versions, in order of title: one shelf, so all of it."""
    items = work.session.scalars(_own(work).where(EvidenceItem.archived_at.is_(None))).all()
    return sorted(items, key=lambda item: (item.title.casefold(), item.id))


def item(work: Work, item_id: int) -> EvidenceItem:
    """Also an archived one. Raises NotFound."""
    found = work.session.scalar(_own(work).where(EvidenceItem.id == item_id))
    if found is None:
        raise NotFound("EvidenceItem")
    return found


def version(work: Work, version_id: int) -> EvidenceVersion:
    """A version of an own item. Raises NotFound."""
    found = work.session.get(EvidenceVersion, version_id)
    if found is None:
        raise NotFound("EvidenceVersion")
    item(work, found.item_id)
    return found


def version_file(work: Work, version_id: int) -> StoredFile:
    """The file of an own version. Raises NotFound, also for an attestation."""
    found = version(work, version_id)
    if found.file_id is None:
        raise NotFound("StoredFile")
    return work.get(StoredFile, found.file_id)


def uses(work: Work, found: EvidenceItem) -> int:
    """How many dossiers rely on this item."""
    ids = [v.id for v in found.versions]
    return work.session.scalar(select(func.count()).where(EvidenceUse.version_id.in_(ids))) or 0


# --- pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PassportRow:
    item: EvidenceItem
    kind: EvidenceType | None
    current: EvidenceVersion
    validity: Validity
    days: int | None
    """Until the last day; empty when there is none."""
    state: tuple[str, str]
    """How the state is shown: kind and words."""


def rows(work: Work) -> list[PassportRow]:
    """The passport as a page shows it, what ends first on top."""
    kinds = evidence_types(work)
    found = [row_of(work, kept, kinds.get(kept.evidence_type)) for kept in passport(work)]
    return sorted(found, key=lambda row: (row.days is None, row.days or 0))


def row_of(work: Work, kept: EvidenceItem, kind: EvidenceType | None) -> PassportRow:
    current = kept.current
    state = validity(current.valid_until, work.today, is_blocked=current.is_blocked)
    days = (current.valid_until - work.today).days if current.valid_until else None
    return PassportRow(kept, kind, current, state, days, state_words(state, days, work.actor.locale))


def state_words(state: Validity, days: int | None, locale: str) -> tuple[str, str]:
    _, n_ = gettext(locale), ngettext(locale)
    if state is Validity.BLOCKED:
        return "fout", _("Virus gevonden")
    if state is Validity.EXPIRED:
        return "fout", _("Verlopen")
    if state is Validity.EXPIRING and days is not None:
        return "let-op", n_("Verloopt over %(num)s dag", "Verloopt over %(num)s dagen", days) if days else _(
            "Laatste dag"
        )
    return "ok", _("Geldig")


@dataclass(frozen=True)
class Standing:
    """How many pieces of evidence count, end within sixty days, no longer count, or were blocked for a virus."""

    valid: int
    expiring: int
    expired: int
    blocked: int = 0
    soonest: tuple[tuple[int, str, date], ...] = ()
    """(id, title, last day) of the two that end first and still count."""

    @property
    def total(self) -> int:
        return self.valid + self.expiring + self.expired + self.blocked


@dataclass(frozen=True)
class Ending:
    """A piece of evidence and its last day, as far as it has one."""

    id: int
    title: str
    until: date | None
    is_blocked: bool = False


class Kept(NamedTuple):
    """A version of a piece of evidence."""

    version_id: int
    kind: str
    title: str
    valid_until: date | None
    is_archived: bool
    is_blocked: bool
    """A virus was found in its file."""
    item_id: int
    number: int


def versions(work: Work, organisation_id: int) -> list[Kept]:
    """Everything in the organisation's passport, older versions and what was put away too: one query."""
    return [Kept(*row) for row in ask(work, _versions, organisation=organisation_id)]


def _versions(_work: Work) -> Select[*tuple[Any, ...]]:
    version, item = EvidenceVersion, EvidenceItem
    kept = version.id, item.evidence_type, item.title, version.valid_until, item.archived_at.is_not(None)
    find = select(*kept, version.is_blocked, item.id, version.number).join(EvidenceVersion.item)
    return find.where(EvidenceItem.organisation_id == bindparam("organisation")).order_by(version.number)


def own_versions(work: Work) -> list[Kept] | None:
    """None for who has no passport."""
    actor = work.actor
    if not actor.is_provider or not actor.may(Permission.EVIDENCE_READ) or actor.organisation_id is None:
        return None
    return versions(work, actor.organisation_id)


def endings(kept: Sequence[Kept] | None) -> list[Ending] | None:
    """What the organisation keeps now and until when it counts; None for who has no passport."""
    if kept is None:
        return None
    newest = {one.item_id: one for one in kept if not one.is_archived}
    found = [Ending(id, one.title, one.valid_until, one.is_blocked) for id, one in newest.items()]
    return sorted(found, key=lambda ending: (ending.title.casefold(), ending.id))


def standing(work: Work) -> Standing | None:
    """How the own passport stands; None for who has none."""
    return standing_of(work, endings(own_versions(work)))


def standing_of(work: Work, kept: Sequence[Ending] | None) -> Standing | None:
    if kept is None:
        return None
    found = Counter(validity(one.until, work.today, is_blocked=one.is_blocked) for one in kept)
    ends = sorted((one.until, one.title, one.id) for one in kept if one.until is not None and not one.is_blocked)
    soonest = tuple((id, title, until) for until, title, id in ends if until >= work.today)[:2]
    valid, expiring, expired = found[Validity.VALID], found[Validity.EXPIRING], found[Validity.EXPIRED]
    return Standing(valid, expiring, expired, found[Validity.BLOCKED], soonest)


def waiting(work: Work) -> list[Wait]:
    """Evidence that must be renewed or replaced: one query."""
    return renewals(work, endings(own_versions(work)) or [])


def renewals(work: Work, kept: Sequence[Ending]) -> list[Wait]:
    """What has ended has no date any more: it stands below what still has one."""
    if not work.actor.may(Permission.EVIDENCE_EDIT):
        return []
    _ = gettext(work.actor.locale)
    waits = []
    for one in kept:
        stands, due = validity(one.until, work.today, is_blocked=one.is_blocked), one.until
        if stands is Validity.BLOCKED:
            waits.append(_replacement(work, one))
        if stands in (Validity.BLOCKED, Validity.VALID) or due is None:
            continue
        kind, words = state_words(stands, (due - work.today).days, work.actor.locale)
        title = _("Vernieuw bewijs: %(title)s", title=one.title)
        detail = _("Verlopen bewijs telt niet mee in een inschrijving.")
        if stands is Validity.EXPIRED:
            since = date_long(due + timedelta(days=1), work.actor.locale)
            detail, due = _("Verlopen sinds %(since)s. Het telt niet mee in een inschrijving.", since=since), None
        waits.append(Wait(title, detail, "evidence.item", {"item_id": one.id}, due=due, words=words, kind=kind))
    return waits


def _replacement(work: Work, one: Ending) -> Wait:
    _ = gettext(work.actor.locale)
    title = _("Vervang bewijs: %(title)s", title=one.title)
    detail = _("In het bestand is een virus gevonden. Niemand kan het openen en het telt niet mee in een inschrijving.")
    kind, words = state_words(Validity.BLOCKED, None, work.actor.locale)
    return Wait(title, detail, "evidence.item", {"item_id": one.id}, words=words, kind=kind)
