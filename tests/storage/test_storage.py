"""What comes in is sealed and lasts; what is refused or rolled back leaves nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal import storage
from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.errors import FileRefused
from portal.storage import StoredFile, disk
from portal.storage.inspection import TYPES, FileType
from portal.work import Office, Work
from tests.storage import files

Acting = Callable[..., AbstractContextManager[Work]]


class BareStream:
    """Only `read`, as a request body gives it."""

    def __init__(self, data: bytes) -> None:
        self._data = BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self._data.read(size)


def _on_disk(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("source", [BytesIO, BareStream])
def test_a_file_comes_out_as_it_went_in(work_as: Acting, read_as: Acting, source: Callable[[bytes], BytesIO]) -> None:
    with work_as(SYSTEM) as work:
        stored = storage.receive(work, source(files.PDF), name="map/plan.pdf", seal=storage.new_seal(work))
    with read_as(SYSTEM) as work:
        opened = storage.open_file(work, work.get(StoredFile, stored.id))
    assert opened.read() == files.PDF
    assert (opened.name, opened.media_type, opened.size) == ("plan.pdf", "application/pdf", len(files.PDF))
    assert opened.sha256 == hashlib.sha256(files.PDF).hexdigest()


def test_a_large_file_streams_and_may_be_left_halfway(work_as: Acting, read_as: Acting, office: Office) -> None:
    content = files.PDF.replace(b"%%EOF", os.urandom(3_000_000).replace(b"/", b"x") + b"\n%%EOF")
    with work_as(SYSTEM) as work:
        stored = storage.receive(work, BytesIO(content), name="groot.pdf", seal=storage.new_seal(work))
    with read_as(SYSTEM) as work:
        opened = storage.open_file(work, work.get(StoredFile, stored.id))
        assert opened.read() == content and opened.sha256 == hashlib.sha256(content).hexdigest()
        assert disk.check(office.settings.file_root, stored.address) > len(content)
        halfway = storage.open_file(work, stored).chunks
        assert next(halfway)
        halfway.close()  # type: ignore[attr-defined]


def test_nothing_on_disk_or_in_the_row_can_be_read(work_as: Acting, office: Office, database: object) -> None:
    word = b"waterhoen-geheim"
    with work_as(SYSTEM) as work:
        stored = storage.receive(work, BytesIO(word), name="waterhoen-geheim.txt", seal=storage.new_seal(work))
        answer = storage.seal_bytes(work, stored.seal, word)
    var = office.settings.var
    assert word not in b"".join(path.read_bytes() for path in _on_disk(var))
    assert word not in stored.sealed_name and word not in answer
    assert str(office.settings.seal_key_file) not in [str(path) for path in _on_disk(var)]


def test_the_address_is_the_hash_of_what_lies_on_disk(work_as: Acting, office: Office) -> None:
    with work_as(SYSTEM) as work:
        stored = storage.put_bytes(work, b"besluit", name="besluit.docx", seal=storage.system_seal(work))
    path = disk.path_of(office.settings.file_root, stored.address)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stored.address


def test_the_server_key_is_for_its_owner_only_and_lies_outside_the_data(work_as: Acting, office: Office) -> None:
    with work_as(SYSTEM) as work:
        storage.new_seal(work)
    file = office.settings.seal_key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.is_relative_to(office.settings.file_root)
    assert list(file.parent.iterdir()) == [file]


def test_there_is_one_system_seal(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        first = storage.system_seal(work)
    with work_as(SYSTEM) as work:
        assert storage.system_seal(work).id == first.id


def test_a_seal_does_not_open_what_lies_under_another(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        one, other = storage.new_seal(work), storage.new_seal(work)
        cipher = storage.seal_bytes(work, one, b"antwoord")
        assert storage.open_bytes(work, one, cipher) == b"antwoord"
        with pytest.raises(storage.Damaged):
            storage.open_bytes(work, other, cipher)


def test_without_its_server_key_nothing_opens_and_no_new_key_is_made(work_as: Acting, office: Office) -> None:
    with work_as(SYSTEM) as work:
        seal = storage.new_seal(work)
        cipher = storage.seal_bytes(work, seal, b"antwoord")
    office.settings.seal_key_file.unlink()
    with pytest.raises(storage.SealKeyMissing), work_as(SYSTEM) as work:
        storage.open_bytes(work, work.get(storage.Seal, seal.id), cipher)
    with pytest.raises(storage.SealKeyMissing), work_as(SYSTEM) as work:
        storage.new_seal(work)
    assert not office.settings.seal_key_file.exists()


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_changed_byte_on_disk_never_comes_out(work_as: Acting, read_as: Acting, office: Office, size: int) -> None:
    with work_as(SYSTEM) as work:
        stored = storage.put_bytes(work, b"x" * size, name="besluit.docx", seal=storage.new_seal(work))
    path = disk.path_of(office.settings.file_root, stored.address)
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with read_as(SYSTEM) as work, pytest.raises(storage.Damaged):
        storage.open_file(work, work.get(StoredFile, stored.id)).read()


@pytest.mark.parametrize("source", [BytesIO, BareStream])
@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [(b"", "leeg.txt", "empty"), (b"x" * 2000, "lang.txt", "too_large"), (b"x", "a.exe", "type_not_allowed")],
)
def test_a_refused_file_leaves_a_trace_and_no_file(
    work_as: Acting,
    read_as: Acting,
    office: Office,
    content: bytes,
    name: str,
    reason: str,
    source: Callable[[bytes], BytesIO],
) -> None:
    with pytest.raises(FileRefused) as refused, work_as(SYSTEM) as work:
        storage.receive(work, source(content), name=name, seal=storage.new_seal(work), limit=1000)
    assert (refused.value.reason, refused.value.file_name) == (reason, name)
    assert _on_disk(office.settings.file_root) == []
    with read_as(SYSTEM) as work:
        assert work.session.scalar(select(func.count(StoredFile.id))) == 0
        event = work.session.scalars(select(AuditEvent)).one()
        assert event.facts == {"kind": "FileRefused", "reason": reason}


def test_a_file_of_exactly_the_limit_is_accepted(work_as: Acting) -> None:
    with work_as(SYSTEM) as work:
        assert (
            storage.receive(work, BytesIO(b"x" * 1000), name="a.txt", seal=storage.new_seal(work), limit=1000).size
            == 1000
        )


def test_a_write_that_fails_halfway_leaves_no_file(
    work_as: Acting, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    office.settings.seal_key_file.parent.mkdir(parents=True)
    with pytest.raises(OSError, match="No space"), work_as(SYSTEM) as work:
        work.session.info["opened_seals"] = {}
        disk.write(work.settings.file_root, BytesIO(b"x"), shutil.copyfileobj)
    assert _on_disk(office.settings.file_root) == []


def test_a_rolled_back_act_leaves_at_most_a_file_that_is_swept(work_as: Acting, office: Office) -> None:
    with work_as(SYSTEM) as work:
        kept = storage.put_bytes(work, b"blijft", name="a.docx", seal=storage.system_seal(work))
    with pytest.raises(RuntimeError), work_as(SYSTEM) as work:
        storage.put_bytes(work, b"verdwijnt", name="b.docx", seal=storage.system_seal(work))
        raise RuntimeError("the act breaks off")
    assert len(_on_disk(office.settings.file_root)) == 2
    assert storage.sweep(office) == 0, "a young file may belong to an act that is still going on"
    long_ago = time.time() - 2 * 86_400
    for path in _on_disk(office.settings.file_root):
        os.utime(path, (long_ago, long_ago))
    assert storage.sweep(office) == 1
    assert [path.name for path in _on_disk(office.settings.file_root)] == [kept.address]


def test_what_may_be_uploaded_is_said_beforehand() -> None:
    assert (
        storage.accepted_types("nl", ("pdf", "jpg", "jpeg"), 25 * 1024 * 1024)
        == "PDF, JPEG. Maximaal 25\u00a0MB per bestand."
    )
    assert storage.accept_attribute(("pdf", "jpg")) == ".pdf,.jpg"


def test_every_kind_says_how_it_is_served() -> None:
    assert all(
        isinstance(kind, FileType) and "/" in kind.media_type and dataclasses.is_dataclass(kind)
        for kind in TYPES.values()
    )
