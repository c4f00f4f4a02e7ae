"""The pages of procedures, by reader: everybody, the provider, the officer."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("procedures", __name__)
