"""Whatever arrives, the portal answers: no 500, no traceback, no lock, no gap in the trail."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.conftest import EVERYTHING
from tests.hostile.fuzz import Campaign
from tests.hostile.world import World


def test_hostile_requests_break_nothing(told: Path, tmp_path: Path) -> None:
    campaign = Campaign(World(tmp_path / "world", told), Random(2022))
    campaign.run(20_000 if EVERYTHING else 600)
    assert campaign.faults == []
    assert campaign.aftermath() == []
    assert {200, 303, 400, 404, 405, 422} <= set(campaign.answers), "it would find nothing behind one and the same wall"
    assert len(campaign.forms) > 5
