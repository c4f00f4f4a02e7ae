"""Files on the local disk: written under a passing name, flushed, and only then moved to their address."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from .seal import CHUNK, Readable, Writable


class Hashed:
    """A stream that hashes and counts what passes through it, in either direction."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = CHUNK, /) -> bytes:
        return self._passed(self._stream.read(size))

    def write(self, data: bytes, /) -> int:
        return self._stream.write(self._passed(data))

    def flush(self) -> None:
        self._stream.flush()

    def _passed(self, data: bytes) -> bytes:
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def hex(self) -> str:
        return self._hash.hexdigest()


def path_of(root: Path, address: str) -> Path:
    return root / address[:2] / address[2:4] / address


@contextmanager
def nameless(root: Path) -> Iterator[BinaryIO]:
    """A file without a name, for what is still readable: no copy of the folder can hold it, no crash leaves it behind."""
    folder = root / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as file:
        yield cast(BinaryIO, file)


def write(root: Path, seal_into: Callable[[Writable], None]) -> str:
    """Let `seal_into` write the ciphertext, make it lasting (file and folders fsynced), and return its address."""
    folder = root / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            target = Hashed(file)
            seal_into(target)
            file.flush()
            os.fsync(file.fileno())
        final = path_of(root, target.hex)
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(draft, final)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    for changed in (final.parent, final.parent.parent, root):
        _fsync_folder(changed)
    return target.hex


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_limited(source: Readable, target: BinaryIO, limit: int) -> int:
    """Copy at most one byte more than `limit`; returns how many came."""
    size = 0
    while size <= limit and (piece := source.read(min(CHUNK, limit + 1 - size))):
        size += target.write(piece)
    return size


def old_files(root: Path, age: timedelta, now: datetime) -> Iterator[Path]:
    """Files below `root` that were last written longer ago than `age`, by the machine's clock."""
    if not root.exists():
        return
    for path in root.rglob("*"):
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - age:
            yield path


def free_bytes(root: Path) -> int:
    """How much room the disk has left; for the status page."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return shutil.disk_usage(root).free
