"""The practice installation as one command: worked example, web server and scheduler, until Ctrl-C."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import click

from portal.clock import PracticeClock
from portal.config import Settings, load_settings
from portal.db import Database, migrate
from portal.mail import transport_for
from portal.work import Office

from . import example

ROOT = Path(__file__).parent.parent.parent
KEPT = (
    *("portal.sqlite3" + ending for ending in ("", "-wal", "-shm")),
    "files", "mail", "clock.json", "keys", "demo.json", "scheduler.lock",
)  # fmt: skip


def run(*, port: int, reset: bool, begin: bool = False) -> None:
    """Start what is there, or build it first. `begin` builds the beginning (March 2022) instead of the whole example."""
    if not _port_is_free(port):
        click.echo(f"Port {port} is taken. Stop what listens there, or choose another: PORT={port + 1} make demo")
        raise SystemExit(1)
    os.environ |= {"PORTAL_PRACTICE": "true", "PORTAL_BASE_URL": f"http://localhost:{port}"}
    settings = load_settings()
    card = settings.var / "demo.json"
    if reset or not card.exists():
        _clear(settings.var)
        settings = load_settings()
        _build(settings, card, begin)
    else:
        migrate(settings.database_url)  # an example of an earlier version of the portal stays usable
    users = _renew_card(card, settings.base_url)
    _serve(settings, port, users)


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _clear(var: Path) -> None:
    """Remove what an earlier practice installation left, also a half-built one; nothing else in the folder."""
    for name in KEPT:
        path = var / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _build(settings: Settings, card: Path, begin: bool) -> None:
    click.echo("Building the worked example (about a minute) ...")
    settings.var.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    clock = PracticeClock(settings.clock_file)
    quick = replace(settings, soffice="")  # the scheduler makes the PDFs once the portal runs
    office = Office(Database(settings.database_url), quick, clock)
    password = f"Oefenen-{secrets.token_urlsafe(6)}"
    tell = example.tell_begin if begin else example.tell
    people = tell(office, clock, transport_for(settings), password, say=click.echo)
    card.write_text(json.dumps({"base": settings.base_url, "users": people}, indent=2, ensure_ascii=False))
    office.db.dispose()


def _renew_card(card: Path, base: str) -> Sequence[dict[str, str]]:
    """The card with log-ins, with the address of this start."""
    facts = json.loads(card.read_text())
    facts["base"] = base
    card.write_text(json.dumps(facts, indent=2, ensure_ascii=False))
    users: Sequence[dict[str, str]] = facts["users"]
    return users


def _serve(settings: Settings, port: int, users: Sequence[dict[str, str]]) -> None:
    python = sys.executable
    web = [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8",
           "--timeout", "600", "--log-level", "warning", "wsgi:app"]  # fmt: skip
    jobs = [python, "-m", "portal.cli", "scheduler"]
    processes = [subprocess.Popen(command, cwd=ROOT, env=os.environ.copy()) for command in (web, jobs)]
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        _wait_until_it_answers(port, processes)
        _show(settings.base_url, users)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        click.echo("One of the two processes stopped; stopping the other.")
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        _stop(processes)


def _wait_until_it_answers(port: int, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Until a page comes: a taken port alone says nothing about the portal behind it."""
    for _attempt in range(300):
        if any(process.poll() is not None for process in processes):
            raise SystemExit("The web server or the scheduler did not start; the message above says why.")
        try:
            with urlopen(f"http://127.0.0.1:{port}/hulp", timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server does not answer; the messages above may say why.")


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _show(base: str, users: Sequence[dict[str, str]]) -> None:
    """One line per log-in, as wide as it needs to be: nothing is cut off in a narrow window."""
    wide = max(len(user["email"]) for user in users)
    click.echo(
        f"\nThe portal runs at {base}\n\nLog-ins (also in var/demo.json); the password of all is {users[0]['password']}\n"
    )
    for user in users:
        click.echo(f"  {user['email']:<{wide}}  {user['role']}: {user['name']}, {user['organisation']}")
    click.echo("\nMail lands in the practice mailbox: /oefenomgeving/postvak. Ctrl-C stops the portal.")
