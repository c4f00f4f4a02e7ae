"""Where the hostile visitor walks: the worked example on its last day, and beside it a second region with its people."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import create_app
from portal.access import Permission, Role
from portal.accounts.models import Membership, User
from portal.backup.restoring.service import restore_backup
from portal.backup.service import make_backup
from portal.clock import PracticeClock
from portal.config import Settings
from portal.storage.disk import path_of
from portal.work import Office
from tests.browser import worked_example
from tests.hostile.mirror import OFFSET, add_mirror
from tests.web.doors import Reader, come_in

PEOPLE = [role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC_VISITOR)]
PROVIDERS = (Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR)


def settle(folder: Path, told: Path, database_url: str = "") -> Settings:
    """A copy of the told story with its mirror image, as an ordinary installation (no practice pages).

    Into an empty PostgreSQL database the story comes as an installation moves: by a backup.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copied = folder / "moving" if database_url else folder
    shutil.copytree(told, copied, dirs_exist_ok=True, ignore=shutil.ignore_patterns("lock", "places*", "seen"))
    if database_url:
        _move(copied, folder, database_url)
    settings = worked_example.settings_in(folder, "http://localhost", database_url)
    add_mirror(settings.database_url)
    for file in [path for path in (folder / "files").rglob("*") if path.is_file() and len(path.name) == 64]:
        double = path_of(folder / "files", f"zz{file.name[2:]}")  # as mirror.py names it
        double.parent.mkdir(parents=True, exist_ok=True)
        double.hardlink_to(file)
    return replace(settings, practice=False)


def _move(copied: Path, folder: Path, database_url: str) -> None:
    clock = PracticeClock(copied / "clock.json")
    old = Office.of(worked_example.settings_in(copied), clock)
    new = Office.of(worked_example.settings_in(folder, database_url=database_url), clock)
    make_backup(old, copied / "backup", keys=copied / "apart")
    restore_backup(new, copied / "backup", keys=copied / "apart")
    old.db.dispose()
    new.db.dispose()


@dataclass(frozen=True)
class Person:
    """Somebody who can come in: a role here, in the second region, or at another provider of the first."""

    role: Role
    place: str
    user_id: int
    membership_id: int
    organisation_id: int

    def __str__(self) -> str:
        return f"{self.role.value} ({self.place})"


class World:
    def __init__(self, folder: Path, told: Path, database_url: str = "") -> None:
        self.settings = settle(folder, told, database_url)
        self.moment: datetime = PracticeClock(told / "clock.json")()
        self.app: Flask = create_app(self.settings, lambda: self.moment)
        self.app.testing = True
        self.app.test_client_class = Reader
        self.office: Office = self.app.extensions["portal"].office
        self.found: dict[str, list[Any]] = {}
        """Things by kind, looked up once."""

    # --- people ----------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> list[Person]:
        """For each role one person at home, one in the other region, and for providers one at another provider here."""
        with self.office.db.session() as session:
            find = select(Membership).where(Membership.ended_at.is_(None)).order_by(Membership.id)
            held = list(session.scalars(find))
        found = []
        for role in PEOPLE:
            mine = [m for m in held if m.role is role]
            first = mine[0]
            away = next(m for m in mine if m.id == first.id + OFFSET)
            found += [self._person(first, "home"), self._person(away, "away")]
            if role in PROVIDERS:
                other = next(m for m in mine if m.organisation_id != first.organisation_id and m.id < OFFSET)
                found.append(self._person(other, "other"))
        return found

    @staticmethod
    def _person(held: Membership, place: str) -> Person:
        return Person(held.role, place, held.user_id, held.id, held.organisation_id)

    def those(self, place: str, view: object = None) -> list[Person]:
        """The people of this place whom the door of this view lets through."""
        return [p for p in self.people if p.place == place and (view is None or passes(view, p.role))]

    def client(self, person: Person | None) -> FlaskClient:
        client = self.app.test_client()
        if person is None:
            return client
        with self.office.db.session() as session:
            everything = selectinload(User.memberships)
            user = session.get_one(User, person.user_id, options=[everything])
            held = next(m for m in user.memberships if m.id == person.membership_id)
            return come_in(client, user, held)

    # --- addresses -------------------------------------------------------------------------------------------

    def rules(self, method: str) -> list[Rule]:
        """Every address rule with this method, except files that anybody may have."""
        rules = self.app.url_map.iter_rules()
        return sorted(
            (r for r in rules if method in (r.methods or ()) and r.endpoint != "static"), key=lambda r: r.rule
        )

    def view(self, rule: Rule) -> object:
        return self.app.view_functions[rule.endpoint]

    def query(self, sql: str) -> Sequence[tuple[object, ...]]:
        with self.office.db.session() as session:
            return [tuple(row) for row in session.execute(text(sql))]

    # --- answers ---------------------------------------------------------------------------------------------

    def state(self) -> dict[str, int]:
        """A fingerprint of every table but those that keep who knocked: equal when nothing has changed."""
        return dict(self._fingerprints())

    def _fingerprints(self) -> Iterator[tuple[str, int]]:
        from portal.db import Base

        with self.office.db.session() as session:
            for table in Base.metadata.sorted_tables:
                if table.name not in KNOCKS:
                    rows = session.execute(select(table).order_by(table.c.id)).all()
                    yield table.name, hash(tuple(map(repr, rows)))


KNOCKS = {"audit_event", "audit_head", "audit_ref", "login_attempt", "user_session"}
"""Refusals and sessions are kept; they change nothing that anybody works with."""


def passes(view: object, role: Role) -> bool:
    from portal.access import GRANTS

    permissions: tuple[Permission, ...] | None = getattr(view, "permissions", None)
    return not permissions or any(permission in GRANTS[role] for permission in permissions)


CHANGING = (
    (re.compile(r'(<span class="p-code">)[0-9a-f]{12,}(</span>)'), r"\1\2"),
    (re.compile(r'(name="(?:csrf_token|nonce)"[^>]*value=)"[^"]*"'), r'\1""'),
    (re.compile(r'(value=)"[^"]*"([^>]*name="(?:csrf_token|nonce)")'), r'\1""\2'),
    (re.compile(r'(<meta name="csrf-token" content=)"[^"]*"'), r'\1""'),
)


OWN = {"set-cookie", "content-length", "x-request-id"}
"""Headers that belong to one request."""


def said(answer: TestResponse, address: str) -> tuple[object, ...]:
    """Everything an answer says, without its request's number, its tokens and the address that was asked for."""
    words = answer.text.replace(address, "<address>")
    for pattern, instead in CHANGING:
        words = pattern.sub(instead, words)
    headers = sorted((k, v) for k, v in answer.headers if k.lower() not in OWN)
    return answer.status_code, tuple(headers), words
