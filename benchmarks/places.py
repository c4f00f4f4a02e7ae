"""Where is measured: the worked example with as many submissions as asked for, on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.measure import beside, counted
from portal.access import Role
from portal.contracts.models import Contract, ContractState
from portal.tenders.assessment.models import Assignment
from portal.tenders.submissions.models import Submission
from tests.browser.worked_example import Neighbourhood, build
from tests.crowd import multiply


@dataclass(frozen=True)
class Cost:
    queries: int
    seconds: float
    ratio: float
    """So many times the floor."""


class Grown(Neighbourhood):
    """The worked example, its providers multiplied until there are about this many submissions."""

    def __init__(self, folder: Path, submissions: int, database_url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        build(folder, database_url)
        super().__init__(folder, "http://127.0.0.1", database_url)
        present = self._count()
        multiply(self.office.db.engine, max(0, round(submissions / present) - 1))
        self.submissions = self._count()

    def _count(self) -> int:
        with self.office.db.session() as session:
            return session.scalar(select(func.count()).select_from(Submission)) or 0

    @cached_property
    def things(self) -> dict[str, int]:
        """What addresses name: a contract in force, and the procedure with most assessments."""
        with self.office.db.session() as session:
            contract = session.scalar(select(func.min(Contract.id)).where(Contract.state == ContractState.IN_FORCE))
            judged = (
                select(Submission.procedure_id)
                .join(Assignment, Assignment.submission_id == Submission.id)
                .group_by(Submission.procedure_id)
                .order_by(func.count().desc())
            )
            return {"contract": contract or 0, "procedure": session.scalar(judged) or 0}

    def who(self, role: Role | None) -> str:
        """Who looks. The providers of the story come first and their twins later, so it is the same one at each size."""
        return self.person(role)[0].email if role else ""

    def cost(self, role: Role | None, address: str, floor: Callable[[], object]) -> Cost:
        """What this page takes once it is warm. Raises AssertionError for a page that does not open."""
        client, address = self.client(role), address.format(**self.things)
        answer = client.get(address)
        assert answer.status_code == 200, (role, address, answer.status_code)
        with counted(self.office.db.engine) as count:
            client.get(address)
        return Cost(count[0], *beside(floor, lambda: client.get(address), 5))
