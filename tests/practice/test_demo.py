"""The practice installation as it starts again on a folder that an earlier version of the portal left."""

from __future__ import annotations

import json

import pytest

from portal.db import Database, migrate, migration_of, newest_migration
from portal.practice import demo

PERSON = {"email": "a@b.nl", "role": "r", "name": "n", "organisation": "o", "password": "p"}
CARD = {"base": "http://localhost:1", "users": [PERSON]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A practice folder; starting the two processes is left out."""
    for name, value in {"VAR": str(tmp_path), "PRACTICE": "true", "BASE_URL": "http://localhost:8123"}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    monkeypatch.setattr(demo, "_port_is_free", lambda _port: True)
    return tmp_path


def revision(settings) -> str | None:
    db = Database(settings.database_url)
    with db.session() as session:
        found = migration_of(session)
    db.dispose()
    return found


def test_an_older_folder_is_brought_up_to_date_before_anything_is_served(folder, monkeypatch):
    settings = demo.load_settings()
    migrate(settings.database_url, "0018")
    (folder / "demo.json").write_text(json.dumps(CARD))
    assert revision(settings) == "0018"
    served = []
    monkeypatch.setattr(demo, "_serve", lambda settings, _port, _users: served.append(revision(settings)))
    demo.run(port=8123, reset=False)
    assert served == [newest_migration()]
    assert json.loads((folder / "demo.json").read_text())["base"] == "http://localhost:8123"
