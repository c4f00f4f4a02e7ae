"""Putting a submission's content together from its answers, the evidence passport and the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal import storage
from portal.evidence.models import EvidenceVersion
from portal.statements import named
from portal.storage import StoredFile
from portal.tenders.procedures.models import ProcedureProduct
from portal.tenders.submissions.content.rules import Content, FileSaid, PartSaid, ProductSaid, ProofSaid, Said
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.rules import Part
from portal.work import Work


def assemble(work: Work, submission: Submission, spoken: Sequence[tuple[Part, Said]]) -> Content:
    """The answers with the evidence they rely on, each file with its SHA-256. For who may read the submission."""
    proofs = [proof for _part, said in spoken for proof in said.proofs]
    relied_on = {p.version_id for p in proofs if p.version_id is not None}
    versions = named(work, EvidenceVersion, relied_on, EvidenceVersion.item)
    ids = {p.file_id for p in proofs if p.file_id is not None} | {v.file_id for v in versions.values() if v.file_id}
    described = {id: _said(work, file) for id, file in named(work, StoredFile, ids).items()}
    said = tuple(_part_said(part, words, versions, described) for part, words in spoken)
    procedure, organisation = submission.procedure, submission.organisation
    return Content(
        number=submission.number,
        procedure=procedure.reference,
        organisation=organisation.name,
        kvk_number=organisation.kvk_number or "",
        legal_form=organisation.legal_form.value if organisation.legal_form else "",
        place=organisation.place,
        products=tuple(_product_said(chosen.procedure_product) for chosen in submission.products),
        parts=said,
    )


def _product_said(line: ProcedureProduct) -> ProductSaid:
    sheet = line.tariff_sheet
    amount = str(sheet.amount) if sheet and sheet.amount is not None else ""
    return ProductSaid(
        line.product.code, line.product.name_nl, sheet.id if sheet else None, amount, sheet.unit if sheet else ""
    )


def _part_said(part: Part, said: Said, versions: dict[int, EvidenceVersion], files: dict[int, FileSaid]) -> PartSaid:
    proofs = []
    for proof in said.proofs:
        version = versions.get(proof.version_id) if proof.version_id is not None else None
        if version is None:
            file = files.get(proof.file_id or 0)
            proofs.append(ProofSaid(proof.kind, file.name if file else "", valid_until=proof.valid_until, file=file))
            continue
        proofs.append(
            ProofSaid(
                kind=proof.kind,
                title=version.item.title,
                mode=version.mode.value,
                issuer=version.issuer,
                reference=version.reference,
                issued_on=_iso(version.issued_on),
                valid_until=_iso(version.valid_until),
                statement=version.statement,
                version_id=version.id,
                file=files.get(version.file_id or 0),
            )
        )
    code = part.criterion.code if part.criterion else ""
    return PartSaid(part.key, code, part.product_code, said.text, said.agreed, dict(said.figures), tuple(proofs))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _said(work: Work, file: StoredFile) -> FileSaid:
    facts = storage.describe(work, file)
    return FileSaid(file.id, facts.name, facts.media_type, facts.sha256, facts.size)
