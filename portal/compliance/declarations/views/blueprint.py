"""The Flask blueprint that the pages of declarations share."""

from __future__ import annotations

from flask import Blueprint

from portal.compliance.declarations.forms import REASONS
from portal.web import reasons

bp = Blueprint("declarations", __name__, url_prefix="/verantwoording")
reasons.register(REASONS)
