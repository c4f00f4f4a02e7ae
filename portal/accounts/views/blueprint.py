"""The one blueprint of accounts; each module beside this one adds the pages of its noun."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)
