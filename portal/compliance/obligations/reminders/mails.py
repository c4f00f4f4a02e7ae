"""One mail per reader and day: what a provider still has to deliver, and for contract managers who is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal.accounts.models import User
from portal.compliance.obligations.models import Obligation
from portal.compliance.obligations.rules import Standing, kind_inside, kind_name
from portal.mail import OutboxMail, tell
from portal.regions.models import Region
from portal.work import Work

LIST = "/verantwoording"


def remind(work: Work, user: User, region: Region, steps: Sequence[tuple[Obligation, int]]) -> OutboxMail:
    """To somebody at the provider: everything that has a step today, the first due on top."""
    return _digest(work, user, region, steps, own=True, link=LIST)


def tell_manager(work: Work, user: User, region: Region, steps: Sequence[tuple[Obligation, int]]) -> OutboxMail:
    """To a contract manager: every provider that is late by a step that managers hear of."""
    return _digest(work, user, region, steps, own=False, link=f"{LIST}/lijst?stand={Standing.LATE.value}")


def _digest(
    work: Work, user: User, region: Region, steps: Sequence[tuple[Obligation, int]], *, own: bool, link: str
) -> OutboxMail:
    rows = _rows(work, steps, user.locale)
    facts = {
        "items": rows,
        "own": own,
        "name": user.name,
        "region_name": region.name,
        "provider": steps[0][0].organisation.name,
        "link": rows[0]["path"] if len(rows) == 1 else link,
    }
    key = "obligations:" + ",".join(f"{item.id}@{step}" for item, step in steps)
    return tell(work, user, "obligations_due", key=key, facts=facts)


def _rows(work: Work, steps: Iterable[tuple[Obligation, int]], locale: str) -> list[dict[str, Any]]:
    return [
        {
            "what": kind_name(item.kind, locale),
            "thing": kind_inside(item.kind, locale),
            "about_year": item.about_year,
            "provider": item.organisation.name,
            "due_on": item.due_on,
            "days": (item.due_on - work.today).days,
            "legal": item.legal,
            "path": f"{LIST}/{item.id}",
        }
        for item, _step in steps
    ]
