"""What no honest visitor sends: values, addresses, headers and bodies that break what trusts them, drawn from a seed."""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "VERZIN")
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "999999999999999999999999",
    "-9223372036854775809",
    "1e308",
    "NaN",
    "1,5",
    "٣",
    "½",
    "²",
    "9" * 5000,
    "on",
    "\0",
    "a\0b",
    "\ud800",
    "\ufeff",
    "\u202eexe.pdf",
    "é" * 300,
    "x" * 5000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "31-02-2022",
    "2022-13-45T99:99",
    "0001-01-01",
    "31-12-9999",
    "9999-12-31T23:59",
    "24-03-2024 02:30",
    "true",
    "null",
    "[]",
    "{}",
    "\r\nSet-Cookie: a=b",
    "https://elders.example/",
    "//elders.example",
)
"""Values that break what trusts them."""
TYPES = (
    "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/xml",
    "application/x-www-form-urlencoded; charset=utf-7", "application/octet-stream", "", "\xff/\xfe",
)  # fmt: skip
HEADERS = ("Accept-Language", "Referer", "If-None-Match", "Range", "X-Forwarded-For", "User-Agent", "Cookie", "Origin")
MULTIPART = (
    b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''%ff%00\r\nContent-Type: \xff\r\n\r\n\0\r\n"
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b\r\n\r\n--b--trailing\r\n--b"
)


@dataclass
class Junk:
    """Draws each part of a request."""

    random: Random

    def segment(self) -> str:
        odd = (
            "0",
            "1",
            "-1",
            str(2**31),
            str(2**63),
            str(10**40),
            "%00",
            "%ff%fe",
            "..",
            "%2e%2e%2f",
            "%0d%0a",
            "a" * 3000,
        )
        return self.random.choice((*odd, "suspend", "alkmaar", "G1", "x", "%F0%9F%92%A9"))

    def query(self) -> str:
        if self.random.random() < 0.6:
            return ""
        names = ("pagina", "q", "sorteer", "vanaf", "jaar", "next", "formaat", "toestand", "tot", "na", "a[b][c][d]")
        pairs = [f"{self.random.choice(names)}={self._quoted()}" for _ in range(self.random.randint(1, 40))]
        return "?" + self.random.choice(("&", ";", "&&&")).join(pairs)

    def _quoted(self) -> str:
        words = self.random.choice((*TEXTS, "%ff%fe%00", "%", "%u0041", "xlsx", "csv", "a/b?c#d"))
        return "".join(c if c in string.ascii_letters + string.digits + "%-._" else _escaped(c) for c in words[:600])

    def headers(self) -> list[tuple[str, str]]:
        if self.random.random() < 0.7:
            return []
        words = self.random.choice(TEXTS).replace("\r", "").replace("\n", "").replace("\0", "")
        return [(self.random.choice(HEADERS), words.encode("latin-1", "ignore").decode("latin-1")[:2000])]

    def body(self) -> dict[str, Any]:
        """As the test client takes it; a form is a dictionary, so that a token can be added."""
        draw = self.random.random()
        if draw < 0.2:
            junk: object = self.random.choice(({"a": [1] * 50}, [[[[]]]], "x", None, {"csrf_token": 1}))
            return {"data": json.dumps(junk), "content_type": "application/json"}
        if draw < 0.4:
            return {
                "data": self.random.randbytes(self.random.randint(0, 3000)),
                "content_type": self.random.choice(TYPES),
            }
        if draw < 0.5:
            return {"data": MULTIPART, "content_type": "multipart/form-data; boundary=b"}
        names = (
            "name",
            "title",
            "text",
            "version",
            "nonce",
            "file",
            "next",
            "locale",
            "amount",
            "date",
            "\udcff",
            "a[]",
        )
        data: dict[str, Any] = {self.random.choice(names): self.random.choice(TEXTS) for _ in range(5)}
        if self.random.random() < 0.2:
            data["file"] = (
                BytesIO(self.random.randbytes(200)),
                self.random.choice(("a.pdf", "../a.docx", "", "\u202e.png")),
            )
        return {"data": data}

    def filled(self, form: list[tuple[str, str]]) -> dict[str, Any]:
        """A form as a page showed it, with some of its answers replaced."""
        data: dict[str, Any] = {}
        for name, value in form:
            hostile = name != "csrf_token" and self.random.random() < 0.4
            data[name] = self.random.choice(TEXTS) if hostile else value
        return {k: v for k, v in data.items() if self.random.random() < 0.95}


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
