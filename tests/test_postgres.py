"""The PostgreSQL of the test run: also where the machine has none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import postgres
from tests.source import ROOT


@pytest.fixture
def another_run(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of its own beside the one that this test belongs to."""
    monkeypatch.delenv(postgres.FOLDER)
    postgres.prepare()
    return Path(os.environ[postgres.FOLDER])


@pytest.mark.postgresql
def test_a_machine_without_postgresql_uses_the_packaged_one(monkeypatch: pytest.MonkeyPatch, another_run: Path) -> None:
    monkeypatch.setattr(postgres, "_binaries", postgres._packaged_binaries)
    engine = create_engine(postgres.server_url())
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
    postgres.dispose()
    assert not another_run.exists()


def test_what_a_killed_run_left_behind_is_swept_up(monkeypatch: pytest.MonkeyPatch, another_run: Path) -> None:
    (another_run / "owner").write_text("4194304")  # one above the highest process number that Linux gives out
    monkeypatch.delenv(postgres.FOLDER)
    postgres.prepare()
    assert not another_run.exists()
    postgres.dispose()


def test_a_run_within_a_run_leaves_the_server_to_the_outer_one(another_run: Path) -> None:
    ends = "from tests import postgres; postgres.prepare(); postgres.dispose()"
    subprocess.run([sys.executable, "-c", ends], cwd=ROOT, check=True)
    assert another_run.exists()
    postgres.dispose()
    assert not another_run.exists()


@pytest.mark.parametrize("process", ["4194304", "1"], ids=["nobody's number", "the number of something else"])
def test_a_server_that_died_with_the_machine_is_swept_up(
    monkeypatch: pytest.MonkeyPatch, another_run: Path, process: str
) -> None:
    (another_run / "owner").write_text("4194304")
    (another_run / "data").mkdir()
    (another_run / "data" / "postmaster.pid").write_text(f"{process}\n/nowhere\n")
    monkeypatch.delenv(postgres.FOLDER)
    postgres.prepare()
    assert not another_run.exists()
    postgres.dispose()


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, another_run: Path) -> None:
    monkeypatch.setattr(postgres, "_binaries", lambda folder: folder / "nowhere")
    with pytest.raises(postgres.Unavailable, match="did not start"):
        postgres.server_url()
    postgres.dispose()
