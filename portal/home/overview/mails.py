"""The daily overview: what waits for a reader, and the mails that only inform and were kept for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.mail import HeldLine, OutboxMail, tell
from portal.waits import Wait
from portal.web.links import path_of
from portal.work import Work

from .rules import shares

MOST = 20
"""So many tasks are written out in one mail; the start page has them all."""


@dataclass(frozen=True)
class InRole:
    """What waits for one role of the reader, most urgent first."""

    label: str
    membership_id: int
    waits: Sequence[Wait]


def overview_key(work: Work) -> str:
    """One overview per reader and day, whoever asks for it how often."""
    return f"daily_digest:{work.today.isoformat()}"


def send_overview(work: Work, user: User, roles: Sequence[InRole], news: Sequence[HeldLine]) -> OutboxMail:
    """`news`: what was kept for this overview."""
    several = len(roles) > 1
    room = shares([len(role.waits) for role in roles], MOST)
    groups = [_group(role, lines, several=several) for role, lines in zip(roles, room, strict=True)]
    facts = {
        "name": user.name,
        "groups": [group for group in groups if group["tasks"]],
        "several": several,
        "total": sum(len(role.waits) for role in roles),
        "news": [{"subject": line.subject, "link": line.link} for line in news],
        "link": "/start",
    }
    key = overview_key(work)
    return tell(work, user, "daily_digest", key=key, facts=facts)


def _group(role: InRole, lines: int, *, several: bool) -> dict[str, Any]:
    """With several roles each link names its own: it opens the page in that role, whichever the reader works in now."""

    def link(path: str) -> str:
        named = {"membership_id": role.membership_id, "next": path}
        return path_of("accounts.in_role", named) if several else path

    tasks = [_line(wait, link(path_of(wait.endpoint, wait.args))) for wait in role.waits[:lines]]
    return {"role": role.label, "link": link("/start"), "tasks": tasks, "more": len(role.waits) - len(tasks)}


def _line(wait: Wait, link: str) -> dict[str, Any]:
    """A moment and a day are written differently."""
    return {
        "link": link,
        "title": wait.title,
        "detail": wait.detail,
        "moment": wait.due if hasattr(wait.due, "hour") else None,
        "day": None if hasattr(wait.due, "hour") else wait.due,
        "due_words": wait.due_words,
    }
