"""A mail that only informs waits for the daily overview of who asked for one; no mail is ever lost by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from portal import mail
from portal.access import SYSTEM
from portal.clock import system_clock
from portal.mail import wishes
from portal.work import Office, Work
from tests.conftest import Postbox, TestClock

Acting = Callable[..., AbstractContextManager[Work]]
READER = "fatima@lindeveld.example"


@pytest.fixture(autouse=True)
def wishing(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fatima wants one mail a day, and Bo stands in for her."""
    copies = (mail.Copy("bo@lindeveld.example", "Als vervanger van Fatima"),)
    answers = {READER: mail.Wishes(digest=True, copies=copies)}
    monkeypatch.setattr(wishes, "_known", [lambda _work, address, _template: answers.get(address, mail.Wishes())])
    monkeypatch.setattr("portal.mail.INFORMATIVE", mail.INFORMATIVE | {"delivery_check"})
    monkeypatch.setattr("portal.mail.PERSONAL", mail.PERSONAL - {"delivery_check"})
    yield


def _queue(work: Work, to: str = READER, key: str = "check:1", **more: Any) -> mail.OutboxMail:
    return mail.queue_mail(work, to=to, template="delivery_check", key=key, facts={}, **more)


def test_an_informative_mail_is_held_and_goes_out_in_the_overview(
    office: Office, work_as: Acting, transport: Postbox
) -> None:
    with work_as(SYSTEM) as work:
        _queue(work)
    assert mail.deliver_pending(office, transport) == 1, "the deputy's copy"
    with work_as(SYSTEM) as work:
        held = mail.held_for(work, READER)
        assert [line.subject for line in mail.lines_of(work, held)] == ["Proefbericht van het inkoopportaal"]
        mail.mark_bundled(work, held)
    assert mail.deliver_pending(office, transport, clock=TestClock("2050-01-01 12:00")) == 0
    assert [str(m["To"]) for m in transport.messages] == ["bo@lindeveld.example"]


def test_a_held_mail_leaves_by_itself_when_no_overview_comes(
    office: Office, work_as: Acting, transport: Postbox
) -> None:
    with work_as(SYSTEM) as work:
        _queue(work)
    soon, late = (TestClock(system_clock() + mail.HELD_FOR + timedelta(minutes=m)) for m in (-5, 5))
    mail.deliver_pending(office, transport, clock=soon)
    assert transport.to(READER) == []
    mail.deliver_pending(office, transport, clock=late)
    assert len(transport.to(READER)) == 1


def test_who_wants_single_mails_again_gets_what_was_held(office: Office, work_as: Acting, transport: Postbox) -> None:
    with work_as(SYSTEM) as work:
        _queue(work)
        mail.release_held(work, READER, to="nieuw@lindeveld.example")
    mail.deliver_pending(office, transport)
    assert len(transport.to("nieuw@lindeveld.example")) == 1


@pytest.mark.parametrize("to", ["iemand@voorbeeld.example"])
def test_who_asked_for_nothing_gets_every_mail_at_once(
    office: Office, work_as: Acting, transport: Postbox, to: str
) -> None:
    with work_as(SYSTEM) as work:
        assert not _queue(work, to=to).held
    assert mail.deliver_pending(office, transport) == 1


def test_a_mail_with_an_appointment_is_never_held(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        assert not _queue(work, calendar=b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n").held


def test_a_deputy_gets_one_copy_that_says_for_whom(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        for _ in range(2):
            _queue(work)
        copies = work.session.query(mail.OutboxMail).filter_by(recipient="bo@lindeveld.example").all()
        assert [copy.subject for copy in copies] == ["Als vervanger van Fatima: Proefbericht van het inkoopportaal"]


def test_legal_notices_and_keys_are_in_neither_list_wrongly() -> None:
    legal = {"decision_announced", "contract_sign", "obligations_due", "procedure_closing_moved", "submission_to_sign"}
    assert not mail.INFORMATIVE & legal and not mail.INFORMATIVE & mail.PERSONAL
    assert {"account_reset", "account_confirm", "invitation"} <= mail.PERSONAL
