"""What the pages about the installation call its scheduled work, and under which heading of the menu an address stands."""

from __future__ import annotations

from portal.i18n import mark

JOB_LABELS = {
    "bring_contracts_into_force": mark("Contracten laten ingaan"),
    "create_due_obligations": mark("Verplichtingen klaarzetten"),
    "forget_login_attempts": mark("Oude inlogpogingen wissen"),
    "open_overdue_signals": mark("Signalen openen bij te late verantwoording"),
    "remind_due_obligations": mark("Herinneren aan verplichtingen"),
    "run_tasks": mark("Achtergrondtaken uitvoeren"),
    "send_mail": mark("Mail versturen"),
    "store_adopted_minutes": mark("Vastgestelde verslagen bewaren"),
    "sweep_files": mark("Losse bestanden opruimen"),
}
"""Name of a scheduled job -> what it does."""

ALSO_UNDER = {
    "/inschrijvingen": ("/besluiten",),
    "/inkoop/procedures": ("/inkoop",),
    "/beoordelen": ("/inkoop/inschrijvingen",),
    "/besluiten": ("/inkoop/besluiten", "/inkoop/bezwaren"),
    "/ontwikkeltafels": ("/overleggen", "/bemiddeling", "/afspraken"),
}
"""Addresses that stand under another heading than their own beginning says."""
