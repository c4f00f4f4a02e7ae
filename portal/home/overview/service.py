"""The one thing that home writes: the daily overview of a reader, in the outbox."""

from __future__ import annotations

from dataclasses import replace

from portal.access import SYSTEM, Actor
from portal.accounts.models import User
from portal.home.queries import waits
from portal.mail import held_for, lines_of, mark_bundled
from portal.waits import Wait
from portal.work import Lock, Office, begin_read, begin_write

from . import mails, queries


def send_overview(office: Office, user_id: int) -> bool:
    """Look as the reader does, role by role, then write the mail in one act; whether there was anything to tell.

    Nothing of a write is open while the looking is done, and a second scheduler that was first leaves nothing to do.
    """
    with begin_read(office, SYSTEM) as look:
        roles = [
            mails.InRole(label, actor.membership_id or 0, _tasks(office, actor))
            for label, actor in queries.roles_of(look, user_id)
        ]
    with begin_write(office, SYSTEM, Lock(User, user_id)) as work:
        user = work.get(User, user_id)
        news = held_for(work, user.email)
        if not queries.wants_overview(work, user) or not (news or any(role.waits for role in roles)):
            return False
        mails.send_overview(work, user, roles, lines_of(work, news))
        mark_bundled(work, news)
        return True


def _tasks(office: Office, actor: Actor) -> list[Wait]:
    """What this person would find on the start page in this role, as far as it is theirs to do."""
    with begin_read(office, replace(actor, fresh=False)) as work:
        return [wait for wait in waits(work) if wait.mine]
