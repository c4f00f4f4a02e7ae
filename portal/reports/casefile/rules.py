"""What belongs in a case file, for whom, and since when: nothing of a submission before the opening, no judgement before
all of it stands, no draft of anybody."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.access import PROVIDER_ROLES, Actor, Permission
from portal.contracts.models import ContractState
from portal.i18n import mark
from portal.tenders.decisions.models import DecisionState
from portal.tenders.procedures.models import Procedure
from portal.tenders.submissions.models import SubmissionState

BATCH = 8
"""Submissions that are read and turned into documents together."""

TAKEN = (DecisionState.DECIDED, DecisionState.ANNOUNCED, DecisionState.CHALLENGED, DecisionState.FINAL)
CONCLUDED = (SubmissionState.ASSESSED, SubmissionState.DECIDED)
SENT = (ContractState.TO_SIGN, ContractState.SIGNED, ContractState.IN_FORCE, ContractState.ENDED)


class Purpose(enum.Enum):
    """For whom it is taken out: on record, so that somebody can ask later."""

    LAWYER = "lawyer"
    COURT = "court"
    AUDIT = "audit"
    ARCHIVE = "archive"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.LAWYER: mark("Voor een advocaat"),
    Purpose.COURT: mark("Voor de rechter"),
    Purpose.AUDIT: mark("Voor een controle of accountant"),
    Purpose.ARCHIVE: mark("Voor het archief van de gemeenten"),
}
IN_DUTCH = {
    Purpose.LAWYER: "voor een advocaat",
    Purpose.COURT: "voor de rechter",
    Purpose.AUDIT: "voor een controle of accountant",
    Purpose.ARCHIVE: "voor het archief van de gemeenten",
}


@dataclass(frozen=True)
class Reach:
    """What this reader may have in the case file, by the grants of their role."""

    submissions: bool
    assessments: bool
    decisions: bool
    contracts: bool


def reach_of(actor: Actor, procedure: Procedure) -> Reach:
    return Reach(
        submissions=actor.may(Permission.SUBMISSION_READ, procedure),
        assessments=actor.may(Permission.ASSESSMENT_SETTLE, procedure),
        decisions=actor.may(Permission.DECISION_READ, procedure),
        contracts=actor.may(Permission.CONTRACT_READ, procedure),
    )


def left_out(reach: Reach, *, opened: bool, unconcluded: int, prepared: int) -> list[str]:
    """What is not in it and why, in Dutch as the whole index: who reads it must know what it does not show."""
    said = ["Ingetrokken inschrijvingen: die zijn niet geopend en blijven verzegeld."]
    said.append("Vragen zonder gepubliceerd antwoord, en wie een vraag stelde: dat ziet alleen de vragensteller.")
    if not reach.submissions:
        said.append("Inschrijvingen: uw rol leest geen inschrijvingen.")
    elif not opened:
        said.append("Inschrijvingen: die zijn nog niet geopend. Ook het auditspoor zegt er tot dan niets over.")
    if not reach.assessments:
        said.append("Beoordelingen per beoordelaar: uw rol leest die niet. De redenen staan in de besluiten.")
    elif unconcluded:
        said.append(
            f"Beoordelingen die niet zijn vastgesteld: {unconcluded}. Tot dan oordeelt elke beoordelaar alleen."
        )
    if prepared:
        said.append(f"Besluiten die zijn voorbereid maar niet genomen: {prepared}.")
    return said


# --- the audit trail ---------------------------------------------------------------------------------------------

HIDDEN = "niet getoond"
ASKERS = ("question",)
"""Things of which nobody but their maker may know who made them."""


def entry(said: Mapping[str, Any], who: str) -> dict[str, Any]:
    """One entry of the chain as the case file shows it; of a question not who asked it."""
    hidden = said["subject_type"] in ASKERS and said["role"] in {role.value for role in PROVIDER_ROLES}
    if not hidden:
        return {**said, "who": who}
    return {**said, "who": HIDDEN, "user_id": HIDDEN, "membership_id": HIDDEN}


def batches(ids: Sequence[int], size: int = BATCH) -> Iterable[Sequence[int]]:
    return (ids[n : n + size] for n in range(0, len(ids), size))
