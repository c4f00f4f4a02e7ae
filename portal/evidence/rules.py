"""What a piece of evidence must say, and how long it counts."""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from datetime import date, timedelta

from portal.evidence.models import EvidenceMode
from portal.regions.blueprints.criteria import EvidenceType

EXPIRES_SOON = timedelta(days=60)


class Validity(enum.Enum):
    BLOCKED = "blocked"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Facts:
    """What one version of a piece of evidence says."""

    mode: EvidenceMode
    issuer: str = ""
    reference: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    statement: str = ""
    has_file: bool = False


def mode_of(kind: EvidenceType) -> EvidenceMode:
    return EvidenceMode.ATTESTATION if kind.is_attestation else EvidenceMode.FILE


def reasons_not_to_keep(kind: EvidenceType, facts: Facts, today: date) -> list[str]:
    """What is missing or wrong. A certificate of conduct is attested and its copy refused: the copy proves nothing."""
    return _reasons_of_mode(kind, facts) + _reasons_of_origin(kind, facts) + _reasons_of_dates(kind, facts, today)


def _reasons_of_mode(kind: EvidenceType, facts: Facts) -> list[str]:
    if kind.is_attestation:
        reasons = ["evidence_file_not_kept"] if facts.has_file or facts.mode is EvidenceMode.FILE else []
        return reasons if facts.statement.strip() else [*reasons, "evidence_statement_missing"]
    return [] if facts.has_file and facts.mode is EvidenceMode.FILE else ["evidence_file_missing"]


def _reasons_of_origin(kind: EvidenceType, facts: Facts) -> list[str]:
    reasons = []
    if kind.needs_issuer and not facts.issuer.strip():
        reasons.append("evidence_issuer_missing")
    if kind.needs_number and not facts.reference.strip():
        reasons.append("evidence_number_missing")
    return reasons


def _reasons_of_dates(kind: EvidenceType, facts: Facts, today: date) -> list[str]:
    issued, until = facts.issued_on, facts.valid_until
    reasons = []
    if issued is None:
        reasons.append("evidence_date_missing")
    elif issued > today:
        reasons.append("evidence_date_in_future")
    if until is None:
        return [*reasons, "evidence_end_missing"] if kind.needs_valid_until else reasons
    if until < today:
        reasons.append("evidence_already_expired")
    elif issued is not None and until < issued:
        reasons.append("evidence_ends_before_start")
    elif issued is not None and kind.valid_months and until > months_later(issued, kind.valid_months):
        reasons.append(f"evidence_valid_too_long:{kind.valid_months}")
    return reasons


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def validity(valid_until: date | None, today: date, *, is_blocked: bool = False) -> Validity:
    """The last day still counts; evidence without an end stays valid. What nobody can open shows nothing."""
    if is_blocked:
        return Validity.BLOCKED
    if valid_until is None or valid_until > today + EXPIRES_SOON:
        return Validity.VALID
    return Validity.EXPIRED if valid_until < today else Validity.EXPIRING
