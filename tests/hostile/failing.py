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
from functools import wraps
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from portal.db import Base
from portal.work import Work
from tests.source import modules

MOST = 400
"""No verb takes more statements than this; one that does fails the test instead of running on."""


class Failure(Exception):
    """The database fails here."""


class Fuse:
    """Lets so many statements pass and fails at the next one; at None it lets everything pass."""

    def __init__(self, engine: Engine) -> None:
        self.left: int | None = None
        self.blown = False
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if self.left is None or statement.startswith(("SAVEPOINT", "ROLLBACK TO", "RELEASE")):
            return
        if self.left == 0:
            self.left, self.blown = None, True
            raise Failure(statement[:200])
        self.left -= 1


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


class Tryout:
    """Calls each verb in earnest only after it has been made to fail at its statements."""

    def __init__(self, fuse: Fuse, stride: Callable[[int], int]) -> None:
        self.fuse, self.stride = fuse, stride
        self.statements: dict[str, int] = {}
        self.wrong: list[str] = []
        self.called: set[str] = set()
        """Also those that fail only as a part of another."""
        self.depth = 0

    def around(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def tried(work: Work, *args: Any, **facts: Any) -> Any:
            self.called.add(name)
            self.depth += 1  # a verb that another one calls fails with it
            try:
                if self.depth == 1 and name not in self.statements and not _one_time(args, facts):
                    self._fail(name, verb, work, args, facts)
                return verb(work, *args, **facts)
            finally:
                self.depth -= 1

        return tried

    def _fail(self, name: str, verb: Callable[..., Any], work: Work, args: Any, facts: Any) -> None:
        work.session.flush()
        before, number = fingerprint(work.session), 0
        while number < MOST:
            done = self._once(name, verb, work, args, facts, number)
            if done:
                break
            number += self.stride(number)
        self.statements[name] = number
        if fingerprint(work.session) != before:
            self.wrong.append(f"{name} left something behind")

    def _once(self, name: str, verb: Callable[..., Any], work: Work, args: Any, facts: Any, number: int) -> bool:
        """Whether it came through: then it has fewer statements than `number`."""
        events, savepoint = list(work.events), work.session.begin_nested()
        self.fuse.left, self.fuse.blown = number, False
        try:
            verb(work, *args, **facts)
            work.session.flush()
            if self.fuse.blown:
                self.wrong.append(f"{name} went on after its statement {number} failed")
        except Exception as error:
            if not self.fuse.blown:
                self.wrong.append(f"{name} refused in the story: {error!r}"[:300]) if number else None
                return self._undo(work, savepoint, events) or True
        finally:
            self.fuse.left = None
        came_through = not self.fuse.blown
        self._undo(work, savepoint, events)
        return came_through

    @staticmethod
    def _undo(work: Work, savepoint: Any, events: list[Any]) -> None:
        with suppress(Exception):
            savepoint.rollback()
        for thing in list(work.session.new):
            work.session.expunge(thing)
        work.events[:] = events
        work.session.expire_all()


def _one_time(args: tuple[Any, ...], facts: dict[str, Any]) -> bool:
    """A stream is read once: what takes one is tried in the tests of files."""
    return any(hasattr(value, "read") or inspect.isgenerator(value) for value in (*args, *facts.values()))


@contextmanager
def tryout(engine: Engine, stride: Callable[[int], int]) -> Iterator[Tryout]:
    """Every verb wrapped, wherever a module has taken its name."""
    found = Tryout(Fuse(engine), stride)
    with pytest.MonkeyPatch.context() as patch:
        wrapped = {id(verb): found.around(name, verb) for name, verb in verbs().items()}
        for module in modules():
            loaded = sys.modules.get(module.name)
            for name, value in list(vars(loaded).items()) if loaded else ():
                if id(value) in wrapped and inspect.isfunction(value):
                    patch.setattr(loaded, name, wrapped[id(value)])
        yield found
