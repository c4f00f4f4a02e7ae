"""A mail is written with the act that causes it, once, and leaves afterwards; what fails is seen and tried again."""

from __future__ import annotations

import dataclasses
import email
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from jinja2 import UndefinedError
from sqlalchemy import func, select

from portal import mail, storage
from portal.access import SYSTEM, Actor, Role
from portal.audit import AuditEvent
from portal.errors import NotAllowed
from portal.mail import BACK_OFF, DeliveryFailed, MailStatus, OutboxMail, deliver_pending, queue_mail, rendering
from portal.work import Office, Work
from tests.conftest import Postbox, TestClock

Acting = Callable[..., AbstractContextManager[Work]]
ADMIN = Actor(user_id=1, membership_id=1, role=Role.PLATFORM_ADMIN)


def _queue(work: Work, to: str = "fatima@lindeveld.example", key: str = "check:1", **more: Any) -> OutboxMail:
    return queue_mail(work, to=to, template="delivery_check", key=key, facts={}, **more)


def _only(read_as: Callable[[Actor], AbstractContextManager[Work]]) -> OutboxMail:
    with read_as(SYSTEM) as work:
        row = work.session.scalars(select(OutboxMail)).one()
        work.session.expunge(row)
        return row


def test_a_mail_is_written_in_the_readers_language(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        dutch, english = _queue(work), _queue(work, key="check:2", locale="en")
    assert (dutch.subject, english.subject) == (
        "Proefbericht van het inkoopportaal",
        "Test message from the procurement portal",
    )
    assert "dinsdag 1 maart 2022, 09:00 uur" in dutch.text and "Tuesday 1 March 2022, 09:00" in english.text
    assert '<html lang="nl">' in dutch.html and '<html lang="en">' in english.html


def test_without_an_english_text_the_mail_is_dutch(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        assert _queue(work, locale="fr").locale == "nl"


def test_styles_stand_in_the_elements_and_links_are_absolute(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        html = _queue(work).html
    assert 'style="background: #00566b' in html or "background: #00566b" in html.split("<body")[1]
    assert 'href="http://localhost/"' in html
    assert "@media" in html, "the part for phones cannot be written into an element"


def test_a_missing_fact_fails_when_the_mail_is_made(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mail" / "gap" / "nl"
    folder.mkdir(parents=True)
    for part in ("subject.txt", "why.txt", "body.txt", "body.html"):
        (folder / part).write_text("Dag {{ name }}")
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    rendering._environment.cache_clear()
    try:
        assert rendering.render("gap", "en", {"name": "<b>"}, str).text == "Dag <b>\n"
        assert "&lt;b&gt;" in rendering.render("gap", "nl", {"name": "<b>"}, str).html
        with pytest.raises(UndefinedError, match="name"):
            rendering.render("gap", "nl", {}, str)
    finally:
        rendering._environment.cache_clear()


@pytest.mark.parametrize("address", ["", "geen adres", "a@b\nBcc: c@d", "a@b, c@d", "<a@b>"])
def test_what_is_no_address_is_refused(work_as: Acting, address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"), work_as(SYSTEM) as work:
        _queue(work, to=address)


def test_the_same_mail_asked_twice_is_one_row(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        first = _queue(work)
    with work_as(SYSTEM) as work:
        assert _queue(work).id == first.id
        assert _queue(work, key="check:2").id != first.id
        assert _queue(work, to="jan@lindeveld.example").id != first.id


def test_an_act_that_is_rolled_back_sends_nothing(work_as: Acting, read_as: Acting) -> None:
    with pytest.raises(NotAllowed), work_as(SYSTEM) as work:
        _queue(work)
        raise NotAllowed("procedure:publish")
    with read_as(SYSTEM) as work:
        assert work.session.scalar(select(func.count(OutboxMail.id))) == 0


def test_what_is_due_leaves_once(work_as: Acting, office: Office, transport: Postbox, later: TestClock) -> None:
    with work_as(SYSTEM) as work:
        for n in range(3):
            _queue(work, key=f"check:{n}")
    assert deliver_pending(office, transport, clock=later) == 3
    assert deliver_pending(office, transport, clock=later) == 0
    assert len(transport.messages) == 3


def test_no_more_leave_than_asked(work_as: Acting, office: Office, transport: Postbox, later: TestClock) -> None:
    with work_as(SYSTEM) as work:
        for n in range(3):
            _queue(work, key=f"check:{n}")
    assert deliver_pending(office, transport, limit=2, clock=later) == 2


def test_a_message_carries_text_html_calendar_files_and_its_language(
    work_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    with work_as(SYSTEM) as work:
        invite = mail.calendar_invite(
            uid="m1@localhost", now=work.now, start=work.now, end=work.now, summary="Ronde",
            organizer=("Voorzitter", "chair@regio.example"), attendees=[("Fatima", "fatima@lindeveld.example")],
        )  # fmt: skip
        letter = storage.put_bytes(work, b"PK besluit", name="Besluit 1.docx", seal=storage.system_seal(work))
        row = _queue(work, calendar=invite, attachments=[letter])
    deliver_pending(office, transport, clock=later)
    message = email.message_from_bytes(transport.messages[0].as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds.count("text/plain") == kinds.count("text/html") == 1
    assert message["Content-Language"] == "nl" and message["Message-ID"] == row.message_id
    assert message["Date"] == "Tue, 01 Mar 2022 08:00:00 +0000"
    names = {part.get_filename(): part for part in message.iter_attachments() if part.get_filename()}
    assert b"METHOD:REQUEST" in names["agenda.ics"].get_content().encode()
    assert names["Besluit 1.docx"].get_content() == b"PK besluit"


def test_a_text_that_guesses_where_the_parts_of_its_mail_begin_adds_no_part(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        row = _queue(work)
        row.text = f"Dag\n--={row.digest}\nContent-Type: text/html\n\n<b>erbij</b>\n"
        message = mail.build_message(work, row)
    read = email.message_from_bytes(message.as_bytes(), policy=policy.default)
    assert "erbij" in read.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_mail_that_is_put_together_again_is_the_same_to_the_letter(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        row = _queue(work)
        first, second = (mail.build_message(work, row).as_bytes() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "subject",
    [
        "Uitnodiging: Overleg ontwikkeltafel Transformatie op donderdag 15 juni 2023",
        "Uitnodiging: Overleg ontwikkeltafel één, Transformatie en Jeugd, op donderdag 15 juni 2023 in Alkmaar",
        "Onderteken " + "raamovereenkomst " * 20,
    ],
)
def test_the_first_line_of_a_long_subject_holds_text(work_as: Acting, subject: str) -> None:
    with work_as(SYSTEM) as work:
        row = _queue(work)
        row.subject = subject.strip()
        sent = mail.build_message(work, row).as_bytes()
    line = next(line for line in sent.split(b"\r\n") if line.startswith(b"Subject:"))
    assert line[8:].strip() and max(map(len, sent.split(b"\r\n"))) <= 998
    assert email.message_from_bytes(sent, policy=policy.default)["Subject"] == row.subject


def test_a_mail_that_fails_waits_longer_each_time_and_is_seen(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    transport.refuse_with = DeliveryFailed("connection")
    with work_as(SYSTEM) as work:
        _queue(work)
    for wait in BACK_OFF:
        assert deliver_pending(office, transport, clock=later) == 0
        row = _only(read_as)
        assert (row.status, row.last_error, row.next_attempt_at) == (MailStatus.QUEUED, "connection", later.now + wait)
        later.now += wait
        later.advance(seconds=-1)
        assert deliver_pending(office, transport, clock=later) == 0 and _only(read_as).attempts == row.attempts
        later.advance(seconds=1)
    deliver_pending(office, transport, clock=later)
    assert _only(read_as).status is MailStatus.FAILED


def test_a_server_that_is_away_is_asked_once_and_every_mail_waits_its_own_time(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    def rows() -> list[tuple[int, MailStatus, str | None, datetime]]:
        with read_as(SYSTEM) as work:
            found = work.session.scalars(select(OutboxMail).order_by(OutboxMail.id))
            return [(row.attempts, row.status, row.last_error, row.next_attempt_at) for row in found]

    asked = []

    class Away(Postbox):
        def send(self, message: Any) -> None:
            asked.append(message)
            raise DeliveryFailed("timeout", away=True)

    with work_as(SYSTEM) as work:
        _, tried, often, not_yet = [_queue(work, key=f"check:{n}") for n in range(4)]
        tried.attempts, often.attempts = 3, len(BACK_OFF)
        not_yet.next_attempt_at = later.now + timedelta(seconds=1)
    assert deliver_pending(office, Away(), clock=later) == 0
    first, second, third, fourth = rows()
    assert len(asked) == 1
    assert first == (1, MailStatus.QUEUED, "timeout", later.now + BACK_OFF[0])
    assert second == (4, MailStatus.QUEUED, "timeout", later.now + BACK_OFF[3])
    assert third[:3] == (len(BACK_OFF) + 1, MailStatus.FAILED, "timeout")
    assert fourth == (0, MailStatus.QUEUED, None, later.now + timedelta(seconds=1)), "it was not due yet"
    later.advance(hours=2)
    assert deliver_pending(office, transport, clock=later) == 3


def test_a_server_that_is_slow_to_answer_holds_up_one_mail_a_round(
    work_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    class Slow(Postbox):
        def send(self, message: Any) -> None:
            self.messages.append(message)
            raise DeliveryFailed("timeout")

    slow = Slow()
    with work_as(SYSTEM) as work:
        for n in range(3):
            _queue(work, key=f"check:{n}")
    assert deliver_pending(office, slow, clock=later) == 0 and len(slow.messages) == 1
    assert deliver_pending(office, transport, clock=later) == 2, "the others were not tried and leave at once"


def test_a_mail_that_failed_once_leaves_when_the_server_is_back(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    transport.refuse_with = DeliveryFailed("timeout")
    with work_as(SYSTEM) as work:
        _queue(work)
    deliver_pending(office, transport, clock=later)
    transport.refuse_with = None
    later.advance(minutes=1)
    assert deliver_pending(office, transport, clock=later) == 1
    row = _only(read_as)
    assert (row.status, row.last_error, row.sent_at is None) == (MailStatus.SENT, None, False)


def test_a_refusal_for_good_is_not_tried_again(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    transport.refuse_with = DeliveryFailed("recipient_550", permanent=True)
    with work_as(SYSTEM) as work:
        _queue(work)
    deliver_pending(office, transport, clock=later)
    assert (_only(read_as).status, _only(read_as).last_error) == (MailStatus.FAILED, "recipient_550")


def test_one_mail_that_breaks_does_not_stop_the_others(
    work_as: Acting, read_as: Acting, office: Office, later: TestClock
) -> None:
    class Fragile(Postbox):
        def send(self, message: Any) -> None:
            if "jan@" in message["To"]:
                raise KeyError("broken")
            super().send(message)

    box = Fragile()
    with work_as(SYSTEM) as work:
        _queue(work, to="jan@lindeveld.example")
        _queue(work)
    assert deliver_pending(office, box, clock=later) == 1
    with read_as(SYSTEM) as work:
        errors = list(work.session.scalars(select(OutboxMail.last_error).order_by(OutboxMail.id)))
    assert errors == ["unexpected_KeyError", None]


def test_a_mail_whose_attachment_is_gone_is_seen_and_the_others_leave(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    with work_as(SYSTEM) as work:
        letter = storage.put_bytes(work, b"besluit", name="besluit.docx", seal=storage.system_seal(work))
        _queue(work, attachments=[letter])
        _queue(work, key="check:2")
    storage.disk.path_of(office.settings.file_root, letter.address).unlink()
    assert deliver_pending(office, transport, clock=later) == 1
    with read_as(SYSTEM) as work:
        errors = list(work.session.scalars(select(OutboxMail.last_error).order_by(OutboxMail.id)))
    assert errors == ["unexpected_FileNotFoundError", None]


def test_a_crash_while_sending_repeats_that_mail_once_with_the_same_id(
    work_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    class Crash(BaseException):
        pass

    class Dying(Postbox):
        def send(self, message: Any) -> None:
            super().send(message)
            raise Crash

    dying = Dying()
    with work_as(SYSTEM) as work:
        _queue(work)
    with pytest.raises(Crash):
        deliver_pending(office, dying, clock=later)
    assert deliver_pending(office, transport, clock=later) == 0, "it may still be under way elsewhere"
    later.advance(minutes=10)
    assert deliver_pending(office, transport, clock=later) == 1
    assert transport.messages[0]["Message-ID"] == dying.messages[0]["Message-ID"]


def test_no_write_is_open_while_a_mail_is_sent(work_as: Acting, office: Office, later: TestClock) -> None:
    class Writing(Postbox):
        def send(self, message: Any) -> None:
            with work_as(SYSTEM) as work:
                _queue(work, key="meanwhile")
            super().send(message)

    box = Writing()
    with work_as(SYSTEM) as work:
        _queue(work)
    assert deliver_pending(office, box, limit=1, clock=later) == 1


def test_a_failed_mail_is_put_back_by_an_administrator_only(
    work_as: Acting, read_as: Acting, office: Office, transport: Postbox, later: TestClock
) -> None:
    transport.refuse_with = DeliveryFailed("recipient_550", permanent=True)
    with work_as(SYSTEM) as work:
        row = _queue(work)
    deliver_pending(office, transport, clock=later)
    with pytest.raises(NotAllowed), work_as(dataclasses.replace(ADMIN, role=Role.ASSESSOR)) as work:
        mail.retry_mail(work, work.get(OutboxMail, row.id))
    with work_as(ADMIN) as work:
        mail.retry_mail(work, work.get(OutboxMail, row.id))
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "outbox_mail.retry")).one()
    transport.refuse_with = None
    assert deliver_pending(office, transport, clock=later) == 1
