"""The audit trail as a reader sees it: of everything, or of one case from publication to signal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from portal import i18n
from portal.access import Permission, Role
from portal.accounts.models import Organisation, SigningAuthority, User
from portal.accounts.rules import ROLE_LABELS
from portal.audit import AuditEvent, AuditRef
from portal.compliance.declarations.models import Declaration
from portal.compliance.escalation.models import Signal
from portal.compliance.obligations.models import Obligation
from portal.contracts.models import Contract
from portal.db import Base
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem
from portal.reports import rules
from portal.tables.kpis.models import Kpi, KpiTarget
from portal.tenders.assessment.models import Assignment, Opening
from portal.tenders.decisions.models import Decision
from portal.tenders.procedures.models import Participation, Procedure, Question
from portal.tenders.submissions.models import Submission
from portal.waits import Wait
from portal.work import Work

PER_PAGE = 100
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T.+)?")
FINGERPRINT = re.compile(r"[0-9a-f]{32,}")


@dataclass(frozen=True)
class TrailRow:
    """One entry of the chain, in order."""

    seq: int
    at: datetime
    who: str
    role: Role
    tag: str
    subject: str
    facts: dict[str, Any]
    hash: str
    what: str
    """The tag in the reader's words."""
    about: str
    """The subject in the reader's words."""
    details: list[tuple[str, str]]
    """The facts as (label, value) in the reader's words."""


@dataclass(frozen=True)
class Case:
    """One provider in one procedure: what an auditor follows from publication to signal."""

    procedure: Procedure
    organisation: Organisation


def cases(work: Work) -> list[Case]:
    """Every provider that took part in a procedure of the auditor's region."""
    work.require(Permission.AUDIT_READ)
    find = (
        select(Procedure, Organisation)
        .join(Participation, Participation.procedure_id == Procedure.id)
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .order_by(Procedure.id.desc(), Organisation.sort_name)
    )
    if work.actor.region_id is not None:
        find = find.where(Procedure.region_id == work.actor.region_id)
    return [Case(procedure, organisation) for procedure, organisation in work.session.execute(find)]


def case(work: Work, procedure_id: int, organisation_id: int) -> Case:
    """Raises NotFound when it is not a case of the auditor's region."""
    for found in cases(work):
        if (found.procedure.id, found.organisation.id) == (procedure_id, organisation_id):
            return found
    raise NotFound("case")


def trail(
    work: Work, *, after: int = 0, tag: str = "", about: Case | None = None, limit: int = PER_PAGE
) -> list[TrailRow]:
    """Entries in order of the chain from `after` on. `tag` filters on the noun or the whole tag."""
    work.require(Permission.AUDIT_READ)
    find = (
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.seq > after)
        .order_by(AuditEvent.seq)
        .limit(limit)
    )
    if tag:
        find = find.where(AuditEvent.tag == tag if "." in tag else AuditEvent.tag.startswith(f"{tag}."))
    if about is not None:
        find = find.where(AuditEvent.id.in_(_events_of(work, about)))
    return [_row(event, name, work.actor.locale) for event, name in work.session.execute(find)]


def _row(event: AuditEvent, name: str | None, locale: str) -> TrailRow:
    _ = i18n.gettext(locale)
    subject = f"{event.subject_type} {event.subject_id}" if event.subject_type else ""
    noun = rules.NOUN_LABELS.get(event.subject_type)
    return TrailRow(
        event.seq, event.at, name or "", Role(event.role), event.tag, subject, event.facts, event.hash,
        what=_(rules.TAG_LABELS.get(event.tag, event.tag)),
        about=f"{_(noun)} {event.subject_id}" if noun else subject,
        details=[(_fact(key, locale), _value(key, value, locale)) for key, value in event.facts.items()],
    )  # fmt: skip


def _fact(key: str, locale: str) -> str:
    label = rules.fact_label(key)
    return i18n.gettext(locale)(label) if label else key


def _value(key: str, value: Any, locale: str) -> str:
    """A fact as a reader says it: yes or no, a date, a role, a word for a code; else as it was written."""
    _ = i18n.gettext(locale)
    if value is None or value == []:
        return _("geen")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, list):
        return ", ".join(_value(key, part, locale) for part in value)
    said = str(value)
    if key == "role" and said in {role.value for role in ROLE_LABELS}:
        return _(ROLE_LABELS[Role(said)])
    if ISO.fullmatch(said):
        return _moment(said, locale)
    if FINGERPRINT.fullmatch(said):
        return said[:12]
    return _(rules.VALUE_LABELS[said]) if said in rules.VALUE_LABELS else said


def _moment(said: str, locale: str) -> str:
    if "T" in said:
        return i18n.datetime_short(datetime.fromisoformat(said), locale)
    return i18n.date_short(date.fromisoformat(said), locale)


def _events_of(work: Work, about: Case) -> Select[int]:
    """The entries that refer to anything of this case."""
    wanted = [and_(AuditRef.kind == kind, AuditRef.ref_id.in_(ids)) for kind, ids in _parts(about).items()]
    return select(AuditRef.event_id).where(or_(*wanted))


def _parts(about: Case) -> dict[str, Select[int] | Sequence[int]]:
    """Table name -> ids of everything that belongs to the case, as subqueries: one statement in all."""
    procedure, organisation = about.procedure.id, about.organisation.id

    def of(model: type[Base], *where: Any) -> Select[int]:
        return select(model.id).where(*where)

    submissions = of(Submission, Submission.procedure_id == procedure, Submission.organisation_id == organisation)
    contracts = of(Contract, Contract.procedure_id == procedure, Contract.organisation_id == organisation)
    obligations = of(Obligation, Obligation.contract_id.in_(contracts))
    return {
        "procedure": [procedure],
        "organisation": [organisation],
        "signing_authority": of(SigningAuthority, SigningAuthority.organisation_id == organisation),
        "evidence_item": of(EvidenceItem, EvidenceItem.organisation_id == organisation),
        "question": of(Question, Question.procedure_id == procedure, Question.organisation_id == organisation),
        "opening": of(Opening, Opening.procedure_id == procedure),
        "submission": submissions,
        "assignment": of(Assignment, Assignment.submission_id.in_(submissions)),
        "decision": of(Decision, Decision.submission_id.in_(submissions)),
        "contract": contracts,
        "obligation": obligations,
        "declaration": of(Declaration, Declaration.obligation_id.in_(obligations)),
        "signal": of(Signal, Signal.organisation_id == organisation),
    }


def nouns(work: Work) -> list[tuple[str, str]]:
    """The first halves of all tags in the chain with what they are called, for the filter."""
    work.require(Permission.AUDIT_READ)
    _ = i18n.gettext(work.actor.locale)
    found = {tag.split(".")[0] for tag in work.session.scalars(select(AuditEvent.tag).distinct())}
    named = [(noun, _(rules.NOUN_LABELS[noun]) if noun in rules.NOUN_LABELS else noun) for noun in found]
    return sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))


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
