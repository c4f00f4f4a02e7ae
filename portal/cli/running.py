"""Run what runs beside the web server: the practice installation, the scheduler, one job."""

from __future__ import annotations

import click

from ..app import office_of
from ..config import load_settings
from .group import main


@main.command(help="Start the practice installation: worked example, web server and scheduler.")
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--reset", is_flag=True, help="Begin anew.")
@click.option("--begin", is_flag=True, help="Build only the beginning: region and staff on 1 March 2022.")
def demo(port: int, reset: bool, begin: bool) -> None:
    from ..practice import demo as practice

    practice.run(port=port, reset=reset, begin=begin)


@main.command(help="Run the scheduler; a second one stands by.")
def scheduler() -> None:
    from .. import logs
    from .. import scheduler as process

    logs.begin(load_settings())
    process.main()


@main.command("run-job", help="Run one scheduled job now, or 'all'.")
@click.argument("name")
def run_job(name: str) -> None:
    from .. import scheduler as process

    known = [job.name for job in process.jobs()]
    if name not in ("all", *known):
        raise click.ClickException(f"There is no job {name!r}; choose all or one of: {', '.join(known)}.")
    office = office_of(load_settings())
    counts = process.run_all(office) if name == "all" else {name: process.run_job(office, name)}
    for job, count in counts.items():
        click.echo(f"{job}: {count}")
