"""Set up an installation: the database, a region, the first administrator."""

from __future__ import annotations

import click

from ..access import SYSTEM, Role
from ..app import office_of
from ..config import load_settings
from ..db import migrate
from ..errors import PortalError
from ..work import begin_write
from .group import main


@main.command(help="Bring the database to the newest version.")
def upgrade() -> None:
    migrate(load_settings().database_url)
    click.echo("The database is up to date.")


@main.command("load-region", help="Load or refresh a region from its blueprint, for example: alkmaar.")
@click.argument("code")
def load_region(code: str) -> None:
    from ..regions import blueprints, service
    from ..tables.kpis import service as kpis

    blueprint = blueprints.load_all().get(code)
    if blueprint is None:
        raise click.ClickException(f"There is no blueprint {code!r}.")
    with begin_write(office_of(load_settings()), SYSTEM) as work:
        region = service.load_region(work, blueprint)
        kpis.load_kpis(work, region, blueprint)
        click.echo(f"{region.name} is loaded.")


@main.command("create-admin", help="Create the first platform administrator; the password is asked.")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.password_option()
def create_admin(email: str, name: str, password: str) -> None:
    from ..accounts import service

    try:
        with begin_write(office_of(load_settings()), SYSTEM) as work:
            service.create_staff(work, email=email, name=name, password=password, role=Role.PLATFORM_ADMIN)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} can log in.")
