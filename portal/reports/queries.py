"""The cases that an auditor follows, how whole the chain is, and what waits for who only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select

from portal import i18n
from portal.access import Permission, Role
from portal.accounts.models import Organisation
from portal.audit import AuditEvent, AuditHead, AuditRef, verify_chain
from portal.contracts.models import Contract
from portal.contracts.rules import STATE_LABELS
from portal.db import sort_key
from portal.errors import NotFound
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.reports.rules import VALUE_LABELS
from portal.reports.trail.queries import entries, every_entry, milestones, nouns
from portal.reports.trail.rules import Case, Chosen
from portal.tables.kpis.models import Kpi, KpiTarget
from portal.tenders.procedures.models import Participation, Procedure
from portal.tenders.submissions.models import Submission, SubmissionState
from portal.tenders.submissions.rules import was_never_sent
from portal.waits import Wait
from portal.work import Work

__all__ = ["Chosen", "all_cases", "case", "cases", "chain", "entries", "every_entry", "milestones", "nouns", "procedures",
           "waiting"]  # fmt: skip


@dataclass(frozen=True)
class CaseLine:
    """A case in the list: how far it is and when something last happened."""

    case: Case
    state: tuple[str, str]
    last: datetime | None


@dataclass(frozen=True)
class Chain:
    """What a check of the whole chain found."""

    faults: list[str]
    entries: int
    first: str
    last: str
    """Fingerprints of the first and the last entry; empty while there is none."""
    last_at: datetime | None


def _cases(work: Work) -> Select[Procedure, Organisation]:
    work.require(Permission.AUDIT_READ)
    find = (
        select(Procedure, Organisation)
        .join(Participation, Participation.procedure_id == Procedure.id)
        .join(Organisation, Organisation.id == Participation.organisation_id)
    )
    return find if work.actor.region_id is None else find.where(Procedure.region_id == work.actor.region_id)


BY_NAME, NEWEST = Key(Organisation.sort_name), Key(Procedure.id, down=True)
ORDER = Order(
    {"": [NEWEST, BY_NAME], "aanbieder": [BY_NAME, NEWEST], "procedure": [Key(Procedure.sort_title), BY_NAME]},
    last=Key(Participation.id),
)


def cases(work: Work, *, q: str = "", reference: str = "", asked: Asked = FIRST) -> Page[CaseLine]:
    """One page of every provider that took part in a procedure of the auditor's region, narrowed by name and procedure."""
    page = page_of(work.session, _narrowed(work, q, reference), ORDER, asked)
    return replace(page, rows=_lines(work, page.rows))


def all_cases(work: Work, *, q: str = "", reference: str = "", sort: str = "") -> Iterator[CaseLine]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _narrowed(work, q, reference), ORDER, sort):
        yield from _lines(work, some)


def _narrowed(work: Work, q: str, reference: str) -> Select[Procedure, Organisation]:
    find = _cases(work)
    if words := sort_key(q):
        find = find.where(Organisation.sort_name.contains(words, autoescape=True))
    return find.where(Procedure.reference == reference) if reference else find


def _lines(work: Work, rows: Sequence[tuple[Procedure, Organisation]]) -> list[CaseLine]:
    found = [Case(procedure, organisation) for procedure, organisation in rows]
    procedures, providers = {one.procedure.id: one.procedure for one in found}, {one.organisation.id for one in found}
    states, last = _states(work, procedures, providers), _last(work, procedures, providers)
    _ = i18n.gettext(work.actor.locale)
    nothing = ("idle", _("Geen inschrijving"))
    keys = [(one.procedure.id, one.organisation.id) for one in found]
    return [CaseLine(one, states.get(key, nothing), last.get(key)) for one, key in zip(found, keys, strict=True)]


def procedures(work: Work) -> list[Procedure]:
    """The procedures of all cases, for the filter."""
    ids = _cases(work).with_only_columns(Procedure.id)
    find = select(Procedure).where(Procedure.id.in_(ids)).order_by(Procedure.id.desc())
    return list(work.session.scalars(find))


def _of_these(
    model: type[Submission] | type[Contract], procedures: Collection[int], providers: set[int]
) -> ColumnElement[bool]:
    return and_(model.procedure_id.in_(procedures), model.organisation_id.in_(providers))


