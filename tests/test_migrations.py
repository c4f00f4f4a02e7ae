"""The migrations build what the models say, and every step can be taken back."""

from __future__ import annotations

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from portal.db import migrate, migrations


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def test_the_migrations_can_be_taken_up_down_and_up_again(bare_database_url: str) -> None:
    migrate(bare_database_url)
    built = tables(bare_database_url)
    command.downgrade(migrations(bare_database_url), "base")
    assert tables(bare_database_url) == set()
    migrate(bare_database_url)
    assert tables(bare_database_url) == built


def test_the_newest_migration_equals_the_models(bare_database_url: str) -> None:
    migrate(bare_database_url)
    command.check(migrations(bare_database_url))  # raises when autogenerate would write anything
    assert "audit_event" in tables(bare_database_url)


def test_migrating_what_is_up_to_date_changes_nothing(bare_database_url: str) -> None:
    migrate(bare_database_url)
    built = tables(bare_database_url)
    migrate(bare_database_url)
    assert tables(bare_database_url) == built


def test_the_migrations_are_one_numbered_line() -> None:
    scripts = list(ScriptDirectory.from_config(migrations("sqlite://")).walk_revisions())
    numbers = [script.revision for script in reversed(scripts)]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    assert all(script.doc.endswith(".") for script in scripts)
