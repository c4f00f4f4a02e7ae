"""What a background task is called, how it stands and what can be done with it."""

from __future__ import annotations

from datetime import datetime

from portal.access import Actor
from portal.i18n import mark
from portal.tasks import OUTCOMES, TITLES, Task, TaskStatus

KINDS = {
    "assessment.opening_record": mark("Proces-verbaal van opening maken"),
    "contracts.document": mark("Contractdocument maken"),
    "contracts.signed_document": mark("Register van handtekeningen maken"),
    "decisions.letters": mark("Brieven maken"),
    "lists.make": mark("Een lange lijst als bestand maken"),
    "operations.run_job": mark("Een geplande taak nu uitvoeren"),
    "procedures.note_document": mark("Nota van inlichtingen maken"),
    "reports.casefile": mark("Dossier samenstellen"),
    "storage.scan_all": mark("Alle bestanden op virussen controleren"),
}
STATES = {
    TaskStatus.QUEUED: ("idle", mark("Wacht tot het begint")),
    TaskStatus.RUNNING: ("bezig", mark("Bezig")),
    TaskStatus.DONE: ("ok", mark("Klaar")),
    TaskStatus.FAILED: ("fout", mark("Niet gelukt")),
    TaskStatus.CANCELLED: ("idle", mark("Gestopt")),
}
WORDS = {
    "already_sent": mark("Dit was al gebeurd; er is niets dubbel gedaan."),
    "all_clean": mark("In geen van de bestanden is een virus gevonden."),
    "gave_up": mark("Het is drie keer afgebroken. De beheerder kan zien waarom."),
    "infected_found": mark("Er is een virus gevonden. Het bestand is geblokkeerd."),
    "NotScanned": mark("De virusscanner geeft geen antwoord. Probeer het later opnieuw."),
    "unknown_kind": mark("Deze versie van het portaal kent dit soort taak niet."),
}
FAILED = mark("Er ging iets mis. Wat al klaar was, blijft klaar. Probeer het opnieuw.")


def title(kind: str) -> str:
    """A marked text; a kind that nobody gave words is called a task."""
    return TITLES.get(kind) or KINDS.get(kind) or mark("Taak op de achtergrond")


def outcome(task: Task) -> str:
    """What came of it, as a marked text; empty when there is nothing to add to its state."""
    found = OUTCOMES.get(task.outcome or "") or WORDS.get(task.outcome or "", "")
    return found or (FAILED if task.status is TaskStatus.FAILED else "")


def runs(task: Task) -> bool:
    return task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING)


def can_retry(task: Task) -> bool:
    return task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)


def offers_result(task: Task, actor: Actor, now: datetime) -> bool:
    """Only to who asked, in the membership in which that was, and until its time is over."""
    within = task.facts.get("membership_id") in (None, actor.membership_id)
    there = task.result_file_id is not None and task.result_until is not None and now < task.result_until
    return there and within and actor.user_id is not None and task.asked_by_id == actor.user_id
