"""The daily overview: what waits for a reader, and the mails that only inform and were kept for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.accounts.models import User
from portal.mail import HeldLine, OutboxMail, queue_mail
from portal.waits import Wait
from portal.web.links import path_of
from portal.work import Work

MOST = 20
"""So many tasks are written out in one mail; the start page has them all."""


def overview_key(work: Work) -> str:
    """One overview per reader and day, whoever asks for it how often."""
    return f"daily_digest:{work.today.isoformat()}"


def send_overview(
    work: Work, user: User, roles: Sequence[tuple[str, Sequence[Wait]]], news: Sequence[HeldLine]
) -> OutboxMail:
    """`roles`: what waits for each role of this reader, most urgent first; `news`: what was kept for this overview."""
    left = MOST
    groups: list[dict[str, Any]] = []
    for place, (label, waits) in enumerate(roles):
        lines = [_line(wait, linked=place == 0) for wait in waits[:left]]
        groups.append({"role": label, "tasks": lines, "first": place == 0})
        left -= len(lines)
    total = sum(len(waits) for _label, waits in roles)
    facts = {
        "name": user.name,
        "groups": [group for group in groups if group["tasks"]],
        "more": total - (MOST - left),
        "total": total,
        "news": [{"subject": line.subject, "link": line.link} for line in news],
        "link": "/start",
    }
    key = overview_key(work)
    return queue_mail(work, to=user.email, template="daily_digest", locale=user.locale, key=key, facts=facts)


def _line(wait: Wait, *, linked: bool) -> dict[str, Any]:
    """A moment and a day are written differently. A log-in begins in the first role: only its pages would open."""
    return {
        "link": path_of(wait.endpoint, wait.args) if linked else "",
        "title": wait.title,
        "detail": wait.detail,
        "moment": wait.due if hasattr(wait.due, "hour") else None,
        "day": None if hasattr(wait.due, "hour") else wait.due,
        "due_words": wait.due_words,
    }
