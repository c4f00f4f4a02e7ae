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
        fsync_folder(changed)
    return target.hex


def fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class WrongBytes(Exception):
    """No file lies at this address ("missing"), or one with other bytes ("damaged")."""

    def __init__(self, address: str, kind: str) -> None:
        super().__init__(f"{address}: {kind}")
        self.address, self.kind = address, kind


def check(root: Path, address: str) -> int:
    """Read the whole file; returns its length. Raises WrongBytes when its hash is not its address."""
    try:
        with path_of(root, address).open("rb") as file:
            source = Hashed(file)
            while source.read():
                pass
    except OSError as error:
        raise WrongBytes(address, "missing") from error
    if source.hex != address:
        raise WrongBytes(address, "damaged")
    return source.size


def copy_checked(root: Path, target_root: Path, address: str) -> int:
    """Copy a file to the same address below another root; returns its length. Raises WrongBytes, and then leaves nothing."""
    final = path_of(target_root, address)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = final.with_name(f".{address}.partial")
    try:
        with path_of(root, address).open("rb") as file, private(draft) as target:
            source = Hashed(file)
            while piece := source.read():
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if source.hex != address:
            raise WrongBytes(address, "damaged")
        os.replace(draft, final)
    except FileNotFoundError as error:
        raise WrongBytes(address, "missing") from error
    finally:
        draft.unlink(missing_ok=True)
    return source.size


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def private(path: Path) -> BinaryIO:
    """A new file that only its owner may read, open for writing."""
    return os.fdopen(_new(path), "wb")


def keep(path: Path, data: bytes) -> None:
    """Write a small private file so that it lasts: under a passing name, flushed, then moved."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.partial")
    with private(draft) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    fsync_folder(path.parent)


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
