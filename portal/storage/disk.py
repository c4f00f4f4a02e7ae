"""Files on the local disk: written under a passing name, flushed, and only then moved to their address."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from .seal import CHUNK, Readable, Writable

PIECE = 1024 * 1024


class Hashed:
    """A stream that hashes and counts what passes through it, in either direction."""

    def __init__(self, stream: Readable | Writable) -> None:
        self._stream, self._hash, self.size = cast(BinaryIO, stream), hashlib.sha256(), 0

    def read(self, size: int = CHUNK, /) -> bytes:
        return self._passed(self._stream.read(size))

    def write(self, data: bytes, /) -> int:
        return self._stream.write(self._passed(data))

    def flush(self) -> None:
        self._stream.flush()

    def _passed(self, data: bytes) -> bytes:
        self._update(data)
        self.size += len(data)
        return data

    def _update(self, data: bytes) -> None:
        self._hash.update(data)

    @property
    def hex(self) -> str:
        return self._hash.hexdigest()


class HashedBeside(Hashed):
    """The same in a thread beside: at a large file hashing takes longer than all the rest. A piece is hashed while the
    next one gathers; a file smaller than a piece needs no thread."""

    def __init__(self, stream: Readable | Writable, threads: Executor) -> None:
        super().__init__(stream)
        self._threads, self._gathered = threads, bytearray()
        self._going: Future[None] | None = None

    def _update(self, data: bytes) -> None:
        self._gathered += data
        if len(self._gathered) >= PIECE:
            self._finish_piece()
            self._going = self._threads.submit(self._hash.update, self._gathered)
            self._gathered = bytearray()

    def _finish_piece(self) -> None:
        if self._going is not None:
            self._going.result()

    @property
    def hex(self) -> str:
        self._finish_piece()
        self._hash.update(self._gathered)
        self._gathered = bytearray()
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


@dataclass(frozen=True)
class Laid:
    """A file that lies sealed in the store: its address, and the size and SHA-256 of its plain content."""

    address: str
    size: int
    sha256: str


def write(root: Path, plain: Readable, seal_into: Callable[[Readable, Writable], None]) -> Laid:
    """Let `seal_into` read the plain content and write the ciphertext, and make that lasting (file and folders fsynced)."""
    folder = root / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file, ThreadPoolExecutor(2) as threads:
            source, target = HashedBeside(plain, threads), HashedBeside(file, threads)
            seal_into(source, target)
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
    return Laid(target.hex, source.size, source.hex)


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
