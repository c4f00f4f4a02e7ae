"""`portal doctor`: every check has a set-up in which it fails, and says what helps."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from portal.access import SYSTEM
from portal.cli import main
from portal.clock import system_clock
from portal.operations.checkup import queries, rules
from portal.operations.checkup.rules import Finding, KeyFacts, Level
from portal.scheduler.lock import lock_of
from portal.storage import put_bytes, system_seal
from portal.tasks import JobRun

OK, WARNING, WRONG = Level.OK, Level.WARNING, Level.WRONG
KEY = KeyFacts(
    path=Path("/keys/seal.key"), exists=True, mode=0o100600, file_root=Path("/var/p/files"), var=Path("/var/p"),
    database=Path("/data/portal.sqlite3"), seals=3, unopened=0, practice=False,
)  # fmt: skip


def key(**changed: object) -> list[Finding]:
    return list(rules.seal_key(replace(KEY, **changed)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "level", "words"),
    [
        (rules.python((3, 10)), WRONG, "3.10 is too old"),
        (rules.python((3, 13)), OK, "3.13"),
        (rules.base_url("http://portal.example.nl", practice=False), WRONG, "https"),
        (rules.base_url("https://localhost", practice=False), WRONG, "this machine"),
        (rules.base_url("portal.example.nl", practice=False), WRONG, "no address"),
        (rules.base_url("https://portal.example.nl", practice=False), OK, "portal"),
        (rules.base_url("http://127.0.0.1:8000", practice=True), OK, "practice"),
        (rules.secret("kort"), WRONG, "32"),
        (rules.secret("x" * 32), OK, ""),
        (rules.practice_mode(True), WARNING, "never leaves"),
        (rules.mail_from("Portaal", practice=False), WRONG, "no mail address"),
        (rules.mail_from("Portaal <x@example.org>", practice=False), WRONG, "still the example"),
        (rules.mail_from("Portaal <x@regio.nl>", practice=False), OK, ""),
        (rules.log_format("xml"), WRONG, "neither"),
        (rules.migration(None, "0019"), WRONG, "empty"),
        (rules.migration("0018", "0019"), WRONG, "with the program before this one"),
        (rules.migration("0020", "0019"), WRONG, "newer than this program"),
        (rules.migration("0019", "0019"), OK, ""),
        (rules.room("store", False, 10**12), WRONG, "cannot be written"),
        (rules.room("store", True, 10**7), WRONG, "100 MB"),
        (rules.room("store", True, 5 * 10**8), WARNING, "1 GB"),
        (rules.room("store", True, 10**12), OK, "931 GB"),
        (rules.scheduler(False, timedelta()), WRONG, "No scheduler"),
        (rules.scheduler(True, timedelta(hours=1)), WRONG, "ran nothing"),
        (rules.scheduler(True, None), WRONG, "ran nothing"),
        (rules.scheduler(True, timedelta(minutes=9)), OK, ""),
        (rules.failing_jobs(["send_mail"]), WARNING, "send_mail"),
        (rules.mail_server(False, None, practice=False), WARNING, "PORTAL_SMTP_HOST"),
        (rules.mail_server(True, "log_in", practice=False), WRONG, "PORTAL_SMTP_PASSWORD"),
        (rules.mail_server(True, "server_421", practice=False), WRONG, "server_421"),
        (rules.mail_server(True, None, practice=False, encrypts=False), WARNING, "PORTAL_SMTP_STARTTLS"),
        (rules.mail_server(True, None, practice=False), OK, "encrypts"),
        (rules.office_suite("", False), WARNING, "Word only"),
        (rules.office_suite("soffice", False), WARNING, "Install"),
        (rules.scanner(False, None), WARNING, "not scanned"),
        (rules.scanner(True, None), WRONG, "does not answer"),
        (rules.scanner(True, "ClamAV 1.4"), OK, "1.4"),
        (rules.clock(timedelta(seconds=-30)), WRONG, "-30 s"),
        (rules.clock(timedelta(seconds=1)), OK, ""),
        (rules.parts(["templates/base.html"]), WRONG, "base.html"),
        (rules.audit_chain((3, "a"), (3, "b"), 3), WRONG, "verify-audit"),
        (rules.audit_chain((3, "a"), (3, "a"), 2), WRONG, "verify-audit"),
        (rules.audit_chain(None, None, 2), WRONG, "verify-audit"),
        (rules.audit_chain(None, None, 0), OK, "Empty"),
        (next(rules.sqlite("nfs4", "wal")), WRONG, "nfs4"),
        (list(rules.sqlite("ext4", "delete"))[1], WRONG, "not wal"),
        (next(rules.postgresql(120005, "UTF8")), WRONG, "12 is too old"),
        (list(rules.postgresql(150004, "SQL_ASCII"))[1], WRONG, "SQL_ASCII"),
        (key(exists=False)[0], WRONG, "is gone"),
        (key(exists=False, seals=0)[0], OK, "first file"),
        (key(mode=0o100640)[0], WRONG, "chmod 600"),
        (key(path=Path("/var/p/files/seal.key"))[0], WRONG, "among the files"),
        (key(path=Path("/data/seal.key"))[0], WRONG, "beside the database"),
        (key(path=Path("/var/p/keys/seal.key"))[0], WARNING, "below PORTAL_VAR"),
        (key(unopened=2)[0], WRONG, "2 of 3 seals"),
        (key()[0], OK, "all 3 seals"),
    ],
)  # fmt: skip
def test_each_check_says_what_is_wrong_and_what_to_do(found: Finding, level: Level, words: str) -> None:
    assert found.level is level and words in found.words


def levels(findings: Iterable[Finding]) -> dict[str, Level]:
    worst: dict[str, Level] = {}
    for found in findings:
        if worst.get(found.check) in (None, OK):
            worst[found.check] = found.level
    return worst


@pytest.fixture
def sound(office, settings):
    """An installation in which nothing is wrong: a scheduler at work, a file under seal, a chain."""
    office = replace(
        office,
        settings=replace(
            settings, secret_key="s" * 40, base_url="https://portal.regio.nl", mail_from="Portaal <portaal@regio.nl>"
        ),
    )
    from portal.work import begin_write

    with begin_write(office, SYSTEM) as work:
        put_bytes(work, b"words", name="brief.txt", seal=system_seal(work))
        work.add(JobRun(name="send_mail", started_at=system_clock(), outcome="ok"))
    lock = lock_of(office)
    assert lock.acquire()
    yield office
    lock.release()


def test_a_sound_installation_has_nothing_wrong(sound) -> None:
    found = levels(queries.examine(sound))
    assert WRONG not in found.values(), found
    assert {"python", "address", "store", "database", "migration", "seal key", "scheduler", "audit chain"} <= set(found)


def test_a_lost_key_another_key_and_an_open_key_are_found(sound) -> None:
    path: Path = sound.settings.seal_key_file
    path.chmod(0o644)
    assert levels(queries.examine(sound))["seal key"] is WRONG
    kept = path.read_text()
    path.unlink()
    assert levels(queries.examine(sound))["seal key"] is WRONG
    from pyrage.x25519 import Identity

    path.write_text(f"{Identity.generate()}\n")
    path.chmod(0o600)
    assert levels(queries.examine(sound))["seal key"] is WRONG
    path.write_text(kept)
    assert levels(queries.examine(sound))["seal key"] is OK


def test_a_scheduler_that_is_away_is_found(office) -> None:
    assert levels(queries.examine(office))["scheduler"] is WRONG


def test_a_store_that_cannot_be_written_is_found(sound) -> None:
    file = sound.settings.var / "a file"
    file.write_text("no folder")
    broken = replace(sound, settings=replace(sound.settings, var=file))
    assert levels(queries.examine(broken))["store"] is WRONG


def test_a_cut_off_chain_is_found(sound) -> None:
    from portal.work import begin_write

    with begin_write(sound, SYSTEM) as work:
        work.session.execute(text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 7, 'nonsense')"))
    assert levels(queries.examine(sound))["audit chain"] is WRONG


def test_parts_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert queries.missing_parts(tmp_path)[:1] == ["portal/static/portal.css"]
    assert queries.missing_parts(queries.PORTAL.parent) == []
    monkeypatch.setattr(queries, "_has_texts", lambda locale: False)
    assert queries.missing_parts(queries.PORTAL.parent) == ["texts of en in translations"]


def test_the_disk_below_the_database_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nserver:/x /srv/share nfs4 rw 0 0\n")
    monkeypatch.setattr(queries, "MOUNTS", mounts)
    assert queries.file_system_of(Path("/srv/share/portal.sqlite3")) == "nfs4"
    assert queries.file_system_of(Path("/var/lib/portal.sqlite3")) == "ext4"


@pytest.fixture
def mail_server():
    """A mail server without encryption on a port of its own."""

    class Server:
        async def handle_DATA(self, _server, _session, _envelope):  # noqa: N802  (the library calls it so)
            return "250 OK"

    controller = Controller(Server(), hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield controller.port
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _mail(office, **changed) -> Finding:
    return queries._mail_server(replace(office.settings, smtp_host="127.0.0.1", practice=False, **changed))


def test_a_mail_server_is_tried_out(office, mail_server) -> None:
    unencrypted = _mail(office, smtp_port=mail_server, smtp_starttls=False)
    assert unencrypted.level is WARNING and "unencrypted" in unencrypted.words
    for changed, words in (
        ({"smtp_port": _free_port()}, "connection"),
        ({"smtp_port": mail_server, "smtp_starttls": True}, "encryption"),
    ):
        found = _mail(office, **changed)
        assert found.level is WRONG and words in found.words


def test_a_scanner_that_is_away_is_found(sound) -> None:
    away = replace(sound, settings=replace(sound.settings, clamav=f"127.0.0.1:{_free_port()}"))
    assert levels(queries.examine(away))["malware"] is WRONG


Portal = Callable[..., object]


@pytest.fixture
def portal(bare_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", bare_database_url)
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PORTAL_PRACTICE", raising=False)
    return lambda *words: CliRunner().invoke(main, list(words))


def test_the_command_ends_with_one_when_something_is_wrong(portal, bare_database_url: str) -> None:
    empty = portal("doctor")
    assert empty.exit_code == 1 and "WRONG   migration: The database is empty" in empty.output
    assert portal("upgrade").exit_code == 0
    engine = create_engine(bare_database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    behind = portal("doctor", "--json")
    assert behind.exit_code == 1
    found = {entry["check"]: entry for entry in json.loads(behind.output)}
    assert found["migration"]["level"] == "wrong" and "at 0001" in found["migration"]["words"]
    assert "scheduler" not in found, "nothing is asked of tables that may not be there"


def test_the_command_ends_with_nought_when_nothing_is(portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        queries, "examine", lambda _office: iter([rules.warning("pdf", "Word only."), rules.ok("x", "y")])
    )
    done = portal("doctor")
    assert (done.exit_code, done.output) == (0, "warning pdf: Word only.\nok      x: y\n")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://x@/x?host=/nowhere", "?"])
def test_a_database_that_is_away_is_one_line(portal, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    away = portal("doctor")
    assert away.exit_code == 1 and "WRONG" in away.output and "Traceback" not in away.output


def test_settings_that_cannot_be_read_are_one_line(portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PRACTICE", "misschien")
    unread = portal("doctor")
    assert unread.exit_code == 1 and "PORTAL_PRACTICE" in unread.output
