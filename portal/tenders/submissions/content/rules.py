"""What a submission says, in memory only: an answer as typed, and the whole content as it is frozen, signed and sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


def canonical(value: object) -> bytes:
    """One text for one content, of the dataclasses below or of plain facts: what is hashed and signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=vars).encode()


@dataclass(frozen=True)
class Proof:
    """A piece of evidence in an answer: a version from the passport, or a file uploaded here."""

    kind: str
    version_id: int | None = None
    file_id: int | None = None
    valid_until: str = ""


@dataclass(frozen=True)
class Said:
    """What an answer says. It exists in the clear only in memory."""

    text: str = ""
    agreed: bool = False
    figures: Mapping[str, str] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.agreed or self.proofs or any(self.figures.values()))

    def to_bytes(self) -> bytes:
        return canonical(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Said:
        said = json.loads(data)
        return cls(said["text"], said["agreed"], said["figures"], tuple(Proof(**proof) for proof in said["proofs"]))


@dataclass(frozen=True)
class FileSaid:
    id: int
    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class ProofSaid:
    """A piece of evidence as it was when the content was frozen; dates as ISO text, empty where there is none."""

    kind: str
    title: str
    mode: str = "file"
    issuer: str = ""
    reference: str = ""
    issued_on: str = ""
    valid_until: str = ""
    statement: str = ""
    version_id: int | None = None
    file: FileSaid | None = None


@dataclass(frozen=True)
class FileShown:
    """One file as the receipt names it, however often it is relied on: its names, and the evidence and parts it is for."""

    sha256: str
    size: int
    names: tuple[str, ...]
    titles: tuple[str, ...]
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class PartSaid:
    key: str
    criterion: str
    product: str
    text: str
    agreed: bool
    figures: Mapping[str, str]
    proofs: tuple[ProofSaid, ...] = ()


@dataclass(frozen=True)
class ProductSaid:
    code: str
    name: str
    sheet_id: int | None
    amount: str
    unit: str


@dataclass(frozen=True)
class Content:
    """Everything a submission says: what is signed, sealed and later read."""

    number: str
    procedure: str
    organisation: str
    kvk_number: str
    legal_form: str
    place: str
    products: tuple[ProductSaid, ...]
    parts: tuple[PartSaid, ...]

    def part(self, key: str) -> PartSaid | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def files(self) -> list[FileSaid]:
        """Every file once, in the order of the parts."""
        found = {p.file.id: p.file for part in self.parts for p in part.proofs if p.file is not None}
        return list(found.values())

    @property
    def shown(self) -> list[FileShown]:
        """Every file once, also where the same bytes came in twice; in the order of the parts."""
        found: dict[str, list[tuple[str, str, FileSaid]]] = {}
        for part in self.parts:
            for proof in part.proofs:
                if proof.file is not None:
                    found.setdefault(proof.file.sha256, []).append((proof.title, part.criterion, proof.file))
        return [
            FileShown(
                sha256=sha256,
                size=uses[0][2].size,
                names=tuple(dict.fromkeys(file.name for _title, _code, file in uses)),
                titles=tuple(dict.fromkeys(title for title, _code, file in uses if title not in ("", file.name))),
                criteria=tuple(dict.fromkeys(code for _title, code, _file in uses if code)),
            )
            for sha256, uses in found.items()
        ]

    @property
    def declarations(self) -> int:
        """How many things are declared without a file: agreed requirements, statements and attested evidence."""
        agreed = sum(part.agreed for part in self.parts)
        stated = sum(value == "ja" for part in self.parts for value in part.figures.values())
        attested = {p.version_id for part in self.parts for p in part.proofs if p.file is None}
        return agreed + stated + len(attested)

    def to_bytes(self) -> bytes:
        return canonical(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Content:
        said = json.loads(data)
        for part in said["parts"]:
            for proof in part["proofs"]:
                proof["file"] = FileSaid(**proof["file"]) if proof["file"] else None
            part["proofs"] = tuple(ProofSaid(**proof) for proof in part["proofs"])
        said["parts"] = tuple(PartSaid(**part) for part in said["parts"])
        said["products"] = tuple(ProductSaid(**product) for product in said["products"])
        return cls(**said)
