"""The clock of a practice installation."""

from __future__ import annotations

from datetime import datetime

import click

from ..app import office_of
from ..clock import PracticeClock, local_moment
from ..config import load_settings
from ..work import Office
from .group import main


@main.group(help="The clock of a practice installation.")
def clock() -> None: ...


@clock.command(
    "set", help="Move the practice clock forward, for example: 2024-05-20T09:00 (Dutch time). Runs the jobs day by day."
)
@click.argument("moment", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]))
def clock_set(moment: datetime) -> None:
    from ..scheduler import run_days

    office, practice = _practice()
    try:
        target = local_moment(moment)
        if target < practice():
            raise ValueError("clock_moves_forward_only")
        count = run_days(office, practice, target)
    except ValueError as error:
        raise click.ClickException(_clock_fault(str(error))) from error
    click.echo(f"It is now {moment:%d-%m-%Y %H:%M} in this practice installation; the jobs did {count} things.")


def _practice() -> tuple[Office, PracticeClock]:
    settings = load_settings()
    if not settings.practice:
        raise click.ClickException("Only a practice installation has a clock that moves (PORTAL_PRACTICE=true).")
    practice = PracticeClock(settings.clock_file)
    return office_of(settings, practice), practice


def _clock_fault(code: str) -> str:
    return {
        "clock_moves_forward_only": "The clock only moves forward; `make demo-reset` begins anew.",
        "summer_time_change": "This time does not exist or exists twice: the clocks change then. Choose another hour.",
    }.get(code, code)
