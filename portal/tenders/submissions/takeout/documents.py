"""The answers as a document to read, and the index of everything in the ZIP. Binding, so in Dutch."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from portal.documents import Document, document_name
from portal.i18n import date_iso, file_size, moment_exact
from portal.storage import OpenedFile
from portal.storage.archive import SUMS, Names, Packed, Packer
from portal.storage.copies import Source
from portal.tenders.submissions.models import SubmissionState
from portal.tenders.submissions.takeout.rules import Chapter, FilePlace

WORD_ONLY = "alleen als Word-bestand; er kon nu geen PDF worden gemaakt"
WITHHELD = "wacht op de virusscan, of is daarin gevonden of verwijderd"
INDEX_PAGE, INDEX_DATA, FILES = "index.html", "index.json", "Bestanden"

STATES = {
    SubmissionState.DRAFT: "concept, nog niet ingediend",
    SubmissionState.SIGNING: "wacht op een handtekening, nog niet ingediend",
    SubmissionState.SUBMITTED: "ingediend",
    SubmissionState.WITHDRAWN: "ingetrokken",
    SubmissionState.OPENED: "ingediend en geopend",
    SubmissionState.ASSESSED: "beoordeeld",
    SubmissionState.DECIDED: "beslist",
}
NOT_SENT = "niet ingediend"


@dataclass(frozen=True)
class AnswersFacts:
    """What the document says; `state` tells how far the submission is, in words."""

    number: str
    procedure: str
    reference: str
    region: str
    organisation: str
    kvk_number: str
    place: str
    state: str
    digest: str
    made_at: datetime
    submitted_at: datetime | None
    products: Sequence[str]
    chapters: Sequence[Chapter]
    practice: bool = False

    @property
    def file_day(self) -> str:
        return date_iso(self.submitted_at or self.made_at)

    @property
    def file_name(self) -> str:
        return document_name("Inschrijving", self.number, self.submitted_at or self.made_at)


def answers_document(facts: AnswersFacts) -> bytes:
    """Everything that was said, per product and requirement, with the evidence it relies on."""
    doc = Document(
        title=f"Inschrijving {facts.number}",
        subject=facts.procedure,
        author=facts.organisation,
        made_at=facts.submitted_at or facts.made_at,
        header=facts.organisation,
        footer=f"{facts.number}, {facts.reference}",
    )
    doc.title_block(f"Inschrijving {facts.number}", subtitle=facts.procedure)
    if facts.practice:
        doc.paragraph("Oefenexemplaar: deze inschrijving is in een oefenomgeving gedaan en telt niet.", bold=True)
    doc.reference_block(
        [
            ("Aanbieder", facts.organisation),
            ("KvK-nummer", facts.kvk_number),
            ("Plaats", facts.place),
            ("Procedure", f"{facts.procedure} ({facts.reference})"),
            ("Regio", facts.region),
            ("Ingediend", _received(facts.submitted_at)),
            ("Stand", facts.state),
        ]
    )
    if facts.digest:
        doc.reference_block([("Vingerafdruk (SHA-256) van de hele inschrijving", facts.digest)])
    doc.heading("Producten")
    doc.bullets(facts.products)
    for chapter in facts.chapters:
        _chapter(doc, chapter)
    return doc.to_bytes()


def _chapter(doc: Document, chapter: Chapter) -> None:
    doc.heading(chapter.title)
    for part in chapter.parts:
        doc.heading(part.title, 2)
        if part.asked:
            doc.paragraph(f"Gevraagd: {part.asked}", small=True)
        if part.text:
            doc.prose(part.text)
        if part.lines:
            doc.facts(part.lines)
        if not part.text and not part.lines:
            doc.paragraph("Niets ingevuld.")


def zipped(
    facts: IndexFacts,
    papers: Sequence[tuple[Source, bytes | None]],
    places: Sequence[FilePlace],
    files: Mapping[int, OpenedFile],
) -> Iterator[bytes]:
    """The ZIP in pieces: the papers as Word and as PDF, every file where its place says, the index and the sums.

    Raises Damaged when a file is not the one of the receipt.
    """
    packer, names = Packer(facts.asked_at), Names()
    where: dict[str, FilePlace] = {}
    for fixed in (INDEX_PAGE, INDEX_DATA, SUMS):
        names.path(fixed)
    for source, pdf in papers:
        yield from packer.add_bytes(names.path(source.name), source.data)
        if pdf is not None:
            yield from packer.add_bytes(names.path(source.pdf_name), pdf)
    word_only = [f"{source.pdf_name}: {WORD_ONLY}" for source, pdf in papers if pdf is None]
    withheld = [f"{place.name} (SHA-256 {place.sha256}): {WITHHELD}" for place in places if place.file_id not in files]
    facts = replace(facts, missing=[*word_only, *withheld])
    for place in (one for one in places if one.file_id in files):
        path = names.path(place.name, FILES, *place.folders)
        where[path] = place
        yield from packer.add(path, files[place.file_id].chunks, size=place.size, sha256=place.sha256)
    yield from packer.add_bytes(INDEX_DATA, index_data(facts, where, packer.packed))
    yield from packer.add_bytes(INDEX_PAGE, index_page(facts, where, packer.packed[:-1]))
    yield from packer.close()


# --- the index ---------------------------------------------------------------------------------------------------


def _received(at: datetime | None) -> str:
    return f"{moment_exact(at)} (Nederlandse tijd)" if at else NOT_SENT


@dataclass(frozen=True)
class IndexFacts:
    """What the ZIP is of, who asked for it and when, and what could not come along."""

    title: str
    number: str
    procedure: str
    organisation: str
    digest: str
    receipt_number: str
    submitted_at: datetime | None
    asked_by: str
    asked_at: datetime
    missing: Sequence[str] = ()
    """Why something is not in it, in sentences."""


def index_data(facts: IndexFacts, places: Mapping[str, FilePlace], packed: Sequence[Packed]) -> bytes:
    """For a machine: every file with its path, size, SHA-256 and what it is for."""
    files = [
        {
            "path": one.path,
            "size": one.size,
            "sha256": one.sha256,
            "name": places[one.path].name if one.path in places else one.path,
            "for": list(places[one.path].uses) if one.path in places else [],
            "in_receipt": one.path in places,
        }
        for one in packed
    ]
    said = {
        "submission": facts.number,
        "procedure": facts.procedure,
        "organisation": facts.organisation,
        "receipt_number": facts.receipt_number,
        "content_sha256": facts.digest,
        "submitted_at": facts.submitted_at.isoformat() if facts.submitted_at else None,
        "asked_by": facts.asked_by,
        "asked_at": facts.asked_at.isoformat(),
        "not_included": list(facts.missing),
        "files": files,
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def index_page(facts: IndexFacts, places: Mapping[str, FilePlace], packed: Sequence[Packed]) -> bytes:
    """For a person: the same, as a page that opens without a network."""
    rows = "\n".join(_row(one, places.get(one.path)) for one in packed)
    about = [
        ("Procedure", facts.procedure),
        ("Aanbieder", facts.organisation),
        ("Ingediend", _received(facts.submitted_at)),
        ("Ontvangstbewijs", facts.receipt_number or "geen"),
        ("Vingerafdruk (SHA-256) van de inhoud", facts.digest or "geen"),
        ("Gedownload door", facts.asked_by),
        ("Gedownload op", f"{moment_exact(facts.asked_at)} (Nederlandse tijd)"),
    ]
    told = "\n".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in about)
    left_out = "".join(f"<li>{_text(one)}</li>" for one in facts.missing)
    more = f"<h2>Niet meegenomen</h2>\n<ul>{left_out}</ul>\n" if facts.missing else ""
    page = f"""<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{_text(facts.title)}</title><style>{LOOK}</style></head>
<body>
<h1>{_text(facts.title)}</h1>
<dl>
{told}
</dl>
{more}<h2>Inhoud</h2>
<p>Van elk bestand staat hier de digitale vingerafdruk (SHA-256). Bij de ingediende bestanden is dat dezelfde als op het
ontvangstbewijs. Reken ze na met: <code>sha256sum -c SHA256SUMS</code></p>
<table>
<caption>Bestanden</caption>
<thead><tr>{"".join(f'<th scope="col">{name}</th>' for name in ("Bestand", "Voor", "Grootte", "SHA-256"))}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""
    return page.encode()


LOOK = (
    "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "dt{font-weight:bold}dd{margin:0 0 .5rem}table{border-collapse:collapse}caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #767676;padding:.4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)


def _row(one: Packed, place: FilePlace | None) -> str:
    link = f'<a href="{_text(_address(one.path))}">{_text(one.path)}</a>'
    used = "; ".join(place.uses) if place else "gemaakt door het portaal"
    return f"<tr><td>{link}</td><td>{_text(used)}</td><td>{file_size(one.size)}</td><td><code>{one.sha256}</code></td></tr>"


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _address(path: str) -> str:
    return quote(path)
