"""The pages of accounts, by noun."""

from __future__ import annotations

from . import (
    account,
    authority,
    limits,
    log_in,
    members,
    organisation,
    password,
    registration,
    roles,
    staff,
    verification,
)
from .blueprint import bp

__all__ = [
    "account", "authority", "bp", "limits", "log_in", "members", "organisation", "password",
    "registration", "roles", "staff", "verification",
]  # fmt: skip
