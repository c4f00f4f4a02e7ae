"""What a line of the trail holds, and which lines are read as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.access import Role
from portal.accounts.models import Organisation
from portal.i18n import mark
from portal.tenders.procedures.models import Procedure

MILESTONES = (
    (mark("Gepubliceerd"), ("procedure.publish",)),
    (mark("Ingediend"), ("submission.submit",)),
    (mark("Geopend"), ("submission.open",)),
    (mark("Besloten"), ("decision.decide",)),
    (mark("Contract getekend"), ("contract.complete_by_provider", "contract.complete_by_municipality")),
    (mark("Contract in werking"), ("contract.bring_into_force",)),
    (mark("Signaal"), ("signal.opened",)),
)
"""The case in its steps: what it is called, and the entries that mark it."""

RUNS = {"submission.read": "judging", "judgement.begin": "judging", "evidence.added": "evidence"}
"""Acts that one person does many times in a row -> what such a run is."""


@dataclass(frozen=True)
class Case:
    """One provider in one procedure: what an auditor follows from publication to signal."""

    procedure: Procedure
    organisation: Organisation


@dataclass(frozen=True)
class Chosen:
    """What the address says: the noun or the whole tag, and the days (Dutch calendar)."""

    tag: str = ""
    since: date | None = None
    until: date | None = None


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
    target: tuple[str, int] | None = None
    """Table and id of the subject, where it has one."""
    wide: bool = False
    """Of the procedure as a whole, not of this provider alone."""
    part: str = ""
    """Which of many parts this entry is about, in the reader's words; empty for an entry of its own."""


def folded(rows: Iterable[TrailRow]) -> list[list[TrailRow]]:
    """The entries in order, those together that one person did in one run: part after part of one thing."""
    found: list[list[TrailRow]] = []
    for row in rows:
        if found and _run(row) is not None and _run(row) == _run(found[-1][-1]):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _run(row: TrailRow) -> tuple[object, ...] | None:
    kind = RUNS.get(row.tag)
    if kind is None or not row.part:
        return None
    thing = row.facts.get("assignment_id") or row.facts.get("organisation_id") or (row.target[1] if row.target else 0)
    return (kind, row.who, row.role, thing)
