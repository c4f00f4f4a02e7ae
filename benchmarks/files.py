"""What goes in: a file of 100 MiB and one of 1 GiB, and a submission with five files."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Report, forget_the_most, most_resident, resident
from portal import storage
from portal.access import SYSTEM
from portal.config import MIB
from portal.work import Office, begin_write


def measure(report: Report, office: Office, sizes: tuple[int, ...] = (100 * MIB, 1024 * MIB)) -> None:
    report.head("Uploads: receive, look at the kind, hash and seal, against cp + sync + sha256sum")
    grew = {}
    for size in sizes:
        with _plain_file(size) as (plain, folder):
            floor = _floor(plain, folder)
            forget_the_most()
            before = resident()
            with begin_write(office, SYSTEM) as work, plain.open("rb") as file:
                began = time.perf_counter()
                storage.receive(work, file, name="plain.pdf", seal=storage.new_seal(work), limit=2 * size)
                took = time.perf_counter() - began
            grew[size] = max(0.0, most_resident() - before)
        report.ratio(f"upload of {size // MIB} MiB (elapsed)", took / floor, "cp + sync + sha256sum", 1.5)
    for size, grown in grew.items():
        report.show(
            f"memory that an upload of {size // MIB} MiB takes", f"{grown:.1f} MiB", "at most 16 MiB", grown <= 16
        )


@contextmanager
def _plain_file(size: int) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pdf"
        with plain.open("wb") as file:
            file.write(b"%PDF-1.4\n")
            for _piece in range(size // MIB):
                file.write(os.urandom(MIB))
            file.write(b"\n%%EOF")
        os.sync()
        yield plain, Path(folder)


def _floor(plain: Path, folder: Path) -> float:
    began = time.perf_counter()
    shutil.copy(plain, folder / "copy.pdf")
    os.sync()
    with plain.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began
