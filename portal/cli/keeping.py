"""Keep the data: back it up, look at a backup, put it back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..app import office_of
from ..config import load_settings
from ..errors import PortalError
from .group import main

FOLDER = click.Path(path_type=Path, file_okay=False)
WORDS = {"rows": "Rows", "files": "Files", "checked": "Checking", "compared": "Comparing", "scanned": "Scanning"}


@main.command(help="Write database and files to the new folder TO, also while the portal is in use.")
@click.argument("to", type=FOLDER)
@click.option("--keys", type=FOLDER, help="Write the keys to this folder, apart from the data that they open.")
def backup(to: Path, keys: Path | None) -> None:
    from ..backup import service
    from ..backup.rules import in_words

    with _refusals(), _progress() as tell:
        made = service.make_backup(office_of(load_settings()), to.absolute(), keys=keys and keys.absolute(), tell=tell)
    manifest = made.manifest
    click.echo(
        f"{to}: {manifest.rows} rows of {len(manifest.tables)} tables, {manifest.files} files ({in_words(manifest.file_bytes)})"
    )
    click.echo(f"Audit chain: {manifest.chain_seq} entries, head {manifest.chain_hash}.")
    click.echo(f"Fingerprint: {made.fingerprint}")
    click.echo(
        f"The keys are in {keys}. Keep them apart from the data."
        if keys
        else "The keys are not in it (--keys FOLDER writes them). Without the keys sealed content cannot be opened."
    )
    for fault in manifest.faults:
        click.echo(f"File {fault.address} is {fault.kind} in the portal itself; it is not in the backup.", err=True)
    if manifest.faults:
        raise SystemExit(1)


@main.command("check-backup", help="Read the whole backup FROM and say whether it is as it was written.")
@click.argument("source", metavar="FROM", type=FOLDER)
@click.option("--fingerprint", help="What `portal backup` printed; refuses any other backup.")
def check_backup(source: Path, fingerprint: str | None) -> None:
    from ..backup.restoring import queries

    with _refusals(), _progress() as tell:
        manifest, found = queries.read_manifest(source, fingerprint)
        queries.check_pieces(source, manifest, tell)
    click.echo(f"Made {manifest.made_at}: {manifest.rows} rows, {manifest.files} files. It is as it was written.")
    click.echo(f"Fingerprint: {found}")


@main.command(help="Restore the backup FROM into an empty database and the file folder of this installation.")
@click.argument("source", metavar="FROM", type=FOLDER)
@click.option("--into", "url", help="The database, SQLite or PostgreSQL; otherwise PORTAL_DATABASE_URL.")
@click.option("--keys", type=FOLDER, help="The folder with the keys that `portal backup --keys` wrote.")
@click.option("--fingerprint", help="What `portal backup` printed; refuses any other backup.")
def restore(source: Path, url: str | None, keys: Path | None, fingerprint: str | None) -> None:
    from ..backup.restoring import service

    settings = load_settings()
    office = office_of(replace(settings, database_url=url) if url else settings)
    with _refusals(), _progress() as tell:
        done = service.restore_backup(office, source, keys=keys, fingerprint=fingerprint, tell=tell)
    manifest = done.manifest
    click.echo(f"Restored as it was on {manifest.made_at} and compared with the backup:")
    click.echo(f"  {manifest.rows} rows of {len(manifest.tables)} tables: counts and contents are equal")
    click.echo(f"  {manifest.files} files: every hash is right")
    click.echo(f"  audit chain: whole, {manifest.chain_seq} entries, head {manifest.chain_hash}")
    click.echo(f"  seals: {done.seals - done.unopened} of {done.seals} open with the key of this installation")
    for fault in manifest.faults:
        click.echo(f"  file {fault.address} was {fault.kind} when the backup was made", err=True)
    if done.mails_waiting:
        click.echo(f"  {done.mails_waiting} mails wait to be sent; some may have left after the backup was made")
    if done.unopened:
        click.echo(
            "Put the right seal key in place (PORTAL_SEAL_KEY_FILE): without it sealed content stays closed.", err=True
        )
        raise SystemExit(1)


@main.command(help="Let the malware scanner look at the files that wait for it.")
@click.option("--all", "everything", is_flag=True, help="Also at what its present signatures have not seen.")
def scan(everything: bool) -> None:
    from ..storage import scanning
    from ..storage.clamav import NotScanned

    office = office_of(load_settings())
    if not office.settings.clamav:
        raise click.ClickException("There is no scanner: set PORTAL_CLAMAV to host:port or to the path of its socket.")
    if not everything:
        click.echo(f"{scanning.scan_waiting(office)} files were scanned.")
        return
    try:
        with _progress() as tell:
            counts = scanning.scan_all(office, lambda done, total: tell("scanned", done, total))
    except NotScanned as error:
        raise click.ClickException(f"The scanner at {office.settings.clamav} does not answer.") from error
    click.echo(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()))
    if counts["infected"] or counts["not_scanned"]:
        raise SystemExit(1)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except PortalError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal for each thing that is done; silent elsewhere."""
    bars: dict[str, Any] = {}

    def tell(what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if what not in bars:
            for bar in bars.values():
                bar.finish()
            if bars:
                click.echo(err=True)
            bars[what] = click.progressbar(length=max(total, 1), label=f"{WORDS[what]:<10}", file=sys.stderr)
        bars[what].update(min(done, max(total, 1)) - bars[what].pos)

    try:
        yield tell
    finally:
        if bars:
            click.echo(err=True)
