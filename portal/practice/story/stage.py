"""Where the story is played: an office, a clock that the story moves, and the people who have come in so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from portal import scheduler
from portal.access import SYSTEM, VISITOR, Actor, Role
from portal.accounts import queries as accounts
from portal.accounts import service as account_verbs
from portal.accounts.models import Organisation, User
from portal.accounts.rules import ROLE_LABELS
from portal.clock import local_moment
from portal.mail import Transport
from portal.practice import queries as practice
from portal.tenders.procedures import queries as procedures
from portal.work import Lock, Office, Work, begin_read, begin_write


class MovableClock(Protocol):
    def __call__(self) -> datetime: ...
    def set_to(self, moment: datetime, *, backwards: bool = False) -> None: ...


@dataclass
class Stage:
    """Everybody is known by a short name, such as "esra"; what they do is done in their own name at the story's moment."""

    office: Office
    clock: MovableClock
    transport: Transport
    password: str
    say: Callable[[str], object] = print
    users: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    things: dict[str, int] = field(default_factory=dict)
    """Ids of what the story made and comes back to, by name."""

    def at(self, moment: str) -> None:
        """Move to this Dutch wall-clock time, such as "2022-04-01 09:00"."""
        self.clock.set_to(local_moment(datetime.fromisoformat(moment)), backwards=True)

    def tell(self, sentence: str) -> None:
        self.say(f"  {sentence}")

    # --- acting ----------------------------------------------------------------------------------------------

    @contextmanager
    def acts(self, who: str, lock: Lock | None = None) -> Iterator[Work]:
        """One act in somebody's name, freshly logged in; "portal" and "visitor" are nobody in particular."""
        with begin_write(self.office, self.actor(who), lock) as work:
            yield work

    @contextmanager
    def looks(self, who: str) -> Iterator[Work]:
        with begin_read(self.office, self.actor(who)) as work:
            yield work

    def actor(self, who: str) -> Actor:
        """The newest membership of this person, just logged in."""
        if who in ("portal", "visitor"):
            return SYSTEM if who == "portal" else VISITOR
        with begin_read(self.office, SYSTEM) as work:
            held = accounts.memberships_of(work.session, self.users[who])
            return replace(accounts.actor_in(held[-1]), fresh=True)

    def user(self, work: Work, who: str) -> User:
        return work.get(User, self.users[who])

    def organisation(self, work: Work, name: str) -> Organisation:
        return work.get(Organisation, self.organisations[name])

    # --- people ----------------------------------------------------------------------------------------------

    def join(
        self, who: str, name: str, email: str, *, by: str, organisation: str, role: Role,
        region_id: int | None = None, municipality_id: int | None = None,
    ) -> None:  # fmt: skip
        """Invited by somebody, and in by the mailed link."""
        with self.acts(by) as work:
            account_verbs.invite(
                work, email=email, organisation=self.organisation(work, organisation), role=role,
                region_id=region_id, municipality_id=municipality_id,
            )  # fmt: skip
        token = self.mailed(email, r"/uitnodiging/([\w-]+)")
        with self.acts("visitor") as work:
            user = account_verbs.accept_invitation(work, token, name=name, password=self.password)
            self.users[who] = user.id

    def mailed(self, email: str, pattern: str) -> str:
        """What the newest mail to this address that fits the pattern carries, such as the token of its link."""
        with begin_read(self.office, SYSTEM) as work:
            for mail in practice.mailbox(work, search=email).page.rows:
                if mail.recipient == email and (found := re.search(pattern, mail.text)):
                    return found.group(1)
        raise LookupError(f"no mail to {email} with {pattern}")

    # --- time ------------------------------------------------------------------------------------------------

    def jobs(self) -> None:
        """What the scheduler does at this moment: documents, letters, reminders, and at last the mail."""
        scheduler.run_all(self.office, self.transport, strict=True)

    def mornings(self, first: str, *more: str) -> None:
        """The scheduler's mornings on these days."""
        for day in (first, *more):
            self.at(f"{day} 07:00")
            self.jobs()

    def moment(self, moment: str) -> datetime:
        """A Dutch moment, for a verb that asks when something is to be."""
        return local_moment(datetime.fromisoformat(moment))

    def reference(self, key: str) -> str:
        """The number under which everybody knows this procedure."""
        with begin_read(self.office, SYSTEM) as work:
            return procedures.procedure(work, self.things[key]).reference

    # --- the card --------------------------------------------------------------------------------------------

    def card(self) -> list[dict[str, str]]:
        """Who can log in: e-mail, password, name, role, organisation."""
        with begin_read(self.office, SYSTEM) as work:
            rows = []
            for id in self.users.values():
                member = accounts.memberships_of(work.session, id)[-1]
                rows.append({
                    "email": member.user.email, "password": self.password, "name": member.user.name,
                    "role": ROLE_LABELS[member.role], "organisation": member.organisation.name,
                })  # fmt: skip
            return rows
