"""From plain data (TOML or JSON) to the frozen dataclasses, strictly, and back to JSON."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any


@dataclass(frozen=True)
class BlueprintError:
    """One complaint: which file, which key in it, and what is wrong."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class _Nothing:
    """Stands for a value that could not be read; the complaint is already recorded."""


NOTHING = _Nothing()

FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST = 10**12

EXPECTED = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
    date: "a date such as 2023-01-01",
    time: "a time such as 17:00:00",
}


@dataclass
class Reader:
    """Reads one file and collects every complaint. With `json`, dates, times and numbers come as text."""

    file: str
    json: bool = False
    errors: list[BlueprintError] = field(default_factory=list)

    def complain(self, key: str, reason: str) -> _Nothing:
        self.errors.append(BlueprintError(self.file, key, reason))
        return NOTHING

    def read(self, hint: Any, raw: Any, key: str) -> Any:
        """`raw` as a value of type `hint`, or NOTHING with a complaint."""
        if isinstance(hint, types.UnionType):
            return self._optional(hint, raw, key)
        if typing.get_origin(hint) is tuple:
            return self._list(typing.get_args(hint)[0], raw, key)
        if dataclasses.is_dataclass(hint):
            return self._table(hint, raw, key)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self._word(hint, raw, key)
        return self._scalar(hint, raw, key)

    def _optional(self, hint: types.UnionType, raw: Any, key: str) -> Any:
        if raw is None and self.json:
            return None
        inner = next(kind for kind in typing.get_args(hint) if kind is not type(None))
        return self.read(inner, raw, key)

    def _list(self, inner: Any, raw: Any, key: str) -> Any:
        if not isinstance(raw, list):
            return self.complain(key, f"must be a list, found {_shown(raw)}")
        values = [self.read(inner, item, f"{key}[{_name(item, i)}]") for i, item in enumerate(raw)]
        return NOTHING if any(value is NOTHING for value in values) else tuple(values)

    def _table(self, kind: Any, raw: Any, key: str) -> Any:
        if not isinstance(raw, Mapping):
            return self.complain(key, f"must be a table with keys, found {_shown(raw)}")
        known = _fields(kind)
        for name in raw:
            if name not in known:
                self.complain(_join(key, name), f"unknown key; allowed here: {', '.join(known)}")
        values: dict[str, Any] = {}
        for name, (hint, required) in known.items():
            if name in raw:
                values[name] = self.read(hint, raw[name], _join(key, name))
            elif required:
                values[name] = self.complain(_join(key, name), "missing; this key is required")
        return NOTHING if any(value is NOTHING for value in values.values()) else kind(**values)

    def _word(self, kind: type[StrEnum], raw: Any, key: str) -> Any:
        words = [member.value for member in kind]
        if raw not in words:
            return self.complain(key, f"{_shown(raw)} is not allowed; choose from: {', '.join(words)}")
        return kind(raw)

    def _scalar(self, hint: Any, raw: Any, key: str) -> Any:
        value = _from_text(hint, raw) if self.json else _from_number(hint, raw)
        wrong = not isinstance(value, hint) or (hint is int and isinstance(value, bool))
        if wrong or (hint is date and isinstance(value, datetime)):
            return self.complain(key, f"must be {EXPECTED[hint]}, found {_shown(raw)}")
        if isinstance(value, str) and not value.strip():
            return self.complain(key, "is empty; leave the key out when there is nothing to say")
        if isinstance(value, Decimal) and not value.is_finite():
            return self.complain(key, f"must be a number, found {_shown(raw)}")
        return self._within_reason(value, raw, key)

    def _within_reason(self, value: Any, raw: Any, key: str) -> Any:
        """No year or number that sums and dates further on could not bear."""
        if isinstance(value, date) and not FIRST_YEAR <= value.year < LAST_YEAR:
            reason = f"must be a date between {FIRST_YEAR} and {LAST_YEAR - 1}, found {_shown(raw)}"
            return self.complain(key, reason)
        if isinstance(value, int | Decimal) and not -LARGEST <= value <= LARGEST:
            return self.complain(key, f"must be a number between -{LARGEST} and {LARGEST}, found {_shown(raw)}")
        return value


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Key -> (type, required)."""
    hints = typing.get_type_hints(kind)
    return {item.name: (hints[item.name], item.default is dataclasses.MISSING) for item in dataclasses.fields(kind)}


def _from_number(hint: Any, raw: Any) -> Any:
    return Decimal(raw) if hint is Decimal and isinstance(raw, int) and not isinstance(raw, bool) else raw


def _from_text(hint: Any, raw: Any) -> Any:
    if not isinstance(raw, str) or hint is str:
        return raw
    try:
        if hint is Decimal:
            return Decimal(raw)
        if hint in (date, time):
            return hint.fromisoformat(raw)
    except (ValueError, InvalidOperation):
        return raw
    return raw


def _name(item: Any, position: int) -> str:
    code = item.get("code") if isinstance(item, Mapping) else None
    return code if isinstance(code, str) and code else str(position)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return f"'{raw}'" if len(raw) <= 40 else f"'{raw[:37]}...'"
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, Mapping):
        return "a table with keys"
    return "nothing" if raw is None else str(raw)


def to_plain(value: Any) -> Any:
    """A dataclass as JSON-ready data: numbers with a fraction, dates and times become text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return value
