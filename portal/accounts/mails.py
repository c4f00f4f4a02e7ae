"""How mail reaches people: at once or in the daily overview, and to whom as well while somebody is away."""

from __future__ import annotations

from portal.accounts.absence.queries import anybody_away, deputies_of
from portal.accounts.profile.queries import wants_digest
from portal.i18n import gettext, mark
from portal.mail import INFORMATIVE, PERSONAL, Copy, Wishes, register_wishes
from portal.work import Work


def wishes(work: Work, address: str, template: str) -> Wishes:
    """What holds for this mail to this address; asked by the outbox for each mail."""
    digest = template in INFORMATIVE and wants_digest(work, address)
    if template in PERSONAL or address.lower() not in anybody_away(work):
        return Wishes(digest)
    told = [
        Copy(user.email, gettext(user.locale)(mark("Als vervanger van %(name)s"), name=away))
        for user, away in deputies_of(work, address)
    ]
    return Wishes(digest, tuple(told))


register_wishes(wishes)
