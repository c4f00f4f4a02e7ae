"""The group that every command belongs to."""

from __future__ import annotations

from pathlib import Path

import click

from ..db import load_models

ROOT = Path(__file__).parent.parent.parent


@click.group(help="Inkoop- en ontwikkeltafelportaal jeugdhulp.")
def main() -> None:
    load_models()
