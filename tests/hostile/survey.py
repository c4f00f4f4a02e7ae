"""Writes what the portal does into the form of the table in doors.py, to be read and judged before it becomes the table.

python -m tests.hostile.survey FOLDER  (a told worked example)
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from werkzeug.routing import Rule

from portal.access import Role
from tests.hostile.doors import kind_of
from tests.hostile.things import address, samples
from tests.hostile.world import World

SHORT = {
    Role.PROCUREMENT_OFFICER: "officer", Role.INDEPENDENT_CHAIR: "chair", Role.TABLE_SECRETARY: "secretary",
    Role.TABLE_PARTICIPANT: "participant", Role.CONTRACT_MANAGER: "manager", Role.COLLEGE_DELEGATE: "delegate",
    Role.COUNCIL_READER: "council", Role.ACCESS_ACCOUNT_HOLDER: "access", Role.PLATFORM_ADMIN: "administrator",
    Role.PROVIDER_ADMIN: "provider",
}  # fmt: skip
"""Role in the table."""

Seen = dict[str, set[str]]
"""State of the thing -> the roles that get to see it."""


def short(role: Role) -> str:
    return SHORT.get(role, role.value)


def look(world: World, rule: Rule, kind: str) -> Seen:
    """Ask for one thing of each state, as everybody whom the door lets through. A 404 is not seen, all else is.

    A provider asks for what is its own; a colleague who only edits sees what the administrator sees.
    """
    seen: Seen = {}
    for person in world.those("home", world.view(rule)):
        if person.role is Role.PROVIDER_EDITOR:
            continue
        client = world.client(person)
        for thing in samples(world, kind, person.organisation_id if person.role is Role.PROVIDER_ADMIN else None):
            cell = seen.setdefault(thing.state, set())
            answer = client.get(address(rule, thing))
            if answer.status_code != 404:
                cell.add(short(person.role))
            answer.close()
    return seen


def row(seen: Seen) -> str:
    """As doors.py says it: "officer manager; provider: final": always, or in these states."""
    states: dict[str, set[str]] = defaultdict(set)
    for state, roles in seen.items():
        for role in roles:
            states[role].add(state)
    lines: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for role, found in states.items():
        lines[() if found == set(seen) else tuple(sorted(found))].append(role)
    return "; ".join(
        " ".join(sorted(roles)) + (f": {' '.join(found)}" if found else "") for found, roles in sorted(lines.items())
    )


def is_open(world: World, rule: Rule) -> bool:
    return bool(getattr(world.view(rule), "open_to_visitors", False))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), Path(sys.argv[1]))
        for rule in world.rules("GET"):
            if (kind := kind_of(rule)) and not is_open(world, rule):
                sys.stdout.write(f'    "{rule.rule}": "{row(look(world, rule, kind))}",\n')


if __name__ == "__main__":
    main()
