"""A backup is a restore: made while others write, put back on either kind of database, and found to be the same."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal import audit, storage
from portal.access import SYSTEM
from portal.accounts.models import Organisation
from portal.backup import queries, service
from portal.backup.restoring.service import restore_backup
from portal.backup.rules import MANIFEST, BackupRefused
from portal.mail.models import OutboxMail
from portal.storage import StoredFile, disk
from portal.tasks import enqueue
from portal.work import Office, begin_read, begin_write

TO_POSTGRESQL = pytest.mark.parametrize(
    ("database", "elsewhere"),
    [pytest.param("sqlite", "postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
ON_SQLITE = pytest.mark.parametrize(("database", "elsewhere"), [("sqlite", "sqlite")], indirect=True)
ACROSS = pytest.mark.parametrize(
    ("database", "elsewhere"),
    [
        pytest.param("sqlite", "postgresql", marks=pytest.mark.postgresql),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.postgresql),
    ],
    indirect=True,
)
SOURCE_ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _said(office: Office) -> dict[str, list[bytes]]:
    with queries.snapshot(office.db) as connection:
        return {form.name: list(queries.lines(connection, form)) for form in queries.forms()}


@ACROSS
def test_a_restored_copy_says_the_same_on_either_database(full: Office, elsewhere: Office, tmp_path: Path) -> None:
    before = _said(full)
    made = service.make_backup(full, tmp_path / "copy", keys=tmp_path / "apart")
    done = restore_backup(elsewhere, tmp_path / "copy", keys=tmp_path / "apart", fingerprint=made.fingerprint)
    after = _said(elsewhere)
    own = {"audit_event", "audit_head", "audit_ref"}
    assert {name: after[name] for name in after if name not in own} == {n: before[n] for n in before if n not in own}
    assert after["audit_event"][: len(before["audit_event"])] == before["audit_event"]
    assert b"backup.restored" in after["audit_event"][-1]
    assert (done.unopened, done.seals > 0) == (0, True)
    with begin_read(elsewhere, SYSTEM) as work:
        assert not list(audit.verify_chain(work.session))
        for stored in work.session.scalars(select(StoredFile)):
            assert len(storage.open_file(work, stored).read()) == stored.size


@TO_POSTGRESQL
def test_a_restored_portal_goes_on_where_it_was(full: Office, elsewhere: Office, tmp_path: Path) -> None:
    """New rows get ids after the old ones, and references are minded again."""
    service.make_backup(full, tmp_path / "copy", keys=tmp_path / "apart")
    restore_backup(elsewhere, tmp_path / "copy", keys=tmp_path / "apart")
    with begin_write(elsewhere, SYSTEM) as work:
        last = work.session.scalar(select(func.max(StoredFile.id))) or 0
        assert storage.put_bytes(work, b"brief", name="brief.docx", seal=storage.system_seal(work)).id > last
        enqueue(work, "letters")
    with elsewhere.db.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key|refer"):
        connection.execute(text("UPDATE stored_file SET seal_id = 999999"))


@ACROSS
def test_a_backup_under_load_is_one_moment(full: Office, elsewhere: Office, tmp_path: Path) -> None:
    """A writer adds a file and an audit entry time and again; the copy holds each whole or not at all."""
    stop, wrote = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with begin_write(full, SYSTEM) as work:
                stored = storage.put_bytes(work, b"%d" % len(wrote), name="n.txt", seal=storage.system_seal(work))
                audit.record(work, "test.written", stored)
            wrote.append(stored.id)

    def tell(what: str, done: int, total: int) -> None:
        seen = len(wrote)
        while writer.is_alive() and len(wrote) == seen and what == "rows" and not done % 3:
            pass  # at least one write falls between these two rows

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = service.make_backup(full, tmp_path / "copy", keys=tmp_path / "apart", tell=tell)
    finally:
        stop.set()
        writer.join()
    assert wrote and not made.manifest.faults
    restore_backup(elsewhere, tmp_path / "copy", keys=tmp_path / "apart")
    with begin_read(elsewhere, SYSTEM) as work:
        known = work.session.scalar(select(func.count(StoredFile.id)))
        noted = work.session.scalar(
            select(func.count(audit.AuditEvent.id)).where(audit.AuditEvent.tag == "test.written")
        )
        first = work.session.scalar(select(func.count(StoredFile.id)).where(StoredFile.id < wrote[0]))
    assert known == (first or 0) + (noted or 0)
    assert (noted or 0) < len(wrote), "some of it was written after the moment of the backup"


@SOURCE_ON_SQLITE
def test_what_is_sealed_stays_sealed_and_the_keys_lie_elsewhere(full: Office, tmp_path: Path) -> None:
    word = b"waterhoen-geheim"
    with begin_write(full, SYSTEM) as work:
        storage.put_bytes(work, word, name="waterhoen-geheim.txt", seal=storage.system_seal(work))
    service.make_backup(full, tmp_path / "copy", keys=tmp_path / "apart")
    key = full.settings.seal_key_file.read_bytes()
    for path in (tmp_path / "copy").rglob("*"):
        if path.is_file():
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            assert word not in data and key not in data
            assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "apart" / "seal.key").read_bytes() == key


@SOURCE_ON_SQLITE
def test_the_keys_may_not_lie_in_the_backup(full: Office, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="apart"):
        service.make_backup(full, tmp_path / "copy", keys=tmp_path / "copy" / "keys")


@SOURCE_ON_SQLITE
def test_a_backup_never_overwrites(full: Office, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(BackupRefused, match="not empty"):
        service.make_backup(full, tmp_path)


@SOURCE_ON_SQLITE
def test_a_backup_that_broke_off_is_no_backup(full: Office, tmp_path: Path) -> None:
    def dies(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.make_backup(full, tmp_path / "copy", tell=dies)
    assert not (tmp_path / "copy").exists()


@SOURCE_ON_SQLITE
def test_a_file_that_is_gone_or_damaged_in_the_portal_is_told(full: Office, tmp_path: Path) -> None:
    with begin_read(full, SYSTEM) as work:
        first, second = list(work.session.scalars(select(StoredFile.address).order_by(StoredFile.id).limit(2)))
    disk.path_of(full.settings.file_root, first).unlink()
    disk.path_of(full.settings.file_root, second).write_bytes(b"something else")
    made = service.make_backup(full, tmp_path / "copy")
    assert {(f.address, f.kind) for f in made.manifest.faults} == {(first, "missing"), (second, "damaged")}


def test_a_file_removed_under_retention_meanwhile_is_no_fault(full: Office, tmp_path: Path) -> None:
    with begin_read(full, SYSTEM) as work:
        address = work.session.scalar(select(StoredFile.address).limit(1))
    assert address

    def remove(what: str, done: int, total: int) -> None:
        path = disk.path_of(full.settings.file_root, address)
        if path.exists():
            path.unlink()
            with full.db.engine.connect().execution_options(portal_write=True) as connection:
                connection.execute(
                    text("UPDATE stored_file SET removed_at = uploaded_at WHERE address = :a"), {"a": address}
                )
                connection.commit()

    made = service.make_backup(full, tmp_path / "copy", tell=remove)
    assert (made.manifest.faults, made.manifest.gone) == ((), (address,))


@pytest.fixture
def copy(full: Office, tmp_path: Path) -> Path:
    service.make_backup(full, tmp_path / "copy", keys=tmp_path / "apart")
    return tmp_path / "copy"


def _some_file(copy: Path) -> Path:
    return next(path for path in sorted((copy / "files").rglob("*")) if path.is_file())


def _change_a_count(copy: Path) -> None:
    said = json.loads((copy / MANIFEST).read_text())
    said["tables"][0]["rows"] += 1
    (copy / MANIFEST).write_text(json.dumps(said))


TAMPERED = {
    "a table shortened": (
        lambda c: (c / "tables" / "membership.jsonl.gz").write_bytes(b""),
        "membership.*not as it was",
    ),
    "a table gone": (lambda c: (c / "tables" / "membership.jsonl.gz").unlink(), "membership.*missing"),
    "a file changed": (lambda c: _some_file(c).write_bytes(b"x"), "files/.*not as it was"),
    "a file gone": (lambda c: _some_file(c).unlink(), "files/.*missing"),
    "the list shortened": (lambda c: (c / "files.jsonl").write_text(""), "files.jsonl.*not as it was"),
    "the manifest changed": (_change_a_count, "manifest.json.*not as it was"),
    "no manifest": (lambda c: (c / MANIFEST).unlink(), "no finished backup"),
}


@pytest.mark.parametrize("case", TAMPERED)
@ON_SQLITE
def test_a_broken_or_tampered_backup_is_refused(case: str, copy: Path, elsewhere: Office) -> None:
    tamper, says = TAMPERED[case]
    tamper(copy)
    with pytest.raises(BackupRefused, match=says):
        restore_backup(elsewhere, copy)
    assert not Path(str(elsewhere.db.engine.url.database)).exists() or not _rows(elsewhere)
    assert not elsewhere.settings.file_root.exists() or not list(elsewhere.settings.file_root.rglob("??????*"))


def _rows(office: Office) -> int:
    with office.db.engine.connect() as connection:
        names = [name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return sum(queries.count(connection, name) for name in names if name != "alembic_version")


@TO_POSTGRESQL
def test_a_chain_that_was_forged_with_all_hashes_is_refused(
    full: Office, elsewhere: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who writes a new manifest too still cannot write the chain."""
    monkeypatch.setattr(queries, "line_of", _forging(queries.line_of))
    service.make_backup(full, tmp_path / "copy")
    monkeypatch.undo()
    with pytest.raises(BackupRefused, match="chain of the backup is not whole"):
        restore_backup(elsewhere, tmp_path / "copy")
    with elsewhere.db.engine.connect() as connection:
        assert queries.count(connection, "audit_event") == queries.count(connection, "organisation") == 0


