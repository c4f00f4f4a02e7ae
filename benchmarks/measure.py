"""How the benchmarks measure: CPU time against a floor of the same run, each figure beside its goal."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, event


@dataclass(frozen=True)
class Figure:
    what: str
    figure: str
    goal: str
    met: bool
    brief: bool
    """Belongs in the README; everything stands in docs/figures.md."""


@dataclass
class Report:
    """What was measured, in the order of measuring."""

    figures: list[Figure] = field(default_factory=list)

    def head(self, words: str) -> None:
        print(f"\n{words}", flush=True)

    def show(self, what: str, figure: str, goal: str = "", met: bool = True, *, brief: bool = True) -> None:
        self.figures.append(Figure(what, figure, goal, met, brief))
        print(f"  {'ok  ' if met else 'MISS'} {what:<64} {figure:>34}   {goal}", flush=True)

    def ratio(self, what: str, ratio: float, floor: str, goal: float) -> None:
        self.show(what, f"{ratio:.1f} x {floor}", f"at most {goal:g} x", ratio <= goal)

    def table(self, *, brief: bool) -> str:
        """The figures as a Markdown table; a missed goal stays visible."""
        shown = [figure for figure in self.figures if figure.brief or not brief]
        rows = [f"| {f.what} | {f.figure} | {f.goal}{'' if f.met else ' **missed**'} |" for f in shown]
        return "\n".join(["| what | measured | goal |", "|---|---|---|", *rows])


def cpu(act: Callable[[], object], times: int) -> float:
    """Least CPU seconds of one act in three series; the least is the one least disturbed."""
    return min(_once(act, times) for _series in range(3))


def beside(floor: Callable[[], object], act: Callable[[], object], times: int) -> tuple[float, float]:
    """Least CPU seconds of one act, and how many times the floor that is: both in turns, for the machine may slow down
    halfway. The middle one of seven comparisons."""
    least, ratios = float("inf"), []
    for _series in range(7):
        (under, took) = (_once(what, times) for what in (floor, act))
        least = min(least, took)
        ratios.append(took / under)
    return least, median(ratios)


def _once(act: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) / times


@contextmanager
def counted(engine: Engine) -> Iterator[list[int]]:
    """How many queries reach the database meanwhile, as the one element of the list; as the tests count them, the
    opening of the transaction is none."""
    count = [0]

    def one_more(_connection: object, _cursor: object, statement: str, *_told: object) -> None:
        count[0] += not statement.startswith("BEGIN")

    event.listen(engine, "before_cursor_execute", one_more)
    yield count
    event.remove(engine, "before_cursor_execute", one_more)


def forced_write(folder: Path) -> float:
    """Seconds of one small write in this folder that must reach the disk; the median of eleven."""
    took = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(11):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took)


def resident() -> float:
    """MiB of this process in memory now."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def forget_the_most() -> None:
    """Let `most_resident` count from here."""
    with open("/proc/self/clear_refs", "w") as peaks:
        peaks.write("5")


def most_resident() -> float:
    """The most MiB that this process had in memory, ever or since `forget_the_most`."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
