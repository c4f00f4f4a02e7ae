"""The malware scan: clean goes on, infected is refused, and what the scanner did not look at waits and is never passed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM, Actor, Role
from portal.audit import AuditEvent
from portal.errors import FileRefused, FileWithheld
from portal.storage import ScanStatus, StoredFile, scanning
from portal.storage.clamav import Clamd, NotScanned
from portal.tasks import Task, TaskStatus, enqueue, run_pending
from portal.work import Office, begin_read, begin_write
from tests.conftest import unavailable
from tests.storage import daemons
from tests.storage.daemons import WORM, Fake

OWNER = Actor(user_id=7, membership_id=1, role=Role.PROVIDER_ADMIN)
READER = Actor(user_id=8, membership_id=2, role=Role.PROCUREMENT_OFFICER)


@pytest.fixture
def scanned(office: Office, daemon: Fake) -> Office:
    return replace(office, settings=replace(office.settings, clamav=daemon.address))


def upload(office: Office, content: bytes = b"een gewone tekst") -> int:
    """As a page does it: the scanner looks first, then the act keeps the file."""
    stream = BytesIO(content)
    storage.look_first(office.settings, [stream])
    with begin_write(office, OWNER) as work:
        return storage.receive(work, stream, name="brief.txt", seal=storage.new_seal(work)).id


def stored(office: Office, file_id: int) -> StoredFile:
    with begin_read(office, SYSTEM) as work:
        found = work.get(StoredFile, file_id)
        work.session.expunge(found)
        return found


def opens(office: Office, file_id: int, actor: Actor) -> bytes:
    with begin_read(office, actor) as work:
        return storage.open_file(work, work.get(StoredFile, file_id)).read()


def test_a_clean_file_is_kept_with_what_the_scanner_said(scanned: Office) -> None:
    file = stored(scanned, upload(scanned))
    assert (file.scan_status, file.scan_version) == (ScanStatus.CLEAN, "ClamAV 1.4.6/1/today")
    assert opens(scanned, file.id, READER) == b"een gewone tekst"


def test_an_infected_file_is_refused_with_a_reason_and_nothing_is_kept(scanned: Office) -> None:
    with pytest.raises(FileRefused, match="infected"):
        upload(scanned, b"a" * 100_000 + WORM)
    with begin_read(scanned, SYSTEM) as work:
        assert not work.session.scalars(select(StoredFile)).all()
        refusal = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "act.refused")).one()
        assert refusal.facts["reason"] == "infected"
    assert "virus" in storage.reason_text("infected", "nl")


@pytest.mark.parametrize("trouble", ["down", "drops", "silence", "stream: Broken pipe ERROR", "limits"])
def test_without_a_verdict_the_file_waits_and_only_its_owner_opens_it(
    scanned: Office, daemon: Fake, trouble: str
) -> None:
    office = scanned
    if trouble == "down":
        office = replace(scanned, settings=replace(scanned.settings, clamav="127.0.0.1:1"))
    elif trouble == "drops":
        daemon.stream_max = 4
    else:
        daemon.answer = "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND" if trouble == "limits" else trouble
    file_id = upload(office)
    assert stored(office, file_id).scan_status is ScanStatus.WAITING
    assert opens(office, file_id, OWNER) == b"een gewone tekst"
    with pytest.raises(FileWithheld, match="waiting"):
        opens(office, file_id, READER)
    with begin_read(office, READER) as work:
        assert storage.describe(work, work.get(StoredFile, file_id)).note == "wacht op controle op virussen"


def test_a_file_that_waited_is_released_by_itself_once_the_scanner_is_back(scanned: Office, daemon: Fake) -> None:
    daemon.answer = "silence"
    file_id = upload(scanned)
    assert scanning.scan_waiting(scanned) == 0
    daemon.answer = ""
    assert scanning.scan_waiting(scanned) == 1
    assert opens(scanned, file_id, READER)
    assert scanning.scan_waiting(scanned) == 0


def test_a_file_that_waited_and_is_infected_opens_for_nobody(scanned: Office, daemon: Fake) -> None:
    daemon.answer = "silence"
    file_id = upload(scanned, WORM)
    daemon.answer = ""
    scanning.scan_waiting(scanned)
    found = stored(scanned, file_id)
    assert (found.scan_status, found.scan_found) == (ScanStatus.INFECTED, "Proefworm.UNOFFICIAL")
    for actor in (OWNER, READER, SYSTEM):
        with pytest.raises(FileWithheld, match="infected"):
            opens(scanned, file_id, actor)
    with begin_read(scanned, READER) as work:
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "file.scanned")).one()
        assert "virus" in storage.describe(work, work.get(StoredFile, file_id)).note
        assert (event.facts["before"], event.facts["after"], event.subject_id) == ("waiting", "infected", file_id)


def test_what_came_before_the_scanner_stays_readable_and_is_scanned_afterwards(office: Office, scanned: Office) -> None:
    early, worm = upload(office), upload(office, WORM)
    assert stored(office, early).scan_status is ScanStatus.NONE
    assert opens(scanned, early, READER)
    assert scanning.scan_waiting(scanned) == 2
    assert stored(scanned, early).scan_status is ScanStatus.CLEAN
    assert stored(scanned, worm).scan_status is ScanStatus.INFECTED


def test_what_the_portal_made_itself_is_not_scanned(scanned: Office) -> None:
    with begin_write(scanned, SYSTEM) as work:
        made = storage.put_bytes(work, b"brief", name="brief.txt", seal=storage.system_seal(work))
    assert made.scan_status is ScanStatus.OWN
    assert scanning.scan_waiting(scanned) == 0


def test_newer_signatures_look_at_everything_again_as_a_task(scanned: Office, daemon: Fake) -> None:
    first, second = upload(scanned), upload(scanned, b"nog een tekst")
    assert scanning.scan_all(scanned) == {"clean": 0, "infected": 0, "not_scanned": 0}, "these signatures saw them"
    daemon.version, daemon.answer = "ClamAV 1.4.6/2/tomorrow", "stream: Later.Found FOUND"
    with begin_write(scanned, SYSTEM) as work:
        task_id = enqueue(work, scanning.SCAN_ALL).id
    run_pending(scanned)
    with begin_read(scanned, SYSTEM) as work:
        task = work.get(Task, task_id)
        assert (task.status, task.outcome, task.done) == (TaskStatus.DONE, "infected_found", 2)
    assert {stored(scanned, n).scan_status for n in (first, second)} == {ScanStatus.INFECTED}


def test_a_week_later_newer_signatures_look_again_by_themselves(scanned: Office, daemon: Fake, clock: Any) -> None:
    first = upload(scanned)
    daemon.version, daemon.answer = "ClamAV 1.4.6/2/tomorrow", "stream: Later.Found FOUND"
    clock.advance(days=6)
    assert scanning.scan_again(scanned) == 0, "seen this week"
    clock.advance(days=1)
    gone = replace(scanned, settings=replace(scanned.settings, clamav="/nowhere/clamd.socket"))
    assert scanning.scan_again(gone) == 0, "the scanner is down: it comes later"
    assert (scanning.scan_again(scanned), scanning.scan_again(scanned)) == (1, 0)
    assert stored(scanned, first).scan_status is ScanStatus.INFECTED
    clock.advance(days=30)
    assert scanning.scan_again(scanned) == 0, "the scanner knows no more than then"


def test_a_scan_stops_when_the_scanner_goes_away_instead_of_trying_every_file(scanned: Office) -> None:
    upload(scanned)
    gone = replace(scanned, settings=replace(scanned.settings, clamav="/nowhere/clamd.socket"))
    with pytest.raises(NotScanned):
        scanning.scan_all(gone)


def test_pieces_are_read_as_a_stream() -> None:
    stream = scanning.Pieces(iter([b"abc", b"", b"rest is not reached"]))
    assert (stream.read(2), stream.read(2), stream.read(9)) == (b"ab", b"c", b"rest is n")
    assert scanning.Pieces(iter([b"ab", b"cd"])).read() == b"abcd"


def test_the_real_daemon_finds_a_worm_also_inside_a_word_file_and_refuses_what_is_too_large() -> None:
    if not daemons.has_clamd():
        unavailable("there is no ClamAV to scan with", "sudo apt-get install -y clamav-daemon")
    from tests.storage.files import docx

    with tempfile.TemporaryDirectory() as folder, daemons.clamd(Path(folder)) as line:
        scanner = Clamd(line)
        assert scanner.version().startswith("ClamAV")
        assert scanner.scan(BytesIO(WORM)).found == "Proefworm.UNOFFICIAL"
        assert scanner.scan(BytesIO(docx(WORM.decode()))).found == "Proefworm.UNOFFICIAL"
        assert scanner.scan(BytesIO(docx())).found == ""
        with pytest.raises(NotScanned):
            scanner.scan(BytesIO(b"x" * 3_000_000))
