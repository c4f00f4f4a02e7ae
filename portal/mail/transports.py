"""How a mail leaves: over SMTP, or in a practice installation into a folder."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

from ..config import Settings

TIMEOUT = 30


class DeliveryFailed(Exception):
    """It did not leave. `code` says why; `permanent` that trying again will not help; `away` that the server took no
    mail at all, so that another one would fare the same."""

    def __init__(self, code: str, *, permanent: bool = False, away: bool = False) -> None:
        super().__init__(code)
        self.code, self.permanent, self.away = code, permanent, away


class Transport(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Hand the mail over. Raises DeliveryFailed."""


class SmtpTransport:
    """A mail server, over TLS with verification. One connection is kept for the mails of one round; `close` ends it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        connection = self._connected()
        try:
            connection.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _failure(error) from error

    def try_out(self) -> None:
        """Connect, encrypt and log in, and send nothing. Raises DeliveryFailed."""
        connection = self._connected()
        try:
            connection.noop()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _failure(error) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        try:
            self._connection = self._connection or self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(_failure(error).code, away=True) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        known = self._settings
        if not known.smtp_host:
            raise DeliveryFailed("no_mail_server", away=True)
        context = ssl.create_default_context(cafile=known.smtp_ca_file or None)
        if known.smtp_port == 465:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(known.smtp_host, 465, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(known.smtp_host, known.smtp_port, timeout=TIMEOUT)
        try:
            if known.smtp_starttls and known.smtp_port != 465:
                connection.starttls(context=context)
            if known.smtp_user:
                connection.login(known.smtp_user, known.smtp_password)
        except BaseException:
            connection.close()
            raise
        return connection


def _failure(error: Exception) -> DeliveryFailed:
    """The code of what went wrong. Only a refusal of this one mail is for good: a wrong password can be put right."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return DeliveryFailed(f"recipient_{code}", permanent=500 <= code < 600)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryFailed("log_in")
    if isinstance(error, smtplib.SMTPDataError):
        return DeliveryFailed(f"refused_{error.smtp_code}", permanent=500 <= error.smtp_code < 600)
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError | FileNotFoundError):  # no certificates: no file
        return DeliveryFailed("encryption")
    if isinstance(error, smtplib.SMTPResponseException):
        return DeliveryFailed(f"server_{error.smtp_code}")
    # smtplib calls it a broken connection when the server stays silent
    waited = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return DeliveryFailed("timeout" if waited else "connection")


class PracticeTransport:
    """The practice mailbox: a mail becomes a file and never leaves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        final = self._folder / eml_name(message)
        draft = final.with_suffix(".partial")
        draft.write_bytes(message.as_bytes())
        os.replace(draft, final)


def eml_name(message: EmailMessage) -> str:
    """The file of this mail: by moment and Message-ID, so that a repeat lands on the same name."""
    moment = parsedate_to_datetime(str(message["Date"]))
    return f"{moment:%Y%m%d-%H%M%S}-{str(message['Message-ID']).strip('<>')[:16]}.eml"


def transport_for(settings: Settings) -> Transport:
    return PracticeTransport(settings.mail_folder) if settings.practice else SmtpTransport(settings)
