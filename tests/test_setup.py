"""What the scripts tell a newcomer whose machine lacks something, and what they install where they may."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.browser.chromium import BEST, find_chromium, lacking
from tests.source import ROOT

TOOLS = ("sh", "dirname", "cat", "id", "rm", "sed")


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A folder with the repository's setup and a PATH that knows next to nothing (no apt-get in particular)."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "scripts").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool}"))
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "scripts/setup"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(machine: Path, python: str) -> subprocess.CompletedProcess[str]:
    (machine / "bin" / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (machine / "bin" / "python3").chmod(0o755)
    return subprocess.run(
        ["sh", machine / "scripts" / "setup", "run"],
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_as_the_reason(bare_machine: Path) -> None:
    done = set_up(bare_machine, "exit 1")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_debian_without_venv_gets_the_one_command_that_helps(bare_machine: Path) -> None:
    done = set_up(bare_machine, 'case "$2" in *pip*) exit 1 ;; esac')
    assert done.returncode == 1
    assert "sudo apt-get install -y python3-venv" in done.stderr
    assert not (bare_machine / ".venv").exists()


def test_an_unknown_kind_of_setup_is_refused() -> None:
    done = subprocess.run(["sh", ROOT / "scripts" / "setup", "everything"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr


# --- the browser -------------------------------------------------------------------------------------------------


def program(folder: Path, name: str, says: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{says}\n")
    (folder / name).chmod(0o755)


def test_the_browser_without_windows_is_the_first_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chromium, "driver_starts", lambda: True)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() is None
    program(tmp_path, "chromium")
    assert find_chromium() == str(tmp_path / "chromium")
    assert (lacking(), lacking(best=True)) == ([], [BEST])
    program(tmp_path, BEST)
    assert find_chromium() == str(tmp_path / BEST)
    assert lacking(best=True) == []
    monkeypatch.setenv("CHROMIUM", "/a/browser/of/ones/own")
    assert find_chromium() == "/a/browser/of/ones/own"


@pytest.mark.parametrize(("on_offer", "tried"), [(BEST, [BEST]), ("chromium", [BEST, "chromium"])])
def test_the_whole_browser_is_installed_where_the_small_one_cannot_be_had(
    bare_machine: Path, on_offer: str, tried: list[str]
) -> None:
    shutil.copy(ROOT / "scripts" / "ensure_browser", bare_machine / "scripts")
    bin, log = bare_machine / "bin", bare_machine / "log"
    (bin / "id").unlink()
    for name, says in {"id": "echo 0", "soffice": "", "pdftotext": "", "clamd": ""}.items():
        program(bin, name, says)
    program(bare_machine / ".venv" / "bin", "python", f"[ -e bin/{on_offer} ] || echo {BEST}")
    program(bin, "apt-get", f"for last; do :; done; echo $last >>{log}; [ $last = {on_offer} ] && : >bin/{on_offer}")
    script = ["sh", bare_machine / "scripts" / "ensure_browser"]
    done = subprocess.run(script, env={"PATH": str(bin)}, capture_output=True, text=True, check=True)
    assert log.read_text().split() == ["update", *tried]
    assert ("could not be installed" in done.stderr) is (on_offer != BEST)
