"""What the contract says, from facts without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import docx
import pytest

from portal.accounts.models import LegalForm, Organisation
from portal.contracts.documents import contract_document
from portal.contracts.models import Contract, ContractPhase, SubAgreement
from portal.contracts.service import _phases
from portal.contracts.wording.rules import ContractFacts, party_name
from portal.regions.blueprints import load_all
from portal.regions.blueprints.vocabulary import MarginAction
from portal.regions.models import Product, Region, TariffSheet
from portal.tenders.procedures.models import Procedure

MEMBERS = ("Alkmaar", "Bergen")
END = date(2030, 12, 31)


@pytest.fixture(scope="module")
def alkmaar():
    return load_all()["alkmaar"]


def facts_of(blueprint, form=LegalForm.FOUNDATION, *, name="Stichting Duin", start=date(2023, 1, 1), **more):
    sheet = TariffSheet(unit="hour", amount=Decimal("112.80"), valid_from=date(2023, 1, 1), illustrative=True)
    product = Product(code="HA-1", name_nl="Individuele behandeling")
    contract = Contract(
        number="R-1", starts_on=start, ends_on=END, prepared_at=datetime(2022, 9, 5, 8, tzinfo=UTC),
        organisation=Organisation(name=name, legal_form=form, kvk_number="99000033", place="Castricum"),
        region=Region(name="Regio Alkmaar"), procedure=Procedure(title="Ambulant", reference="ALK-1"),
        sub_agreements=[SubAgreement(product=product, tariff_sheet=sheet, starts_on=start, ends_on=END)],
        phases=_phases(blueprint, start), margin_cap=Decimal(5), margin_basis="regional_revenue",
        margin_cap_illustrative=True,
    )  # fmt: skip
    return ContractFacts.of(contract, MEMBERS, blueprint, **more)


def paper(facts):
    return docx.Document(BytesIO(contract_document(facts)))


def words(facts):
    document = paper(facts)
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def numbers(facts):
    return [p.text.split("\t")[0] for p in paper(facts).paragraphs if p.style.name == "Artikel"]


# --- parties -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "name", "owner", "said"),
    [
        (LegalForm.SOLE_TRADER, "Praktijk Duin", "Selma Oud", "Selma Oud, handelend onder de naam Praktijk Duin"),
        (LegalForm.SOLE_TRADER, "Praktijk Duin", "", "Praktijk Duin, eenmanszaak"),
        (LegalForm.PARTNERSHIP, "Duin Zorg vof", "", "Duin Zorg vof, vennootschap onder firma"),
        (LegalForm.PARTNERSHIP, "Duin V.O.F.", "", "Duin V.O.F., vennootschap onder firma"),
        (LegalForm.PARTNERSHIP, "Maatschap Duin", "", "Maatschap Duin"),
        (LegalForm.PARTNERSHIP, "Duin en Zee", "", "Duin en Zee, vennootschap onder firma of maatschap"),
        (LegalForm.LIMITED_COMPANY, "Duin bv", "", "Duin bv, besloten vennootschap"),
        (LegalForm.FOUNDATION, "Stichting Duin", "", "Stichting Duin"),
        (LegalForm.ASSOCIATION, "Duin", "", "Duin, vereniging"),
        (LegalForm.COOPERATIVE, "Duin", "", "Duin, coöperatie"),
        (None, "Duin", "", "Duin"),
    ],
)
def test_a_party_is_named_with_its_legal_form(form, name, owner, said):
    assert party_name(Organisation(name=name, legal_form=form), owner) == said


def test_a_sole_trader_contracts_in_person(alkmaar):
    facts = facts_of(alkmaar, LegalForm.SOLE_TRADER, name="Praktijk Duin", owner="Selma Oud")
    said = "Selma Oud, handelend onder de naam Praktijk Duin, te Castricum, KvK-nummer 99000033, hierna: de aanbieder."
    assert said in words(facts)


# --- profit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (MarginAction.EXPLAIN, "licht de aanbieder toe"),
        (MarginAction.REINVEST, "besteedt de aanbieder aantoonbaar aan de kwaliteit"),
        (MarginAction.REPAY, "betaalt de aanbieder terug"),
    ],
)
def test_what_lies_above_the_cap_follows_the_blueprint(alkmaar, action, said):
    cap = replace(alkmaar.contract.margin_cap, action=action)
    region = replace(alkmaar, contract=replace(alkmaar.contract, margin_cap=cap))
    text = words(facts_of(region))
    assert said in text and text.count("Wat daarboven ligt") == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (LegalForm.SOLE_TRADER, "de beloning van de eigenaar apart"),
        (LegalForm.PARTNERSHIP, "de beloning van de vennoten van Duin vof apart"),
        (LegalForm.FOUNDATION, ""),
        (LegalForm.LIMITED_COMPANY, ""),
    ],
)
def test_the_owners_pay_is_asked_where_the_result_holds_it(alkmaar, form, said):
    text = words(facts_of(alkmaar, form, name="Duin vof"))
    assert said in text and ("beloning van" in text) is bool(said)


# --- tariffs, term -----------------------------------------------------------------------------------------------


def test_a_tariff_has_its_price_level_and_is_indexed_without_an_amendment(alkmaar):
    text = words(facts_of(alkmaar))
    assert "112,80 per uur (prijspeil 2023)" in text
    assert "indexeren de tarieven ieder jaar" in text and "geen wijziging van deze overeenkomst nodig" in text


def test_a_contract_shows_its_phases_from_its_own_first_day(alkmaar):
    phases = facts_of(alkmaar, start=date(2024, 7, 1)).phases
    assert [(p.starts_on, p.ends_on) for p in phases[:2]] == [
        (date(2024, 7, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), END),
    ]
    assert phases[0].words.startswith("Verblijf verder ontwikkelen")
    later = _phases(alkmaar, date(2026, 3, 1))
    assert [(p.number, p.name[:6], p.starts_on) for p in later[:1]] == [(1, "Fase 2", date(2026, 3, 1))]
    assert all(isinstance(p, ContractPhase) for p in later)


def test_the_document_says_the_condition_and_not_what_the_sources_leave_open(alkmaar):
    text = words(facts_of(alkmaar))
    assert "Alleen als de doelen zijn gehaald" in text and "De strategie zegt niet" not in text
    assert "die geen contract krijgt" not in text


def test_a_phase_begins_on_what_the_region_asks_and_on_nothing_else(alkmaar):
    assert "Fase 2 begint pas als het transformatieplan is vastgesteld" in words(facts_of(alkmaar))
    plain = tuple(replace(p, begins_when=None) for p in alkmaar.contract.phases)
    region = replace(alkmaar, contract=replace(alkmaar.contract, phases=plain))
    assert "begint pas" not in words(facts_of(region))


@pytest.mark.parametrize("extended", [True, False])
def test_no_number_is_left_out(alkmaar, extended):
    terms = alkmaar.contract if extended else replace(alkmaar.contract, extensions=())
    found = [n for n in numbers(facts_of(replace(alkmaar, contract=terms))) if n[0].isdigit()]
    pairs = [tuple(int(part) for part in n.split(".")) for n in found]
    articles = sorted({article for article, _clause in pairs})
    assert articles == list(range(1, len(articles) + 1))
    for article in articles:
        assert [c for a, c in pairs if a == article] == list(range(1, sum(a == article for a, _c in pairs) + 1))


# --- examples ----------------------------------------------------------------------------------------------------


def test_what_is_an_example_is_said_once_at_the_top(alkmaar):
    text = words(facts_of(alkmaar, practice=True))
    assert text.count("Oefenexemplaar:") == text.count("voorbeelden") == 1 and "illustratief" not in text
    assert "De contracttekst, de tarieven en de winstgrens zijn voorbeelden" in text
    assert "Concept: dit contract kan niet worden ondertekend." in words(facts_of(alkmaar))


def test_the_regions_own_contract_has_no_mark(alkmaar):
    assert "voorbeeld" not in words(replace(facts_of(alkmaar), examples=()))


# --- layout ------------------------------------------------------------------------------------------------------


def test_letters_are_indented_and_end_alike(alkmaar):
    plain = next(p for p in paper(facts_of(alkmaar)).paragraphs if p.text.startswith("1.1"))
    lettered = [p for p in paper(facts_of(alkmaar)).paragraphs if p.text[1:3] == ".\t" and p.text[0].isalpha()]
    indent = plain.style.paragraph_format.left_indent
    assert len(lettered) > 5 and all(p.paragraph_format.left_indent > indent for p in lettered)
    following = [*lettered[1:], None]
    for one, after in zip(lettered, following, strict=True):
        assert one.text[-1] == ("." if after is None or after.text[0] == "a" else ";")


def test_a_heading_of_a_table_stays_with_its_rows(alkmaar):
    for table in paper(facts_of(alkmaar)).tables[1:]:
        for cell in table.rows[0].cells:
            assert cell.paragraphs[0].paragraph_format.keep_with_next
