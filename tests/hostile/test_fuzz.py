"""Whatever arrives, the portal answers: no 500, no traceback, no lock, no gap in the trail."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.conftest import EVERYTHING
from tests.databases import made_database
from tests.hostile.fuzz import Campaign
from tests.hostile.world import World

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)] if EVERYTHING else ["sqlite"]


@pytest.mark.parametrize("kind", DATABASES)
def test_hostile_requests_break_nothing(told: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    with ExitStack() as made:
        server = request.getfixturevalue("postgres_url") if kind == "postgresql" else ""
        world = World(tmp_path / "world", told, made.enter_context(made_database(server)) if server else "")
        campaign = Campaign(world, Random(2022))
        campaign.run(20_000 if EVERYTHING else 600)
        assert campaign.faults == []
        assert campaign.aftermath() == []
        answers = {200, 303, 400, 404, 405, 422}
        assert answers <= set(campaign.answers), "it would find nothing behind one and the same wall"
        assert len(campaign.forms) > 5
        world.office.db.dispose()
