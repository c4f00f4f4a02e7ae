"""Asking a ClamAV daemon: the bytes are streamed to it in pieces, and nothing but its clear word counts.

Beyond its StreamMaxLength the daemon drops the connection. That, silence and every error mean "not scanned", never "clean".
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

from .seal import Readable

PIECE = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 20.0
_LIMITS = "Heuristics.Limits.Exceeded"
"""What the daemon says of a file that it did not look at in full."""


class NotScanned(Exception):
    """The daemon gave no verdict: it is down, too slow, or the file is larger than it takes."""


@dataclass(frozen=True)
class Verdict:
    """`found` is the daemon's name for what is in it; empty when it is clean."""

    found: str
    version: str


@dataclass(frozen=True)
class Clamd:
    """A daemon at "host:port" or at the path of a unix socket."""

    address: str

    def version(self) -> str:
        """Of the daemon and its signatures. Raises NotScanned."""
        return self._ask(b"zVERSION\0", None)[:120]

    def scan(self, plain: Readable) -> Verdict:
        """Stream it from where it stands. Raises NotScanned."""
        answer = self._ask(b"zINSTREAM\0", plain)
        verdict = answer.removeprefix("stream: ")
        if verdict == "OK":
            return Verdict("", self.version())
        found = verdict.removesuffix(" FOUND")
        if found == verdict or found.startswith(_LIMITS):
            raise NotScanned(answer[:120] or "no answer")
        return Verdict(found[:120], self.version())

    def _ask(self, command: bytes, plain: Readable | None) -> str:
        try:
            with self._connect() as line:
                line.sendall(command)
                if plain is not None:
                    _send(line, plain)
                return _answer(line)
        except OSError as error:
            raise NotScanned(type(error).__name__) from error

    def _connect(self) -> socket.socket:
        host, _colon, port = self.address.rpartition(":")
        if port.isdigit():
            line = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
        else:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(CONNECT_SECONDS)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
        line.settimeout(ANSWER_SECONDS)
        return line


def _send(line: socket.socket, plain: Readable) -> None:
    while piece := plain.read(PIECE):
        line.sendall(struct.pack("!L", len(piece)) + piece)
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 4096 and (piece := line.recv(1024)):
        received += piece
    return received.rstrip(b"\0").decode(errors="replace").strip()
