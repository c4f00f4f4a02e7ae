"""Every list of the portal, walked to its end and back: each row on exactly one page, at the same number of queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from portal.access import SYSTEM, Role
from portal.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, User, UserState
from portal.compliance.escalation.models import Signal, SignalSource, SignalState
from portal.compliance.obligations.models import Obligation, ObligationKind, ObligationState
from portal.contracts.models import Contract, ContractState, SubAgreement
from portal.db import sort_key
from portal.regions.models import Category, Product
from portal.storage import system_seal
from portal.tenders.assessment.models import Opening, OpeningState
from portal.tenders.decisions.models import Decision, DecisionState, Outcome
from portal.tenders.procedures.models import Participation, Procedure, ProcedureKind, ProcedureProduct, ProcedureState
from portal.tenders.submissions.models import Submission, SubmissionProduct, SubmissionState
from portal.work import begin_write
from tests.counting import statements
from tests.factories import make_officer, make_region, make_staff
from tests.kept import kept
from tests.web.doors import come_in

pytestmark = pytest.mark.both_databases

MANY = 56
"""More than two pages of 25, so that there is a first, a middle and a last one."""


@dataclass
class Full:
    people: dict[Role, User]
    procedure_id: int


@pytest.fixture
def full(office, clock):
    return kept("every_list", office, clock, fill)


def fill(office, clock) -> Full:
    """Many of everything, with three names and two days among them: most keys are ties."""
    with begin_write(office, SYSTEM) as work:
        region = make_region(work)
        roles = (Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.AUDITOR)
        people = {role: make_officer(work, region, role) for role in roles}
        people[Role.PLATFORM_ADMIN] = make_staff(work, Role.PLATFORM_ADMIN)
        for n in range(MANY):
            make_known(work, region, n, people[Role.PROCUREMENT_OFFICER].memberships[0].organisation_id)
        maker = people[Role.PROCUREMENT_OFFICER].id
        procedures = [procedure(work, region, n, maker) for n in range(MANY)]
        providers = [provider(work, n) for n in range(MANY)]
        work.session.add_all([*procedures, *providers])
        work.session.flush()
        product = work.session.query(Product).join(Category).filter(Category.region_id == region.id).first()
        line = ProcedureProduct(procedure_id=procedures[0].id, product_id=product.id, position=1)
        seal = system_seal(work)
        second = people[Role.CONTRACT_MANAGER].id
        opening = Opening(
            procedure_id=procedures[0].id, state=OpeningState.OPENED, first_officer_id=maker, first_at=work.now,
            second_officer_id=second, second_at=work.now, count=MANY,
        )  # fmt: skip
        work.session.add_all([line, seal, opening])
        work.session.flush()
        for n, one in enumerate(providers):
            dossier(work, n, region, procedures[0], line, one, maker, seal)
        for n, one in enumerate(procedures[1:]):
            decided(work, one, providers[n], line, maker, seal)
        return Full(people, procedures[0].id)


def make_known(work, region, n, organisation_id) -> None:
    """A colleague at the region, without a password: only to be listed."""
    user = User(email=f"collega.{n}@example.org", name=f"Élan {n % 3}", state=UserState.ACTIVE, registered_at=work.now)
    user.memberships = [
        Membership(organisation_id=organisation_id, role=Role.ASSESSOR, region_id=region.id, since=work.now)
    ]
    work.session.add(user)


def procedure(work, region, n, maker) -> Procedure:
    return Procedure(
        region_id=region.id, reference=f"ALK-2020-{n:03}", kind=ProcedureKind.SAS_ADMISSION_PER_PRODUCT,
        state=ProcedureState.OPENED, title=("De Zomer", "Zomer", "Herfst")[n % 3], template_code="x", blueprint_digest="x",
        blueprint={}, drafted_by_id=maker, drafted_at=work.now, published_at=work.now - timedelta(days=90),
        closes_at=None if n % 4 == 3 else work.now - timedelta(days=n % 2 + 1),
    )  # fmt: skip


def provider(work, n) -> Organisation:
    name = ("De Kwelder", "Kwelder", "Lindeveld")[n % 3]
    return Organisation(
        kind=OrganisationKind.PROVIDER, name=name, sort_name=sort_key(name), place=("Bergen", "Alkmaar")[n % 2],
        kvk_number=f"{61000000 + n}", registered_at=work.now - timedelta(days=n % 2), state=OrganisationState.ACTIVE,
    )  # fmt: skip


def submission(work, found, organisation, maker, seal, n) -> Submission:
    return Submission(
        procedure_id=found.id, organisation_id=organisation.id, state=SubmissionState.DECIDED, seal=seal,
        started_at=work.now, started_by_id=maker, submitted_at=work.now - timedelta(days=n % 2),
    )  # fmt: skip


def decided(work, found, organisation, line, maker, seal, n=0) -> Decision:
    sent = submission(work, found, organisation, maker, seal, n)
    asked = SubmissionProduct(submission=sent, procedure_product_id=line.id)
    made = Decision(
        submission=sent, submission_product=asked, state=DecisionState.PREPARED, outcome=Outcome.ADMITTED, reasons=[],
        prepared_by_id=maker, prepared_at=work.now,
    )  # fmt: skip
    work.session.add_all([sent, asked, made])
    return made


def dossier(work, n, region, found, line, organisation, maker, seal) -> None:
    """What belongs to one provider in the first procedure: submission, decision, contract, obligation and signal."""
    made = decided(work, found, organisation, line, maker, seal, n)
    work.session.add(Participation(procedure_id=found.id, organisation_id=organisation.id, since=work.now))
    work.session.flush()
    term = {"starts_on": date(2020, 1, 1 + n % 2), "ends_on": date(2030, 12, 31)}
    contract = Contract(
        region_id=region.id, organisation_id=organisation.id, procedure_id=found.id, number=f"RO-{n:04}",
        state=ContractState.IN_FORCE, prepared_by_id=maker, prepared_at=work.now, margin_cap=Decimal(5), **term,
    )  # fmt: skip
    contract.sub_agreements = [SubAgreement(product_id=line.product_id, decision_id=made.id, **term)]
    duty = Obligation(
        contract=contract, organisation_id=organisation.id, region_id=region.id, about_year=2020 + n % 2,
        kind=ObligationKind.YEARLY_EVALUATION, due_on=date(2021, 6, 1 + n % 2), legal=False, source="x", confirmed=True,
        state=ObligationState.CHECKED if n % 2 else ObligationState.OPEN, created_at=work.now,
    )  # fmt: skip
    work.session.add_all([contract, duty])
    work.session.add(
        Signal(
            region_id=region.id, organisation_id=organisation.id, obligation=duty, source=SignalSource.COMPLIANCE,
            state=SignalState.OPEN if n % 2 else SignalState.DISMISSED, reason="overdue", opened_at=work.now,
        )
    )  # fmt: skip


OFFICER, MANAGER, AUDITOR, ADMIN = (
    Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.AUDITOR, Role.PLATFORM_ADMIN,
)  # fmt: skip
LISTS = [
    (OFFICER, "/inkoop/procedures", r'/inkoop/procedures/(\d+)"', ("", "titel", "-titel", "sluit", "-nummer")),
    (None, "/procedures", r'href="/procedures/([^"?/]+)"', ("",)),
    (OFFICER, "/inkoop/procedures/{id}/inschrijvingen", r"/inkoop/inschrijvingen/(\d+)", ("", "-naam", "ingediend")),
    (OFFICER, "/inkoop/procedures/{id}/beoordeling", r"/inkoop/inschrijvingen/(\d+)/", ("", "-naam", "-ingediend")),
    (OFFICER, "/inkoop/procedures/{id}/besluiten", r"/inkoop/besluiten/(\d+)", ("", "-naam", "product")),
    (AUDITOR, "/besluiten", r"/inkoop/procedures/(\d+)/besluiten", ("", "titel", "-titel")),
    (MANAGER, "/contracten", r'/contracten/(\d+)"', ("", "-naam", "nummer", "-ingang")),
    (MANAGER, "/verantwoording/lijst", r'/verantwoording/(\d+)"', ("", "-aanbieder", "uiterlijk", "-over")),
    (MANAGER, "/signalen", r"/signalen/(\d+)", ("", "aanbieder", "-geopend")),
    (OFFICER, "/aanbieders", r"/aanbieders/(\d+)", ("", "-naam", "plaats", "-aangemeld")),
    (AUDITOR, "/controle", r"/controle/(\d+/\d+)", ("", "-aanbieder", "procedure")),
    (ADMIN, "/beheer/gebruikers", r"/beheer/gebruikers/(\d+)", ("", "-naam", "adres")),
]
MOST = {"/inkoop/procedures/{id}/beoordeling": 15, "/inkoop/procedures/{id}/besluiten": 15}
"""Boards show the figures of a whole procedure beside the list."""


def rows_of(text: str, pattern: str) -> list[str]:
    """What the rows of the list lead to, each once, in their order; not what stands in the header or the menu."""
    return list(dict.fromkeys(re.findall(pattern, text[text.index('id="inhoud"') :])))


def link(text: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return unescape(found[1]) if found else None


def entered(client, full, role):
    return come_in(client, full.people[role]) if role else client


@pytest.mark.parametrize(("role", "address", "pattern", "sorts"), LISTS, ids=[one[1] for one in LISTS])
def test_every_row_of_a_list_is_on_one_page_forwards_and_back(full, client, role, address, pattern, sorts):
    entered(client, full, role)
    address = address.format(id=full.procedure_id)
    every: set[str] = set()
    for sort in sorts:
        text = client.get(f"{address}?sorteer={sort}").text
        there = [rows_of(text, pattern)]
        assert link(text, "prev") is None
        while (further := link(text, "next")) is not None:
            text = client.get(further).text
            there.append(rows_of(text, pattern))
        back = [rows_of(text, pattern)]
        while (before := link(text, "prev")) is not None:
            text = client.get(before).text
            back.insert(0, rows_of(text, pattern))
        seen = [row for page in there for row in page]
        assert len(seen) == len(set(seen)) >= MANY and len(there) > 2, (sort, [len(page) for page in there])
        assert [row for page in back for row in page] == seen, sort
        every = every or set(seen)
        assert set(seen) == every, sort


@pytest.mark.parametrize(("role", "address", "pattern", "sorts"), LISTS, ids=[one[1] for one in LISTS])
def test_a_list_asks_no_more_of_the_database_for_many_rows_than_for_few(
    full, office, client, role, address, pattern, sorts
):
    entered(client, full, role)
    limit, address = MOST.get(address, 8), address.format(id=full.procedure_id)
    client.get(address)
    with statements(office.db.engine) as many:
        first = client.get(address)
    following = link(first.text, "next")
    assert following
    with statements(office.db.engine) as further:
        client.get(following)
    last = following
    while (following := link(client.get(last).text, "next")) is not None:
        last = following
    with statements(office.db.engine) as few:
        client.get(last)
    assert len(many) <= limit, "\n".join(many)
    assert len(further) <= len(many) and len(few) <= len(many)


@pytest.mark.parametrize("place", ["onzin", "W10", "%F0%9F", "9" * 5000, "bnVsbA"])
def test_a_place_that_means_nothing_is_the_first_page_of_any_list(full, client, place):
    for role, address, pattern, _sorts in LISTS:
        entered(client, full, role)
        where = address.format(id=full.procedure_id)
        odd = client.get(f"{where}?vanaf={place}&sorteer=onzin&q=")
        assert odd.status_code == 200 and rows_of(odd.text, pattern) == rows_of(client.get(where).text, pattern), where


def test_a_file_holds_every_row_whatever_page_the_reader_was_on(full, client):
    for role, address, _pattern, _sorts in LISTS:
        if role is None or address == "/besluiten":
            continue
        entered(client, full, role)
        where = address.format(id=full.procedure_id)
        place = link(client.get(where).text, "next")
        file = client.get(f"{place}&formaat=csv" if "?" in place else f"{place}?formaat=csv")
        assert file.mimetype == "text/csv" and len(file.text.strip().splitlines()) > MANY, where
