"""A region with contracts in force, and the people around a contract year. People and procedure come from the verbs; the
contract is put there as signing leaves it (tests/contracts and the story sign real ones)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import select

from portal.access import SYSTEM, Actor, Role
from portal.accounts.models import LegalForm, User
from portal.audit import AuditEvent
from portal.compliance.declarations import rules as declaring
from portal.compliance.declarations import service as declarations
from portal.compliance.declarations.models import WntBasis
from portal.compliance.obligations import jobs, queries
from portal.compliance.obligations.models import Obligation, ObligationKind
from portal.contracts.models import Contract, ContractState
from portal.db import Base
from portal.regions.models import Region
from portal.tenders.procedures import service as procedures
from portal.tenders.procedures.models import Procedure
from portal.work import Lock, Office, Work, begin_read, begin_write
from tests import factories
from tests.kept import kept

Kind = ObligationKind
EVALUATION, MARGIN, WNT = Kind.YEARLY_EVALUATION, Kind.PROFIT_MARGIN, Kind.WNT_DECLARATION
YEAR = 2023
T = TypeVar("T", bound=Base)


@dataclass
class Desk:
    """Regio Alkmaar with two providers under contract from 2023, two contract managers, and one of another region."""

    office: Office
    region_id: int
    procedure_id: int
    manager: Actor
    second: Actor
    elsewhere: Actor
    auditor: Actor
    provider: Actor
    other: Actor
    users: dict[str, User]
    contracts: list[int]

    def acts(self, actor: Actor, lock: Lock | None = None) -> AbstractContextManager[Work]:
        return begin_write(self.office, actor, lock)

    def looks(self, actor: Actor) -> AbstractContextManager[Work]:
        return begin_read(self.office, actor)

    @contextmanager
    def sees_all(self) -> Iterator[Work]:
        """A look whose rows can still be read when it is over."""
        with begin_read(self.office, SYSTEM) as work:
            yield work
            work.session.expunge_all()

    def rows(self, model: type[T]) -> list[T]:
        """Every row of a table, as it stands now."""
        with self.sees_all() as work:
            return list(work.session.scalars(select(model).order_by(model.id)))

    def tags(self) -> list[str]:
        """The audit tags of everything that happened, in order."""
        return [event.tag for event in self.rows(AuditEvent)]

    def year_begins(self, moment: str = "2024-01-01 07:00") -> None:
        """The obligations over 2023 appear."""
        self.office.clock.set(moment)  # type: ignore[attr-defined]
        jobs.create_due_obligations(self.office)

    def id_of(self, kind: Kind, provider: Actor | None = None) -> int:
        organisation_id = (provider or self.provider).organisation_id
        with begin_read(self.office, SYSTEM) as work:
            items = queries.obligations(work)
            return next(i.id for i in items if i.kind is kind and i.organisation_id == organisation_id)

    def item(self, kind: Kind, provider: Actor | None = None) -> Obligation:
        """As it stands now, with contract and steps."""
        found = self.id_of(kind, provider)
        with self.sees_all() as work:
            return queries.obligation(work, found)

    def does(self, actor: Actor, kind: Kind, verb: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        """One verb of somebody on the first provider's obligation."""
        found = self.id_of(kind)
        with begin_write(self.office, actor) as work:
            return verb(work, queries.obligation(work, found), *args, **facts)

    def files(self, kind: Kind, actor: Actor | None = None, **facts: Any) -> Any:
        """The provider files a plain, complete declaration; `facts` say otherwise."""
        verb, usual = USUAL[kind]
        return self.does(actor or self.provider, kind, verb, **{**usual, **facts})


def settle(office: Office, *, cap: Decimal | None = Decimal(5), basis: str = "regional_revenue") -> Desk:
    """The desk, built once for each cap and basis."""
    build = partial(_settle, cap=cap, basis=basis)
    desk = kept(f"desk {cap} {basis}", office, office.clock, build)
    return replace(desk, office=office, users=dict(desk.users), contracts=list(desk.contracts))