def _forging(honest):  # type: ignore[no-untyped-def]
    def line_of(form, row):  # type: ignore[no-untyped-def]
        return (
            honest(form, row).replace(b"procedure.publish", b"procedure.publiSh")
            if form.name == "audit_event"
            else honest(form, row)
        )

    return line_of


@ON_SQLITE
def test_another_backup_than_the_one_meant_is_refused(copy: Path, elsewhere: Office) -> None:
    with pytest.raises(BackupRefused, match="not the backup with that fingerprint"):
        restore_backup(elsewhere, copy, fingerprint="0" * 64)


@ON_SQLITE
def test_a_database_with_rows_is_left_alone(copy: Path, full: Office, elsewhere: Office) -> None:
    restore_backup(elsewhere, copy)
    with pytest.raises(BackupRefused, match="has rows"):
        restore_backup(elsewhere, copy)


@ON_SQLITE
def test_another_key_that_lies_there_is_not_overwritten(copy: Path, elsewhere: Office, tmp_path: Path) -> None:
    disk.keep(elsewhere.settings.seal_key_file, b"of other data")
    with pytest.raises(BackupRefused, match="another key"):
        restore_backup(elsewhere, copy, keys=tmp_path / "apart")
    assert elsewhere.settings.seal_key_file.read_bytes() == b"of other data"


