"""What a provider hears about its own declaration."""

from __future__ import annotations

from typing import Any

from portal.accounts import queries as accounts
from portal.mail import tell
from portal.work import Work

from .models import Obligation
from .rules import kind_inside, kind_name


def tell_of_check(work: Work, item: Obligation) -> None:
    told = {"outcome": item.check_outcome, "reason": item.check_reason}
    _tell_provider(work, item, "obligation_checked", f"checked:{item.version}", **told)


def tell_of_question(work: Work, item: Obligation) -> None:
    told = {"question": item.question, "answer_by": item.answer_by}
    _tell_provider(work, item, "obligation_question", f"question:{item.version}", **told)


def tell_of_waiver(work: Work, item: Obligation) -> None:
    _tell_provider(work, item, "obligation_waived", "waived")


def _tell_provider(work: Work, item: Obligation, template: str, what: str, **told: Any) -> None:
    for user in accounts.recipients_of(work, item.organisation_id):
        facts = {
            "name": user.name,
            "what": kind_name(item.kind, user.locale),
            "thing": kind_inside(item.kind, user.locale),
            "about_year": item.about_year,
            "region_name": item.contract.region.name,
            "link": f"/verantwoording/{item.id}",
            "provider": item.organisation.name,
            **told,
        }
        key = f"obligation:{item.id}:{what}"
        tell(work, user, template, key=key, facts=facts)
