"""The one blueprint of agreements; each module beside this one adds the pages of its noun."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("agreements", __name__)

Page = str | tuple[str, int] | Response
