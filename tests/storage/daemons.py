"""ClamAV daemons to test against: the real one with a signature of our own, and one that misbehaves on request."""

from __future__ import annotations

import hashlib
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORM = b"dit is de proefworm van deze tests, hij doet niets"
NAME = "Proefworm"


class _Session(socketserver.StreamRequestHandler):
    """One question in the protocol of the daemon: VERSION, or INSTREAM with its pieces."""

    server: Fake

    def handle(self) -> None:
        command = self._until_zero()
        if command == b"zVERSION":
            self.wfile.write(f"{self.server.version}\0".encode())
            return
        said, size = b"", 0
        while (length := struct.unpack("!L", self.rfile.read(4))[0]) > 0:
            said += self.rfile.read(length)
            size += length
            if size > self.server.stream_max:
                return  # as the real one: it drops the connection
        answer = self.server.answer or (f"stream: {NAME}.UNOFFICIAL FOUND" if WORM in said else "stream: OK")
        if answer != "silence":
            self.wfile.write(f"{answer}\0".encode())

    def _until_zero(self) -> bytes:
        said = b""
        while (byte := self.rfile.read(1)) not in (b"", b"\0"):
            said += byte
        return said


class Fake(socketserver.ThreadingTCPServer):
    """Speaks the protocol; `answer`, `version` and `stream_max` are what a test wants of it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.version, self.answer, self.stream_max = "ClamAV 1.4.6/1/today", "", 10**9

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def fake() -> Iterator[Fake]:
    with Fake() as daemon:
        thread = threading.Thread(target=daemon.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield daemon
        finally:
            daemon.shutdown()
            thread.join()


def has_clamd() -> bool:
    return shutil.which("clamd") is not None


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """The real daemon on a unix socket, knowing one worm of our own. Gives the path of the socket."""
    database, line = folder / "db", folder / "clamd.socket"
    database.mkdir(parents=True)
    digest = hashlib.sha256(WORM).hexdigest()
    (database / "own.hsb").write_text(f"{digest}:{len(WORM)}:{NAME}\n")
    (database / "own.ndb").write_text(f"{NAME}:0:*:{WORM.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {database}\nLocalSocket {line}\nForeground yes\nStreamMaxLength 1M\nMaxFileSize 1M\n"
    )
    config.chmod(0o644)
    process = subprocess.Popen(["clamd", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError(f"clamd stopped with {process.returncode}")
            if line.exists() and _connects(line):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError("clamd did not answer within 30 s")
        yield str(line)
    finally:
        process.terminate()
        process.wait(10)


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0
