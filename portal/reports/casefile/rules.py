"""What belongs in a case file, for whom, and since when: nothing of a submission before the opening, no judgement before
all of it stands, no draft of anybody."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.access import PROVIDER_ROLES, Actor, Permission
from portal.contracts.models import ContractState
from portal.i18n import mark
from portal.storage import ScanStatus
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


HELD = (ScanStatus.WAITING, ScanStatus.INFECTED)
"""What the malware scan keeps closed."""
WHY_CLOSED = {
    "removed": "verwijderd na de bewaartermijn",
    "infected": "er is een virus in gevonden; de beheerder van het portaal heeft het nog",
    "waiting": "wacht op de virusscan; vraag het dossier daarna opnieuw aan",
}


@dataclass(frozen=True)
class Outside:
    """What belongs to the case and cannot be in the file at this moment."""

    opened: bool
    unconcluded: int = 0
    prepared: int = 0
    unmade: Sequence[str] = ()
    """Documents that are still being made."""
    closed: Sequence[tuple[str, str]] = ()
    """(document, why it opens for nobody)"""
    emptied: Sequence[str] = ()
    """Numbers of submissions of which the content was removed."""


ELSEWHERE = (
    "Ingetrokken inschrijvingen: die zijn niet geopend en blijven verzegeld. De aanbieder zelf heeft ze, met het "
    "ontvangstbewijs, in het portaal onder Inschrijvingen.",
    "Vragen zonder gepubliceerd antwoord: die staan in het portaal bij de procedure onder Vragen. Wie een vraag stelde, "
    "ziet alleen de vragensteller.",
    "Het mandaatregister en de uittreksels uit het Handelsregister waarop is getekend: die horen bij de gemeenten en de "
    "organisaties. Ze staan in het portaal onder Mandaten en onder Verificaties.",
)
"""What a reader of the file meets the name of, and where it is kept."""


def left_out(reach: Reach, outside: Outside) -> list[str]:
    """What is not in it, why, and where it is, in Dutch as the whole index: who reads it must know what it does not show."""
    said = [*ELSEWHERE, *_by_role(reach), *_not_yet(reach, outside)]
    said += [f"{what}: {WHY_CLOSED[why]}." for what, why in outside.closed]
    said += [f"Inschrijving {number}: de inhoud is verwijderd na de bewaartermijn." for number in outside.emptied]
    return said


def _by_role(reach: Reach) -> Iterator[str]:
    asks = "Een inkoper van de regio vraagt ze aan met het eigen dossier."
    if not reach.submissions:
        yield f"Inschrijvingen: uw rol leest geen inschrijvingen. {asks}"
    if not reach.assessments:
        yield f"Beoordelingen per beoordelaar: uw rol leest die niet. De redenen staan in de besluiten. {asks}"
    if not reach.decisions:
        yield f"Besluiten en brieven: uw rol leest die niet. {asks}"
    if not reach.contracts:
        yield f"Contracten: uw rol leest die niet. {asks}"


def _not_yet(reach: Reach, outside: Outside) -> Iterator[str]:
    if reach.submissions and not outside.opened:
        yield "Inschrijvingen: die zijn nog niet geopend. Ook het auditspoor zegt er tot dan niets over."
    if reach.assessments and outside.unconcluded:
        yield (
            f"Beoordelingen die niet zijn vastgesteld: {outside.unconcluded}. Tot dan oordeelt elke beoordelaar alleen; "
            "daarna staan ze in het portaal onder Beoordelen."
        )
    if outside.prepared:
        yield (
            f"Besluiten die zijn voorbereid maar niet genomen: {outside.prepared}. Ze staan in het portaal onder Besluiten."
        )
    for what in outside.unmade:
        yield f"{what}: dit document wordt nog gemaakt. Vraag het dossier daarna opnieuw aan."


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
