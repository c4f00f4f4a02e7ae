"""State machines as data. `Workflow.apply` is the one place that sets a `.state`."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from .access import Actor, Permission, may
from .audit import record
from .errors import IllegalTransition, NotAllowed, RuleBroken
from .work import Work

S = TypeVar("S", bound=enum.Enum)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One row of a table: the act, from where, to where, who."""

    act: str
    sources: tuple[S, ...]
    target: S
    permission: Permission


class Workflow(Generic[S]):
    """The life of one kind of thing."""

    ALL: ClassVar[dict[str, Workflow[Any]]] = {}

    def __init__(self, name: str, start: S, *transitions: Transition[S]) -> None:
        self.name, self.start, self.transitions = name, start, transitions
        self._by_act = {t.act: t for t in transitions}
        if len(self._by_act) != len(transitions):
            raise ValueError(f"{name}: an act stands twice")
        Workflow.ALL[name] = self

    def apply(self, work: Work, thing: Any, act: str, *, unless: Iterable[str] = (), **facts: Any) -> None:
        """Check permission, then state, then the reasons against; set the state; record before and after.

        Raises NotAllowed, IllegalTransition or RuleBroken; then nothing has changed.
        """
        row = self._by_act[act]
        if not may(work.actor, row.permission, thing):
            raise NotAllowed(row.permission.value, subject=thing)
        if thing.state not in row.sources:
            raise IllegalTransition(self.name, act, thing.state.value, subject=thing)
        if reasons := tuple(unless):
            raise RuleBroken(*reasons, subject=thing)
        before, thing.state = thing.state, row.target
        record(work, f"{self.name}.{act}", thing, before=before, after=row.target, **facts)

    def acts(self, actor: Actor | None, thing: Any) -> list[str]:
        """The acts that the table allows this actor now: what a page shows as buttons."""
        return [t.act for t in self.transitions if thing.state in t.sources and may(actor, t.permission, thing)]

    def can(self, actor: Actor | None, thing: Any, act: str) -> bool:
        return act in self.acts(actor, thing)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start.value}"]
        for row in self.transitions:
            lines += [f"    {s.value} --> {row.target.value}: {row.act} ({row.permission.value})" for s in row.sources]
        targets = {t.target for t in self.transitions}
        leaving = {s for t in self.transitions for s in t.sources}
        lines += [f"    {end.value} --> [*]" for end in sorted(targets - leaving, key=lambda e: str(e.value))]
        return "\n".join(lines)
