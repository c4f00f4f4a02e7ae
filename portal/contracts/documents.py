"""The framework agreement with its sub-agreements as docx: what the parties sign."""

from __future__ import annotations

from portal.accounts.models import LegalForm
from portal.contracts.wording.documents import Paper
from portal.contracts.wording.rules import ContractFacts
from portal.i18n import date_long, date_short, listed, percent
from portal.regions.blueprints.vocabulary import MarginAction

THREE, FOUR = [5.2, 5.4, 5.4], [5.3, 4.3, 3.2, 3.2]
"""Widths of columns in centimetres, together as wide as the text."""

ABOVE_THE_CAP = {
    MarginAction.EXPLAIN: "Wat daarboven ligt, licht de aanbieder toe.",
    MarginAction.REINVEST: "Wat daarboven ligt, besteedt de aanbieder aantoonbaar aan de kwaliteit van de jeugdhulp.",
    MarginAction.REPAY: "Wat daarboven ligt, betaalt de aanbieder terug aan de gemeenten.",
}


def contract_document(facts: ContractFacts) -> bytes:
    """The agreement itself. Signatures stand in their own register: this file never changes."""
    doc = Paper(
        title=f"Raamovereenkomst {facts.number}",
        subject=facts.procedure,
        author=facts.region,
        made_at=facts.made_at,
        header=facts.region,
        footer=facts.number,
    )
    doc.title_block("Raamovereenkomst jeugdhulp", subtitle="met een deelovereenkomst per product")
    if warning := _warning(facts):
        doc.paragraph(warning, bold=True)
    doc.reference_block(
        [
            ("Nummer", facts.number),
            ("Aanbieder", facts.provider),
            ("Regio", facts.region),
            ("Procedure", f"{facts.procedure} ({facts.procedure_reference})"),
            ("Looptijd", f"{date_short(facts.starts_on)} tot en met {date_short(facts.ends_on)}"),
        ]
    )
    for part in (_parties, _papers, _offer, _term, _margin, _duties, _privacy, _change, _ending, _law, _signing):
        part(doc, facts)
    return doc.to_bytes()


def _warning(facts: ContractFacts) -> str:
    """Said once, above everything: that it binds nobody, and what in it is an example."""
    if facts.practice:
        said = "Oefenexemplaar: dit contract is in een oefenomgeving gemaakt en bindt niemand."
    elif facts.examples:
        said = "Concept: dit contract kan niet worden ondertekend."
    else:
        return ""
    if not facts.examples:
        return said
    what = listed(facts.examples)
    verb = "is een voorbeeld" if facts.examples in (("de contracttekst",), ("de winstgrens",)) else "zijn voorbeelden"
    return f"{said} {what[0].upper()}{what[1:]} {verb}; de regio stelt vast wat voor haar geldt."


