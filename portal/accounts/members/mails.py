"""Who is told what about joining an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts.members import queries
from portal.accounts.models import Invitation, JoinRequest, Membership, Organisation
from portal.accounts.rules import ROLE_LABELS
from portal.accounts.users import rules as user_rules
from portal.i18n import gettext
from portal.mail import queue_mail, tell
from portal.work import Work


def tell_invited(work: Work, invitation: Invitation, token: str, *, locale: str) -> None:
    queue_mail(
        work,
        to=invitation.email,
        template="invitation",
        locale=locale,
        key=f"invitation:{user_rules.token_digest(token)}",
        facts={
            "organisation": invitation.organisation.name,
            "role": gettext(locale)(ROLE_LABELS[invitation.role]),
            "invited_by": work.actor.name if work.actor.user_id else "",
            "link": f"/uitnodiging/{token}",
            "until": invitation.expires_at,
        },
    )


def tell_of_join_request(work: Work, organisation: Organisation, request: JoinRequest) -> None:
    """To every administrator; who they are stays unknown to who asks."""
    for user in queries.administrators(work, organisation.id):
        tell(
            work,
            user,
            "join_request",
            key=f"join_request:{request.id}",
            facts={
                "organisation": organisation.name,
                "asker": request.name,
                "asker_email": request.email,
                "link": "/organisatie/leden",
            },
        )


def tell_declined(work: Work, organisation: Organisation, request: JoinRequest, *, locale: str) -> None:
    queue_mail(
        work,
        to=request.email,
        template="join_declined",
        locale=locale,
        key=f"join_declined:{request.id}",
        facts={"name": request.name, "organisation": organisation.name},
    )


def tell_handed_over(
    work: Work,
    left: Membership,
    to: Membership,
    tasks: Sequence[tuple[str, str]],
    remaining: Sequence[tuple[str, str]],
) -> None:
    """What somebody who leaves had open, to the colleague who takes it over, and what nobody has taken over yet."""
    tell(
        work,
        to.user,
        "handed_over",
        key=f"handed_over:{left.id}:{to.id}",
        facts={
            "left": left.user.name,
            "organisation": left.organisation.name,
            "tasks": [{"title": title, "path": path} for title, path in tasks],
            "link": "/start",
            "remaining": [{"title": title, "path": path} for title, path in remaining],
        },
    )
