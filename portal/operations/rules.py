"""What jobs, tasks and failures are called, when a job comes next, and what is amiss with an installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.clock import AMSTERDAM
from portal.i18n import mark

JOB_LABELS = {
    "bring_contracts_into_force": mark("Contracten laten ingaan"),
    "create_due_obligations": mark("Verplichtingen klaarzetten"),
    "forget_login_attempts": mark("Oude inlogpogingen wissen"),
    "make_pdfs": mark("Documenten ook als PDF maken"),
    "open_overdue_signals": mark("Signalen openen bij te late verantwoording"),
    "remind_due_obligations": mark("Herinneren aan verplichtingen"),
    "remove_expired_results": mark("Verlopen downloads wissen"),
    "rescan_files": mark("Bestanden opnieuw op virussen controleren"),
    "run_tasks": mark("Achtergrondtaken uitvoeren"),
    "scan_files": mark("Bestanden op virussen controleren"),
    "send_daily_overviews": mark("Dagelijks overzicht mailen"),
    "send_mail": mark("Mail versturen"),
    "store_adopted_minutes": mark("Vastgestelde verslagen bewaren"),
    "sweep_files": mark("Losse bestanden opruimen"),
}
"""Name of a scheduled job -> what it does."""

RHYTHMS = {
    "seconds": mark("Elke 5 seconden"),
    "minute": mark("Elke minuut"),
    "quarter": mark("Elk kwartier"),
    "hour": mark("Elk uur"),
    "day": mark("Elke dag om 7.00 uur"),
}

MAIL_REASONS = {
    "no_mail_server": mark("Er is geen mailserver ingesteld."),
    "log_in": mark("De mailserver weigert de inlognaam of het wachtwoord van het portaal."),
    "encryption": mark("De verbinding met de mailserver kon niet worden versleuteld."),
    "timeout": mark("De mailserver antwoordde niet op tijd."),
    "connection": mark("De mailserver is niet te bereiken."),
    "recipient": mark("De mailserver neemt post voor dit adres niet aan (code %(number)s)."),
    "refused": mark("De mailserver weigert deze mail (code %(number)s)."),
    "server": mark("De mailserver meldt een storing (code %(number)s)."),
}

LITTLE_ROOM = 1024**3
"""Less room than this for files is worth a warning."""
OLD_BACKUP = timedelta(days=2)


def mail_reason(code: str | None) -> tuple[str, str]:
    """The sentence for why a mail did not leave, and the number that belongs in it."""
    kind, _, number = (code or "").rpartition("_")
    if code in MAIL_REASONS:
        return MAIL_REASONS[code], ""
    if kind in MAIL_REASONS and number.isdigit():
        return MAIL_REASONS[kind], number
    return mark("Er ging iets mis bij het versturen (%(number)s)."), re.sub(r"\W", "", code or "?")


def next_run(rhythm: str, morning: time, now: datetime) -> datetime | None:
    """The moment of the next run of a daily job; None for one that comes round all the time."""
    if rhythm != "day":
        return None
    today = datetime.combine(now.astimezone(AMSTERDAM).date(), morning, AMSTERDAM)
    return today if now < today else datetime.combine(today.date() + timedelta(days=1), morning, AMSTERDAM)


@dataclass(frozen=True)
class Facts:
    """What is known of an installation at one moment."""

    scheduler_at_work: bool
    failing_jobs: int
    failed_mails: int
    mails_held_up: int
    """Tried, not yet given up."""
    unscanned_files: int
    failed_tasks: int
    at_newest_migration: bool
    free_bytes: int
    practice: bool
    last_backup: datetime | None


def what_is_amiss(facts: Facts, now: datetime) -> Iterator[str]:
    """Codes, the most urgent first; none when all runs as it should."""
    if not facts.scheduler_at_work:
        yield "scheduler_away"
    if not facts.at_newest_migration:
        yield "database_behind"
    if facts.failing_jobs:
        yield "jobs_fail"
    if facts.failed_tasks:
        yield "tasks_failed"
    if facts.failed_mails:
        yield "mails_failed"
    if facts.mails_held_up:
        yield "mails_held_up"
    if facts.unscanned_files:
        yield "files_unscanned"
    if facts.free_bytes < LITTLE_ROOM:
        yield "little_room"
    if not facts.practice and (facts.last_backup is None or facts.last_backup < now - OLD_BACKUP):
        yield "no_recent_backup"


AMISS = {
    "scheduler_away": mark(
        "De planner draait niet: niemand verstuurt nu mail, en termijnen en achtergrondtaken staan stil. Start hem op de "
        "server met ‘systemctl start portal-scheduler’ of ‘portal scheduler’. Meer staat in docs/operators.md."
    ),
    "database_behind": mark("De database is ouder dan het programma. Voer ‘portal upgrade’ uit."),
    "jobs_fail": mark("Een geplande taak mislukte de laatste keer. Hieronder staat welke."),
    "tasks_failed": mark("Een achtergrondtaak is mislukt. Hieronder staat welke."),
    "mails_failed": mark("Mail kon niet worden bezorgd. Hieronder staat waarom."),
    "mails_held_up": mark(
        "Mail kan nu niet weg. Onder Mail staat waarom. Het portaal probeert het vanzelf opnieuw, bijna twee dagen lang."
    ),
    "files_unscanned": mark(
        "Bestanden wachten op controle op virussen. Kijk of de scanner draait; daarna komen ze vanzelf vrij."
    ),
    "little_room": mark("Er is minder dan 1 GB vrij voor bestanden. Maak ruimte."),
    "no_recent_backup": mark("De laatste reservekopie is ouder dan twee dagen, of er is er nog geen."),
}
