"""Whatever arrives, the portal answers: a campaign of hostile requests over all routes, as everybody, from a seed.

python -m tests.hostile.fuzz --requests 20000 [--seed 7] [--world FOLDER] [--database postgresql://...]
"""

from __future__ import annotations

import logging
import re
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.access import SYSTEM
from portal.audit import verify_chain
from portal.db import Base
from portal.work import begin_read, begin_write
from tests.browser import worked_example
from tests.databases import made_database
from tests.hostile.doors import kind_of
from tests.hostile.junk import METHODS, Junk
from tests.hostile.things import address, things
from tests.hostile.world import Person, World

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?:input|textarea|select|button)\b[^>]*\bname=\"([^\"]+)\"[^>]*>")
LEFT_OPEN = (
    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
)
VALUE = re.compile(r"\bvalue=\"([^\"]*)\"")


Forms = dict[str, list[tuple[str, str]]]
"""Address of a form -> names and values as the page gave them."""


class Log(logging.Handler):
    """What the portal itself reports as broken."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = self.formatter or logging.Formatter()
        self.faults.append(trace.format(record)[-3000:])


@dataclass
class Campaign:
    world: World
    random: Random
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    forms: dict[Person | None, Forms] = field(default_factory=dict)
    """The forms that each has seen on pages."""
    clients: dict[Person | None, FlaskClient] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.junk = Junk(self.random)

    def run(self, requests: int, seconds: float = float("inf")) -> int:
        """Send so many, or as many as fit in the time; returns how many that were."""
        log = Log()
        logging.getLogger("portal").addHandler(log)
        app = self.world.app
        app.testing = False
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        end, number = time.monotonic() + seconds, 0
        while number < requests and time.monotonic() < end:
            if number % 400 == 0:
                self.clients.clear()  # some logged themselves out, or ended their own role
            self._one(number)
            number += 1
        app.testing = True
        logging.getLogger("portal").removeHandler(log)
        self.faults += log.faults
        return number

    def _one(self, number: int) -> None:
        rule = self.random.choice(self.rules)
        person = self._person(rule)
        client = self.clients.get(person) or self.clients.setdefault(person, self.world.client(person))
        method, target, options = self._request(rule, person, client)
        try:
            answer = client.open(target, method=method, **options)
        except (UnicodeError, ValueError):  # the client's own refusal: no server ever gets this
            self.answers[0] += 1
            return
        self.answers[answer.status_code] += 1
        said = answer.get_data(as_text=False)
        if (answer.status_code >= 500 and answer.status_code != 503) or b"Traceback (most recent" in said:
            self.faults.append(f"#{number} {person} {method} {target[:200]!r} -> {answer.status_code} {options!r:.600}")
        if method == "GET" and answer.status_code == 200 and answer.mimetype == "text/html":
            self._remember(person, target, said.decode("utf-8", "replace"))
        answer.close()

    # --- what is sent ----------------------------------------------------------------------------------------

    def _person(self, rule: Rule) -> Person | None:
        """Mostly somebody whom the door lets through: behind it is where things can break."""
        inside = [*self.world.those("home", self.world.view(rule)), *self.world.those("other", self.world.view(rule))]
        anybody = [None, *self.world.those("home"), *self.world.those("other")]
        return self.random.choice(inside if inside and self.random.random() < 0.8 else anybody)

    def _request(self, rule: Rule, person: Person | None, client: FlaskClient) -> tuple[str, str, dict[str, Any]]:
        offered = sorted({"GET", "POST"} & (rule.methods or set()))
        method = self.random.choice(offered if self.random.random() < 0.85 else METHODS)
        options: dict[str, Any] = {"headers": self.junk.headers()}
        seen = self.forms.get(person)
        if method == "POST" and seen and self.random.random() < 0.5:
            target = self.random.choice(list(seen))
            options["data"] = self._with_token(self.junk.filled(seen[target]), client)
            return method, target, options
        target = self._address(rule, person) + self.junk.query()
        if method in ("POST", "PUT", "PATCH"):
            body = self.junk.body()
            options |= body
            if isinstance(body["data"], dict):
                options["data"] = self._with_token(body["data"], client)
        return method, target, options

    def _address(self, rule: Rule, person: Person | None) -> str:
        kind = kind_of(rule)
        if kind and self.random.random() < 0.7:
            found = self.known.setdefault(kind, things(self.world, kind))
            own = [
                t for t in found if not t.is_mirrored and person and t.organisation_id in (None, person.organisation_id)
            ]
            if chosen := (own if own and self.random.random() < 0.8 else found):
                return address(rule, self.random.choice(chosen))
        return re.sub(r"<[^>]+>", lambda _match: self.junk.segment(), rule.rule)

    def _with_token(self, data: dict[str, Any], client: FlaskClient) -> dict[str, Any]:
        """Half of what is sent carries the token of its own session."""
        data["csrf_token"] = client.token() if self.random.random() < 0.75 else "nep"  # type: ignore[attr-defined]
        return data

    def _remember(self, person: Person | None, target: str, page: str) -> None:
        for attributes, inside in FORM.findall(page):
            if "post" in attributes.lower():
                action = re.search(r'action="([^"]*)"', attributes)
                where = unescape(action.group(1)) if action and action.group(1) else target
                fields = [(m.group(1), _value(m.group(0))) for m in FIELD.finditer(inside)]
                self.forms.setdefault(person, {})[where] = [f for f in fields if f[0] != "csrf_token"]

    # --- afterwards ------------------------------------------------------------------------------------------

    def aftermath(self) -> list[str]:
        """What is wrong with the portal that lived through it: a lock, a broken chain, rows that point nowhere."""
        wrong = []
        started = time.monotonic()
        with begin_write(self.world.office, SYSTEM) as work:
            work.session.flush()
        if time.monotonic() - started > 5:
            wrong.append("a write had to wait: a lock was left behind")
        with begin_read(self.world.office, SYSTEM) as look:
            wrong += list(verify_chain(look.session))
        if self.world.office.db.is_sqlite:
            return wrong + [f"row without its parent: {row}" for row in self.world.query("PRAGMA foreign_key_check")]
        wrong += [f"left open: {row[0]}" for row in self.world.query(LEFT_OPEN)]
        return wrong + [f"{count} rows without their parent: {key}" for key, count in self._orphans()]

    def _orphans(self) -> Iterator[tuple[str, object]]:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                child, parent = f'c."{key.parent.name}"', f'p."{key.column.name}"'
                [(count,)] = self.world.query(
                    f'SELECT count(*) FROM "{table.name}" c LEFT JOIN "{key.column.table.name}" p ON {child} = {parent} '
                    f"WHERE {child} IS NOT NULL AND {parent} IS NULL"
                )
                if count:
                    yield f"{table.name}.{key.parent.name}", count


def _value(tag: str) -> str:
    found = VALUE.search(tag)
    return unescape(found.group(1)) if found else "1"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--world", type=Path, help="a folder with the told worked example; told anew when left out")
    parser.add_argument("--database", default="", help="a PostgreSQL server on which to make a database for this")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        told = asked.world or Path(folder) / "told"
        told.mkdir(exist_ok=True)
        worked_example.build(told)
        server = asked.database.replace("postgresql://", "postgresql+psycopg://", 1)
        url = stack.enter_context(made_database(server)) if server else ""
        world = World(Path(folder) / "world", told, url)
        stack.callback(world.office.db.dispose)
        campaign = Campaign(world, Random(asked.seed))
        started = time.monotonic()
        sent = campaign.run(asked.requests, asked.seconds)
        print(f"{sent} requests in {time.monotonic() - started:.0f} s: {dict(sorted(campaign.answers.items()))}")
        faults = [*campaign.faults, *campaign.aftermath()]
        print("\n\n".join(faults) or "no 500, no traceback, no lock, the chain verifies")
        raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
