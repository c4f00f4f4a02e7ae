"""A session's key, and what a browser says of itself in words that its owner recognises."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from portal.accounts.users.rules import token_digest
from portal.i18n import mark

KEPT = timedelta(days=7)

BROWSERS = (
    ("Edg(e|A|iOS)?/", "Edge"), ("OPR/|Opera", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/|FxiOS/", "Firefox"), ("Chrome/|CriOS/|Chromium/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh|Mac OS X", "Mac"), ("Linux|X11", "Linux"),
)  # fmt: skip
UNKNOWN = mark("Onbekend apparaat")

__all__ = ["KEPT", "UNKNOWN", "device_words", "new_key", "token_digest"]


def new_key() -> str:
    return secrets.token_urlsafe(32)


def device_words(user_agent: str) -> str:
    """Browser and system, such as "Firefox, Windows"; empty when it says nothing known. No version: that is enough to
    recognise one's own device, and no more is kept."""
    said = user_agent[:500]
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, said)), "")
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, said)), "")
    return ", ".join(part for part in (browser, system) if part)
