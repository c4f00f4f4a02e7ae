"""Headers as they are written: taking each apart and putting it together again cost more than sending the mail."""

from __future__ import annotations

from email.policy import EmailPolicy
from typing import Any


class _Plain(EmailPolicy):
    """A header of plain signs stays the text that it is. One that must be encoded goes the usual way, and so does the one
    that the library wants to see in parts."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, str) and value.isascii() and value.isprintable():
            return name, value
        return super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return super().header_fetch_parse(name, value) if name.lower() == "content-disposition" else value


PLAIN = _Plain(linesep="\r\n")
WHOLE_HEADERS = PLAIN.clone(max_line_length=998)
"""A shorter limit leaves the first line of a long subject empty; RFC 5322 2.1.1 allows this length."""
