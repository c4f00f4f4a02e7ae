"""Check a set-up and say what is wrong."""

from __future__ import annotations

import json

import click
from environs import EnvError
from sqlalchemy.exc import SQLAlchemyError

from ..app import office_of
from ..config import load_settings
from .group import main

SIGNS = {"ok": "ok      ", "warning": "warning ", "wrong": "WRONG   "}


@main.command(help="Check this installation: one line per thing, and what to do. Ends with 1 when something is wrong.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for a program.")
def doctor(as_json: bool) -> None:
    from ..operations.checkup.queries import examine
    from ..operations.checkup.rules import wrong

    try:
        findings = list(examine(office_of(load_settings())))
    except (EnvError, OSError, SQLAlchemyError) as error:
        findings = [wrong("settings", f"They cannot be read ({type(error).__name__}): {error}")]
    if as_json:
        click.echo(
            json.dumps([{"check": f.check, "level": f.level.value, "words": f.words} for f in findings], indent=1)
        )
    else:
        for found in findings:
            click.echo(f"{SIGNS[found.level.value]}{found.check}: {found.words}")
    if any(found.level.value == "wrong" for found in findings):
        raise SystemExit(1)
