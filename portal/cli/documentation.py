"""What the source says about itself: life cycles, roles, pages, texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from .. import workflow
from ..access import GRANTS, Permission, Role
from ..app import build
from ..config import Settings
from .group import ROOT, main


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
    from .. import translations as catalogue

    if update or not check:
        catalogue.update(ROOT)
        return
    faults = catalogue.check(ROOT, wired=wired)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
