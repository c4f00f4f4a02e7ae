"""Whatever arrives, the portal answers: a campaign of hostile requests over all routes, as everybody, from a seed.

python -m tests.hostile.fuzz --requests 20000 [--seed 7] [--world FOLDER]
"""

from __future__ import annotations

import json
import logging
import re
import string
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.access import SYSTEM
from portal.audit import verify_chain
from portal.work import begin_read, begin_write
from tests.browser import worked_example
from tests.hostile.doors import kind_of
from tests.hostile.things import address, things
from tests.hostile.world import Person, World

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "VERZIN")
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "999999999999999999999999",
    "-9223372036854775809",
    "1e308",
    "NaN",
    "1,5",
    "٣",
    "½",
    "on",
    "\0",
    "a\0b",
    "\ud800",
    "\ufeff",
    "\u202eexe.pdf",
    "é" * 300,
    "x" * 5000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "31-02-2022",
    "2022-13-45T99:99",
    "0001-01-01",
    "31-12-9999",
    "9999-12-31T23:59",
    "24-03-2024 02:30",
    "true",
    "null",
    "[]",
    "{}",
    "\r\nSet-Cookie: a=b",
    "https://elders.example/",
    "//elders.example",
)
"""Values that break what trusts them."""
TYPES = (
    "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/xml",
    "application/x-www-form-urlencoded; charset=utf-7", "application/octet-stream", "", "\xff/\xfe",
)  # fmt: skip
HEADERS = ("Accept-Language", "Referer", "If-None-Match", "Range", "X-Forwarded-For", "User-Agent", "Cookie", "Origin")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?:input|textarea|select|button)\b[^>]*\bname=\"([^\"]+)\"[^>]*>")
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
        options: dict[str, Any] = {"headers": self._headers()}
        seen = self.forms.get(person)
        if method == "POST" and seen and self.random.random() < 0.5:
            target = self.random.choice(list(seen))
            options["data"] = self._filled(seen[target], client)
            return method, target, options
        target = self._address(rule, person) + self._query()
        if method in ("POST", "PUT", "PATCH"):
            options |= self._body(client)
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
        return re.sub(r"<[^>]+>", lambda _match: self._segment(), rule.rule)

    def _segment(self) -> str:
        odd = (
            "0",
            "1",
            "-1",
            str(2**31),
            str(2**63),
            str(10**40),
            "%00",
            "%ff%fe",
            "..",
            "%2e%2e%2f",
            "%0d%0a",
            "a" * 3000,
        )
        return self.random.choice((*odd, "suspend", "alkmaar", "G1", "x", "%F0%9F%92%A9"))

    def _query(self) -> str:
        if self.random.random() < 0.6:
            return ""
        names = ("pagina", "q", "sorteer", "vanaf", "jaar", "next", "formaat", "toestand", "tot", "na", "a[b][c][d]")
        pairs = [f"{self.random.choice(names)}={self._quoted()}" for _ in range(self.random.randint(1, 40))]
        return "?" + self.random.choice(("&", ";", "&&&")).join(pairs)

    def _quoted(self) -> str:
        words = self.random.choice((*TEXTS, "%ff%fe%00", "%", "%u0041", "xlsx", "csv", "a/b?c#d"))
        return "".join(c if c in string.ascii_letters + string.digits + "%-._" else _escaped(c) for c in words[:600])

    def _headers(self) -> list[tuple[str, str]]:
        if self.random.random() < 0.7:
            return []
        words = self.random.choice(TEXTS).replace("\r", "").replace("\n", "").replace("\0", "")
        return [(self.random.choice(HEADERS), words.encode("latin-1", "ignore").decode("latin-1")[:2000])]

    def _body(self, client: FlaskClient) -> dict[str, Any]:
        draw = self.random.random()
        if draw < 0.2:
            junk: object = self.random.choice(({"a": [1] * 50}, [[[[]]]], "x", None, {"csrf_token": 1}))
            return {"data": json.dumps(junk), "content_type": "application/json"}
        if draw < 0.4:
            return {
                "data": self.random.randbytes(self.random.randint(0, 3000)),
                "content_type": self.random.choice(TYPES),
            }
        if draw < 0.5:
            return {"data": MULTIPART, "content_type": "multipart/form-data; boundary=b"}
        names = (
            "name",
            "title",
            "text",
            "version",
            "nonce",
            "file",
            "next",
            "locale",
            "amount",
            "date",
            "\udcff",
            "a[]",
        )
        data: dict[str, Any] = {self.random.choice(names): self.random.choice(TEXTS) for _ in range(5)}
        if self.random.random() < 0.2:
            data["file"] = (
                BytesIO(self.random.randbytes(200)),
                self.random.choice(("a.pdf", "../a.docx", "", "\u202e.png")),
            )
        return {"data": self._with_token(data, client)}

    def _filled(self, form: list[tuple[str, str]], client: FlaskClient) -> dict[str, Any]:
        """A form as a page showed it, with some of its answers replaced."""
        data: dict[str, Any] = {}
        for name, value in form:
            hostile = name != "csrf_token" and self.random.random() < 0.4
            data[name] = self.random.choice(TEXTS) if hostile else value
        return self._with_token({k: v for k, v in data.items() if self.random.random() < 0.95}, client)

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
        wrong += [f"row without its parent: {row}" for row in self.world.query("PRAGMA foreign_key_check")]
        return wrong


MULTIPART = (
    b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''%ff%00\r\nContent-Type: \xff\r\n\r\n\0\r\n"
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b\r\n\r\n--b--trailing\r\n--b"
)


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _value(tag: str) -> str:
    found = VALUE.search(tag)
    return unescape(found.group(1)) if found else "1"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--world", type=Path, help="a folder with the told worked example; told anew when left out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = asked.world or Path(folder) / "told"
        told.mkdir(exist_ok=True)
        worked_example.build(told)
        campaign = Campaign(World(Path(folder) / "world", told), Random(asked.seed))
        started = time.monotonic()
        sent = campaign.run(asked.requests, asked.seconds)
        print(f"{sent} requests in {time.monotonic() - started:.0f} s: {dict(sorted(campaign.answers.items()))}")
        faults = [*campaign.faults, *campaign.aftermath()]
        print("\n\n".join(faults) or "no 500, no traceback, no lock, the chain verifies")
        raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
