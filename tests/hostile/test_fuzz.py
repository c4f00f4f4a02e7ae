"""Whatever arrives, the portal answers: no 500, no traceback, no lock, no gap in the trail."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.conftest import EVERYTHING
from tests.databases import made_database
from tests.hostile.fuzz import Campaign
from tests.hostile.world import World


def _plays(world: World, requests: int) -> None:
    campaign = Campaign(world, Random(2022))
    campaign.run(requests)
    assert campaign.faults == []
    assert campaign.aftermath() == []
    assert {200, 303, 400, 404, 405, 422} <= set(campaign.answers), "it would find nothing behind one and the same wall"
    assert len(campaign.forms) > 5


def test_hostile_requests_break_nothing(told: Path, tmp_path: Path) -> None:
    _plays(World(tmp_path / "world", told), 20_000 if EVERYTHING else 600)


@pytest.mark.postgresql
@pytest.mark.skipif(not EVERYTHING, reason="the same requests once more, on the other database: make test-all")
def test_hostile_requests_break_nothing_on_postgresql(told: Path, tmp_path: Path, postgres_url: str) -> None:
    with made_database(postgres_url) as url:
        world = World(tmp_path / "world", told, url)
        _plays(world, 20_000)
        world.office.db.dispose()
