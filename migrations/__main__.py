"""`python -m migrations add_evidence_expiry`: write the next numbered migration for what the models say."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from portal.db import migrate, migrations


def write(slug: str) -> None:
    """Compares a scratch database at the newest migration with the models."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.sqlite3'}"
        migrate(url)
        config = migrations(url)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, slug.replace("_", " ").capitalize(), autogenerate=True, rev_id=f"{number:04d}")


write(sys.argv[1])
