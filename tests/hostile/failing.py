"""The worked example told by somebody whose database fails: every verb's statements one by one, then the verb itself.

The first time that a verb of a `service.py` is called, it is tried inside a savepoint with its first statement failing,
then its second, and so on, until it succeeds. Each failure must come out (nobody swallows it) and leave every table as
it was; then the story goes on with the same verb, so trying again works.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial, wraps
from importlib import import_module
from threading import current_thread, get_ident, main_thread
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from portal.db import Base
from portal.work import Work
from tests.source import modules

Verb = Callable[[Work], Any]

MOST = 400
"""No verb takes more statements than this; one that does fails the test instead of running on."""


class Failure(Exception):
    """The database fails here."""


class Fuse:
    """Lets so many statements of one thread pass and fails at the next one; at None it lets everything pass."""

    def __init__(self, engine: Engine | type[Engine]) -> None:
        self.left: int | None = None
        self.blown = False
        self.thread = 0
        event.listen(engine, "before_cursor_execute", self._count)

    def set(self, left: int) -> None:
        self.left, self.blown, self.thread = left, False, get_ident()

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if self.left is None or get_ident() != self.thread:
            return
        if statement.startswith(("SAVEPOINT", "ROLLBACK TO", "RELEASE")):
            return
        if self.left == 0:
            self.left, self.blown = None, True
            raise Failure(statement[:200])
        self.left -= 1


@cache
def verbs() -> dict[str, Callable[..., Any]]:
    """Every public verb by its full name: what a `service.py` itself defines with `work` first."""
    found = {}
    for module in modules():
        if module.path.name != "service.py":
            continue
        loaded = import_module(module.name)
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _takes_work(node):
                found[f"{module.name}.{node.name}"] = getattr(loaded, node.name)
    return found


def _takes_work(node: ast.FunctionDef) -> bool:
    return bool(node.args.args) and node.args.args[0].arg == "work"


def fingerprint(session: Session) -> dict[str, int]:
    """How many rows each table holds and what their newest ids and versions add up to."""
    found = {}
    with session.no_autoflush:
        for table in Base.metadata.sorted_tables:
            version = ", sum(version)" if "version" in table.c else ""
            row = session.execute(text(f'SELECT count(*), max(id){version} FROM "{table.name}"')).one()
            found[table.name] = hash(tuple(row))
    return found


class Given:
    """What a verb was given, as often as it is asked for: a stream at the same place each time, a generator anew."""

    def __init__(self, args: tuple[Any, ...], facts: dict[str, Any]) -> None:
        self._args = [list(value) if inspect.isgenerator(value) else value for value in args]
        self._facts = {name: list(value) if inspect.isgenerator(value) else value for name, value in facts.items()}
        streams = [value for value in (*args, *facts.values()) if hasattr(value, "read")]
        self.is_once = any(not hasattr(value, "seek") for value in streams)
        self._places = [] if self.is_once else [(value, value.tell()) for value in streams]

    def to(self, verb: Callable[..., Any], work: Work) -> Any:
        for stream, place in self._places:
            stream.seek(place)
        return verb(work, *self._args, **self._facts)


class Tryout:
    """Calls each verb in earnest only after it has been made to fail at its statements."""

    def __init__(self, fuse: Fuse, stride: Callable[[int], int], *, parts: bool = False) -> None:
        self.fuse, self.stride, self.parts = fuse, stride, parts
        self.statements: dict[str, int] = {}
        """How many statements each verb took that was made to fail."""
        self.wrong: list[str] = []
        self.called: set[str] = set()
        """Also those that fail only as a part of another."""
        self.depth = 0
        self.trying = False

    def around(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def tried(work: Work, *args: Any, **facts: Any) -> Any:
            self.called.add(name)
            if current_thread() is not main_thread():
                return verb(work, *args, **facts)
            given = Given(args, facts)
            self.depth += 1  # a verb that another one calls fails with it; with `parts` also by itself
            try:
                if self._is_to_fail(name) and not given.is_once:
                    self._fail(name, partial(given.to, verb), work)
                return given.to(verb, work)
            finally:
                self.depth -= 1

        return tried

    def _is_to_fail(self, name: str) -> bool:
        return name not in self.statements and not self.trying and (self.parts or self.depth == 1)

    def _fail(self, name: str, verb: Verb, work: Work) -> None:
        """Once to the end to see how many statements there are, then with each of them failing."""
        work.session.flush()
        before = fingerprint(work.session)
        count = self._rehearse(name, verb, work)
        if count is None:
            return  # it refuses: its next call is the first
        self.statements[name], number = count, 0
        while number < count:
            self._once(name, verb, work, number)
            number += self.stride(number)
        if fingerprint(work.session) != before:
            self.wrong.append(f"{name} left something behind")

    def _rehearse(self, name: str, verb: Verb, work: Work) -> int | None:
        with self._taken_back(work):
            self.fuse.set(MOST)
            try:
                verb(work)
                work.session.flush()
                return MOST - (self.fuse.left or 0)
            except Exception:
                if self.fuse.blown:
                    self.wrong.append(f"{name} takes more than {MOST} statements")
                return None

    def _once(self, name: str, verb: Verb, work: Work, number: int) -> None:
        with self._taken_back(work):
            self.fuse.set(number)
            try:
                verb(work)
                work.session.flush()
                if self.fuse.blown:
                    self.wrong.append(f"{name} went on after its statement {number} failed")
            except Exception as error:
                if not self.fuse.blown:
                    self.wrong.append(f"{name} refused after it had failed: {error!r}"[:300])

    @contextmanager
    def _taken_back(self, work: Work) -> Iterator[None]:
        """As if it had not been: rows, what the session knows, events, and the fuse."""
        events, savepoint, self.trying = list(work.events), work.session.begin_nested(), True
        try:
            yield
        finally:
            self.fuse.left, self.trying = None, False
            with suppress(Exception):
                savepoint.rollback()
            for thing in list(work.session.new):
                work.session.expunge(thing)
            work.events[:] = events
            work.session.expire_all()


@contextmanager
def tryout(engine: Engine | type[Engine], stride: Callable[[int], int], *, parts: bool = False) -> Iterator[Tryout]:
    """Every verb wrapped, wherever a module has taken its name."""
    found = Tryout(Fuse(engine), stride, parts=parts)
    with pytest.MonkeyPatch.context() as patch:
        wrapped = {id(verb): found.around(name, verb) for name, verb in verbs().items()}
        for module in modules():
            loaded = sys.modules.get(module.name)
            for name, value in list(vars(loaded).items()) if loaded else ():
                if id(value) in wrapped and inspect.isfunction(value):
                    patch.setattr(loaded, name, wrapped[id(value)])
                elif isinstance(value, dict) and not name.startswith("__"):
                    _wrap_in(value, wrapped, patch)
        yield found


def _wrap_in(table: dict[Any, Any], wrapped: dict[int, Any], patch: pytest.MonkeyPatch) -> None:
    """A table of verbs, by themselves or in a tuple beside what they are about."""
    for key, value in list(table.items()):
        if id(value) in wrapped:
            patch.setitem(table, key, wrapped[id(value)])
        elif isinstance(value, tuple) and any(id(part) in wrapped for part in value):
            patch.setitem(table, key, tuple(wrapped.get(id(part), part) for part in value))
