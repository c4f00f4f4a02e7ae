"""How mail reaches people: at once or in the daily overview."""

from __future__ import annotations

from portal.accounts.profile.queries import wants_digest
from portal.mail import INFORMATIVE, Wishes, register_wishes
from portal.work import Work


def wishes(work: Work, address: str, template: str) -> Wishes:
    """What holds for this mail to this address; asked by the outbox for each mail."""
    return Wishes(digest=template in INFORMATIVE and wants_digest(work, address))


register_wishes(wishes)
