"""The framework agreement with its sub-agreements as docx, and the same with the record of its signatures."""

from __future__ import annotations

from string import ascii_lowercase

from portal.contracts.wording.rules import ContractFacts, Signed
from portal.documents import Document
from portal.i18n import date_long, date_short, datetime_long, percent

THREE, FOUR = [5.2, 5.4, 5.4], [5.3, 3.8, 3.2, 3.7]
"""Widths of columns in centimetres, together as wide as the text."""


def contract_document(facts: ContractFacts) -> bytes:
    """What the parties sign."""
    doc = _body(facts)
    doc.heading("Ondertekening")
    doc.paragraph(
        "Partijen ondertekenen dit document in het portaal van de regio, ieder na opnieuw inloggen. Elke handtekening "
        "hoort bij de SHA-256 van dit document: verandert er een letter, dan past de handtekening niet meer. Als "
        "iedereen heeft getekend, krijgen partijen het document met het register van handtekeningen."
    )
    municipal = [
        [f"Gemeente {name}", "gevolmachtigde van de burgemeester", "mandaatregister (artikel 171 Gemeentewet)"]
        for name in facts.municipalities
    ]
    provider = [facts.provider, "tekenbevoegde", "handelsregister of volmacht, door de regio gecontroleerd"]
    doc.table(
        header=["Namens", "Tekent als", "Bevoegd volgens"],
        rows=[provider, *municipal],
        caption="Wie dit document ondertekent",
        widths_cm=THREE,
    )
    return doc.to_bytes()


def signed_document(facts: ContractFacts, digest: str, signatures: tuple[Signed, ...]) -> bytes:
    """The same text with the record of who signed what, when."""
    doc = _body(facts)
    doc.heading("Register van handtekeningen")
    doc.paragraph(f"Alle partijen hebben het document met deze SHA-256 ondertekend: {digest}.")
    doc.table(
        header=["Namens", "Naam", "Op grond van", "Ondertekend op"],
        rows=[[s.on_behalf_of, s.name, s.capacity, datetime_long(s.at)] for s in signatures],
        caption="Handtekeningen op volgorde van tijd (Nederlandse tijd)",
        widths_cm=[3.8, 3.6, 4.6, 4.0],
    )
    return doc.to_bytes()


def _body(facts: ContractFacts) -> Document:
    doc = Document(
        title=f"Raamovereenkomst {facts.number}",
        subject=facts.procedure,
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.number,
    )
    doc.title_block("Raamovereenkomst jeugdhulp", subtitle="met een deelovereenkomst per product")
    doc.reference_block(
        [
            ("Nummer", facts.number),
            ("Aanbieder", facts.provider),
            ("Regio", facts.region),
            ("Procedure", f"{facts.procedure} ({facts.procedure_reference})"),
            ("Looptijd", f"{date_short(facts.starts_on)} tot en met {date_short(facts.ends_on)}"),
        ]
    )
    doc.paragraph("Deze contracttekst is een voorbeeld. De regio stelt de eigen tekst vast.", small=True)
    for part in (_parties, _papers, _offer, _term, _margin, _duties, _privacy, _ending):
        part(doc, facts)
    return doc


