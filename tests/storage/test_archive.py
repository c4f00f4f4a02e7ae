"""Many files in one ZIP: names that every system accepts, sums that check, never the whole in memory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM
from portal.storage import StoredFile, archive, disk
from portal.storage.archive import Names, Packer, safe_name
from portal.storage.seal import Damaged
from portal.work import Office, Work

Acting = Callable[..., AbstractContextManager[Work]]
AT = datetime(2022, 4, 20, 12, 0, tzinfo=UTC)


def zipped(files: dict[str, bytes]) -> bytes:
    packer = Packer(AT)
    pieces = [piece for path, data in files.items() for piece in packer.add_bytes(path, data)]
    return b"".join([*pieces, *packer.close()])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "_._etc_passw"),
        ("C:\\map\\plan.pdf", "C__map_plan.pdf"),
        ("a<b>c:d|e?f*.pdf", "a_b_c_d_e_f_.pdf"),
        ("CON.txt", "_CON.txt"),
        ("lpt1", "_lpt1"),
        ("-rf", "_rf"),
        ("naam. .", "naam"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),
        ("regel\nnieuw.pdf", "regelnieuw.pdf"),
        ("e\u0301e\u0301n.pdf", "één.pdf"),
        ("", "bestand"),
        ("...", "bestand"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_every_system_can_have_it(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_no_two_files_share_a_path() -> None:
    names = Names()
    paths = [names.path(name, "HA-1 Begeleiding") for name in ("plan.pdf", "Plan.pdf", "plan.pdf", "plan", "plan")]
    assert paths == [f"HA-1 Begeleiding/{n}" for n in ("plan.pdf", "Plan (2).pdf", "plan (3).pdf", "plan", "plan (2)")]
    assert names.path("../plan.pdf", "../..", "a/b") == "_/a_b/_plan.pdf"


def test_what_comes_out_is_what_went_in_with_sums_that_check(tmp_path: Path) -> None:
    files = {"a/één.txt": b"een", "a/leeg.txt": b"", "groot.bin": os.urandom(300_000)}
    path = tmp_path / "uit.zip"
    path.write_bytes(zipped(files))
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert {n: found.read(n) for n in files} == files
        assert {i.date_time for i in found.infolist()} == {(2022, 4, 20, 14, 0, 0)}
        found.extractall(tmp_path / "uit")
    done = subprocess.run(["sha256sum", "-c", archive.SUMS], cwd=tmp_path / "uit", capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_file_that_is_not_what_was_said_stops_the_zip() -> None:
    with pytest.raises(Damaged):
        list(Packer(AT).add("a.txt", [b"anders"], sha256=hashlib.sha256(b"zo").hexdigest()))


@pytest.mark.story
def test_a_hundred_megabytes_pass_in_little_memory() -> None:
    piece = os.urandom(64 * 1024)
    packer = Packer(AT)
    tracemalloc.start()
    out = sum(len(p) for p in packer.add("groot.bin", (piece for _ in range(1600)), size=1600 * len(piece)))
    out += sum(len(p) for p in packer.close())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out > 100_000_000 and peak < 4_000_000


def test_a_laid_file_is_sealed_and_gets_its_row_afterwards(office: Office, work_as: Acting, read_as: Acting) -> None:
    root, data = office.settings.file_root, os.urandom(2_000_000)
    with work_as(SYSTEM) as work:
        seal = storage.new_seal(work)
    laid = archive.lay(root, seal.recipient, (data[n : n + 70_000] for n in range(0, len(data), 70_000)))
    assert (laid.size, laid.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert data[:64] not in disk.path_of(root, laid.address).read_bytes()
    with work_as(SYSTEM) as work:
        stored = archive.adopt(
            work, laid, name="dossier.zip", media_type="application/zip", seal=work.get(storage.Seal, seal.id)
        )
    with read_as(SYSTEM) as work:
        opened = storage.open_file(work, work.get(StoredFile, stored.id))
        assert (opened.name, opened.sha256, opened.read()) == ("dossier.zip", laid.sha256, data)


def test_what_breaks_off_halfway_leaves_nothing(office: Office, work_as: Acting, read_as: Acting) -> None:
    class Stopped(Exception):
        pass

    def pieces() -> Iterator[bytes]:
        yield b"x" * 200_000
        raise Stopped

    with work_as(SYSTEM) as work:
        recipient = storage.new_seal(work).recipient
    with pytest.raises(Stopped):
        archive.lay(office.settings.file_root, recipient, pieces())
    assert not [path for path in office.settings.file_root.rglob("*") if path.is_file()]
    with read_as(SYSTEM) as work:
        assert work.session.scalars(select(StoredFile)).all() == []
