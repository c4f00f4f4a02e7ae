"""The forms of procedures, and what each refusal of the rules is called on a page."""

from __future__ import annotations
