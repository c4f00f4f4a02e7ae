"""The worked example as a place to walk around in: built once per test run, whoever comes first builds it."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, product
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import create_app
from portal.access import PROVIDER_ROLES, Actor, Permission, Role
from portal.accounts.models import Membership, User
from portal.accounts.queries import actor_in
from portal.clock import PracticeClock
from portal.config import Settings
from portal.db import Base, Database, migrate
from portal.mail import PracticeTransport
from portal.practice import example
from portal.tenders.procedures.models import Criterion, Procedure
from portal.work import Office
from tests.browser.shape import shape_of
from tests.conftest import EVERYTHING
from tests.web.doors import come_in

SAMPLES = 2
"""How many things of one address rule the links of a person are followed to; a list is one page, however sorted."""
TRIES = 60 if EVERYTHING else 20
"""How many things of the story a page that no link leads to is tried on, for each role that may open it."""


def side(role: Role | None) -> str:
    """Whose pages a role reads: in the daily run a rule is read once for each side, `make test-all` reads it as every role."""
    if role is None or EVERYTHING:
        return str(role)
    return "provider" if role in PROVIDER_ROLES else "region"


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Two test processes share what the first has built."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def settings_in(folder: Path, base_url: str = "http://127.0.0.1", database_url: str = "") -> Settings:
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'portal.sqlite3'}",
        secret_key="only for tests",
        var=folder,
        seal_key_file=folder / "keys" / "seal.key",
        base_url=base_url,
        practice=True,
    )


def build(folder: Path, database_url: str = "") -> None:
    """Tell the whole story into this folder and this database, unless it is there."""
    if (folder / "told").exists():
        return
    settings = settings_in(folder, database_url=database_url)
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
    parts: tuple[str, ...] = ()
    """What the page is made of, a short hash for each kind of element; nothing for a download or a framed mail."""


class Neighbourhood:
    """The portal on the worked example, and for each role the pages it can open."""

    def __init__(self, folder: Path, base_url: str, database_url: str = "") -> None:
        self.folder = folder
        self.app: Flask = create_app(settings_in(folder, base_url, database_url))
        self.app.testing = True
        self.office: Office = self.app.extensions["portal"].office
        self.adapter = self.app.url_map.bind("127.0.0.1")

    def rules(self) -> list[Rule]:
        """Every address rule of a page."""
        return [r for r in self.app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint != "static"]

    def person(self, role: Role) -> tuple[User, Membership]:
        """The first person in the story who holds this role."""
        with self.office.db.session() as session:
            find = select(User, Membership).join(Membership, Membership.user_id == User.id)
            held = find.where(Membership.role == role, Membership.ended_at.is_(None)).order_by(Membership.id)
            row = session.execute(held).first()
            assert row is not None, f"nobody in the story is {role.value}"
            return row[0], row[1]

    def client(self, role: Role | None) -> FlaskClient:
        client = self.app.test_client()
        return client if role is None else come_in(client, *self.person(role))

    def linked(self, role: Role | None) -> list[Place]:
        """Every page this role comes to by following links. Raises AssertionError for a link that leads nowhere."""
        client = self.client(role)
        todo, opened, counts, found = ["/start" if role else "/", "/hulp"], set[str](), dict[str, int](), list[Place]()
        while todo:
            address = todo.pop(0)
            rule = self._rule(address)
            if (
                address in opened
                or rule is None
                or counts.get(rule, 0) >= (SAMPLES if "<" in rule or EVERYTHING else 1)
            ):
                continue
            opened.add(address)
            counts[rule] = counts.get(rule, 0) + 1
            answer = client.get(address)
            assert answer.status_code < 400, (role, address, answer.status_code)
            found.append(Place(rule, address, parts_of(answer)))
            if answer.location:
                todo.append(answer.location)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                todo += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)]
        return found

    def tried(self, role: Role | None, known: set[str]) -> list[Place]:
        """One page of each rule that is not known and that this role may open, found by trying what the story holds."""
        client, actor = self.client(role), self._actor(role)
        found = []
        for rule in self.rules():
            if rule.rule in known or not self._may_open(rule, actor):
                continue
            for address in islice(self._addresses(rule), TRIES):
                answer = client.get(address)
                if answer.status_code == 200:
                    found.append(Place(rule.rule, address, parts_of(answer)))
                    break
        return found

    def _actor(self, role: Role | None) -> Actor | None:
        if role is None:
            return None
        _user, membership = self.person(role)
        with self.office.db.session() as session:
            found = session.get(Membership, membership.id)
            return None if found is None else actor_in(found)

    def _may_open(self, rule: Rule, actor: Actor | None) -> bool:
        view = self.app.view_functions[rule.endpoint]
        if getattr(view, "open_to_visitors", False):
            return True
        permissions: tuple[Permission, ...] | None = getattr(view, "permissions", None)
        return actor is not None and permissions is not None and (not permissions or any(map(actor.may, permissions)))

    def _addresses(self, rule: Rule) -> Iterator[str]:
        names = sorted(rule.arguments)
        for values in product(*(self._values(rule, name) for name in names)):
            yield self.adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))

    def _values(self, rule: Rule, name: str) -> list[str | int]:
        """What the story holds for a part of an address, the newest first."""
        if name in ("reference", "code"):
            column = Procedure.reference if name == "reference" else Criterion.code
            with self.office.db.session() as session:
                return ["alkmaar", *session.scalars(select(column).order_by(column.desc()).distinct())]
        table = self._table(rule, name)
        if table is None:
            return [1, 2] if name == "number" else []
        column = Base.metadata.tables[table].c.id
        with self.office.db.session() as session:
            return list(session.scalars(select(column).order_by(column.desc())))

    @staticmethod
    def _table(rule: Rule, name: str) -> str | None:
        own = {"procedures": "procedure", "submissions": "submission"}
        other = {"table": "development_table", "file": "stored_file", "mail": "outbox_mail", "user": "user_account"}
        noun = name.removesuffix("_id")
        table = own.get(rule.endpoint.split(".")[0], noun) if name == "id" else other.get(noun, noun)
        return table if table in Base.metadata.tables else None

    def _rule(self, address: str) -> str | None:
        try:
            rule, _values = self.adapter.match(address.split("?")[0], "GET", return_rule=True)
        except HTTPException:
            raise AssertionError(f"a link leads nowhere: {address}") from None
        return None if rule.endpoint == "static" else rule.rule

    def places(self, role: Role | None) -> list[Place]:
        """Every page this role can open; found once, because both test processes ask."""
        kept = self.folder / f"places-{role.value if role else 'visitor'}.json"
        with one_at_a_time(kept.with_suffix("")):
            if not kept.exists():
                linked = self.linked(role)
                found = [*linked, *self.tried(role, {place.rule for place in linked})]
                kept.write_text(json.dumps([place.__dict__ for place in found]))
        return [Place(p["rule"], p["address"], tuple(p["parts"])) for p in json.loads(kept.read_text())]


class Seen:
    """What the pages showed so far, of whichever rule, to whoever it was, in whichever worker."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def is_new(self, place: Place) -> bool:
        """Whether it is the first page of its rule, or shows what no page has shown before; from now on it has."""
        lines = {_hash(place.rule), *place.parts}
        with self.file.open("a+") as kept:
            fcntl.flock(kept, fcntl.LOCK_EX)
            kept.seek(0)
            new = lines - set(kept.read().split())
            kept.write("".join(f"{line}\n" for line in sorted(new)))
        return bool(new)


def parts_of(answer: TestResponse) -> tuple[str, ...]:
    """A mail is shown in a frame that runs no script, and a part of a page is no page: axe cannot be asked about them."""
    framed = "sandbox" in answer.headers.get("Content-Security-Policy", "")
    if answer.status_code != 200 or answer.mimetype != "text/html" or framed or "<html" not in answer.text:
        return ()
    return tuple(sorted(map(_hash, shape_of(answer.text))))


def _hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:20]
