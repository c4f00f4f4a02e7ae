"""Sent mail that has been kept long enough: that it was sent, when and with what kind of mail stays; who and what goes."""

from __future__ import annotations

from ..audit import record
from ..work import Work
from .models import MailStatus, OutboxMail

GONE = "verwijderd"


def forget_mail(work: Work, mail: OutboxMail) -> None:
    """Empties a mail that was sent; one that still has to leave stays as it is."""
    if mail.status is not MailStatus.SENT or mail.recipient.startswith(GONE):
        return
    mail.recipient = f"{GONE}-{mail.id}"
    mail.subject = mail.text = mail.html = ""
    mail.calendar, mail.attachments = None, []
    record(work, "mail.forgotten", mail)
