"""The register of signatures: the annex that proves who signed which file. The file itself is never changed."""

from __future__ import annotations

from portal.contracts.wording.documents import Paper
from portal.contracts.wording.rules import SignatureFacts
from portal.i18n import listed, moment_exact


def signature_register(facts: SignatureFacts) -> bytes:
    """Names the signed file by its SHA-256, and of each signature who, when, on which ground and of what kind."""
    doc = Paper(
        title=f"Register van handtekeningen {facts.number}",
        subject=f"Raamovereenkomst {facts.number}",
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.number,
    )
    doc.title_block("Register van handtekeningen", subtitle=f"Bijlage bij raamovereenkomst {facts.number}")
    if facts.practice:
        doc.paragraph(
            "Oefenexemplaar: deze handtekeningen zijn in een oefenomgeving gezet en binden niemand.", bold=True
        )
    doc.reference_block(
        [
            ("Overeenkomst", facts.number),
            ("Aanbieder", facts.party),
            ("Gemeenten", listed(facts.municipalities)),
            ("Procedure", facts.procedure),
        ]
    )
    doc.heading("Het ondertekende bestand")
    doc.reference_block(
        [
            ("Bestand", facts.file_name),
            ("SHA-256", facts.digest),
            ("Compleet op", moment_exact(facts.made_at)),
        ]
    )
    doc.paragraph(
        "Dit register hoort bij dat bestand en bij geen ander. Reken de SHA-256 van het bestand zelf na: is die gelijk "
        "aan de waarde hierboven, dan is het precies het bestand dat alle partijen hebben ondertekend."
    )
    _signatures(doc, facts)
    return doc.to_bytes()


def _signatures(doc: Paper, facts: SignatureFacts) -> None:
    doc.heading("Handtekeningen")
    doc.table(
        header=["Namens", "Naam", "Op grond van", "Ondertekend op"],
        rows=[[s.on_behalf_of, s.name, s.capacity, moment_exact(s.at)] for s in facts.signatures],
        caption="Handtekeningen op volgorde van tijd (Nederlandse tijd)",
        widths_cm=[3.8, 3.6, 4.6, 4.0],
    )
    doc.heading("Soort handtekening")
    doc.paragraph(
        "Elke handtekening is een gewone elektronische handtekening (artikel 3:15a BW). De ondertekenaar was met een "
        "eigen account ingelogd op het portaal van de regio en heeft voor het tekenen opnieuw het wachtwoord opgegeven."
    )