def _states(
    work: Work, procedures: Mapping[int, Procedure], providers: set[int]
) -> dict[tuple[int, int], tuple[str, str]]:
    """By procedure and provider: the contract as far as it is, else the latest submission."""
    _ = i18n.gettext(work.actor.locale)
    found: dict[tuple[int, int], tuple[str, str]] = {}
    submitted = select(Submission.procedure_id, Submission.organisation_id, Submission.state).order_by(Submission.id)
    submitted = submitted.where(_of_these(Submission, procedures, providers))
    for procedure_id, organisation_id, state in work.session.execute(submitted):
        never_sent = was_never_sent(state, procedures[procedure_id], work.now)
        words = _("Niet ingediend").lower() if never_sent else _(VALUE_LABELS[state.value])
        kind = "idle" if never_sent or state is SubmissionState.WITHDRAWN else "bezig"
        found[procedure_id, organisation_id] = (kind, _("Inschrijving: %(state)s", state=words))
    contracted = select(Contract.procedure_id, Contract.organisation_id, Contract.state).order_by(Contract.id)
    contracted = contracted.where(_of_these(Contract, procedures, providers))
    for procedure_id, organisation_id, reached in work.session.execute(contracted):
        kind, label = STATE_LABELS[reached]
        found[procedure_id, organisation_id] = (kind, _("Contract: %(state)s", state=_(label).lower()))
    return found


def _last(work: Work, procedures: Collection[int], providers: set[int]) -> dict[tuple[int, int], datetime]:
    """By procedure and provider: the last moment of anything with its submission or contract."""
    found: dict[tuple[int, int], datetime] = {}
    for model, kind in ((Submission, "submission"), (Contract, "contract")):
        find = (
            select(model.procedure_id, model.organisation_id, func.max(AuditEvent.at))
            .join(AuditRef, (AuditRef.kind == kind) & (AuditRef.ref_id == model.id))
            .join(AuditEvent, AuditEvent.id == AuditRef.event_id)
            .where(_of_these(model, procedures, providers))
            .group_by(model.procedure_id, model.organisation_id)
        )
        for procedure_id, organisation_id, at in work.session.execute(find):
            key = (procedure_id, organisation_id)
            found[key] = max(at, found.get(key, at))
    return found


def case(work: Work, procedure_id: int, organisation_id: int) -> Case:
    """Raises NotFound when it is not a case of the auditor's region."""
    find = _cases(work).where(Procedure.id == procedure_id, Organisation.id == organisation_id)
    found = work.session.execute(find).first()
    if found is None:
        raise NotFound("case")
    procedure, organisation = found
    return Case(procedure, organisation)


def chain(work: Work) -> Chain:
    """Check every entry: takes as long as the chain is."""
    work.require(Permission.AUDIT_READ)
    first = work.session.scalar(select(AuditEvent.hash).order_by(AuditEvent.seq).limit(1))
    head = work.session.scalar(select(AuditHead))
    return Chain(
        faults=list(verify_chain(work.session)),
        entries=work.session.scalar(select(func.count()).select_from(AuditEvent)) or 0,
        first=first or "",
        last=head.hash if head and first else "",
        last_at=head.at if head else None,
    )


def waiting(work: Work) -> list[Wait]:
    """What a reading role has to look at: the auditor the latest entries, a council reader the targets that were set."""
    if work.actor.may(Permission.AUDIT_READ):
        return list(_for_auditor(work))
    return list(_for_council(work)) if work.actor.role is Role.COUNCIL_READER else []


def _for_auditor(work: Work) -> Iterator[Wait]:
    _, ngettext = i18n.gettext(work.actor.locale), i18n.ngettext(work.actor.locale)
    find = select(func.count()).select_from(AuditEvent).where(AuditEvent.at >= work.now - timedelta(days=30))
    if count := work.session.scalar(find):
        title = ngettext("%(num)s handeling te controleren", "%(num)s handelingen te controleren", count)
        detail = _("Van de laatste 30 dagen. Volg een zaak, of controleer de hele keten.")
        yield Wait(title, detail, "reports.cases", words=_("Te controleren"))


def _for_council(work: Work) -> Iterator[Wait]:
    _, ngettext = i18n.gettext(work.actor.locale), i18n.ngettext(work.actor.locale)
    find = select(func.count()).select_from(KpiTarget).join(Kpi, Kpi.id == KpiTarget.kpi_id).where(KpiTarget.number > 1)
    if count := work.session.scalar(find.where(Kpi.region_id == work.actor.region_id)):
        title = ngettext("Lees %(num)s nieuwe streefwaarde", "Lees %(num)s nieuwe streefwaarden", count)
        yield Wait(title, _("Vastgesteld aan de ontwikkeltafel."), "kpis.kpis", words=_("Te lezen"))
