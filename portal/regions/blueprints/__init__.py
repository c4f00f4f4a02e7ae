"""Region blueprints: one TOML file per region, read strictly into frozen dataclasses.

`load_all` is called when the portal starts; a wrong file names the file, the key and the reason. A procedure keeps
`as_json` of the blueprint it was started from, so that it never changes because a file did.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from portal.regions.blueprints.checks import complaints
from portal.regions.blueprints.dates import SuggestedDates, suggested_dates
from portal.regions.blueprints.reading import BlueprintError, Reader, to_plain
from portal.regions.blueprints.schema import SCHEMA_VERSION, Blueprint

__all__ = [
    "SCHEMA_VERSION",
    "Blueprint",
    "BlueprintError",
    "InvalidBlueprint",
    "SuggestedDates",
    "as_json",
    "check_blueprint",
    "digest",
    "from_json",
    "load_all",
    "load_blueprint",
    "suggested_dates",
]

FOLDER = Path(__file__).parent


class InvalidBlueprint(ValueError):
    """One or more blueprint files are wrong; `errors` holds every complaint."""

    def __init__(self, errors: Sequence[BlueprintError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


def load_blueprint(path: Path | str) -> Blueprint:
    """The blueprint in that TOML file. Raises InvalidBlueprint with every complaint at once."""
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise InvalidBlueprint([BlueprintError(path.name, "", f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidBlueprint([BlueprintError(path.name, "", f"is not valid TOML: {error}")]) from error
    return _build(Reader(path.name), data)


def load_all(folder: Path | str | None = None) -> dict[str, Blueprint]:
    """Every blueprint by region code: those of the portal, or those in a folder.

    Raises InvalidBlueprint with the complaints of all files.
    """
    return dict(_shipped()) if folder is None else _load_folder(Path(folder))


@cache
def _shipped() -> dict[str, Blueprint]:
    return _load_folder(FOLDER)


def _load_folder(folder: Path) -> dict[str, Blueprint]:
    blueprints: dict[str, Blueprint] = {}
    errors: list[BlueprintError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            blueprint = load_blueprint(path)
        except InvalidBlueprint as wrong:
            errors += wrong.errors
            continue
        if blueprint.code != path.stem:
            reason = f"'{blueprint.code}' must be the file's name, '{path.stem}'"
            errors.append(BlueprintError(path.name, "region.code", reason))
        blueprints[blueprint.code] = blueprint
    if errors:
        raise InvalidBlueprint(errors)
    return blueprints


def check_blueprint(path: Path | str) -> list[str]:
    """The complaints about that file as sentences; empty when it is in order."""
    try:
        load_blueprint(path)
    except InvalidBlueprint as wrong:
        return [str(error) for error in wrong.errors]
    return []


@lru_cache(maxsize=8)
def as_json(blueprint: Blueprint) -> str:
    """The whole blueprint as canonical JSON: the same blueprint always gives the same text."""
    return json.dumps(to_plain(blueprint), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=64)
def from_json(text: str) -> Blueprint:
    """The blueprint in a stored copy. Raises InvalidBlueprint when the copy is not one."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidBlueprint([BlueprintError("stored copy", "", f"is not valid JSON: {error}")]) from error
    return _build(Reader("stored copy", json=True), data)


def digest(blueprint: Blueprint) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(as_json(blueprint).encode()).hexdigest()


def _build(reader: Reader, data: Any) -> Blueprint:
    blueprint = reader.read(Blueprint, data, "")
    if not reader.errors:
        for key, reason in complaints(blueprint):
            reader.complain(key, reason)
    if reader.errors:
        raise InvalidBlueprint(reader.errors)
    assert isinstance(blueprint, Blueprint)
    return blueprint
