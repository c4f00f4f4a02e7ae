"""The command line: start, load, check, run. Each command is one act that an operator can repeat.

A module per noun; importing it puts its commands in the group.
"""

from __future__ import annotations

from . import checking, clock, doctoring, documentation, installation, keeping, running
from .documentation import roles_page, routes_page, states_page
from .group import ROOT, main

__all__ = [
    "ROOT", "checking", "clock", "doctoring", "documentation", "installation", "keeping", "main", "roles_page", "routes_page",
    "running", "states_page",
]  # fmt: skip