@ON_SQLITE
def test_without_the_keys_the_restore_says_that_nothing_sealed_opens(copy: Path, elsewhere: Office) -> None:
    done = restore_backup(elsewhere, copy)
    assert done.unopened == done.seals > 0


@ON_SQLITE
def test_a_full_disk_is_seen_before_anything_is_written(
    copy: Path, full: Office, elsewhere: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda root: 10)
    with pytest.raises(BackupRefused, match="too little room"):
        service.make_backup(full, tmp_path / "second")
    with pytest.raises(BackupRefused, match="too little room"):
        restore_backup(elsewhere, copy)
    assert not (tmp_path / "second").exists()


@ON_SQLITE
def test_a_backup_of_a_newer_program_is_refused(
    full: Office, elsewhere: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.make_backup(full, tmp_path / "copy")
    monkeypatch.setattr("portal.backup.restoring.service.knows_migration", lambda revision: False)
    with pytest.raises(BackupRefused, match="newer version"):
        restore_backup(elsewhere, tmp_path / "copy")


@ON_SQLITE
def test_queued_mail_is_counted_because_it_may_have_left_already(copy: Path, full: Office, elsewhere: Office) -> None:
    done = restore_backup(elsewhere, copy)
    with begin_read(full, SYSTEM) as work:
        queued = work.session.scalar(select(func.count(OutboxMail.id)).where(OutboxMail.sent_at.is_(None)))
        assert work.session.scalar(select(func.count(Organisation.id)))
    assert done.mails_waiting == queued
