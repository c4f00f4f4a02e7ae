"""kill -9 at a random moment of a submission, an opening, the letters: what was acknowledged is there, nothing is half.

python -m tests.hostile.kill --rounds 300 [--seed 7]

Each round copies a moment of the worked example, starts a web server (gunicorn) and often a scheduler on the copy, lets
people send their forms, and kills all of it at a random moment. Then it starts anew, lets everybody who got no answer
try again, lets the scheduler finish, and looks.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import select

from portal import create_app, scheduler
from portal.access import SYSTEM
from portal.audit import AuditEvent, verify_chain
from portal.clock import Clock, PracticeClock, system_clock
from portal.config import Settings
from portal.db import Database
from portal.mail import MailStatus, OutboxMail, SmtpTransport, deliver_pending
from portal.storage import StoredFile, describe, open_file
from portal.tasks import Task, TaskStatus, run_pending
from portal.tenders.assessment.models import Opening, OpeningState
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState
from portal.tenders.submissions.models import Signature, Submission, SubmissionState
from portal.work import Office, Work, begin_read
from tests.browser.worked_example import settings_in
from tests.hostile import scenes

SCENES = ("submit", "submit", "open", "letters", "scheduler")
"""What is going on when the blow falls; "scheduler" is the letters' scheduler, killed while it makes and mails them."""
LONGEST = {"submit": 0.5, "open": 0.5, "letters": 0.4, "scheduler": 2.5}
"""Seconds within which the blow falls. Where it falls decides nothing about right or wrong."""


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
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)

    def close(self) -> None:
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
        while True:
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", "/static/portal.css")
                connection.getresponse().read()
                return
            time.sleep(0.02)

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
        body = urlencode({"csrf_token": errand.token, "nonce": f"once{errand.address}", "agreed": "y", "declared": "y"})
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


def faults(office: Office, told: list[str]) -> list[str]:
    """What must never be: an acknowledged thing that is gone, a half thing, a broken trail, a file that cannot be read."""
    wrong = []
    with begin_read(office, SYSTEM) as work:
        wrong += list(verify_chain(work.session))
        tags = Counter(work.session.scalars(select(AuditEvent.tag)))
        wrong += [*_submissions(work, told), *_opening(work, told, tags), *_letters(work, told, tags)]
        for stored in work.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None))):
            try:
                describe(work, stored)
                open_file(work, stored).read()
            except Exception as error:
                wrong.append(f"file {stored.id} cannot be read: {error!r}")
    return wrong


def _submissions(work: Work, told: list[str]) -> list[str]:
    wrong = []
    for found in work.session.scalars(select(Submission)):
        signed = len(list(work.session.scalars(select(Signature).where(Signature.submission_id == found.id))))
        complete = found.receipt_number is not None and found.submitted_at is not None and signed == 1
        empty = found.receipt_number is None and found.submitted_at is None and signed == 0
        waits = found.state in (SubmissionState.DRAFT, SubmissionState.WITHDRAWN)
        if not (empty if waits else complete):
            wrong.append(f"submission {found.id} is half handed in: {found.state}")
        if f"/inschrijvingen/{found.id}/ondertekenen" in told and waits:
            wrong.append(f"submission {found.id} was acknowledged and is lost")
    return wrong


def _opening(work: Work, told: list[str], tags: Counter[str]) -> list[str]:
    wrong = []
    for found in work.session.scalars(select(Opening)):
        done = found.state is OpeningState.OPENED
        states = set(
            work.session.scalars(select(Submission.state).where(Submission.procedure_id == found.procedure_id))
        )
        if done == (SubmissionState.SUBMITTED in states):
            wrong.append(f"opening of {found.procedure_id} is {found.state} with submissions {states}")
        if any(address.endswith("/openen") for address in told) and not done:
            wrong.append("the opening was acknowledged and is lost")
    return wrong


