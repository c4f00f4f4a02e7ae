"""docs/operators.md: its table of settings is what the code reads, and what it names is there."""

from __future__ import annotations

import ast
import configparser
import os
import re
import subprocess
from pathlib import Path

import pytest

from portal.cli import main
from portal.config import Settings, load_settings
from tests.source import ROOT

PAGE = (ROOT / "docs" / "operators.md").read_text()
ROW = re.compile(r"^\| `PORTAL_(\w+)` \| (.*) \| (.*) \| (.*) \|$", re.M)
UNITS = ("portal-web.service", "portal-scheduler.service")


def documented() -> dict[str, str]:
    """Setting -> its default, as the page says."""
    return {name: default.strip("`") for name, _meaning, _unit, default in ROW.findall(PAGE)}


def read_by_the_code() -> set[str]:
    """Every name that `load_settings` asks the environment for."""
    tree = ast.parse((ROOT / "portal" / "config.py").read_text())
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if node.func.value.id == "env" and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    assert set(documented()) == read_by_the_code()
    assert {name.lower() for name in documented()} == set(Settings.__dataclass_fields__)


def test_the_table_says_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    assert documented().pop("VAR") == f"./{load_settings_var()}"
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    known = load_settings()
    for name, default in documented().items():
        if name in ("VAR", "SECRET_KEY"):
            continue  # the folder itself, and what is made anew in each
        value = getattr(known, name.lower())
        shown = str(value).lower() if isinstance(value, bool) else str(value).replace(str(tmp_path), "<PORTAL_VAR>")
        assert default == (shown or "empty"), name


def load_settings_var() -> str:
    return str(Settings().var)


def test_the_command_lines_of_the_page_are_commands() -> None:
    named = set(re.findall(r"(?:^ {4}|`)portal ([a-z][a-z-]+)", PAGE, re.M))
    assert {"upgrade", "doctor", "backup", "restore", "create-admin"} <= named <= set(main.commands)


@pytest.mark.parametrize("name", UNITS)
def test_the_services_start_what_is_there(name: str) -> None:
    assert f"(systemd/{name})" in PAGE
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read_string((ROOT / "docs" / "systemd" / name).read_text().replace("\\\n", " "))
    start = unit["Service"]["ExecStart"].split()
    assert start[0].startswith("/opt/portal/.venv/bin/") and unit["Service"]["User"] == "portal"
    assert (ROOT / ".venv" / "bin" / Path(start[0]).name).exists()


def test_behind_one_proxy_its_word_is_taken_and_without_one_nobodys(settings, clock, transport) -> None:
    from dataclasses import replace

    from flask import request

    from portal import create_app
    from portal.web.wall import open_endpoint

    @open_endpoint
    def who() -> str:
        return f"{request.remote_addr} {request.scheme}"

    said = {"X-Forwarded-For": "9.9.9.9, 203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    for proxies, answer in ((0, "127.0.0.1 http"), (1, "203.0.113.7 https")):
        app = create_app(replace(settings, proxies=proxies), clock, transport)
        app.add_url_rule("/who", "who", who)
        assert app.test_client().get("/who", headers=said).text == answer


def test_a_shell_reads_the_printed_settings_as_they_stand() -> None:
    """The commands of the installation are typed in a shell that has read the file of the services."""
    printed = re.findall(r"^    (PORTAL_\w+)=(.*)$", PAGE, re.M)
    assert len(printed) >= 5
    shown = subprocess.run(
        ["sh", "-euc", "\n".join(f"{name}={value}" for name, value in printed) + '\nprintf %s "$PORTAL_MAIL_FROM"'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout == "Inkoop jeugdhulp <noreply@uwregio.nl>" and not shown.stderr
