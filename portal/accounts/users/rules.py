"""What a good password is, when somebody must wait before trying again, and how secrets are compared."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import RuleBroken

MIN_LENGTH = 12
MAX_LENGTH = 200
LOCK_WINDOW = timedelta(minutes=15)
WRONG_PER_ACCOUNT = 5
WRONG_PER_ADDRESS = 30
WRONG_IN_TOTAL = 600
ASKED_WINDOW = timedelta(hours=1)
ASKED_PER_ACCOUNT = 5
ASKED_PER_ADDRESS = 20
ASKED_IN_TOTAL = 400
"""Registrations, requests to join and links asked for, each kind by itself, whatever the answer was."""
CONFIRM_HOURS = 24
RESET_HOURS = 1

COMMON_WORDS = (
    "wachtwoord", "welkom", "geheim", "password", "passwort", "qwerty", "azerty", "asdfgh", "zxcvbn", "letmein",
    "iloveyou", "ikhouvanjou", "admin", "beheerder", "gebruiker", "jeugdzorg", "jeugdhulp", "gemeente", "regio",
    "alkmaar", "portaal", "inkoop", "zorg", "voetbal", "lente", "zomer", "herfst", "winter", "maandag", "januari",
)  # fmt: skip
LEFT_OVER = 4

_HASHER = PasswordHasher()


class TooManyAttempts(RuleBroken):
    """Too many tries. `until` is the first moment at which trying again makes sense."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too_many_attempts")
        self.until = until


def normal_email(email: str) -> str:
    return email.strip().lower()


def reasons_against_password(password: str, email: str) -> list[str]:
    """Why this password will not do: too short, too long, the e-mail address, or common words with some digits."""
    reasons = []
    if len(password) < MIN_LENGTH:
        reasons.append("password_too_short")
    if len(password) > MAX_LENGTH:
        reasons.append("password_too_long")
    said = password.casefold()
    address = normal_email(email)
    if address and (said == address or said.strip("0123456789!?.") == address.partition("@")[0]):
        reasons.append("password_is_email")
    elif _is_common(said):
        reasons.append("password_common")
    return reasons


def _is_common(password: str) -> bool:
    """Hardly a letter is left when digits, signs, common words and repeated characters are taken away."""
    rest = re.sub(r"[\W\d_]", "", password)
    for word in COMMON_WORDS:
        rest = rest.replace(word, "")
    return len(re.sub(r"(.)\1+", r"\1", rest)) < LEFT_OVER


def hashed(password: str) -> str:
    """Argon2id. Slow on purpose: about a tenth of a second."""
    return _HASHER.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Takes equally long when there is no account, so that the time taken tells nothing."""
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


def role_named_in(path: str) -> int | None:
    """The membership that a link of a mail is meant for, as `/account/rol/<id>` says it."""
    found = re.match(r"/account/rol/(\d{1,18})(?:[/?]|$)", path)
    return int(found.group(1)) if found else None


def token_digest(token: str) -> str:
    """What is kept of a mailed link: enough to recognise it, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def attempt_digest(secret: str, value: str) -> str:
    """Who tried, or from where, without keeping the e-mail or the network address."""
    return hmac.new(secret.encode(), value.strip().lower().encode(), hashlib.sha256).hexdigest()


def locked_until(
    limiting_failures: Iterable[datetime | None], moment: datetime, window: timedelta = LOCK_WINDOW
) -> datetime | None:
    """The end of the wait, given the failure that reached each limit; None when nobody has to wait."""
    ends = [failure + window for failure in limiting_failures if failure is not None]
    end = max(ends, default=None)
    return end if end is not None and end > moment else None
