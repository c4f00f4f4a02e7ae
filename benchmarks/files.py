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

from benchmarks.measure import Report, cpu, forget_the_most, most_resident, resident
from portal import storage
from portal.access import SYSTEM
from portal.config import MIB
from portal.storage.inspection import PDF_ONLY, recognise
from portal.work import Office, begin_write

LARGE, RUNS = 512 * MIB, 3
"""Below this size the best of so many runs counts, of the floor as of ours."""


def measure(report: Report, office: Office, sizes: tuple[int, ...] = (100 * MIB, 1024 * MIB)) -> None:
    report.head("Uploads: receive, look at the kind, hash and seal, against cp + sync + sha256sum")
    for size in sizes:
        what = f"upload of {size // MIB} MiB"
        with _plain_file(size) as (plain, folder):
            pairs = [(_floor(plain, folder), _receive(office, plain)) for _ in range(RUNS if size < LARGE else 1)]
            hashing, looking = cpu(lambda: _sha256(plain), 1), cpu(lambda: _look(plain), 1)
        floors, ours = zip(*pairs, strict=True)
        seconds, cpu_seconds, grown = zip(*ours, strict=True)
        used, grew = min(cpu_seconds), max(grown)
        report.ratio(f"{what} (elapsed)", min(seconds) / min(floors), "cp + sync + sha256sum", 1.5)
        shares = (used, 2 * hashing, looking, used - 2 * hashing - looking)
        report.show(
            f"{what}: where its CPU goes",
            "{:.1f} s: {:.1f} SHA-256 of the content and of what is stored, {:.1f} looking, {:.1f} sealing".format(
                *shares
            ),
            brief=False,
        )
        report.show(f"memory that an {what} takes", f"{grew:.1f} MiB", "at most 16 MiB", grew <= 16)


def _receive(office: Office, plain: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds, and MiB that the process grew meanwhile."""
    forget_the_most()
    before = resident()
    with begin_write(office, SYSTEM) as work, plain.open("rb") as file:
        began, used = time.perf_counter(), time.process_time()
        storage.receive(work, file, name="plain.pdf", seal=storage.new_seal(work), limit=2 * plain.stat().st_size)
        took, used = time.perf_counter() - began, time.process_time() - used
    return took, used, max(0.0, most_resident() - before)


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


def _sha256(plain: Path) -> None:
    with plain.open("rb") as file:
        hashlib.file_digest(file, "sha256")


def _look(plain: Path) -> None:
    with plain.open("rb") as file:
        recognise(file, plain.name, PDF_ONLY)


def _floor(plain: Path, folder: Path) -> float:
    began = time.perf_counter()
    shutil.copy(plain, folder / "copy.pdf")
    os.sync()
    _sha256(plain)
    return time.perf_counter() - began
