"""The seal: what may not be read before its time is stored only through here.

Every seal has a data key of its own (an age X25519 identity). It lies in the database wrapped under the server key, which
lies in a file outside the database and outside the data folder: a copy of either opens nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from pyrage import DecryptError, decrypt, decrypt_io, encrypt, encrypt_io
from pyrage.x25519 import Identity, Recipient
from sqlalchemy import exists, select

from ..work import Work
from .models import Seal

CHUNK = 64 * 1024
_IN_ONE_PIECE = 1024 * 1024
_OPENED = "opened_seals"


class SealKeyMissing(RuntimeError):
    """There is sealed data, and the file with the server key is gone. Put it back from its backup."""


class Damaged(RuntimeError):
    """What lies there is not what was sealed: a changed file, or the wrong key. Nothing of it comes out."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


def new_seal(work: Work, *, purpose: str | None = None) -> Seal:
    """A seal with a data key of its own. Raises SealKeyMissing when older seals exist and the server key does not."""
    file = work.settings.seal_key_file
    if not file.exists():
        if work.session.scalar(select(exists().where(Seal.id.is_not(None)))):
            raise SealKeyMissing(str(file))
        _make_server_key(file)
    identity = Identity.generate()
    wrapped = encrypt(str(identity).encode(), [_server_key(file).to_public()])
    seal = Seal(purpose=purpose, recipient=str(identity.to_public()), wrapped_key=wrapped, created_at=work.now)
    work.add(seal)
    _opened(work)[seal.id] = identity
    return seal


def system_seal(work: Work) -> Seal:
    """The one seal of ordinary files: letters, contracts, documents of a procedure. Made when first asked for."""
    found = work.session.scalar(select(Seal).where(Seal.purpose == "system"))
    return found or new_seal(work, purpose="system")


def seal_bytes(work: Work, seal: Seal, plain: bytes) -> bytes:
    """The ciphertext of a short text: an answer, a name."""
    cipher: bytes = encrypt(plain, [Recipient.from_str(seal.recipient)])
    return cipher


def open_bytes(work: Work, seal: Seal, cipher: bytes) -> bytes:
    """The plain text again. Raises SealKeyMissing, or Damaged when a single bit was changed."""
    return _decrypted(cipher, _data_key(work, seal))


def _decrypted(cipher: bytes, identity: Identity) -> bytes:
    try:
        plain: bytes = decrypt(cipher, [identity])
    except DecryptError as error:
        raise Damaged from error
    return plain


def seal_stream(seal: Seal, plain: Readable, cipher: Writable) -> None:
    """Encrypt from one stream into the other, in pieces."""
    encrypt_io(plain, cipher, [Recipient.from_str(seal.recipient)])


def open_stream(work: Work, seal: Seal, path: Path, size: int) -> Iterator[bytes]:
    """The plain content of a sealed file, in pieces. A changed piece raises Damaged instead of coming out."""
    identity = _data_key(work, seal)
    return _small(identity, path) if size <= _IN_ONE_PIECE else _piped(identity, path)


def _small(identity: Identity, path: Path) -> Iterator[bytes]:
    yield _decrypted(path.read_bytes(), identity)


def _piped(identity: Identity, path: Path) -> Iterator[bytes]:
    """The library writes, we want to read: a thread and a pipe turn the one into the other in constant memory."""
    receiver, sender = os.pipe()
    failure: list[BaseException] = []

    def decrypt_into_pipe() -> None:
        try:
            with path.open("rb") as source, os.fdopen(sender, "wb", buffering=0) as target:
                decrypt_io(source, target, [identity])
        except (DecryptError, OSError) as error:
            failure.append(error)

    thread = threading.Thread(target=decrypt_into_pipe, daemon=True)
    thread.start()
    try:
        with os.fdopen(receiver, "rb", buffering=0) as stream:
            while piece := stream.read(CHUNK):
                yield piece
    finally:
        thread.join()  # the closed pipe ends it when the reader stopped halfway
    if failure:
        raise Damaged from failure[0]


def try_seals(work: Work) -> tuple[int, int]:
    """How many seals there are, and how many do not open with the server key that lies here."""
    seals = unopened = 0
    for seal in work.session.scalars(select(Seal).execution_options(yield_per=500)):
        seals += 1
        try:
            _data_key(work, seal)
        except (SealKeyMissing, Damaged):
            unopened += 1
    return seals, unopened


def _data_key(work: Work, seal: Seal) -> Identity:
    known = _opened(work)
    if seal.id not in known:
        server = _server_key(work.settings.seal_key_file)
        known[seal.id] = Identity.from_str(_decrypted(seal.wrapped_key, server).decode())
    return known[seal.id]


def _opened(work: Work) -> dict[int, Identity]:
    """Data keys opened in this act; they are forgotten with its session."""
    opened: dict[int, Identity] = work.session.info.setdefault(_OPENED, {})
    return opened


def _make_server_key(file: Path) -> None:
    """Made under a name of its own and then linked, so that two processes that start at once agree on one key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(f"{Identity.generate()}\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _server_key(file: Path) -> Identity:
    try:
        return _read_server_key(file, file.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise SealKeyMissing(str(file)) from error


@lru_cache(maxsize=4)
def _read_server_key(file: Path, _changed_at: int) -> Identity:
    return Identity.from_str(file.read_text().strip())
