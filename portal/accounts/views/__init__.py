"""The pages of accounts, by noun."""

from __future__ import annotations

from . import (
    absence,
    account,
    authority,
    limits,
    log_in,
    members,
    organisation,
    password,
    profile,
    registration,
    staff,
    verification,
)
from .blueprint import bp

__all__ = [
    "absence", "account", "authority", "bp", "limits", "log_in", "members", "organisation", "password", "profile",
    "registration", "staff", "verification",
]  # fmt: skip