def _parties(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Partijen")
    doc.says(
        f"De gemeenten {listed(facts.municipalities)}, samen {facts.region}, elk vertegenwoordigd door haar "
        "burgemeester of door wie diens volmacht heeft (artikel 171 Gemeentewet), hierna: de gemeenten.",
    )
    place = f", te {facts.place}" if facts.place else ""
    proxy = "" if facts.legal_form is LegalForm.SOLE_TRADER else (
        ", vertegenwoordigd door wie volgens het handelsregister of een volmacht mag tekenen"
    )  # fmt: skip
    doc.says(f"{facts.party}{place}, KvK-nummer {facts.kvk_number}{proxy}, hierna: de aanbieder.")
    doc.says(
        "De gemeenten zorgen op grond van de Jeugdwet voor jeugdhulp. De colleges hebben besloten de aanbieder toe te "
        f"laten in de procedure {facts.procedure} ({facts.procedure_reference}), omdat hij voor de producten in artikel 3 "
        "aan alle eisen voldoet.",
    )


def _papers(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Stukken en rangorde")
    doc.lists(
        "Bij deze overeenkomst horen, in deze volgorde:",
        (
            "deze raamovereenkomst met haar deelovereenkomsten",
            "de nota's van inlichtingen, de laatste eerst",
            f"de stukken van procedure {facts.procedure_reference} met de eisen per product",
            "de inschrijving van de aanbieder",
        ),
    )
    doc.says("Spreken stukken elkaar tegen, dan geldt het stuk dat hoger in deze lijst staat.")


def _offer(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Deelovereenkomsten, producten en tarieven")
    doc.says("Voor elk product in deze tabel geldt een deelovereenkomst. Andere producten levert de aanbieder niet.")
    doc.table(
        header=["Product", "Tarief", "Van", "Tot en met"],
        rows=[[f"{p.code} {p.name}", p.tariff, date_short(p.starts_on), date_short(p.ends_on)] for p in facts.products],
        caption="Deelovereenkomsten met tarief en looptijd",
        widths_cm=FOUR,
    )
    doc.says("De tarieven gelden zoals zij in de procedure zijn gepubliceerd en door de aanbieder zijn aanvaard.")
    doc.says(
        "De gemeenten indexeren de tarieven ieder jaar per 1 januari. De index hoort bij de reële prijs (AMvB reële "
        "prijzen Jeugdwet, zoals die dan geldt) en staat in het tariefblad dat de regio voor dat jaar vaststelt. Voor "
        "een geïndexeerd tariefblad is geen wijziging van deze overeenkomst nodig.",
    )
    doc.says("De aanbieder declareert de geleverde hulp met het berichtenverkeer iJw.")
    doc.says("De gemeenten geven geen garantie voor een aantal cliënten of een omzet. De cliënt kiest.")
    doc.says(
        "De aanbieder voldoet zolang een deelovereenkomst loopt aan alle eisen van dat product en meldt het meteen als "
        "dat niet meer zo is.",
    )


def _term(doc: Paper, facts: ContractFacts) -> None:
    extended = any(p.extension for p in facts.phases)
    doc.article("Looptijd, fasen en verlenging" if extended else "Looptijd en fasen" if facts.phases else "Looptijd")
    doc.says(f"De overeenkomst gaat in op {date_long(facts.starts_on)} en eindigt op {date_long(facts.ends_on)}.")
    if facts.phases:
        doc.table(
            header=["Fase", "Van", "Tot en met", "Inhoud of voorwaarde"],
            rows=[[p.name, date_short(p.starts_on), date_short(p.ends_on), p.words] for p in facts.phases],
            caption="Fasen van de overeenkomst",
            widths_cm=[3.4, 3.2, 3.7, 5.7],
        )
    if extended:
        doc.says("Verlenging is een keuze van de gemeenten, onder de voorwaarde die in de tabel staat.")
    for phase in facts.phases:
        if phase.begins_when:
            doc.says(f"{phase.name.split(':')[0]} begint pas als {phase.begins_when}.")


def _margin(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Winst")
    if facts.margin_cap is None:
        doc.says("Deze overeenkomst kent geen grens voor de winstmarge.")
        return
    doc.says(
        f"De winstmarge is ten hoogste {percent(facts.margin_cap / 100)}, berekend over {facts.margin_basis}. "
        f"{ABOVE_THE_CAP[facts.margin_action]}",
    )
    if facts.owner_pay_apart:
        partners = facts.legal_form is LegalForm.PARTNERSHIP
        whose = f"de vennoten van {facts.provider}" if partners else "de eigenaar"
        doc.says(f"De aanbieder vermeldt de beloning van {whose} apart, voordat de winstmarge wordt beoordeeld.")


def _duties(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Samenwerken en verantwoorden")
    for text in facts.conditions:
        doc.says(text)
    doc.says("De aanbieder neemt deel aan de ontwikkeltafels en voert uit wat daar is vastgesteld.")
    if facts.obligations:
        doc.lists("De aanbieder levert via het portaal:", facts.obligations)
    if facts.event_days is not None:
        doc.says(
            f"De aanbieder meldt binnen {facts.event_days} werkdagen een wijziging van zeggenschap, een dreigend "
            "faillissement of een maatregel van de inspectie.",
        )
    criterion = f" (eis {facts.insurance_criterion})" if facts.insurance_criterion else ""
    doc.says(
        "De aanbieder is zolang deze overeenkomst loopt verzekerd voor beroeps- en bedrijfsaansprakelijkheid en laat "
        f"dat ieder jaar zien{criterion}.",
    )
    doc.says(
        "De aanbieder meldt welke onderaannemers hij inzet, en meldt elke wijziging daarin. Hij blijft zelf "
        "verantwoordelijk voor de hulp die zij leveren.",
    )


def _privacy(doc: Paper, _facts: ContractFacts) -> None:
    doc.article("Gegevens")
    doc.says(
        "Partijen zijn ieder zelf verantwoordelijk voor de persoonsgegevens die zij verwerken. In het portaal en in de "
        "stukken bij deze overeenkomst staan geen gegevens van cliënten.",
    )
    doc.says(
        "Na ondertekening staan naam en producten van de aanbieder in het openbare register van toegelaten aanbieders. "
        "Het adres van een gezinshuis staat daar niet in.",
    )


def _change(doc: Paper, _facts: ContractFacts) -> None:
    doc.article("Wijzigen")
    doc.says(
        "Deze overeenkomst wijzigt alleen als alle partijen daarmee instemmen, in een schriftelijke wijziging die zij "
        "allemaal ondertekenen.",
    )


def _ending(doc: Paper, facts: ContractFacts) -> None:
    doc.article("Beëindigen")
    rule = (
        "eenstemmig besluit van de colleges van alle gemeenten"
        if facts.removal_unanimous
        else "besluit van de colleges"
    )
    removal = doc.says(
        f"Een product of partij vervalt tussentijds alleen door een {rule}, nadat de aanbieder is gehoord. Het besluit "
        "noemt de opzegtermijn.",
    )
    doc.says(
        "Wil of kan de aanbieder een afgesproken verbeterplan niet uitvoeren, dan kunnen de gemeenten deze overeenkomst "
        f"geheel of voor een product ontbinden. Daarvoor is een besluit nodig zoals in {removal}.",
    )
    doc.says("Bij het einde zorgt de aanbieder dat de hulp aan cliënten doorgaat of zorgvuldig wordt overgedragen.")


def _law(doc: Paper, _facts: ContractFacts) -> None:
    doc.article("Recht en geschillen")
    doc.says("Op deze overeenkomst is Nederlands recht van toepassing. Partijen zoeken eerst samen een oplossing.")
    doc.says("Lukt dat niet, dan beslist de bevoegde Nederlandse rechter.")


def _signing(doc: Paper, facts: ContractFacts) -> None:
    doc.heading("Ondertekening")
    doc.paragraph(
        "Partijen ondertekenen dit document in het portaal van de regio met een gewone elektronische handtekening "
        "(artikel 3:15a BW), ieder nadat opnieuw het wachtwoord is opgegeven. Elke handtekening hoort bij de SHA-256 van "
        "dit bestand: verandert er een letter, dan past de handtekening niet meer. Als iedereen heeft getekend, krijgen "
        "partijen dit bestand onveranderd, met het register van handtekeningen als bijlage."
    )
    municipal = [
        [
            f"Gemeente {name}",
            "burgemeester of gevolmachtigde",
            "volmacht in het mandaatregister (artikel 171 Gemeentewet)",
        ]
        for name in facts.municipalities
    ]
    provider = [facts.party, "tekenbevoegde", "handelsregister of volmacht, door de regio gecontroleerd"]
    doc.table(
        header=["Namens", "Tekent als", "Bevoegd volgens"],
        rows=[provider, *municipal],
        caption="Wie dit document ondertekent",
        widths_cm=THREE,
    )
