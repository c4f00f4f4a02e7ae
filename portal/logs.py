"""One line per thing that happened, without a word that anybody typed: no names, addresses, form content or tokens.

Our own messages say numbers and codes. Of other packages' messages only the pattern is kept, never what they fill in; of
an error its kind and the lines of code, never its message. What belongs together carries the same `request_id` or `run_id`.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from .config import Settings

FORMATS = ("json", "plain")
OURS = "portal"
FRAMES = 25
"""So many lines of code of an error are kept, the innermost ones."""

_BUSY_WITH: ContextVar[dict[str, Any]] = ContextVar("busy_with", default={})  # noqa: B039  (never changed in place)


def new_id() -> str:
    return uuid.uuid4().hex[:16]


@contextmanager
def busy_with(**facts: Any) -> Iterator[None]:
    """Every line that is written meanwhile carries these facts."""
    token = _BUSY_WITH.set({**_BUSY_WITH.get(), **facts})
    try:
        yield
    finally:
        _BUSY_WITH.reset(token)


def note(log: logging.Logger, event: str, **facts: Any) -> None:
    """A line about what was done. Facts are numbers, codes and names from the source."""
    log.info(event, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record), ensure_ascii=False, default=lambda thing: type(thing).__name__)


class PlainLines(logging.Formatter):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        first = f"{facts.pop('time')} {facts.pop('level')} {facts.pop('event')}"
        trace = facts.pop("trace", [])
        return "\n    ".join([" ".join([first, *(f"{name}={value}" for name, value in facts.items())]), *trace])


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What may be said of this record."""
    ours = record.name.split(".")[0] == OURS
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.getMessage() if ours else str(record.msg) if record.args else f"{record.levelname} line",
        "logger": record.name,
        **_BUSY_WITH.get(),
        **getattr(record, "facts", {}),
    }
    if record.exc_info and record.exc_info[1] is not None:
        facts |= {"error": _kinds(record.exc_info[1]), "trace": _lines(record.exc_info[2])}
    return facts


def _kinds(error: BaseException) -> str:
    """The kinds of an error and of what caused it: 'StaleVersion from IntegrityError'."""
    kinds, seen, at = [], set[int](), error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        kinds.append(type(at).__name__)
        at = at.__cause__ or at.__context__  # type: ignore[assignment]
    return " from ".join(kinds)


def _lines(trace: TracebackType | None) -> list[str]:
    """Where it happened: file, line and function. Never the text of the line, never a value."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return lines[-FRAMES:]


def _short(file: str) -> str:
    """As it is imported: 'portal/web/wall.py', 'flask/app.py'."""
    path = Path(file)
    return next((str(path.relative_to(place)) for place in _PLACES if path.is_relative_to(place)), path.name)


_PLACES = sorted(
    {Path(__file__).parent.parent, *(Path(place).absolute() for place in sys.path if place)},
    key=lambda place: -len(place.parts),
)


def begin(settings: Settings) -> None:
    """Let this process write its lines to standard error. A practice installation says only what is amiss."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.WARNING if settings.practice else logging.INFO)
    server = logging.getLogger("gunicorn.error")
    for own in server.handlers:
        own.setFormatter(handler.formatter)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _uncaught(error, trace)
    threading.excepthook = lambda args: _uncaught(args.exc_value, args.exc_traceback)


def _uncaught(error: BaseException | None, trace: TracebackType | None) -> None:
    if error is not None:
        logging.getLogger("portal").critical("the process broke off", exc_info=(type(error), error, trace))
