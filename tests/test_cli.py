"""The commands of an operator, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from portal.cli import main

Portal = Callable[..., Result]


@pytest.fixture
def portal(bare_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """`portal("upgrade")` runs the command on a database of its own."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", bare_database_url)
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PORTAL_PRACTICE", raising=False)
    return lambda *words, given="": CliRunner().invoke(main, list(words), input=given)


@pytest.fixture
def begun(portal: Portal) -> Portal:
    """Upgraded, with a region and its first administrator: every step of the README."""
    for command, says in (
        (("upgrade",), "up to date"),
        (("load-region", "alkmaar"), "Regio Alkmaar is loaded"),
        (
            ("create-admin", "--email", "wim@example.org", "--name", "Wim", "--password", "een lange lange zin"),
            "wim@example.org can log in",
        ),
    ):
        done = portal(*command)
        assert done.exit_code == 0, done.output
        assert says in done.output
    return portal


def test_the_steps_of_a_new_installation_leave_a_whole_chain(begun: Portal) -> None:
    assert "is loaded" in begun("load-region", "alkmaar").output  # again: nothing happens twice
    verified = begun("verify-audit")
    assert verified.exit_code == 0, verified.output
    assert "The chain is whole" in verified.output


def test_a_changed_byte_in_the_chain_is_found(begun: Portal, bare_database_url: str) -> None:
    engine = create_engine(bare_database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for trigger in connection.execute(text(_TRIGGERS)).scalars() if engine.dialect.name == "sqlite" else ():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE audit_event SET facts = :facts WHERE seq = 2"), {"facts": json.dumps({"a": 1})})
    engine.dispose()
    found = begun("verify-audit")
    assert found.exit_code == 1
    assert "entry 2 was changed" in found.output


_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("load-region", "atlantis"), "no blueprint"),
        (("run-job", "make_coffee"), "There is no job"),
        (("create-admin", "--email", "wim@example.org", "--name", "Wim", "--password", "kort"), "password"),
        (("clock", "set", "2030-01-01T09:00"), "Only a practice installation"),
        (("clock", "set", "gisteren"), "Invalid value"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(begun: Portal, command: tuple[str, ...], says: str) -> None:
    answer = begun(*command)
    assert answer.exit_code not in (0, None)
    assert says in answer.output
    assert "Traceback" not in answer.output


def test_jobs_are_run_by_name_or_all(begun: Portal) -> None:
    assert "forget_login_attempts: 0" in begun("run-job", "forget_login_attempts").output
    assert "send_mail" in begun("run-job", "all").output
