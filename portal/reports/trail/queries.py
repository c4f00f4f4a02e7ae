"""The entries of the chain as a reader sees them: of everything, or of one case and of nothing of another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal import i18n
from portal.access import PROVIDER_ROLES, Permission, Role
from portal.accounts.models import Membership, Organisation, SigningAuthority, User
from portal.accounts.rules import ROLE_LABELS
from portal.audit import AuditEvent, AuditRef
from portal.clock import local_moment
from portal.compliance.declarations.models import Declaration
from portal.compliance.escalation.models import Signal
from portal.compliance.obligations.models import Obligation
from portal.contracts.models import Contract
from portal.db import Base
from portal.evidence.models import EvidenceItem
from portal.listing import FIRST, Asked, Key, Order, Page, batches, page_of
from portal.regions.models import Municipality, Region
from portal.regions.queries import blueprint_of, regions
from portal.reports import rules
from portal.reports.acts.rules import TAG_LABELS
from portal.reports.trail.rules import MILESTONES, Case, Chosen, TrailRow
from portal.tenders.assessment.models import Assignment, Opening
from portal.tenders.decisions.models import Decision
from portal.tenders.procedures.models import NoteOfInformation, Procedure, Question
from portal.tenders.submissions.models import Submission
from portal.work import Work

PER_PAGE = 100
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T.+)?")
FINGERPRINT = re.compile(r"[0-9a-f]{32,}")
WIDE = ("procedure", "opening", "note_of_information")
"""What is of everybody in a procedure."""
ALIASES = {"assessor": "user_account", "mediator": "user_account"}
Parts = dict[str, Select[int] | Sequence[int]]


@dataclass(frozen=True)
class Words:
    """Names of what the entries speak of: by (table, id), and of the codes of the blueprints."""

    locale: str
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)


ORDER = Order({"": []}, last=Key(AuditEvent.seq))


def entries(
    work: Work, *, chosen: Chosen | None = None, about: Case | None = None, asked: Asked = FIRST
) -> Page[TrailRow]:
    """One page of the entries in order of the chain."""
    page = page_of(work.session, _entries(work, chosen, about), ORDER, replace(asked, size=PER_PAGE), counted=True)
    return replace(page, rows=_rows(work, page.rows, about))


def every_entry(work: Work, *, chosen: Chosen | None = None, about: Case | None = None) -> Iterator[TrailRow]:
    """The same list without pages: for a file."""
    for some in batches(work.session, _entries(work, chosen, about), ORDER):
        yield from _rows(work, some, about)


def _entries(work: Work, chosen: Chosen | None, about: Case | None) -> Select[AuditEvent, str | None]:
    find = select(AuditEvent, User.name).outerjoin(User, User.id == AuditEvent.user_id)
    return find.where(*_where(work, chosen, about))


def _rows(work: Work, found: Sequence[tuple[AuditEvent, str | None]], about: Case | None) -> list[TrailRow]:
    words = _words(work, [event for event, _name in found])
    return [_row(event, name or "", words, about) for event, name in found]


def milestones(work: Work, about: Case) -> list[tuple[str, datetime | None]]:
    """The case in its steps, each with the last moment of its entries."""
    find = select(AuditEvent.tag, func.max(AuditEvent.at)).where(*_where(work, None, about))
    tags = [tag for _name, some in MILESTONES for tag in some]
    at = {row[0]: row[1] for row in work.session.execute(find.where(AuditEvent.tag.in_(tags)).group_by(AuditEvent.tag))}
    _ = i18n.gettext(work.actor.locale)
    return [(_(name), max((at[tag] for tag in some if tag in at), default=None)) for name, some in MILESTONES]


def nouns(work: Work) -> list[tuple[str, str]]:
    """The first halves of all tags in the chain with what they are called, for the filter."""
    work.require(Permission.AUDIT_READ)
    _ = i18n.gettext(work.actor.locale)
    found = {tag.split(".")[0] for tag in work.session.scalars(select(AuditEvent.tag).distinct())}
    named = [(noun, _(rules.NOUN_LABELS[noun]) if noun in rules.NOUN_LABELS else noun) for noun in found]
    return sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))


# --- which entries -----------------------------------------------------------------------------------------------


def _where(work: Work, chosen: Chosen | None, about: Case | None) -> list[ColumnElement[bool]]:
    work.require(Permission.AUDIT_READ)
    chosen, where = chosen or Chosen(), []
    if tag := chosen.tag:
        where.append(AuditEvent.tag == tag if "." in tag else AuditEvent.tag.startswith(f"{tag}.", autoescape=True))
    if chosen.since is not None:
        where.append(AuditEvent.at >= _midnight(chosen.since))
    if chosen.until is not None:
        where.append(AuditEvent.at < _midnight(chosen.until + timedelta(days=1)))
    return where if about is None else [*where, _of_case(about)]


def _midnight(day: date) -> datetime:
    return local_moment(datetime.combine(day, time()))


def _of_case(about: Case) -> ColumnElement[bool]:
    """What happened to something of this provider, and what holds for everybody in the procedure.

    An entry counts by its subject. Only what has no part in a case of its own (a letter, an invitation) counts by what
    it refers to: so somebody else's submission stays out, though it refers to the same procedure.
    """
    own = _own(about)
    members = select(Membership.id).where(Membership.organisation_id == about.organisation.id)
    not_another = or_(AuditEvent.role.not_in([r.value for r in PROVIDER_ROLES]), AuditEvent.membership_id.in_(members))
    referring = [and_(AuditRef.kind == kind, AuditRef.ref_id.in_(ids)) for kind, ids in own.items()]
    other_things = AuditEvent.subject_type.not_in([*own, *WIDE])
    return or_(
        _subject_in(own),
        and_(_subject_in(_wide(about)), not_another),
        and_(other_things, AuditEvent.id.in_(select(AuditRef.event_id).where(or_(*referring)))),
    )


def _subject_in(parts: Parts) -> ColumnElement[bool]:
    return or_(*(and_(AuditEvent.subject_type == k, AuditEvent.subject_id.in_(ids)) for k, ids in parts.items()))


def _of(model: type[Base], *where: Any) -> Select[int]:
    return select(model.id).where(*where)


def _wide(about: Case) -> Parts:
    procedure = about.procedure.id
    notes = _of(NoteOfInformation, NoteOfInformation.procedure_id == procedure)
    openings = _of(Opening, Opening.procedure_id == procedure)
    return {"procedure": [procedure], "opening": openings, "note_of_information": notes}


def _own(about: Case) -> Parts:
    """Table name -> ids of everything of the provider in this case, as subqueries: one statement in all."""
    procedure, organisation = about.procedure.id, about.organisation.id
    submissions = _of(Submission, Submission.procedure_id == procedure, Submission.organisation_id == organisation)
    contracts = _of(Contract, Contract.procedure_id == procedure, Contract.organisation_id == organisation)
    obligations = _of(Obligation, Obligation.contract_id.in_(contracts))
    return {
        "organisation": [organisation],
        "signing_authority": _of(SigningAuthority, SigningAuthority.organisation_id == organisation),
        "evidence_item": _of(EvidenceItem, EvidenceItem.organisation_id == organisation),
        "question": _of(Question, Question.procedure_id == procedure, Question.organisation_id == organisation),
        "submission": submissions,
        "assignment": _of(Assignment, Assignment.submission_id.in_(submissions)),
        "decision": _of(Decision, Decision.submission_id.in_(submissions)),
        "contract": contracts,
        "obligation": obligations,
        "declaration": _of(Declaration, Declaration.obligation_id.in_(obligations)),
        "signal": _of(Signal, Signal.organisation_id == organisation),
    }


# --- in words ----------------------------------------------------------------------------------------------------


def _row(event: AuditEvent, who: str, words: Words, about: Case | None = None) -> TrailRow:
    _ = i18n.gettext(words.locale)
    target = (event.subject_type, event.subject_id) if event.subject_id is not None else None
    part = str(event.facts.get("key") or event.facts.get("evidence_type") or "")
    return TrailRow(
        event.seq, event.at, who, Role(event.role), event.tag,
        f"{event.subject_type} {event.subject_id}" if event.subject_type else "", event.facts, event.hash,
        what=_(TAG_LABELS.get(event.tag, event.tag)),
        about=_named(event.subject_type, event.subject_id, words),
        details=[(_fact(key, words.locale), _value(key, value, words)) for key, value in event.facts.items()],
        target=target,
        wide=about is not None and event.subject_type in WIDE,
        part=words.codes.get(part, part),
    )  # fmt: skip


def _named(kind: str, id: int | None, words: Words) -> str:
    """Procedure ALK-2022-01; what has no name of its own keeps its number."""
    noun = rules.NOUN_LABELS.get(kind)
    said = i18n.gettext(words.locale)(noun) if noun else kind
    if id is None:
        return said
    name = words.names.get((kind, id))
    return f"{said} {name}" if name else f"{said} {id}"


def _fact(key: str, locale: str) -> str:
    label = rules.fact_label(key)
    return i18n.gettext(locale)(label) if label else key


def _value(key: str, value: Any, words: Words) -> str:
    """A fact as a reader says it: yes or no, a date, a name, a word for a code; else as it was written."""
    _ = i18n.gettext(words.locale)
    if value is None or value == []:
        return _("geen")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, list):
        return ", ".join(_value(key, part, words) for part in value)
    if isinstance(value, int):
        return words.names.get((_kind(key), value), str(value)) if key.endswith("_id") else str(value)
    said = str(value)
    if key == "role" and said in {role.value for role in ROLE_LABELS}:
        return _(ROLE_LABELS[Role(said)])
    if ISO.fullmatch(said):
        return _moment(said, words.locale)
    if FINGERPRINT.fullmatch(said):
        return said[:12]
    return _(rules.VALUE_LABELS[said]) if said in rules.VALUE_LABELS else words.codes.get(said, said)


def _moment(said: str, locale: str) -> str:
    if "T" in said:
        return i18n.datetime_short(datetime.fromisoformat(said), locale)
    return i18n.date_short(date.fromisoformat(said), locale)


def _kind(key: str) -> str:
    thing = key.removesuffix("_id")
    return ALIASES.get(thing, thing)


def _words(work: Work, events: Sequence[AuditEvent]) -> Words:
    """One statement per kind of thing that has a name, however many entries there are."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        for kind, id in [(event.subject_type, event.subject_id), *((_kind(k), v) for k, v in event.facts.items())]:
            if isinstance(id, int):
                wanted.setdefault(kind, set()).add(id)
    named: dict[str, tuple[type[Base], InstrumentedAttribute[str]]] = {
        "organisation": (Organisation, Organisation.name), "user_account": (User, User.name),
        "municipality": (Municipality, Municipality.name), "region": (Region, Region.name),
        "procedure": (Procedure, Procedure.reference), "contract": (Contract, Contract.number),
    }  # fmt: skip
    names = {
        (kind, row[0]): row[1]
        for kind, (model, name) in named.items()
        if kind in wanted
        for row in work.session.execute(select(model.id, name).where(model.id.in_(wanted[kind])))
    }
    return Words(work.actor.locale, names, _codes(work) if events else {})


def _codes(work: Work) -> dict[str, str]:
    """Kinds of evidence and templates of procedures by code."""
    found: dict[str, str] = {}
    for region in regions(work):
        blueprint = blueprint_of(region)
        named = [(kind.code, kind.name) for kind in blueprint.quality.evidence_types]
        for code, name in [*named, *((some.code, some.name) for some in blueprint.procedure_templates)]:
            found.setdefault(code, name.en if work.actor.locale == "en" and name.en else name.nl)
    return found
