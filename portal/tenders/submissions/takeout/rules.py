"""Where everything of a submission comes to lie in a ZIP, and what its answers are called in a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.i18n import date_short, money
from portal.tenders.submissions.content.rules import Content, PartSaid, ProductSaid, ProofSaid
from portal.tenders.submissions.rules import STATEMENTS, TURNOVER

COMMON = "Alle producten"
DECLARED = {
    "waarheid": "Alles in deze inschrijving is volledig en naar waarheid ingevuld",
    "uitsluiting": "Op ons is geen uitsluitingsgrond van toepassing",
    "visie": "Wij onderschrijven de visie van de regio en doen mee aan de ontwikkeltafels",
    TURNOVER: "Verwachte omzet per jaar",
}


@dataclass(frozen=True)
class Asked:
    """A requirement as the procedure asked it: its title, its text and what its figures are called."""

    title: str
    text: str = ""
    statement: str = ""
    figures: Mapping[str, tuple[str, str]] | None = None
    """Code -> label and unit."""


@dataclass(frozen=True)
class FilePlace:
    """One file of the submission, once, however often it is relied on."""

    file_id: int
    name: str
    size: int
    sha256: str
    folders: tuple[str, ...]
    """Of the product and the part that it is first relied on for."""
    uses: tuple[str, ...]
    """Everything that it is relied on for, in words."""


@dataclass(frozen=True)
class Spoken:
    """One part of the answers: what was asked, and what was said, as lines with a label."""

    title: str
    asked: str
    text: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chapter:
    """What was said for all products together, or for one of them."""

    title: str
    parts: tuple[Spoken, ...]


def file_places(content: Content, asked: Mapping[str, Asked]) -> list[FilePlace]:
    """Every file of the receipt, in the order of the parts, in the folder of its product and its part."""
    uses: dict[str, list[tuple[PartSaid, ProofSaid]]] = {}
    for part in content.parts:
        for proof in part.proofs:
            if proof.file is not None:
                uses.setdefault(proof.file.sha256, []).append((part, proof))
    found = []
    for sha256, some in uses.items():
        part, file = some[0][0], some[0][1].file
        assert file is not None
        words = dict.fromkeys(_use(content, one, proof, asked) for one, proof in some)
        folders = (_product(content, part), part_title(part, asked))
        found.append(FilePlace(file.id, file.name, file.size, sha256, folders, tuple(words)))
    return found


def _use(content: Content, part: PartSaid, proof: ProofSaid, asked: Mapping[str, Asked]) -> str:
    named = f": {proof.title}" if proof.file is not None and proof.title not in ("", proof.file.name) else ""
    return f"{_product(content, part)}, {part_title(part, asked)}{named}"


def _product(content: Content, part: PartSaid) -> str:
    name = next((p.name for p in content.products if p.code == part.product), "")
    return f"{part.product} {name}".strip() if part.product else COMMON


def part_title(part: PartSaid, asked: Mapping[str, Asked]) -> str:
    """G2 Melding als jeugdhulpaanbieder; what is no requirement has a name of its own."""
    if not part.criterion:
        return "Verklaringen" if part.key == STATEMENTS else "Tarief"
    known = asked.get(part.criterion)
    return f"{part.criterion} {known.title}" if known else part.criterion


def chapters(content: Content, asked: Mapping[str, Asked]) -> list[Chapter]:
    """The answers in the order of the form: what all products share, then each product."""
    shared = [_spoken(part, asked, None) for part in content.parts if not part.product]
    found = [Chapter(COMMON, tuple(shared))]
    for product in content.products:
        own = [_spoken(part, asked, product) for part in content.parts if part.product == product.code]
        found.append(Chapter(f"{product.code} {product.name}", tuple(own)))
    return [chapter for chapter in found if chapter.parts]


def _spoken(part: PartSaid, asked: Mapping[str, Asked], product: ProductSaid | None) -> Spoken:
    known = asked.get(part.criterion) or Asked("")
    lines = [*_figures(part, known), *_agreed(part, known, product), *(_proof(proof) for proof in part.proofs)]
    return Spoken(part_title(part, asked), known.text, part.text, tuple(lines))


def _figures(part: PartSaid, asked: Asked) -> Sequence[tuple[str, str]]:
    labels = dict(asked.figures or {})
    found = []
    for code, value in part.figures.items():
        label, unit = labels.get(code, (DECLARED.get(code, code), "eur" if code == TURNOVER else ""))
        shown = {"eur": f"€ {value}", "percent": f"{value}%"}.get(unit, value)
        found.append((label, {"ja": "Ja", "nee": "Nee"}.get(value, shown) if value else "Niet ingevuld"))
    return found


def _agreed(part: PartSaid, asked: Asked, product: ProductSaid | None) -> Sequence[tuple[str, str]]:
    if not part.agreed:
        return []
    if product is not None and not part.criterion:
        tariff = money(Decimal(product.amount)) if product.amount else "nog te bepalen"
        return [("Akkoord met het tarief", f"Ja, {tariff}")]
    return [(asked.statement or "Akkoord", "Ja")]


def _proof(proof: ProofSaid) -> tuple[str, str]:
    """What a piece of evidence is, with the fingerprint of its file."""
    valid = f"geldig tot en met {date_short(date.fromisoformat(proof.valid_until))}" if proof.valid_until else ""
    file = f"bestand {proof.file.name}, SHA-256 {proof.file.sha256}" if proof.file else "verklaring zonder bestand"
    said = [proof.statement, proof.issuer, proof.reference, valid, file]
    return proof.title or proof.kind, "; ".join(word for word in said if word)


def part_folder(place: FilePlace) -> str:
    """Product and requirement in one folder, where the submission already has one of its own."""
    return " ".join(folder.split(" ", 1)[0] for folder in place.folders if folder != COMMON)
