"""A few rounds of `python -m tests.hostile.kill`: what was acknowledged survives kill -9, whenever it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EVERYTHING
from tests.hostile import kill


@pytest.mark.story
def test_nothing_acknowledged_is_lost_and_nothing_is_half(tmp_path: Path, _quick_passwords: None) -> None:
    (tmp_path / "app").mkdir()
    kinds = kill.SCENES if EVERYTHING else ("submit", "open")
    played, wrong = kill.campaign(tmp_path, 100 if EVERYTHING else 2, seed=2022, kinds=kinds)
    assert wrong == []
    assert set(played) == set(kinds)
