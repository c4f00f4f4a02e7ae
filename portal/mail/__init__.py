"""A transactional outbox: written with the act, sent afterwards, visible when it fails."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import Table, bindparam, case, literal, select, update

from .. import storage
from ..access import SYSTEM, Permission
from ..audit import record
from ..clock import Clock, system_clock
from ..config import Settings
from ..storage import OpenedFile, StoredFile
from ..work import Office, Work, begin_read, begin_write
from .calendar import calendar_invite, method_of
from .headers import PLAIN, WHOLE_HEADERS
from .held import HELD_FOR, HeldLine, held_for, held_until, lines_of, mark_bundled, release_held
from .models import MailStatus, OutboxMail
from .rendering import Rendered, render
from .transports import (
    DeliveryFailed,
    PracticeTransport,
    SmtpTransport,
    Transport,
    eml_name,
    transport_for,
)
from .waiting import LEASE, HeldUp, held_up, send_now
from .wishes import INFORMATIVE, PERSONAL, Copy, Reader, Wishes, register_wishes, wishes_of

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 240, 480, 480, 960))
"""How long to wait after each failed attempt; after the last the mail has failed."""
_ADDRESS = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]{1,255}")


def queue_mail(
    work: Work,
    *,
    to: str,
    template: str,
    key: str,
    facts: Mapping[str, Any],
    locale: str = "nl",
    calendar: bytes | None = None,
    attachments: Iterable[StoredFile] = (),
) -> OutboxMail:
    """Write a mail now, in the reader's language; it leaves after the act is committed.

    `key` says what it is about ("note:12"): the same key to the same address is one mail, however often asked. A mail
    that only informs waits for the daily overview of a reader who wants that; who is away has a deputy who gets a copy.
    Raises ValueError for an address that is none, UndefinedError for a missing fact. Never put sealed content into a mail.
    """
    recipient = to.strip()
    if not _ADDRESS.fullmatch(recipient):
        raise ValueError("not a mail address")
    digest = _digest(recipient, key)
    if (found := _queued(work, recipient, digest)) is not None:
        return found
    told = {"now": work.now, "recipient": recipient, "base_url": work.settings.base_url, **facts}
    rendered = render(template, locale, told, lambda path: absolute(work.settings, path))
    files = [stored.id for stored in attachments]
    wishes = wishes_of(work, recipient, template)
    mail = _row(work, recipient, template, rendered, digest, calendar, files)
    mail.held = wishes.digest and template in INFORMATIVE and calendar is None and not files
    if mail.held:
        mail.next_attempt_at += held_until(work.now)
    for copy in wishes.copies if template not in PERSONAL else ():
        if _queued(work, copy.to, own := _digest(copy.to, f"copy:{recipient.lower()}:{key}")) is None:
            titled = replace(rendered, subject=f"{copy.before}: {rendered.subject}")
            work.add(_row(work, copy.to, template, titled, own, calendar, files))
    return work.add(mail)


def tell(
    work: Work,
    person: Reader,
    template: str,
    *,
    key: str,
    facts: Mapping[str, Any],
    calendar: bytes | None = None,
    attachments: Iterable[StoredFile] = (),
) -> OutboxMail:
    """`queue_mail` to who has an account: by name, at the own address and in the own language."""
    known = {"name": person.name, **facts}
    return queue_mail(
        work, to=person.email, template=template, key=key, facts=known, locale=person.locale, calendar=calendar,
        attachments=attachments,
    )  # fmt: skip


_SAME = select(OutboxMail).where(
    OutboxMail.recipient == bindparam("recipient"), OutboxMail.digest == bindparam("digest")
)


def _digest(recipient: str, key: str) -> str:
    return hashlib.sha256(f"{recipient.lower()}\0{key}".encode()).hexdigest()


def _queued(work: Work, recipient: str, digest: str) -> OutboxMail | None:
    return work.session.scalar(_SAME, {"recipient": recipient, "digest": digest})


def _row(
    work: Work, recipient: str, template: str, rendered: Rendered, digest: str, calendar: bytes | None, files: list[int]
) -> OutboxMail:
    return OutboxMail(
        recipient=recipient,
        locale=rendered.locale,
        template=template,
        subject=rendered.subject[:400],
        text=rendered.text,
        html=rendered.html,
        calendar=calendar,
        attachments=files,
        digest=digest,
        message_id=f"<{digest[:40]}@{urlsplit(work.settings.base_url).hostname or 'localhost'}>",
        next_attempt_at=system_clock(),
        queued_at=work.now,
    )


def absolute(settings: Settings, path: str) -> str:
    """A link that works outside the portal."""
    return path if "://" in path else f"{settings.base_url}/{path.lstrip('/')}"


def build_message(work: Work, mail: OutboxMail) -> EmailMessage:
    """What goes out, headers and all: each time the same mail, with the same Message-ID."""
    files = [storage.open_file(work, work.get(StoredFile, stored_id)) for stored_id in mail.attachments]
    return _put_together(work.settings, mail, files)


def _boundary(mail: OutboxMail) -> str:
    """Made of what it encloses: no text can hold it, so nobody writes a part of a mail of their own into one."""
    parts = (mail.digest.encode(), mail.text.encode(), mail.html.encode(), mail.calendar or b"")
    return "=" + hashlib.sha256(b"\0".join(parts)).hexdigest()


def _put_together(settings: Settings, mail: OutboxMail, files: Iterable[OpenedFile]) -> EmailMessage:
    message = EmailMessage(policy=PLAIN)
    message["From"], message["To"], message["Subject"] = settings.mail_from, mail.recipient, mail.subject
    message["Date"], message["Message-ID"] = format_datetime(mail.queued_at), mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message.set_boundary(_boundary(mail))
    if mail.calendar is not None:
        method, text = method_of(mail.calendar), mail.calendar.decode()
        if method != "PUBLISH":
            message.add_alternative(text, subtype="calendar", params={"method": method})
        message.add_attachment(text, subtype="calendar", params={"method": method}, filename="agenda.ics")
    for opened in files:
        main, _, sub = opened.media_type.partition("/")
        message.add_attachment(opened.read(), maintype=main, subtype=sub, filename=opened.name)
    message["Content-Language"] = mail.locale  # set_content would discard it
    message.policy = WHOLE_HEADERS
    return message


def deliver_pending(office: Office, transport: Transport, limit: int = 100, *, clock: Clock = system_clock) -> int:
    """Send what is due; returns how many left. No write is open while the mail server is spoken to.

    A server that is away is asked once and not for each mail: the scheduler's other jobs wait meanwhile.
    """
    sent, mail = 0, _first(office, clock()) if limit > 0 else None
    try:
        while mail is not None:
            failure = _send(office, transport, mail)
            sent, limit = sent + (failure is None), limit - 1
            mail = _settle(office, mail, failure, clock(), go_on=limit > 0 and not _takes_long(failure))
    finally:
        if (close := getattr(transport, "close", None)) is not None:
            close()
    return sent


_MAILS = cast(Table, OutboxMail.__table__)
_DUE = (
    select(_MAILS.c.id)
    .where(_MAILS.c.status == MailStatus.QUEUED, _MAILS.c.next_attempt_at <= bindparam("moment"))
    .order_by(_MAILS.c.next_attempt_at, _MAILS.c.id)
    .limit(1)
    .correlate(None)
)
_CLAIM = (
    update(_MAILS)
    .where(_MAILS.c.id == _DUE.with_for_update(skip_locked=True).scalar_subquery())
    .values(attempts=_MAILS.c.attempts + 1, next_attempt_at=bindparam("leased_until"))
    .returning(_MAILS)
)
_SETTLED = ("status", "sent_at", "last_error", "next_attempt_at")
_SETTLE = update(_MAILS).where(_MAILS.c.id == bindparam("mail_id")).values({name: bindparam(name) for name in _SETTLED})
"""Put together once: these three are asked for each mail."""


def _first(office: Office, now: datetime) -> OutboxMail | None:
    with begin_read(office, SYSTEM) as work:
        if work.session.scalar(_DUE, {"moment": now}) is None:
            return None
    with begin_write(office, SYSTEM) as work:
        return _claim(work, now)


def _claim(work: Work, now: datetime) -> OutboxMail | None:
    """Take the next mail for this process alone, for the time of the lease."""
    row = work.session.execute(_CLAIM, {"moment": now, "leased_until": now + LEASE}).mappings().one_or_none()
    return OutboxMail(**row) if row else None


def _send(office: Office, transport: Transport, mail: OutboxMail) -> DeliveryFailed | None:
    try:
        transport.send(_message(office, mail))
    except DeliveryFailed as failure:
        return failure
    except Exception as error:  # one mail that cannot be sent never stops the others
        return DeliveryFailed(f"unexpected_{type(error).__name__}"[:80])
    return None


def _message(office: Office, mail: OutboxMail) -> EmailMessage:
    """Only files need a look at the database."""
    if not mail.attachments:
        return _put_together(office.settings, mail, ())
    with begin_read(office, SYSTEM) as work:
        return build_message(work, mail)


def _settle(
    office: Office, mail: OutboxMail, failure: DeliveryFailed | None, now: datetime, *, go_on: bool
) -> OutboxMail | None:
    """Note how it went and take the next one, in one act: whatever breaks off repeats at most this one mail."""
    with begin_write(office, SYSTEM) as work:
        if failure is None:
            mail.status, mail.sent_at, mail.last_error = MailStatus.SENT, work.now, None
        else:
            _postpone(mail, failure, now)
        work.session.execute(_SETTLE, {"mail_id": mail.id, **{name: getattr(mail, name) for name in _SETTLED}})
        if failure is not None and failure.away:
            _postpone_due(work, failure, now)
        return _claim(work, now) if go_on else None


def _takes_long(failure: DeliveryFailed | None) -> bool:
    """Whoever waited for an answer in vain lets the other jobs go first; the next mail has its turn in the next round."""
    return failure is not None and failure.code == "timeout"


def _postpone(mail: OutboxMail, failure: DeliveryFailed, now: datetime) -> None:
    mail.last_error = failure.code
    if failure.permanent or mail.attempts > len(BACK_OFF):
        mail.status = MailStatus.FAILED
    else:
        mail.next_attempt_at = now + BACK_OFF[mail.attempts - 1]


def _postpone_due(work: Work, failure: DeliveryFailed, now: datetime) -> None:
    """What else is due would have fared the same: it counts as tried, and waits as long as if it had been."""
    waits = {tried: literal(now + wait, _MAILS.c.next_attempt_at.type) for tried, wait in enumerate(BACK_OFF)}
    given_up = literal(MailStatus.FAILED, _MAILS.c.status.type)
    work.session.execute(
        update(_MAILS)
        .where(_MAILS.c.status == MailStatus.QUEUED, _MAILS.c.next_attempt_at <= now)
        .values(
            attempts=_MAILS.c.attempts + 1,
            last_error=failure.code,
            next_attempt_at=case(waits, value=_MAILS.c.attempts, else_=_MAILS.c.next_attempt_at),
            status=case((_MAILS.c.attempts < len(BACK_OFF), _MAILS.c.status), else_=given_up),
        )
    )


def retry_mail(work: Work, mail: OutboxMail) -> None:
    """Put a mail that failed back in the queue. Raises NotAllowed. A mail that did not fail stays as it is."""
    work.require(Permission.PLATFORM_STATUS)
    if mail.status is MailStatus.FAILED:
        mail.status, mail.attempts, mail.next_attempt_at = MailStatus.QUEUED, 0, system_clock()
        record(work, "outbox_mail.retry", mail)


__all__ = [
    "BACK_OFF", "HELD_FOR", "INFORMATIVE", "PERSONAL", "Copy", "DeliveryFailed", "HeldLine", "HeldUp", "MailStatus",
    "OutboxMail", "PracticeTransport", "SmtpTransport", "Transport", "Wishes", "absolute", "build_message",
    "calendar_invite", "deliver_pending", "eml_name", "held_for", "held_up", "lines_of", "mark_bundled",
    "queue_mail", "register_wishes", "release_held", "retry_mail", "send_now", "transport_for",
]  # fmt: skip
