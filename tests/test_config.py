"""Secrets that nobody gave."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from portal.config import kept_secret


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "session.key"
    made = kept_secret(path)
    assert len(made) >= 32 and kept_secret(path) == made
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comes to the moment at which the secret is made before any of them has written it."""
    path, together = tmp_path / "keys" / "session.key", Barrier(8)
    made: Callable[[int], str] = secrets.token_urlsafe

    def at_once(length: int) -> str:
        together.wait(10)
        return made(length)

    monkeypatch.setattr(secrets, "token_urlsafe", at_once)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _n: kept_secret(path), range(8)))
    assert found == [path.read_text()] * 8


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "session.key").touch()
    with pytest.raises(ValueError, match="empty"):
        kept_secret(tmp_path / "session.key")
