"""Pages on a region of ordinary size and on one with ten thousand submissions, against two bare pages."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, render_template_string
from sqlalchemy import Integer, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

from benchmarks.measure import Report, cpu
from benchmarks.places import Grown
from portal.access import Role

PAGE = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>"
LIST = PAGE + "<table>{% for row in rows %}<tr><td>{{ row.id }}</td><td>{{ row.name }}</td></tr>{% endfor %}</table>"

KINDS = {"list": (2.0, 8), "detail": (0.0, 12), "board": (3.0, 15), "home": (0.0, 15)}
"""Kind of page -> most times the 100-row page (0: only the bare page counts), most queries."""
BARE_GOAL = 12.0
PAGES: tuple[tuple[str, Role | None, str], ...] = (
    ("home", None, "/"),
    ("home", Role.PROVIDER_ADMIN, "/start"),
    ("home", Role.PROCUREMENT_OFFICER, "/start"),
    ("home", Role.CONTRACT_MANAGER, "/start"),
    ("list", None, "/procedures"),
    ("list", Role.PROCUREMENT_OFFICER, "/inkoop/procedures"),
    ("list", Role.PROCUREMENT_OFFICER, "/aanbieders"),
    ("list", Role.CONTRACT_MANAGER, "/contracten"),
    ("detail", Role.CONTRACT_MANAGER, "/contracten/{contract}"),
    ("detail", Role.PROVIDER_ADMIN, "/bewijspaspoort"),
    ("board", Role.PROCUREMENT_OFFICER, "/inkoop/procedures/{procedure}/beoordeling"),
    ("board", Role.CONTRACT_MANAGER, "/verantwoording"),
)


class _Base(DeclarativeBase):
    pass


class _Line(_Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


def floors() -> tuple[float, float]:
    """CPU seconds of a bare Flask and Jinja page, and of one that shows 100 rows read through the ORM."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    _Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([_Line(name=f"row {number}") for number in range(100)])
        session.commit()
    bare = Flask("bare")

    def rows() -> str:
        with Session(engine) as session:
            return render_template_string(LIST, title="Bare", rows=session.scalars(select(_Line)).all())

    bare.add_url_rule("/", "page", lambda: render_template_string(PAGE, title="Bare"))
    bare.add_url_rule("/list", "list", rows)
    client = bare.test_client()
    return cpu(lambda: client.get("/"), 200), cpu(lambda: client.get("/list"), 50)


def measure(report: Report, make: Callable[[str, int], Grown], database: str) -> None:
    """At ordinary size and at ten thousand submissions; queries must be the same."""
    page, rows = floors()
    report.head(f"Pages on {database} (bare page {page * 1000:.2f} ms CPU, page of 100 rows {rows * 1000:.2f} ms)")
    small, large = make("small", 100), make("large", 10_000)
    for kind, role, address in PAGES:
        most, queries = KINDS[kind]
        assert small.who(role) == large.who(role), "like is measured with like"
        one, many = small.cost(role, address), large.cost(role, address)
        name = f"{address} as {role.value if role else 'visitor'} ({kind}), {database}"
        for size, cost in ((small.submissions, one), (large.submissions, many)):
            floor = "the 100-row page" if most else "the bare page"
            ratio = cost.seconds / (rows if most else page)
            report.show(
                f"{name}, {size:,} submissions",
                f"{cost.queries} queries, {cost.seconds * 1000:.1f} ms, {ratio:.1f} x {floor}",
                f"{queries} queries, {most or BARE_GOAL:g} x",
                cost.queries <= queries and ratio <= (most or BARE_GOAL),
                brief=cost is many and database == "SQLite",
            )
        if one.queries != many.queries:
            report.show(f"{name}: the same queries at both sizes", f"{one.queries} and {many.queries}", "equal", False)
