"""The commands of backup, restore and scan, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.db import migrate
from tests.storage import daemons

Portal = Callable[..., Result]


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{tmp_path / 'first.sqlite3'}")
    monkeypatch.delenv("PORTAL_PRACTICE", raising=False)
    migrate(f"sqlite:///{tmp_path / 'first.sqlite3'}")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_a_backup_is_made_checked_and_restored_by_three_commands(portal: Portal, tmp_path: Path) -> None:
    assert portal("load-region", "alkmaar").exit_code == 0
    made = portal("backup", tmp_path / "copy", "--keys", tmp_path / "apart")
    assert made.exit_code == 0, made.output
    fingerprint = made.output.split("Fingerprint: ")[1].split()[0]
    assert "as it was written" in portal("check-backup", tmp_path / "copy", "--fingerprint", fingerprint).output
    done = portal("restore", tmp_path / "copy", "--into", f"sqlite:///{tmp_path / 'second.sqlite3'}")
    assert done.exit_code == 0, done.output
    assert "counts and contents are equal" in done.output and "audit chain: whole" in done.output
    again = portal("restore", tmp_path / "copy", "--into", f"sqlite:///{tmp_path / 'second.sqlite3'}")
    assert again.exit_code == 1 and "has rows" in again.output and "Traceback" not in again.output


def test_a_scan_without_a_scanner_says_what_to_set(portal: Portal) -> None:
    assert "PORTAL_CLAMAV" in portal("scan").output


def test_a_scan_says_what_it_found_and_when_the_scanner_is_away(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with daemons.fake() as daemon:
        monkeypatch.setenv("PORTAL_CLAMAV", daemon.address)
        assert "clean: 0, infected: 0" in portal("scan", "--all").output
        assert "0 files were scanned" in portal("scan").output
    away = portal("scan", "--all")
    assert away.exit_code == 1 and "does not answer" in away.output
