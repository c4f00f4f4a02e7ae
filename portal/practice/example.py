"""The worked example: one region's story from March 2022 to May 2024, told by the same verbs that the pages call."""

from __future__ import annotations

from collections.abc import Callable

from portal.mail import Transport
from portal.work import Office

from .story import beginning, contracts, judging, later, procedures, providers, submissions, table
from .story.stage import MovableClock, Stage

CHAPTERS = (
    beginning.tell,
    providers.tell,
    procedures.tell,
    submissions.tell,
    judging.tell,
    contracts.tell,
    table.tell,
    later.tell,
)


def tell(
    office: Office, clock: MovableClock, transport: Transport, password: str, *, say: Callable[[str], object] = print
) -> list[dict[str, str]]:
    """The whole story; returns who can log in. It ends on 13 May 2024 with something to do for every role."""
    stage = Stage(office, clock, transport, password, say)
    for chapter in CHAPTERS:
        chapter(stage)
    return stage.card()


def tell_begin(
    office: Office, clock: MovableClock, transport: Transport, password: str, *, say: Callable[[str], object] = print
) -> list[dict[str, str]]:
    """Only the beginning: the region and its people on 1 March 2022."""
    stage = Stage(office, clock, transport, password, say)
    beginning.tell(stage)
    return stage.card()
