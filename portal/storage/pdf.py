"""Word to PDF by LibreOffice: a process of its own with an empty profile, without macros or network, for a limited time.

What it reads and writes lies in memory where the machine has a folder for that, and only for as long as it takes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from portal.clock import system_clock

AT_ONCE = 2
"""How many conversions this machine does side by side, over all processes of the portal."""
SECONDS, SECONDS_EACH = 60.0, 5.0
WAIT_SECONDS = 20.0
STALE_SECONDS = 3600
PREFIX = "portal-pdf-"
_FILTER = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"DisplayPDFDocumentTitle":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
_COMMON, _WRITER = "Common/Security/Scripting", "Writer/Content/Update"
_SAFE = (
    (_COMMON, "DisableMacrosExecution", "true"),
    (_COMMON, "MacroSecurityLevel", "3"),
    (_COMMON, "BlockUntrustedRefererLinks", "true"),
    (_WRITER, "Link", "0"),
)
"""What the program may not do with a document: run anything in it, or fetch anything it refers to."""


class NoPdf(RuntimeError):
    """There is no PDF now; the Word document is always there. `reason` is not_installed, busy or failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_installed(program: str) -> bool:
    """Whether documents can become PDF here."""
    return bool(program) and shutil.which(program) is not None


def convert(program: str, documents: Sequence[bytes], *, wait: float = WAIT_SECONDS) -> list[bytes | None]:
    """Each document as PDF, in one run; None for one that does not become one. Never while a write is open.

    Raises NoPdf: not_installed, busy (all places taken for as long as `wait`), failed (nothing came out in time).
    """
    found = shutil.which(program) if program else None
    if found is None:
        raise NoPdf("not_installed")
    with _place(wait), tempfile.TemporaryDirectory(prefix=PREFIX, dir=_memory()) as name:
        made = _run(found, Path(name), documents)
    if documents and not any(made):
        raise NoPdf("failed")
    return made


def _run(program: str, folder: Path, documents: Sequence[bytes]) -> list[bytes | None]:
    """Write them, let the program make what it can within its time, read what came."""
    sources = [folder / f"{number}.docx" for number in range(len(documents))]
    for source, data in zip(sources, documents, strict=True):
        source.write_bytes(data)
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_profile())
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    quiet = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    command = [*_offline(), program, profile, *quiet, "--convert-to", _FILTER, "--outdir", str(folder)]
    _watched([*command, *map(str, sources)], folder, SECONDS + SECONDS_EACH * len(documents))
    made = [source.with_suffix(".pdf") for source in sources]
    return [pdf.read_bytes() if pdf.exists() and pdf.stat().st_size else None for pdf in made]


def _profile() -> str:
    """The program's settings, as it keeps them itself."""
    items = (
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SAFE
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return "\n".join([head, *items, "</oor:items>"])


def _watched(command: list[str], folder: Path, seconds: float) -> None:
    """Run it and end it with everything it started, when it is ready or when its time is over."""
    known = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=known,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@cache
def _offline() -> tuple[str, ...]:
    """What takes the network away from a process, where this machine lets us."""
    command = ("unshare", "--map-root-user", "--net")
    try:
        done = subprocess.run([*command, "true"], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ()
    return command if done.returncode == 0 else ()


def _memory() -> str | None:
    """A folder that is never written to a disk, where there is one; what an ended process left there is removed."""
    shared = Path("/dev/shm")
    folder = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    for left in folder.glob(f"{PREFIX}*"):
        try:
            if left.stat().st_mtime < system_clock().timestamp() - STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue
    return str(folder)


@contextmanager
def _place(wait: float) -> Iterator[None]:
    """One of the few places at the converter; a place frees itself when its process dies. Raises NoPdf (busy)."""
    until = time.monotonic() + wait
    folder = Path(tempfile.gettempdir()) / f"portal-pdf-places-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    while True:
        for number in range(AT_ONCE):
            with (folder / str(number)).open("w") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() >= until:
            raise NoPdf("busy")
        time.sleep(0.1)
