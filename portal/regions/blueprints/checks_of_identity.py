"""What a region may get wrong about how it looks and how it is reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.regions.blueprints.colours import HEX, LEAST_CONTRAST, too_pale
from portal.regions.blueprints.identity import Contact, Desk, Look
from portal.regions.blueprints.schema import Blueprint

EMAIL = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]+\.[a-z]{2,}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,20}")
LOGO = re.compile(r"[a-z0-9-]+\.(svg|png)")
LONGEST_REPLY = 30
"""Working days."""


def identity_complaints(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    """(key, reason)."""
    if blueprint.look is not None:
        yield from _look(blueprint.look)
    if blueprint.contact is not None:
        yield from _contact(blueprint.contact)


def _look(look: Look) -> Iterator[tuple[str, str]]:
    if not HEX.fullmatch(look.accent):
        yield "look.accent", f"must be a colour as #00566b, found '{look.accent}'"
        return
    for where, found in too_pale(look.accent):
        yield "look.accent", f"has a contrast of {found:.2f} {where}; text needs at least {LEAST_CONTRAST}"
    if look.logo is not None and not LOGO.fullmatch(look.logo):
        yield "look.logo", "must be the name of an SVG or PNG file in small letters, without a folder"


def _contact(contact: Contact) -> Iterator[tuple[str, str]]:
    for name, desk in (("office", contact.office), ("helpdesk", contact.helpdesk)):
        if desk is not None:
            yield from _desk(f"contact.{name}", desk)
    for name, address in (("complaints_email", contact.complaints_email), ("privacy_email", contact.privacy_email)):
        if address is not None and not EMAIL.fullmatch(address):
            yield f"contact.{name}", f"is no e-mail address: '{address}'"


def _desk(key: str, desk: Desk) -> Iterator[tuple[str, str]]:
    if desk.email is not None and not EMAIL.fullmatch(desk.email):
        yield f"{key}.email", f"is no e-mail address: '{desk.email}'"
    if desk.phone is not None and not PHONE.fullmatch(desk.phone):
        yield f"{key}.phone", f"is no telephone number: '{desk.phone}'"
    if desk.reply_working_days is not None and not 1 <= desk.reply_working_days <= LONGEST_REPLY:
        yield f"{key}.reply_working_days", f"must be between 1 and {LONGEST_REPLY}, found {desk.reply_working_days}"