def _parties(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 1. Partijen")
    doc.clause(
        "1.1",
        f"De gemeenten {_listed(facts.municipalities)}, samen {facts.region}, elk vertegenwoordigd door wie in haar "
        "mandaatregister staat om overeenkomsten te tekenen, hierna: de gemeenten.",
    )
    provider = f"{facts.provider} te {facts.place}" if facts.place else facts.provider
    doc.clause(
        "1.2",
        f"{provider}, KvK-nummer {facts.kvk_number}, vertegenwoordigd door wie volgens het handelsregister of een "
        "volmacht mag tekenen, hierna: de aanbieder.",
    )
    doc.clause(
        "1.3",
        "De gemeenten zorgen op grond van de Jeugdwet voor jeugdhulp. De colleges hebben besloten de aanbieder toe te "
        f"laten in de procedure {facts.procedure} ({facts.procedure_reference}), omdat hij voor de producten in artikel 3 "
        "aan alle eisen voldoet.",
    )


def _papers(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 2. Stukken en rangorde")
    doc.clause("2.1", "Bij deze overeenkomst horen, in deze volgorde:")
    _lettered(
        doc,
        (
            "deze raamovereenkomst met haar deelovereenkomsten;",
            "de nota's van inlichtingen, de laatste eerst;",
            f"de stukken van procedure {facts.procedure_reference} met de eisen per product;",
            "de inschrijving van de aanbieder.",
        ),
    )
    doc.clause("2.2", "Spreken stukken elkaar tegen, dan geldt het stuk dat hoger in deze lijst staat.")


def _offer(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 3. Deelovereenkomsten, producten en tarieven")
    doc.clause(
        "3.1", "Voor elk product in deze tabel geldt een deelovereenkomst. Andere producten levert de aanbieder niet."
    )
    doc.table(
        header=["Product", "Tarief", "Van", "Tot en met"],
        rows=[
            [
                f"{p.code} {p.name}",
                p.tariff + (" (illustratief)" if p.illustrative else ""),
                date_short(p.starts_on),
                date_short(p.ends_on),
            ]
            for p in facts.products
        ],
        caption="Deelovereenkomsten met tarief en looptijd",
        widths_cm=FOUR,
    )
    doc.clause(
        "3.2", "De tarieven gelden zoals zij in de procedure zijn gepubliceerd en door de aanbieder zijn aanvaard."
    )
    doc.clause("3.3", "De gemeenten geven geen garantie voor een aantal cliënten of een omzet. De cliënt kiest.")
    doc.clause(
        "3.4",
        "De aanbieder voldoet zolang een deelovereenkomst loopt aan alle eisen van dat product en meldt het meteen als "
        "dat niet meer zo is.",
    )


def _term(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 4. Looptijd, fasen en verlenging")
    doc.clause(
        "4.1", f"De overeenkomst gaat in op {date_long(facts.starts_on)} en eindigt op {date_long(facts.ends_on)}."
    )
    doc.table(
        header=["Fase", "Van", "Tot en met", "Inhoud of voorwaarde"],
        rows=[[p.name, date_short(p.starts_on), date_short(p.ends_on), p.words] for p in facts.phases],
        caption="Fasen van de overeenkomst",
        widths_cm=[3.4, 3.2, 3.7, 5.7],
    )
    if any(p.extension for p in facts.phases):
        doc.clause("4.2", "Verlenging is een keuze van de gemeenten, onder de voorwaarde die in de tabel staat.")
    doc.clause("4.3", "Fase 2 begint pas als het transformatieplan is vastgesteld en als bijlage is ondertekend.")


def _margin(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 5. Winst")
    if facts.margin_cap is None:
        doc.clause("5.1", "Deze overeenkomst kent geen grens voor de winstmarge.")
        return
    mark = " Deze grens is illustratief." if facts.margin_cap_illustrative else ""
    doc.clause(
        "5.1",
        f"De winstmarge is ten hoogste {percent(facts.margin_cap / 100)}, berekend over {facts.margin_basis}. Wat "
        f"daarboven ligt, licht de aanbieder toe.{mark}",
    )
    if facts.owner_pay_apart:
        doc.clause("5.2", "De beloning van de eigenaar van een eenmanszaak of maatschap wordt apart vermeld.")


def _duties(doc: Document, facts: ContractFacts) -> None:
    doc.heading("Artikel 6. Samenwerken en verantwoorden")
    for number, text in enumerate(facts.conditions, 1):
        doc.clause(f"6.{number}", text)
    first = len(facts.conditions) + 1
    doc.clause(f"6.{first}", "De aanbieder neemt deel aan de ontwikkeltafels en voert uit wat daar is vastgesteld.")
    doc.clause(f"6.{first + 1}", "De aanbieder levert via het portaal:")
    _lettered(doc, facts.obligations)
    if facts.event_days is not None:
        doc.clause(
            f"6.{first + 2}",
            f"De aanbieder meldt binnen {facts.event_days} werkdagen een wijziging van zeggenschap, een dreigend "
            "faillissement of een maatregel van de inspectie.",
        )


def _privacy(doc: Document, _facts: ContractFacts) -> None:
    doc.heading("Artikel 7. Gegevens")
    doc.clause(
        "7.1",
        "Partijen zijn ieder zelf verantwoordelijk voor de persoonsgegevens die zij verwerken. In het portaal en in de "
        "stukken bij deze overeenkomst staan geen gegevens van cliënten.",
    )
    doc.clause(
        "7.2",
        "Na ondertekening staan naam en producten van de aanbieder in het openbare register van toegelaten aanbieders. "
        "Het adres van een gezinshuis staat daar niet in.",
    )


def _ending(doc: Document, _facts: ContractFacts) -> None:
    doc.heading("Artikel 8. Wijzigen en beëindigen")
    doc.clause(
        "8.1", "Deze overeenkomst wijzigt alleen door een schriftelijke wijziging die alle partijen ondertekenen."
    )
    doc.clause(
        "8.2",
        "Een product of partij vervalt tussentijds alleen door een besluit van de colleges, nadat de aanbieder is gehoord.",
    )
    doc.clause(
        "8.3", "Bij het einde zorgt de aanbieder dat de hulp aan cliënten doorgaat of zorgvuldig wordt overgedragen."
    )
    doc.heading("Artikel 9. Recht en geschillen")
    doc.clause(
        "9.1", "Op deze overeenkomst is Nederlands recht van toepassing. Partijen zoeken eerst samen een oplossing."
    )
    doc.clause("9.2", "Lukt dat niet, dan beslist de bevoegde Nederlandse rechter.")


def _lettered(doc: Document, lines: tuple[str, ...]) -> None:
    """What a clause counts up, under its own text."""
    for letter, line in zip(ascii_lowercase, lines, strict=False):
        doc.clause(f"{letter}.", line)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}" if names else ""
