"""The command line: start, load, check, run. Each command is one act that an operator can repeat."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from . import audit, workflow
from .access import GRANTS, SYSTEM, Permission, Role
from .app import build, office_of
from .clock import PracticeClock, local_moment
from .config import Settings, load_settings
from .db import load_models, migrate
from .errors import PortalError
from .work import Office, begin_read, begin_write

ROOT = Path(__file__).parent.parent


@click.group(help="Inkoop- en ontwikkeltafelportaal jeugdhulp.")
def main() -> None:
    load_models()


@main.command(help="Bring the database to the newest version.")
def upgrade() -> None:
    migrate(load_settings().database_url)
    click.echo("The database is up to date.")


@main.command(help="Start the practice installation: worked example, web server and scheduler.")
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--reset", is_flag=True, help="Begin anew.")
@click.option("--begin", is_flag=True, help="Build only the beginning: region and staff on 1 March 2022.")
def demo(port: int, reset: bool, begin: bool) -> None:
    from .practice import demo as practice

    practice.run(port=port, reset=reset, begin=begin)


@main.command(help="Run the scheduler; a second one stands by.")
def scheduler() -> None:
    from . import scheduler as process

    process.main()


@main.command("run-job", help="Run one scheduled job now, or 'all'.")
@click.argument("name")
def run_job(name: str) -> None:
    from . import scheduler as process

    known = [job.name for job in process.jobs()]
    if name not in ("all", *known):
        raise click.ClickException(f"There is no job {name!r}; choose all or one of: {', '.join(known)}.")
    office = office_of(load_settings())
    counts = process.run_all(office) if name == "all" else {name: process.run_job(office, name)}
    for job, count in counts.items():
        click.echo(f"{job}: {count}")


@main.command("load-region", help="Load or refresh a region from its blueprint, for example: alkmaar.")
@click.argument("code")
def load_region(code: str) -> None:
    from .regions import blueprints, service
    from .tables.kpis import service as kpis

    blueprint = blueprints.load_all().get(code)
    if blueprint is None:
        raise click.ClickException(f"There is no blueprint {code!r}.")
    with begin_write(office_of(load_settings()), SYSTEM) as work:
        region = service.load_region(work, blueprint)
        kpis.load_kpis(work, region, blueprint)
        click.echo(f"{region.name} is loaded.")


@main.command("check-blueprint", help="Check a region blueprint and name file, key and reason of every fault.")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check_blueprint(path: Path) -> None:
    from .regions import blueprints

    faults = blueprints.check_blueprint(path)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo(f"{path.name} is sound.")


@main.command("create-admin", help="Create the first platform administrator; the password is asked.")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.password_option()
def create_admin(email: str, name: str, password: str) -> None:
    from .accounts import service

    try:
        with begin_write(office_of(load_settings()), SYSTEM) as work:
            service.create_staff(work, email=email, name=name, password=password, role=Role.PLATFORM_ADMIN)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} can log in.")


@main.command("verify-audit", help="Check the audit chain: changed, missing, inserted, reordered or cut off.")
def verify_audit() -> None:
    with begin_read(office_of(load_settings()), SYSTEM) as work:
        faults = list(audit.verify_chain(work.session))
        head = work.session.scalar(select(audit.AuditHead))
        entries, last = (head.seq, head.hash) if head else (0, audit.GENESIS)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo(f"The chain is whole: {entries} entries, head {last}.")


@main.group(help="The clock of a practice installation.")
def clock() -> None: ...


@clock.command(
    "set", help="Move the practice clock forward, for example: 2024-05-20T09:00 (Dutch time). Runs the jobs day by day."
)
@click.argument("moment", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]))
def clock_set(moment: datetime) -> None:
    from .scheduler import run_days

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


@main.command(
    help="Print the state machines as Mermaid diagrams, the roles with their permissions, and who may reach which page."
)
@click.option(
    "--write", "folder", type=click.Path(path_type=Path), help="Write states.md, roles.md and routes.md there."
)
def diagrams(folder: Path | None) -> None:
    app = build(Settings(secret_key="routes", database_url="sqlite://"))
    pages = {"states.md": states_page(), "roles.md": roles_page(), "routes.md": routes_page(app)}
    for name, text in pages.items():
        if folder is None:
            click.echo(text)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


def states_page() -> str:
    """All transition tables as diagrams."""
    parts = ["# Life cycles\n\nPrinted by `portal diagrams` from the transition tables.\n"]
    for name, machine in sorted(workflow.Workflow.ALL.items()):
        parts.append(f"## {name}\n\n```mermaid\n{machine.diagram()}\n```\n")
    return "\n".join(parts)


def roles_page() -> str:
    """Which role holds which permission."""
    roles = [role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR)]
    lines = ["# Roles and permissions\n", "| permission | " + " | ".join(r.value for r in roles) + " |"]
    lines.append("|---" * (len(roles) + 1) + "|")
    for permission in Permission:
        cells = ["x" if permission in GRANTS[role] else "" for role in roles]
        lines.append(f"| {permission.value} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def routes_page(app: Flask) -> str:
    """Which page is for whom: visitors, everybody who is logged in, or the roles that hold one of its permissions."""
    lines = ["# Who may reach which page\n", "| address | methods | for whom |", "|---|---|---|"]
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | {_for_whom(view)} |")
    return "\n".join(lines) + "\n"


def _for_whom(view: Any) -> str:
    if getattr(view, "open_to_visitors", False):
        return "everybody"
    permissions = getattr(view, "permissions", None)
    if permissions is None:
        return "nobody"
    if not permissions:
        return "everybody logged in"
    roles = [r.value for r in Role if r is not Role.SYSTEM and any(p in GRANTS[r] for p in permissions)]
    fresh = " (after a fresh log-in)" if getattr(view, "needs_fresh_login", False) else ""
    return ", ".join(roles) + fresh


@main.command(help="Bring the translation catalogue up to date, or check it.")
@click.option("--check", is_flag=True, help="Only name the faults.")
@click.option("--update", is_flag=True, help="Collect the texts of code and templates (the default).")
@click.option("--wired", is_flag=True, help="Only check that the catalogue knows every text.")
def translations(check: bool, update: bool, wired: bool) -> None:
    from . import translations as catalogue

    if update or not check:
        catalogue.update(ROOT)
        return
    faults = catalogue.check(ROOT, wired=wired)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
