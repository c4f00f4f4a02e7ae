"""How the room of one mail is shared among the roles of its reader."""

from __future__ import annotations

from collections.abc import Sequence


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """How many lines each role gets: what it asks for, but no role is pushed out by another."""
    given = [0] * len(wanted)
    while room and given != list(wanted):
        for place, asks in enumerate(wanted):
            if room and given[place] < asks:
                given[place], room = given[place] + 1, room - 1
    return given
