"""`make bench`: prints each figure beside its goal. Ratios of CPU time, so that a busy machine does not decide."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from docx import Document as BareDocument
from flask import Flask, render_template_string
from sqlalchemy import event

from portal import storage
from portal.access import SYSTEM, Role
from portal.audit import record, verify_chain
from portal.clock import PracticeClock
from portal.config import MIB, Settings
from portal.db import Database, migrate
from portal.documents import Document
from portal.work import Office, begin_read, begin_write
from tests.browser.worked_example import Neighbourhood, build

ROW = "<tr><td>{{ row[0] }}</td><td>{{ row[1] }}</td></tr>"
FLOOR_PAGE = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>"
FLOOR_LIST = FLOOR_PAGE + "<table>{% for row in rows %}" + ROW + "{% endfor %}</table>"


def cpu(act: Callable[[], object], times: int) -> float:
    """Least CPU seconds of one act in three series; the least is the one least disturbed."""
    found = []
    for _series in range(3):
        began = time.process_time()
        for _ in range(times):
            act()
        found.append((time.process_time() - began) / times)
    return min(found)


def show(what: str, figure: str, goal: str, met: bool) -> None:
    print(f"  {'ok  ' if met else 'MISS'} {what:<44} {figure:>22}   goal: {goal}")


def pages(folder: Path) -> None:
    """Pages of the worked example against a bare page and a bare list of 100 rows."""
    bare = Flask("bare")
    bare.add_url_rule("/", "page", lambda: render_template_string(FLOOR_PAGE, title="Bare"))
    rows = [(number, f"row {number}") for number in range(100)]
    bare.add_url_rule("/list", "list", lambda: render_template_string(FLOOR_LIST, title="Bare", rows=rows))
    floor = cpu(lambda: bare.test_client().get("/"), 200)
    print(f"\nPages (floor: a bare page of {floor * 1000:.2f} ms CPU)")
    build(folder)
    place = Neighbourhood(folder, "http://127.0.0.1")
    office = place.app.extensions["portal"].office
    counted = [0]
    event.listen(office.db.engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    for role, address in (
        (None, "/hulp"),
        (None, "/"),
        (Role.PROVIDER_ADMIN, "/start"),
        (Role.PROCUREMENT_OFFICER, "/inkoop/procedures"),
        (Role.CONTRACT_MANAGER, "/contracten"),
        (Role.CONTRACT_MANAGER, "/verantwoording"),
    ):
        client = place.client(role)
        client.get(address)
        counted[0] = 0
        client.get(address)
        queries = counted[0]
        ratio = cpu(lambda c=client, a=address: c.get(a), 10) / floor  # type: ignore[misc]
        show(
            f"{address} as {role.value if role else 'visitor'}",
            f"{ratio:.0f} x, {queries} queries",
            "12 x",
            ratio <= 12,
        )


def upload(office: Office, size: int = 100 * MIB) -> None:
    """Receive, inspect, hash and seal a file against copying and hashing it."""
    print(f"\nUpload of {size // MIB} MiB")
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pdf"
        plain.write_bytes(b"%PDF-1.4\n" + os.urandom(size - 16) + b"\n%%EOF")
        os.sync()
        began = time.perf_counter()
        shutil.copy(plain, Path(folder) / "copy.pdf")
        os.sync()
        with plain.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        floor = time.perf_counter() - began
        with begin_write(office, SYSTEM) as work, plain.open("rb") as file:
            began = time.perf_counter()
            storage.receive(work, file, name="plain.pdf", seal=storage.new_seal(work), limit=2 * size)
            ratio = (time.perf_counter() - began) / floor
    show("sniff, hash and seal (elapsed time)", f"{ratio:.1f} x cp+sync+sha256", "1.5 x", ratio <= 1.5)


def chain(office: Office, entries: int = 5000) -> None:
    """Writing and verifying audit entries."""
    print(f"\nAudit chain of {entries} entries")
    with begin_write(office, SYSTEM) as work:
        for number in range(entries):
            record(work, "bench.entry", None, number=number)
    with begin_read(office, SYSTEM) as work:
        each = cpu(lambda: list(verify_chain(work.session)), 1) / entries
    show("verify-audit", f"{each * 1e6:.0f} us an entry", "no goal", True)


def minutes() -> None:
    """A document of about ten pages against bare python-docx."""
    print("\nMinutes of ten pages")
    paragraphs = [f"Paragraph {number}. " + "The table agrees. " * 25 for number in range(100)]

    def bare() -> None:
        document = BareDocument()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        document.save(io.BytesIO())

    def ours() -> None:
        document = Document(title="Minutes", made_at=datetime(2026, 1, 1, tzinfo=UTC))
        for paragraph in paragraphs:
            document.paragraph(paragraph)
        document.to_bytes()

    ratio = cpu(ours, 3) / cpu(bare, 3)
    show("document bricks", f"{ratio:.2f} x bare python-docx", "1.5 x", ratio <= 1.5)


def writing_desk(folder: Path) -> Office:
    """A database of its own for what writes."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bench.sqlite3'}",
        secret_key="bench",
        var=folder,
        seal_key_file=folder / "seal.key",
    )
    migrate(settings.database_url)
    return Office(Database(settings.database_url), settings, PracticeClock(folder / "clock.json"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "pages").mkdir()
        (base / "own").mkdir()
        pages(base / "pages")
        office = writing_desk(base / "own")
        upload(office)
        chain(office)
        minutes()


if __name__ == "__main__":
    main()
