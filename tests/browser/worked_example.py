"""The worked example as a place to walk around in: built once per test run, whoever comes first builds it."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from portal import create_app
from portal.access import Role
from portal.accounts.models import Membership, User
from portal.clock import PracticeClock
from portal.config import Settings
from portal.db import Database, migrate
from portal.mail import PracticeTransport
from portal.practice import example
from portal.work import Office
from tests.web.doors import come_in

SAMPLES = 2
"""How many pages of one address rule a person opens: the first ones that links lead to."""


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Two test processes share what the first has built."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def settings_in(folder: Path, base_url: str = "http://127.0.0.1") -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'portal.sqlite3'}",
        secret_key="only for tests",
        var=folder,
        seal_key_file=folder / "keys" / "seal.key",
        base_url=base_url,
        practice=True,
    )


def build(folder: Path) -> None:
    """Tell the whole story into this folder, unless it is there."""
    if (folder / "told").exists():
        return
    settings = settings_in(folder)
    migrate(settings.database_url)
    clock = PracticeClock(settings.clock_file)
    office = Office(Database(settings.database_url), settings, clock)
    example.tell(office, clock, PracticeTransport(settings.mail_folder), "Kievit op de dijk 7", say=lambda _text: None)
    office.db.dispose()
    (folder / "told").touch()


@dataclass(frozen=True)
class Place:
    """A page that somebody can open: the address and the rule it belongs to."""

    rule: str
    address: str


class Neighbourhood:
    """The portal on the worked example, and for each role the pages that links lead to."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.app: Flask = create_app(settings_in(folder, base_url))
        self.app.testing = True

    def person(self, role: Role) -> tuple[User, Membership]:
        """The first person in the story who holds this role."""
        office: Office = self.app.extensions["portal"].office
        with office.db.session() as session:
            find = select(User, Membership).join(Membership, Membership.user_id == User.id)
            row = session.execute(find.where(Membership.role == role, Membership.ended_at.is_(None))).first()
            assert row is not None, f"nobody in the story is {role.value}"
            return row[0], row[1]

    def client(self, role: Role | None) -> FlaskClient:
        client = self.app.test_client()
        return client if role is None else come_in(client, *self.person(role))

    def places(self, role: Role | None) -> list[Place]:
        """Every page this role comes to by following links; kept, because both test processes ask."""
        kept = self.folder / f"places-{role.value if role else 'visitor'}.json"
        if not kept.exists():
            found = [place.__dict__ for place in self._walk(role)]
            partial = kept.with_suffix(".partial")
            partial.write_text(json.dumps(found))
            partial.rename(kept)
        return [Place(**place) for place in json.loads(kept.read_text())]

    def _walk(self, role: Role | None) -> Iterator[Place]:
        client, adapter = self.client(role), self.app.url_map.bind("127.0.0.1")
        todo, opened, counts = ["/start" if role else "/", "/hulp"], set[str](), dict[str, int]()
        while todo:
            address = todo.pop(0)
            rule = self._rule(adapter, address)
            if address in opened or rule is None or counts.get(rule, 0) >= SAMPLES:
                continue
            opened.add(address)
            counts[rule] = counts.get(rule, 0) + 1
            answer = client.get(address)
            assert answer.status_code < 400, (role, address, answer.status_code)
            yield Place(rule, answer.location or address)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                todo += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)]

    @staticmethod
    def _rule(adapter: Any, address: str) -> str | None:
        try:
            rule, _values = adapter.match(address.split("?")[0], "GET", return_rule=True)
        except HTTPException:
            raise AssertionError(f"a link leads nowhere: {address}") from None
        return None if rule.endpoint == "static" else rule.rule
