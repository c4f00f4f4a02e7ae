"""Six thousand providers with five obligations each: who is due, the mails, and a second run that sends nothing."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from sqlalchemy import ColumnElement, func, select

from benchmarks.measure import Report, cpu, forced_write
from portal.access import SYSTEM
from portal.compliance.declarations.service import file_evaluation
from portal.compliance.obligations import jobs
from portal.compliance.obligations.models import Obligation, ObligationState
from portal.compliance.obligations.reminders import queries
from portal.mail import OutboxMail, SmtpTransport, build_message, deliver_pending
from portal.regions.models import Region
from portal.work import Office, Work, begin_read
from tests.compliance.builder import ANSWERS, EVALUATION, Desk, add_contract, make_procedure, settle
from tests.crowd import multiply


def measure(report: Report, office: Office, database: str, *, providers: int = 6000, sent: int = 500) -> None:
    _five_obligations_each(settle(office))
    multiply(office.db.engine, providers // 2 - 1)
    office.clock.set("2024-05-02 07:00")  # type: ignore[attr-defined]
    obligations = _count(office, Obligation, Obligation.state == ObligationState.OPEN)
    name = f"{providers:,} providers, {obligations:,} obligations, {database}"
    report.head(f"Reminders: {name}")
    began = time.process_time()
    with begin_read(office, SYSTEM) as look:
        due = queries.organisations_to_chase(look)
        for first in range(0, len(due), jobs.AT_ONCE):
            queries.due_now(look, due[first : first + jobs.AT_ONCE])
    decided = time.process_time() - began
    report.show(
        f"deciding who is due: {name}", f"{decided:.1f} s CPU, {len(due):,} providers", "at most 5 s", decided <= 5
    )
    began = time.process_time()
    jobs.remind_due_obligations(office)
    mails = _count(office, OutboxMail)
    report.show(f"the job itself: {name}", f"{time.process_time() - began:.1f} s CPU, {mails:,} mails in the outbox")
    jobs.remind_due_obligations(office)
    again = _count(office, OutboxMail) - mails
    report.show(f"a second run: {name}", f"{again} mails", "0 mails", again == 0)
    _send(report, office, database, sent)


def _five_obligations_each(desk: Desk) -> None:
    """Two contracts, each with its three declarations a year, of which one has been filed."""
    with desk.acts(SYSTEM) as work:
        second = make_procedure(work, work.get(Region, desk.region_id))
        for provider in (desk.provider, desk.other):
            add_contract(work, second, provider.organisation_id or 0)
    desk.year_begins()
    for provider in (desk.provider, desk.other):
        filed = desk.id_of(EVALUATION, provider)
        with desk.acts(provider) as work:
            file_evaluation(work, work.get(Obligation, filed), answers=ANSWERS)


def _send(report: Report, office: Office, database: str, sent: int) -> None:
    """The outbox over a real connection, against a bare loop that sends as many mails of the same size."""
    with _server() as (host, port):
        bare = EmailMessage()
        bare["From"], bare["To"], bare["Subject"] = "a@example.org", "b@example.org", "Bare"
        line = "A line of a mail.\n"
        bare.set_content(line * (_size(office) // len(line)))
        began, used = time.perf_counter(), time.process_time()
        with smtplib.SMTP(host, port) as smtp:
            for _ in range(sent):
                smtp.send_message(bare)
        floor, least = time.perf_counter() - began, time.process_time() - used
        settings = replace(office.settings, smtp_host=host, smtp_port=port, smtp_starttls=False)
        began, used = time.perf_counter(), time.process_time()
        left = deliver_pending(office, SmtpTransport(settings), sent)
        took, used = time.perf_counter() - began, time.process_time() - used
    assert left == sent, f"{left} of {sent} mails left"
    report.ratio(f"sending {sent} reminders, {database} (elapsed)", took / floor, "a bare SMTP loop", 1.5)
    shares = (used / sent, least / sent, _building(office), forced_write(office.settings.var))
    report.show(
        f"sending {sent} reminders, {database}: where the CPU of one goes",
        "{:.1f} ms: {:.1f} as the bare loop, {:.1f} putting it together, the rest the commit after each (which also forces "
        "{:.1f} to disk): a kill -9 repeats at most one mail".format(*(1000 * share for share in shares)),
        brief=False,
    )


def _size(office: Office) -> int:
    """How many bytes a reminder is on its way."""
    with begin_read(office, SYSTEM) as work:
        return len(build_message(work, _reminder(work)).as_bytes())


def _building(office: Office) -> float:
    """CPU seconds of putting one together."""
    with begin_read(office, SYSTEM) as work:
        mail = _reminder(work)
        return cpu(lambda: build_message(work, mail).as_bytes(), 50)


def _reminder(work: Work) -> OutboxMail:
    return work.session.scalars(select(OutboxMail).where(OutboxMail.template == "obligations_due").limit(1)).one()


class _Taker:
    async def handle_DATA(  # noqa: N802 (the name that the server library asks for)
        self, _server: object, _session: object, _envelope: object
    ) -> str:
        return "250 OK"


@contextmanager
def _server() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    controller = Controller(_Taker(), hostname="127.0.0.1", port=port)
    controller.start()
    yield "127.0.0.1", port
    controller.stop()


def _count(office: Office, model: type[Obligation] | type[OutboxMail], *of: ColumnElement[bool]) -> int:
    with begin_read(office, SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(model).where(*of)) or 0