def _settle(office: Office, clock: object, *, cap: Decimal | None, basis: str) -> Desk:
    with begin_write(office, SYSTEM) as work:
        region = factories.make_region(work)
        users = {
            "manager": factories.make_officer(work, region, Role.CONTRACT_MANAGER, name="Mo Manager"),
            "second": factories.make_officer(work, region, Role.CONTRACT_MANAGER, name="Tess Tweede"),
            "auditor": factories.make_officer(work, region, Role.AUDITOR),
            "account_holder": factories.make_officer(work, region, Role.ACCESS_ACCOUNT_HOLDER),
        }
        procedure = make_procedure(work, region)
        first = factories.make_provider(work, "Lindeveld Jeugd en Gezin", email="beheer@lindeveld.example")
        other = factories.make_provider(
            work, "Praktijk Kwelder", legal_form=LegalForm.SOLE_TRADER, youth_workers=1, email="baas@kwelder.example"
        )
        users |= {"provider": first.admin, "other": other.admin}
        actors = {name: factories.actor_for(user) for name, user in users.items() if name != "account_holder"}
        actors["elsewhere"] = replace(actors["manager"], region_id=region.id + 99)
        contracts = [
            add_contract(work, procedure, provider.organisation.id, cap=cap, basis=basis).id
            for provider in (first, other)
        ]
        return Desk(office, region.id, procedure.id, users=users, contracts=contracts, **actors)


def make_procedure(work: Work, region: Region) -> Procedure:
    officer = factories.make_officer(work, region)
    own = factories.in_name_of(work, factories.actor_for(officer))
    return procedures.draft_procedure(own, region, "ambulant", published_on=date(2022, 4, 1))


def add_contract(
    work: Work,
    procedure: Procedure,
    organisation_id: int,
    *,
    cap: Decimal | None = Decimal(5),
    basis: str = "regional_revenue",
    state: ContractState = ContractState.IN_FORCE,
    starts_on: date = date(2023, 1, 1),
    ends_on: date = date(2030, 12, 31),
) -> Contract:
    return work.add(
        Contract(
            region_id=procedure.region_id,
            organisation_id=organisation_id,
            procedure_id=procedure.id,
            number=f"{procedure.reference}-R{organisation_id:03d}",
            state=state,
            starts_on=starts_on,
            ends_on=ends_on,
            margin_cap=cap,
            margin_basis=basis if cap is not None else "",
            margin_cap_illustrative=cap is not None,
            prepared_by_id=procedure.drafted_by_id,
            prepared_at=work.now,
        )
    )


def official(**changes: Any) -> declaring.OfficialFacts:
    usual = {
        "name": "N. Ferwerdaal", "function": "bestuurder", "starts_on": date(YEAR, 1, 1), "ends_on": date(YEAR, 12, 31),
        "part_time_factor": Decimal(1), "pay": Decimal(118_400),
    }  # fmt: skip
    return declaring.OfficialFacts(**{**usual, **changes})


ANSWERS = [
    {"code": code, "question": f"Vraag {code}?", "answer": f"Antwoord {code}."}
    for code in ("good", "better", "transformation", "needed")
]
FIGURES = {
    "turnover": Decimal("1840000"), "result": Decimal("60000"), "owner_pay": Decimal(0), "region_share": Decimal(40),
}  # fmt: skip
USUAL: dict[Kind, tuple[Callable[..., Any], dict[str, Any]]] = {
    MARGIN: (declarations.file_profit_margin, FIGURES),
    WNT: (
        declarations.file_wnt,
        {"basis": WntBasis.STATUTORY, "wnt_class": "II", "points": 8, "officials": [official()]},
    ),
    EVALUATION: (declarations.file_evaluation, {"answers": ANSWERS}),
}
