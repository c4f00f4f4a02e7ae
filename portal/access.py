"""Who may do what, and where. A role answers "what", its scope answers "where"; `may` joins them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Role(enum.Enum):
    """Roles of the glossary. A person may hold several memberships; one is active per session."""

    PROVIDER_ADMIN = "provider_admin"
    PROVIDER_EDITOR = "provider_editor"
    PROCUREMENT_OFFICER = "procurement_officer"
    ASSESSOR = "assessor"
    INDEPENDENT_CHAIR = "independent_chair"
    TABLE_SECRETARY = "table_secretary"
    TABLE_PARTICIPANT = "table_participant"
    CONTRACT_MANAGER = "contract_manager"
    COLLEGE_DELEGATE = "college_delegate"
    COUNCIL_READER = "council_reader"
    ACCESS_ACCOUNT_HOLDER = "access_account_holder"
    AUDITOR = "auditor"
    PLATFORM_ADMIN = "platform_admin"
    SYSTEM = "system"
    PUBLIC_VISITOR = "public_visitor"


class Permission(enum.Enum):
    """`resource:action`. Each is named once here and granted once in GRANTS."""

    ACCOUNT_CONFIRM = "account:confirm"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_VERIFY = "organisation:verify"
    MEMBER_INVITE = "member:invite"
    MEMBER_END = "member:end"
    STAFF_INVITE = "staff:invite"
    STAFF_END = "staff:end"
    AUTHORITY_CLAIM = "authority:claim"
    AUTHORITY_VERIFY = "authority:verify"
    MANDATE_EDIT = "mandate:edit"
    REGION_FOLLOW = "region:follow"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_EDIT = "evidence:edit"
    PROCEDURE_WORK = "procedure:work"
    PROCEDURE_READ = "procedure:read"
    PROCEDURE_DRAFT = "procedure:draft"
    PROCEDURE_APPROVE = "procedure:approve"
    PROCEDURE_PUBLISH = "procedure:publish"
    PROCEDURE_WITHDRAW = "procedure:withdraw"
    QUESTION_ASK = "question:ask"
    QUESTION_ANSWER = "question:answer"
    NOTE_PUBLISH = "note:publish"
    SUBMISSION_EDIT = "submission:edit"
    SUBMISSION_SIGN = "submission:sign"
    SUBMISSION_WITHDRAW = "submission:withdraw"
    SUBMISSION_OPEN = "submission:open"
    SUBMISSION_READ = "submission:read"
    ASSESSMENT_ASSIGN = "assessment:assign"
    ASSESSMENT_DECLARE = "assessment:declare"
    ASSESSMENT_JUDGE = "assessment:judge"
    ASSESSMENT_SETTLE = "assessment:settle"
    DECISION_READ = "decision:read"
    DECISION_PREPARE = "decision:prepare"
    DECISION_DECIDE = "decision:decide"
    DECISION_ANNOUNCE = "decision:announce"
    DECISION_CONFIRM = "decision:confirm"
    OBJECTION_FILE = "objection:file"
    OBJECTION_RECORD = "objection:record"
    CONTRACT_READ = "contract:read"
    CONTRACT_PREPARE = "contract:prepare"
    CONTRACT_SIGN_PROVIDER = "contract:sign_provider"
    CONTRACT_SIGN_MUNICIPALITY = "contract:sign_municipality"
    CONTRACT_RUN = "contract:run"
    TABLE_READ = "table:read"
    TABLE_PLAN = "table:plan"
    MINUTES_WRITE = "minutes:write"
    MINUTES_COMMENT = "minutes:comment"
    MINUTES_ADOPT = "minutes:adopt"
    AGREEMENT_WRITE = "agreement:write"
    MEDIATION_LEAD = "mediation:lead"
    RULING_REQUEST = "ruling:request"
    RULING_DECIDE = "ruling:decide"
    KPI_READ = "kpi:read"
    KPI_SET = "kpi:set"
    OBLIGATION_READ = "obligation:read"
    OBLIGATION_RUN = "obligation:run"
    OBLIGATION_WAIVE = "obligation:waive"
    DECLARATION_FILE = "declaration:file"
    DECLARATION_CHECK = "declaration:check"
    SIGNAL_READ = "signal:read"
    SIGNAL_TRIAGE = "signal:triage"
    CASEFILE_TAKE = "casefile:take"
    AUDIT_READ = "audit:read"
    RETENTION_READ = "retention:read"
    RETENTION_CONFIRM = "retention:confirm"
    PLATFORM_STATUS = "platform:status"
    PRACTICE_USE = "practice:use"


P = Permission

_PROVIDER = {
    P.REGION_FOLLOW, P.EVIDENCE_READ, P.EVIDENCE_EDIT, P.PROCEDURE_READ, P.QUESTION_ASK, P.SUBMISSION_EDIT,
    P.SUBMISSION_SIGN, P.SUBMISSION_WITHDRAW, P.AUTHORITY_CLAIM, P.DECISION_READ, P.OBJECTION_FILE, P.CONTRACT_READ,
    P.CONTRACT_SIGN_PROVIDER, P.TABLE_READ, P.MINUTES_COMMENT, P.KPI_READ, P.OBLIGATION_READ, P.DECLARATION_FILE,
    P.PRACTICE_USE,
}  # fmt: skip

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PROVIDER_ADMIN: frozenset(_PROVIDER | {P.ORGANISATION_EDIT, P.MEMBER_INVITE, P.MEMBER_END}),
    Role.PROVIDER_EDITOR: frozenset(_PROVIDER),
    Role.PROCUREMENT_OFFICER: frozenset({
        P.ORGANISATION_VERIFY, P.AUTHORITY_VERIFY, P.MANDATE_EDIT, P.PROCEDURE_WORK, P.PROCEDURE_READ, P.PROCEDURE_DRAFT,
        P.PROCEDURE_APPROVE, P.PROCEDURE_PUBLISH, P.PROCEDURE_WITHDRAW, P.QUESTION_ANSWER, P.NOTE_PUBLISH,
        P.SUBMISSION_OPEN, P.SUBMISSION_READ, P.ASSESSMENT_ASSIGN, P.ASSESSMENT_SETTLE, P.DECISION_READ,
        P.DECISION_PREPARE, P.DECISION_ANNOUNCE, P.DECISION_CONFIRM, P.OBJECTION_RECORD, P.CONTRACT_READ,
        P.CONTRACT_PREPARE, P.CASEFILE_TAKE, P.RETENTION_READ, P.PRACTICE_USE,
    }),
    Role.ASSESSOR: frozenset({P.PROCEDURE_WORK, P.PROCEDURE_READ, P.ASSESSMENT_DECLARE, P.ASSESSMENT_JUDGE, P.PRACTICE_USE}),
    Role.COLLEGE_DELEGATE: frozenset({
        P.PROCEDURE_WORK, P.PROCEDURE_READ, P.PROCEDURE_APPROVE, P.DECISION_READ, P.DECISION_DECIDE, P.CONTRACT_READ,
        P.CONTRACT_SIGN_MUNICIPALITY, P.TABLE_READ, P.RULING_DECIDE, P.KPI_READ, P.KPI_SET, P.MINUTES_COMMENT, P.PRACTICE_USE,
    }),
    Role.INDEPENDENT_CHAIR: frozenset({
        P.TABLE_READ, P.TABLE_PLAN, P.MINUTES_WRITE, P.MINUTES_COMMENT, P.MINUTES_ADOPT, P.AGREEMENT_WRITE,
        P.MEDIATION_LEAD, P.RULING_REQUEST, P.KPI_READ, P.KPI_SET, P.PRACTICE_USE,
    }),
    Role.TABLE_SECRETARY: frozenset({
        P.TABLE_READ, P.TABLE_PLAN, P.MINUTES_WRITE, P.AGREEMENT_WRITE, P.KPI_READ, P.KPI_SET, P.PRACTICE_USE,
    }),
    Role.TABLE_PARTICIPANT: frozenset({P.TABLE_READ, P.MINUTES_COMMENT, P.KPI_READ, P.PRACTICE_USE}),
    Role.CONTRACT_MANAGER: frozenset({
        P.MANDATE_EDIT, P.PROCEDURE_WORK, P.PROCEDURE_READ, P.DECISION_READ, P.CONTRACT_READ, P.CONTRACT_PREPARE,
        P.CONTRACT_RUN,
        P.TABLE_READ, P.MINUTES_COMMENT, P.KPI_READ, P.KPI_SET, P.OBLIGATION_READ, P.OBLIGATION_RUN, P.OBLIGATION_WAIVE,
        P.DECLARATION_CHECK, P.SIGNAL_READ, P.SIGNAL_TRIAGE, P.RETENTION_READ, P.PRACTICE_USE,
    }),
    Role.ACCESS_ACCOUNT_HOLDER: frozenset({P.SIGNAL_READ, P.TABLE_READ, P.MINUTES_COMMENT, P.KPI_READ, P.PRACTICE_USE}),
    Role.COUNCIL_READER: frozenset({P.KPI_READ, P.PRACTICE_USE}),
    Role.AUDITOR: frozenset({
        P.AUDIT_READ, P.CASEFILE_TAKE, P.PROCEDURE_WORK, P.PROCEDURE_READ, P.DECISION_READ, P.CONTRACT_READ, P.TABLE_READ,
        P.KPI_READ, P.OBLIGATION_READ, P.SIGNAL_READ, P.PRACTICE_USE,
    }),
    Role.PLATFORM_ADMIN: frozenset({P.STAFF_INVITE, P.STAFF_END, P.RETENTION_CONFIRM, P.PLATFORM_STATUS, P.PRACTICE_USE}),
    Role.PUBLIC_VISITOR: frozenset(),
    Role.SYSTEM: frozenset(Permission) - {P.SUBMISSION_READ, P.DECISION_DECIDE},
}  # fmt: skip

PROVIDER_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR})


@dataclass(frozen=True)
class Scope:
    """Where a thing belongs. What is None does not limit."""

    region_id: int | None = None
    organisation_id: int | None = None
    municipality_id: int | None = None
    table_id: int | None = None


@runtime_checkable
class Scoped(Protocol):
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Actor:
    """Who acts, in which membership. The audit trail and every query carry it."""

    user_id: int | None
    membership_id: int | None
    role: Role
    name: str = ""
    email: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    region_id: int | None = None
    municipality_id: int | None = None
    table_id: int | None = None
    locale: str = "nl"
    fresh: bool = False
    """Logged in again a moment ago (needed to open submissions, to decide and to sign)."""

    @property
    def is_provider(self) -> bool:
        return self.role in PROVIDER_ROLES

    def may(self, permission: Permission, thing: Scoped | Scope | None = None) -> bool:
        return may(self, permission, thing)


SYSTEM = Actor(user_id=None, membership_id=None, role=Role.SYSTEM, name="portaal")
VISITOR = Actor(user_id=None, membership_id=None, role=Role.PUBLIC_VISITOR)


def may(actor: Actor | None, permission: Permission, thing: Scoped | Scope | None = None) -> bool:
    """Does the actor's role grant this, and does the thing lie inside the actor's scope?

    A scope binds wherever both sides name one: an officer's region must be the thing's region, a provider's
    organisation the thing's organisation.
    """
    if actor is None or permission not in GRANTS[actor.role]:
        return False
    if thing is None:
        return True
    scope = thing if isinstance(thing, Scope) else thing.scope
    pairs = [
        (actor.region_id, scope.region_id),
        (actor.organisation_id if actor.is_provider else None, scope.organisation_id),
        (actor.municipality_id, scope.municipality_id),
        (actor.table_id, scope.table_id),
    ]
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)