def _letters(work: Work, told: list[str], tags: Counter[str]) -> list[str]:
    states = Counter(work.session.scalars(select(Decision.state)))
    letters = list(work.session.scalars(select(DecisionLetter.submission_id)))
    wrong = []
    if len(states) > 1:
        wrong.append(f"some decisions are announced and some are not: {states}")
    if len(set(letters)) != len(letters):
        wrong.append("a letter stands twice")
    if any(address.endswith("/bekendmaken") for address in told):
        tasks = [task.status for task in work.session.scalars(select(Task))]
        if DecisionState.ANNOUNCED not in states and TaskStatus.QUEUED not in tasks and TaskStatus.RUNNING not in tasks:
            wrong.append(f"the announcement was acknowledged and is lost: {states} {tasks}")
    return wrong


def play(scene: str, home: Path, app: Flask, random: Random, number: int) -> list[str]:
    """One round; returns what was wrong."""
    folder = home / f"round-{number}"
    shutil.copytree(home / ("letters" if scene == "scheduler" else scene), folder)
    post = PostOffice(folder / "accepted")
    post.wait()
    found = Round(folder, app, post)
    try:
        blows = _strike(found, scene, random)
        office = found.office()
        wrong = faults(office, found.acknowledged)
        office.db.dispose()
        wrong += _again(found)
        for message_id, times in post.accepted().items():
            if times > 1 + blows:
                wrong.append(f"mail {message_id} left {times} times after {blows} blows")
    finally:
        found.kill()
        post.close()
        shutil.rmtree(folder)
    return [f"round {number} ({scene}): {fault}" for fault in wrong]


def _strike(found: Round, scene: str, random: Random) -> int:
    """Let them work and kill them. Who died says which mail may have left twice: at most one for each blow."""
    found.start_web()
    if scene == "scheduler":
        for thread in found.send_all():
            thread.join()
        found.kill()
        found.start_web()
    if scene == "scheduler" or random.random() < 0.3:
        found.start_scheduler()
    threads = [] if scene == "scheduler" else found.send_all()
    time.sleep(random.random() * LONGEST[scene])
    found.kill()
    for thread in threads:
        thread.join()
    return 1


def _again(found: Round) -> list[str]:
    """Who got no answer tries again, the scheduler finishes; then everything is there once."""
    found.start_web()
    for thread in found.send_all():
        thread.join()
    found.kill()
    wrong = [f"trying again did not work: {e.address} {found.last!r}" for e in found.errands
             if e.address not in found.acknowledged]  # fmt: skip
    found.finish()
    office = found.office()
    wrong += faults(office, found.acknowledged)
    accepted = found.post.accepted()
    with begin_read(office, SYSTEM) as work:
        mails = list(work.session.scalars(select(OutboxMail)))
        wrong += [f"mail {mail.id} did not leave" for mail in mails if mail.status is not MailStatus.SENT]
        twice = Counter((mail.recipient, mail.subject, mail.text) for mail in mails)
        wrong += [f"told twice: {key[:2]}" for key, times in twice.items() if times > 1]
        left = [mail for mail in mails if mail.id not in found.sent_before]
        wrong += [f"mail {m.id} is said to have left and did not" for m in left if m.message_id not in accepted]
    office.db.dispose()
    return wrong


def campaign(
    home: Path, rounds: int, seed: int, seconds: float = float("inf"), kinds: Sequence[str] = SCENES
) -> tuple[Counter[str], list[str]]:
    """So many rounds on the scenes in `home`, or as many as fit in the time: how many of each, and what was wrong."""
    app = create_app(settings_in(home / "app"))
    scenes.told(home, lambda _settings: app, letters="letters" in kinds)
    app.extensions["portal"].office.db.dispose()
    random, wrong, played = Random(seed), list[str](), Counter[str]()
    end = time.monotonic() + seconds
    for number in range(rounds):
        if time.monotonic() > end:
            break
        scene = kinds[number % len(kinds)]
        wrong += play(scene, home, app, random, number)
        played[scene] += 1
    return played, wrong


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--home", type=Path, help="keep the scenes here for the next time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        home.mkdir(exist_ok=True)
        (home / "app").mkdir(exist_ok=True)
        started = time.monotonic()
        played, wrong = campaign(home, asked.rounds, asked.seed, asked.seconds)
        print(f"{dict(played)} rounds in {time.monotonic() - started:.0f} s")
        print("\n".join(wrong) or "nothing acknowledged was lost, nothing was half, nothing was told twice")
        raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
