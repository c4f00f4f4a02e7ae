"""The one blueprint of regions; each module beside this one adds the pages of its noun."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("regions", __name__)
