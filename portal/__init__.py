"""The portal: procurement, contracts, development tables and compliance for youth-care regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .clock import Clock
    from .config import Settings
    from .mail import Transport


def create_app(
    settings: Settings | None = None, clock: Clock | None = None, transport: Transport | None = None
) -> Flask:
    """The composition root; see portal/app.py."""
    from .app import build

    return build(settings, clock, transport)
