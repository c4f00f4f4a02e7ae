"""A few rounds of `python -m tests.hostile.kill`: what was acknowledged survives kill -9, whenever it comes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EVERYTHING
from tests.hostile import kill
from tests.hostile.rounds import NoAnswer, wait_until


@pytest.mark.story
def test_nothing_acknowledged_is_lost_and_nothing_is_half(tmp_path: Path, _quick_passwords: None) -> None:
    (tmp_path / "app").mkdir()
    kinds = kill.SCENES if EVERYTHING else ("submit", "open")
    played, wrong = kill.campaign(tmp_path, 200 if EVERYTHING else 2, seed=2022, kinds=kinds)
    assert wrong == []
    assert set(played) == set(kinds)


@pytest.fixture
def asked() -> Callable[[], None]:
    """Asks a door behind which nobody is."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return lambda: socket.create_connection(("127.0.0.1", port), 1).close()


def test_a_server_that_died_is_not_waited_for(asked: Callable[[], None]) -> None:
    process = subprocess.Popen(["true"])
    with pytest.raises(NoAnswer, match=r"the post office .* died before it answered"):
        wait_until(asked, process.pid, "the post office")


def test_a_server_that_never_answers_is_waited_for_only_so_long(asked: Callable[[], None]) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        with pytest.raises(NoAnswer, match=r"the web server .* did not answer within 0 s"):
            wait_until(asked, process.pid, "the web server", seconds=0.2)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
