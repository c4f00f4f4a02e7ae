"""Real sending: a mail server with a certificate and log-in, one that goes away and comes back, one that refuses."""

from __future__ import annotations

import dataclasses
import email
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email import policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from portal.access import SYSTEM
from portal.config import Settings
from portal.mail import (
    DeliveryFailed,
    MailStatus,
    OutboxMail,
    PracticeTransport,
    SmtpTransport,
    build_message,
    deliver_pending,
    queue_mail,
    transport_for,
    transports,
)
from portal.work import Office, Work
from tests.conftest import TestClock

Acting = Callable[..., AbstractContextManager[Work]]
PASSWORD = "a password for tests"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only a client with this file trusts; key and certificate in one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(encoding, private, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(encoding))
    return file


class Box:
    """What the server took in; `answer` replaces its reply to a recipient."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.peers: set[Any] = set()
        self.answer = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        assert session.ssl is not None and session.authenticated
        self.taken.append(envelope.content)
        self.peers.add(session.peer)
        return "250 OK"


def _log_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"portaal", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box, certificate: Path) -> Iterator[Controller]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = _server(box, 0, tls_context=context, require_starttls=True, auth_required=True, authenticator=_log_in)
    yield controller
    if not controller.loop.is_closed():
        controller.stop()


def _server(box: Box, port: int, **options: Any) -> Controller:
    controller = Controller(box, "127.0.0.1", port or _free_port(), **options)
    controller.start()
    return controller


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(settings: Settings, server: Controller, certificate: Path) -> Settings:
    return dataclasses.replace(
        settings, smtp_host="127.0.0.1", smtp_port=server.port, smtp_user="portaal", smtp_password=PASSWORD,
        smtp_ca_file=str(certificate),
    )  # fmt: skip


@pytest.fixture
def queued(work_as: Acting) -> OutboxMail:
    with work_as(SYSTEM) as work:
        for n in range(2):
            mail = queue_mail(work, to="fatima@lindeveld.example", template="delivery_check", key=f"c:{n}", facts={})
    return mail


def _rows(work_as: Acting) -> list[tuple[MailStatus, str | None]]:
    with work_as(SYSTEM) as work:
        found = work.session.execute(select(OutboxMail.status, OutboxMail.last_error).order_by(OutboxMail.id))
        return [(status, error) for status, error in found]


def test_mail_leaves_over_an_encrypted_connection_after_logging_in(
    office: Office, smtp: Settings, queued: OutboxMail, box: Box, later: TestClock
) -> None:
    assert deliver_pending(office, SmtpTransport(smtp), clock=later) == 2
    message = email.message_from_bytes(box.taken[1], policy=policy.default)
    assert message["Subject"] == queued.subject and message["Message-ID"] == queued.message_id
    assert message["Content-Language"] == "nl" and message["Auto-Submitted"] == "auto-generated"
    assert len(box.peers) == 1, "one connection serves the whole round"


def test_a_server_that_is_away_costs_no_mail(
    office: Office, smtp: Settings, queued: OutboxMail, box: Box, server: Controller, later: TestClock, work_as: Acting
) -> None:
    context = server.SMTP_kwargs["tls_context"]
    server.stop()
    assert deliver_pending(office, SmtpTransport(smtp), clock=later) == 0
    assert _rows(work_as) == [(MailStatus.QUEUED, "connection")] * 2
    again = _server(
        box, server.port, tls_context=context, require_starttls=True, auth_required=True, authenticator=_log_in
    )
    try:
        later.advance(minutes=1)
        assert deliver_pending(office, SmtpTransport(smtp), clock=later) == 2
    finally:
        again.stop()
    assert len(box.taken) == 2


def test_a_server_that_never_answers_is_asked_once_for_all_mail(
    office: Office, smtp: Settings, queued: OutboxMail, later: TestClock, work_as: Acting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(transports, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        known = dataclasses.replace(smtp, smtp_port=silent.getsockname()[1])
        assert deliver_pending(office, SmtpTransport(known), clock=later) == 0
        assert _rows(work_as) == [(MailStatus.QUEUED, "timeout")] * 2
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"smtp_password": "wrong"}, "log_in"),
        ({"smtp_ca_file": ""}, "encryption"),
        ({"smtp_ca_file": "/nowhere/ca.pem"}, "encryption"),
        ({"smtp_host": ""}, "no_mail_server"),
    ],
)
def test_a_wrong_setting_is_named_and_waits_for_its_repair(
    office: Office, smtp: Settings, queued: OutboxMail, box: Box, later: TestClock, work_as: Acting,
    change: dict[str, Any], code: str,
) -> None:  # fmt: skip
    deliver_pending(office, SmtpTransport(dataclasses.replace(smtp, **change)), clock=later)
    assert _rows(work_as) == [(MailStatus.QUEUED, code)] * 2 and not box.taken


def test_a_password_never_travels_without_encryption(smtp: Settings, box: Box, office: Office, work_as: Acting) -> None:
    plain = _server(box, 0, auth_require_tls=False, authenticator=_log_in)
    try:
        with work_as(SYSTEM) as work:
            mail = queue_mail(work, to="a@b.example", template="delivery_check", key="c", facts={})
            message = build_message(work, mail)
        with pytest.raises(DeliveryFailed, match="encryption"):
            SmtpTransport(dataclasses.replace(smtp, smtp_port=plain.port)).send(message)
    finally:
        plain.stop()


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("550 no such user", MailStatus.FAILED, "recipient_550"),
        ("451 try again later", MailStatus.QUEUED, "recipient_451"),
    ],
)
def test_a_refused_address_is_for_good_only_when_the_server_says_so(
    office: Office, smtp: Settings, queued: OutboxMail, box: Box, later: TestClock, work_as: Acting,
    answer: str, status: MailStatus, code: str,
) -> None:  # fmt: skip
    box.answer = answer
    deliver_pending(office, SmtpTransport(smtp), clock=later)
    assert _rows(work_as) == [(status, code)] * 2


def test_a_practice_mail_becomes_a_file_and_never_leaves(
    office: Office, smtp: Settings, queued: OutboxMail, box: Box, later: TestClock
) -> None:
    practice = dataclasses.replace(smtp, practice=True)
    transport = transport_for(practice)
    assert isinstance(transport, PracticeTransport)
    assert deliver_pending(office, transport, clock=later) == 2
    files = sorted(practice.mail_folder.iterdir())
    assert len(files) == 2 and all(file.suffix == ".eml" for file in files) and not box.taken
    assert {str(email.message_from_bytes(file.read_bytes())["To"]) for file in files} == {"fatima@lindeveld.example"}


def test_outside_practice_mail_goes_over_smtp(settings: Settings) -> None:
    assert isinstance(transport_for(settings), SmtpTransport)
