"""Many files as one ZIP that is made while it is read: never the whole in memory, however large it becomes.

Each file keeps a name that every system accepts, of each the SHA-256 is taken while it passes, and the list of them is
in the form that `sha256sum -c` reads.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..clock import AMSTERDAM
from ..work import Work
from . import disk, label_of
from .disk import Laid
from .inspection import clean_name
from .models import ScanStatus, Seal, StoredFile
from .seal import CHUNK, Damaged, Readable, Writable, seal_bytes, seal_stream

SUMS = "SHA256SUMS"
STEM, SUFFIX, FOLDER = 80, 10, 48
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The name as every system can keep it: no folders, no signs or device names that one of them forbids."""
    shown = re.sub(r"\.{2,}", ".", clean_name(_FORBIDDEN.sub("_", name))).strip(" .")
    shown = f"_{shown[1:]}" if shown.startswith("-") else shown
    stem, dot, suffix = shown.rpartition(".")
    has_suffix = bool(dot and stem) and len(suffix) <= SUFFIX and suffix.isalnum()
    short = f"{stem[:STEM].rstrip(' .')}.{suffix}" if has_suffix else shown[:STEM].rstrip(" .")
    return f"_{short}" if _DEVICE.fullmatch(short) else short or "bestand"


class Names:
    """The paths of one ZIP: no two are the same, also not for a system that sees no difference between A and a."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def path(self, name: str, *folders: str) -> str:
        """Where the file comes to lie; a name that is taken gets a number."""
        folder = "".join(f"{safe_name(one)[:FOLDER].rstrip(' .')}/" for one in folders)
        wanted = safe_name(name)
        stem, dot, suffix = wanted.rpartition(".")
        number, path = 1, folder + wanted
        while path.casefold() in self._taken:
            number += 1
            path = f"{folder}{stem} ({number}).{suffix}" if dot else f"{folder}{wanted} ({number})"
        self._taken.add(path.casefold())
        return path


@dataclass(frozen=True)
class Packed:
    """A file that went in."""

    path: str
    size: int
    sha256: str


class _Pipe:
    """What the ZIP is written to: only forwards, and taken out again at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Packer:
    """Files in, pieces of a ZIP out: `add` each, then `close`. `packed` tells what went in so far."""

    def __init__(self, moment: datetime) -> None:
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        self._moment = moment.astimezone(AMSTERDAM)
        self.packed: list[Packed] = []

    def add(self, path: str, chunks: Iterable[bytes], *, size: int = 0, sha256: str = "") -> Iterator[bytes]:
        """One file. `size` as far as known beforehand. Raises Damaged when its content is not what `sha256` says."""
        info = zipfile.ZipInfo(path, self._moment.timetuple()[:6])
        info.compress_type, info.file_size, info.external_attr = zipfile.ZIP_DEFLATED, size, 0o600 << 16
        info._compresslevel = 1 if size > CHUNK else 6  # type: ignore[attr-defined]
        digest, length = hashlib.sha256(), 0
        with self._zip.open(info, "w") as target:
            for chunk in chunks:
                digest.update(chunk)
                length += len(chunk)
                target.write(chunk)
                if piece := self._pipe.taken():
                    yield piece
        if sha256 and digest.hexdigest() != sha256:
            raise Damaged(path)
        self.packed.append(Packed(path, length, digest.hexdigest()))
        yield self._pipe.taken()

    def add_bytes(self, path: str, data: bytes) -> Iterator[bytes]:
        yield from self.add(path, (data,), size=len(data))

    def close(self) -> Iterator[bytes]:
        """The sums of everything, and the end."""
        yield from self.add_bytes(SUMS, sums(self.packed))
        self._zip.close()
        yield self._pipe.taken()


def sums(packed: Iterable[Packed]) -> bytes:
    """The list that `sha256sum -c` checks where the ZIP was unpacked."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in packed).encode()


# --- a large file that the portal makes itself -------------------------------------------------------------------


class _Pieces:
    """Pieces as a stream to read. What goes wrong while they are made is kept until the reader is back with us."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._left = iter(pieces), b""
        self.failure: BaseException | None = None

    def read(self, size: int = CHUNK, /) -> bytes:
        try:
            while not self._left and (piece := next(self._pieces, None)) is not None:
                self._left = piece
        except BaseException as failure:
            self.failure = failure
            return b""
        given, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return given


def lay(root: Path, recipient: str, pieces: Iterable[bytes]) -> Laid:
    """Seal what comes into the store, piece by piece, while no act is open; a file that gets no row is swept away after
    a day. Raises what making a piece raises."""
    stream = _Pieces(pieces)

    def into(source: Readable, target: Writable) -> None:
        seal_stream(Seal(recipient=recipient), source, target)
        if stream.failure is not None:
            raise stream.failure

    return disk.write(root, stream, into)


def adopt(work: Work, laid: Laid, *, name: str, media_type: str, seal: Seal) -> StoredFile:
    """Give a file that was laid under this seal its row."""
    return work.add(
        StoredFile(
            seal_id=seal.id,
            seal=seal,
            address=laid.address,
            size=laid.size,
            sealed_name=seal_bytes(work, seal, label_of(clean_name(name), media_type, laid.sha256)),
            uploaded_by_id=work.actor.user_id,
            uploaded_at=work.now,
            scan_status=ScanStatus.OWN,
        )
    )
