"""One copy of a scene with real processes on it: a web server (gunicorn), schedulers, and a post office that counts."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import select

from portal import scheduler
from portal.access import SYSTEM
from portal.clock import Clock, PracticeClock, system_clock
from portal.config import Settings
from portal.db import Database
from portal.mail import MailStatus, OutboxMail, SmtpTransport, deliver_pending
from portal.tasks import run_pending
from portal.work import Office, begin_read
from tests.browser.worked_example import settings_in
from tests.hostile import scenes

PATIENCE = 30.0
"""Seconds within which a process that was started has to answer."""


class NoAnswer(Exception):
    """A process that a round needs died or did not answer in time."""


def wait_until(answers: Callable[[], object], pid: int, what: str, seconds: float = PATIENCE) -> None:
    """Ask until it answers without an OSError. Raises NoAnswer when the process ends first or the time is over."""
    end = time.monotonic() + seconds
    while True:
        with suppress(OSError, http.client.HTTPException):
            answers()
            return
        if os.waitpid(pid, os.WNOHANG)[0]:
            raise NoAnswer(f"{what} (process {pid}) died before it answered")
        if time.monotonic() > end:
            raise NoAnswer(f"{what} (process {pid}) did not answer within {seconds:.0f} s")
        time.sleep(0.02)


class PostOffice:
    """A real SMTP server in a process of its own: one line per accepted mail in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.pid = os.fork()
        if self.pid == 0:
            self._serve()

    def _serve(self) -> None:
        from aiosmtpd.controller import Controller

        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        Controller(Counting(self.file), hostname="127.0.0.1", port=self.port).start()
        while True:
            time.sleep(60)

    def accepted(self) -> Counter[str]:
        return Counter(self.file.read_text().split()) if self.file.exists() else Counter()

    def wait(self) -> None:
        """Raises NoAnswer."""
        wait_until(self._greets, self.pid, "the post office")

    def _greets(self) -> None:
        socket.create_connection(("127.0.0.1", self.port), 1).close()

    def close(self) -> None:
        with suppress(ProcessLookupError, ChildProcessError):  # it died before
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


class Counting:
    def __init__(self, file: Path) -> None:
        self.file = file

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  (its name)
        from email import message_from_bytes

        content: bytes = envelope.content  # type: ignore[attr-defined]
        with self.file.open("a") as lines:
            lines.write(f"{message_from_bytes(content)['Message-ID']}\n")
        return "250 OK"


class Gunicorn(BaseApplication):
    """The portal as it is served, in a process that has already loaded it."""

    def __init__(self, app: Flask, port: int) -> None:
        self.app, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        chosen = {"bind": f"127.0.0.1:{self.port}", "worker_class": "gthread", "threads": 4, "loglevel": "critical"}
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


@dataclass
class Round:
    """One copy of a scene, its processes and what its people were told."""

    folder: Path
    app: Flask
    post: PostOffice
    acknowledged: list[str] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings: Settings = replace(
            settings_in(self.folder),
            smtp_host="127.0.0.1",
            smtp_port=self.post.port,
            smtp_starttls=False,
            fresh_login_seconds=8 * 3600,  # the forms were opened before the first round
        )
        self.clock = PracticeClock(self.settings.clock_file)
        self.errands = scenes.errands_in(self.folder)
        office = self.office()
        with begin_read(office, SYSTEM) as work:
            sent = select(OutboxMail.id).where(OutboxMail.status == MailStatus.SENT)
            self.sent_before = set(work.session.scalars(sent))
        office.db.dispose()

    def office(self) -> Office:
        return Office(Database(self.settings.database_url), self.settings, self.clock)

    # --- processes -------------------------------------------------------------------------------------------

    def start_web(self) -> None:
        """Raises NoAnswer."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        pid = os.fork()
        if pid == 0:
            os.setsid()
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            parts = self.app.extensions["portal"]
            self.app.extensions["portal"] = replace(parts, office=self.office())
            Gunicorn(self.app, self.port).run()
            os._exit(0)
        self.processes.append(pid)
        wait_until(self._serves, pid, "the web server")

    def _serves(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/static/portal.css")
        connection.getresponse().read()

    def start_scheduler(self) -> None:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            with suppress(BaseException):
                office = self.office()
                while True:
                    scheduler.run_all(office, SmtpTransport(self.settings))
            os._exit(0)
        self.processes.append(pid)

    def kill(self) -> None:
        """No goodbye: every process of the group at once, and none is left behind."""
        for pid in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        for pid in self.processes:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self.processes.clear()

    # --- people ----------------------------------------------------------------------------------------------

    def send_all(self) -> list[threading.Thread]:
        """Everybody sends at once; who gets an answer keeps it."""
        waiting = [e for e in self.errands if e.address not in self.acknowledged]
        threads = [threading.Thread(target=self._send, args=(errand,), daemon=True) for errand in waiting]
        for thread in threads:
            thread.start()
        return threads

    def _send(self, errand: scenes.Errand) -> None:
        body = urlencode(
            {
                "csrf_token": errand.token,
                "nonce": "once" + errand.address.replace("/", "-"),
                "agreed": "y",
                "declared": "y",
            }
        )
        headers = {"Cookie": f"portal={errand.cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", errand.address, body, headers)
            answer = connection.getresponse()
            self.last = answer.status, answer.read()[-3000:]
            if answer.status == 303 and "inloggen" not in (answer.headers["Location"] or ""):
                self.acknowledged.append(errand.address)

    # --- afterwards ------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """The scheduler of the next hours: what was claimed by a dead process is taken up when its lease is over."""
        office = self.office()
        later: timedelta = timedelta()
        for _ in range(3):
            later += timedelta(minutes=11)
            scheduler.run_all(office, SmtpTransport(self.settings), strict=True)
            run_pending(office, clock=_ahead(later))
            deliver_pending(office, SmtpTransport(self.settings), limit=1000, clock=_ahead(later))
        office.db.dispose()


def _ahead(later: timedelta) -> Clock:
    return lambda: system_clock() + later
