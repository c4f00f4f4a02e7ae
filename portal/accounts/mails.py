"""How mail reaches people: at once or in the daily overview, and to whom as well while somebody is away. And the mail to who
uploaded a file that turns out to be infected."""

from __future__ import annotations

from portal.accounts.absence.queries import anybody_away, deputies_of
from portal.accounts.models import User, UserState
from portal.accounts.profile.queries import wants_digest
from portal.i18n import gettext, mark
from portal.mail import INFORMATIVE, PERSONAL, Copy, Wishes, register_wishes, tell
from portal.storage import StoredFile
from portal.storage.scanning import when_found
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


def tell_uploader(work: Work, stored: StoredFile) -> None:
    """A virus was found in a file that came in before: who sent it can send a clean one, as long as there is time.

    The mail does not say the file's name, which is as secret as the file: the moment of the upload tells which it is.
    """
    user = work.session.get(User, stored.uploaded_by_id) if stored.uploaded_by_id is not None else None
    if user is not None and user.state is UserState.ACTIVE:
        facts = {"uploaded_at": stored.uploaded_at, "link": "/start"}
        key = f"file-blocked:{stored.id}"
        tell(work, user, "file_blocked", key=key, facts=facts)


register_wishes(wishes)
when_found(tell_uploader)
