"""Upkeep of the catalogues: collect the texts of code and templates, and say what is wrong with a translation.

The key of a text is the Dutch text itself. `equal.txt` lists the texts that are rightly the same in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EQUAL = HERE / "equal.txt"

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "n_": (1, 2),
    "_n": (1, 2),
    "many": (1, 2),
}
SOURCES: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("portal", [("**.py", "python")]),
    ("templates", [("docx/**.*", "ignore"), ("**.*", "jinja2")]),
)
HEADER = """\
# English texts of the portal, kept in step with code and templates by `portal translations`.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


def catalogue_file(locale: str) -> Path:
    return HERE / locale / "LC_MESSAGES" / "messages.po"


def extract(root: Path = ROOT) -> Catalog:
    """Every text that code and templates mark, with the file it stands in. A template that does not parse raises."""
    found = Catalog(locale="en", fuzzy=False)
    for folder, methods in SOURCES:
        options = {"**.*": {"silent": "false", "trimmed": "true"}}
        for name, _line, text, comments, context in extract_from_dir(
            root / folder,
            methods,
            options,
            keywords=KEYWORDS,
            comment_tags=("L10N:",),
            strip_comment_tags=True,
        ):
            found.add(text, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def stored(locale: str = "en") -> Catalog:
    """The catalogue as it stands; empty when there is none yet."""
    file = catalogue_file(locale)
    return read_po(BytesIO(file.read_bytes() if file.exists() else b""), locale=locale)


def _texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _parts(text: object) -> tuple[str, ...]:
    """The forms of a text: one, or one and many."""
    return tuple(str(part) for part in text) if isinstance(text, list | tuple) else (str(text or ""),)


def update(root: Path = ROOT, locale: str = "en") -> int:
    """Write what the sources say, with the translations that still fit. Returns how many texts lack one."""
    old, fresh, missing = stored(locale), extract(root), 0
    for message in _texts(fresh):
        known = old.get(_key(message), message.context)
        if known is not None and known.pluralizable == message.pluralizable:
            message.string, message.flags = known.string, known.flags
        missing += not all(_parts(message.string))
    body = BytesIO()
    write_po(body, fresh, width=110, omit_header=True, sort_output=True, include_lineno=False)
    file = catalogue_file(locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + body.getvalue().decode())
    return missing


def _key(message: Message) -> str:
    return _parts(message.id)[0]


def check(root: Path = ROOT, locale: str = "en", *, wired: bool = False) -> list[str]:
    """What is wrong, as sentences. `wired` asks only that it is in step with the sources and cannot break a page."""
    fresh, old = extract(root), stored(locale)
    wanted, present = {_key(m): m for m in _texts(fresh)}, {_key(m): m for m in _texts(old)}
    faults = [f"not in the catalogue: {text!r}" for text in wanted if text not in present]
    faults += [f"no longer used: {text!r}" for text in present if text not in wanted]
    equal = set(EQUAL.read_text().splitlines()) if EQUAL.exists() else set()
    for text, message in present.items():
        faults += [f"{fault}: {text!r}" for fault in _faults(message, equal, complete=not wired)]
    return sorted(faults)


def _faults(message: Message, equal: set[str], *, complete: bool) -> Iterator[str]:
    given = [part for part in _parts(message.string) if part]
    for part in given:
        if not set(PLACEHOLDER.findall(part)) <= {p for text in _parts(message.id) for p in PLACEHOLDER.findall(text)}:
            yield "names a value that the text does not have"
    if not complete:
        return
    if message.fuzzy:
        yield "marked as doubtful"
    if len(given) < len(_parts(message.string)):
        yield "not translated"
    if _key(message) not in equal and set(given) & set(_parts(message.id)):
        yield "copied, not translated"
