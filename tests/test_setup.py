"""What scripts/setup tells a newcomer whose machine lacks something."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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
