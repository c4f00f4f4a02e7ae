"""Pages on a region of ordinary size and on one with ten thousand submissions, against two bare pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, Integer, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

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


def floors(engine: Engine) -> tuple[Callable[[], object], Callable[[], object]]:
    """A bare Flask and Jinja page, and one that shows 100 rows read through the ORM from the same database."""
    _Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([_Line(name=f"row {number}") for number in range(100)])
        session.commit()
    bare = Flask("bare")
    bare.jinja_loader = DictLoader({"page.html": PAGE, "list.html": LIST})

    def rows() -> str:
        with Session(engine) as session:
            return render_template("list.html", title="Bare", rows=session.scalars(select(_Line)).all())

    bare.add_url_rule("/", "page", lambda: render_template("page.html", title="Bare"))
    bare.add_url_rule("/list", "list", rows)
    client = bare.test_client()
    return partial(client.get, "/"), partial(client.get, "/list")


def measure(report: Report, make: Callable[[str, int], Grown], database: str) -> None:
    """At ordinary size and at ten thousand submissions; queries must be the same."""
    small, large = make("small", 100), make("large", 10_000)
    bare, rows = floors(small.office.db.engine)
    told = [f"{cpu(floor, 50) * 1000:.2f} ms CPU" for floor in (bare, rows)]
    report.head(
        f"Pages on {database} (bare page {told[0]}, page of 100 rows {told[1]}; each page is measured beside it)"
    )
    for kind, role, address in PAGES:
        most, queries = KINDS[kind]
        assert small.who(role) == large.who(role), "like is measured with like"
        floor, goal = (rows, most) if most else (bare, BARE_GOAL)
        one, many = (place.cost(role, address, floor) for place in (small, large))
        name = f"{address} as {role.value if role else 'visitor'} ({kind}), {database}"
        for size, cost in ((small.submissions, one), (large.submissions, many)):
            report.show(
                f"{name}, {size:,} submissions",
                f"{cost.queries} queries, {cost.seconds * 1000:.1f} ms, {cost.ratio:.1f} x "
                + ("the 100-row page" if most else "the bare page"),
                f"{queries} queries, {goal:g} x",
                cost.queries <= queries and cost.ratio <= goal,
                brief=cost is many and database == "SQLite",
            )
        if one.queries != many.queries:
            report.show(f"{name}: the same queries at both sizes", f"{one.queries} and {many.queries}", "equal", False)
