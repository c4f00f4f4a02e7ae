"""Check what an operator relies on: the audit chain and the blueprints."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from .. import audit
from ..access import SYSTEM
from ..app import office_of
from ..config import load_settings
from ..work import begin_read
from .group import main


@main.command("check-blueprint", help="Check a region blueprint and name file, key and reason of every fault.")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check_blueprint(path: Path) -> None:
    from ..regions import blueprints

    faults = blueprints.check_blueprint(path)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo(f"{path.name} is sound.")


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
