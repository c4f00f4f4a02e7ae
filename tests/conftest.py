"""What every test can ask for. Real databases, real files; clock, mail transport and file root are the only fakes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache

from portal.access import SYSTEM, Actor
from portal.clock import local_moment
from portal.config import Settings
from portal.db import Database
from portal.work import Office, Work, begin_read, begin_write
from tests import postgres
from tests.databases import Postgresql, Sqlite, made_database

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from portal.regions.models import Region

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


EVERYTHING = os.environ.get("EVERYTHING") == "1"
"""`make test-all`: also what `make test` leaves out because it looks at the same thing once more."""
FAST = os.environ.get("FAST") == "1"
"""`make test-fast`: what answers within a minute. A slow test asks for a page, for PostgreSQL, or lies in SLOW."""
PAGES = {"app", "client", "new_app", "told"}
SLOW = (
    # whole paths, pages, and programs of their own
    "backup", "browser", "hostile", "practice", "stories", "*pages.py", "web/test_english.py", "web/test_query_counts.py",
    "storage/test_pdf.py", "test_cli.py", "test_migrations.py",
    # cases that many acts lead up to
    "contracts/test_service.py", "home/test_overview.py", "reports/test_casefile.py", "retention",
    "tables/test_agreements.py", "tables/test_minutes.py", "tenders/assessment/test_judging.py",
    "tenders/decisions/test_service.py",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.prepare()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.dispose()


def unavailable(what: str, remedy: str) -> None:
    """Skip with the command that helps; where everything must run (CI=true) that is a failure."""
    message = f"{what}. This helps: {remedy}"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


# --- which tests, on which database ------------------------------------------------------------------------------


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What is slow is not even read."""
    return True if FAST and lies_in_slow(collection_path) else None


def lies_in_slow(path: Path) -> bool:
    name = path.relative_to(Path(__file__).parent)
    return any(fnmatch(str(part), pattern) for part in (name, *name.parents) for pattern in SLOW)


def is_slow(item: pytest.Item) -> bool:
    marked = any(map(item.get_closest_marker, ("story", "postgresql")))
    return marked or not PAGES.isdisjoint(getattr(item, "fixturenames", ())) or lies_in_slow(item.path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Verbs run on both databases; what hardly differs, on one: `make test-all` has everything on both.

    Doors, menus and refusals (tests/web): SQLite, but for what is marked `both_databases`. The pages of the features and
    the story are read on PostgreSQL; on SQLite the same story is told for the browser, which opens every one of its pages.
    """
    if EVERYTHING:
        # minutes each: begun last, one process would wait for them
        items.sort(key=lambda item: item.path.parent.name != "hostile")
        return
    spared = {item for item in items if _kind(item) is not None and _kind(item) == _spared_kind(item)}
    spared |= {item for item in items if item.get_closest_marker("campaign")}
    if FAST:
        spared |= set(filter(is_slow, items))
    if spared:
        config.hook.pytest_deselected(items=list(spared))
        items[:] = [item for item in items if item not in spared]


def _kind(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    return None if call is None else call.params.get("database", call.params.get("bare_database_url"))


def _spared_kind(item: pytest.Item) -> str | None:
    if Path(__file__).parent / "web" in item.path.parents or item.get_closest_marker("one_database"):
        return None if item.get_closest_marker("both_databases") else "postgresql"
    is_read_in_browser = item.path.name.endswith("pages.py") or item.path.parent.name == "stories"
    return "sqlite" if is_read_in_browser else None


# --- databases ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server: TEST_DATABASE_URL, else one that this run starts itself."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        return postgres.server_url()
    except postgres.Unavailable as error:
        unavailable(str(error), "sudo apt-get install -y postgresql")
        raise


@pytest.fixture(scope="session")
def _postgresql(postgres_url: str) -> Iterator[Postgresql]:
    with made_database(postgres_url) as url:
        kind = Postgresql(url)
        yield kind
        kind.database.dispose()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("schema"))


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with the schema; a test that asks for it runs once on each kind."""
    if request.param == "postgresql":
        postgresql: Postgresql = request.getfixturevalue("_postgresql")
        yield postgresql.fresh()
    else:
        sqlite: Sqlite = request.getfixturevalue("_sqlite")
        yield sqlite.fresh()


@pytest.fixture(params=KINDS)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on each kind: for migrations."""
    if request.param == "postgresql":
        with made_database(request.getfixturevalue("postgres_url")) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"


# --- time, mail, settings ----------------------------------------------------------------------------------------


class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False

    def __init__(self, start: str | datetime) -> None:
        self.now = self._moment(start)

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: str | datetime) -> None:
        """To a Dutch wall-clock time ("2022-06-15 17:00") or an aware moment; backwards is allowed."""
        self.now = self._moment(moment)

    def advance(self, **duration: float) -> None:
        """By a duration: advance(days=1), advance(seconds=1)."""
        self.now += timedelta(**duration)

    @staticmethod
    def _moment(moment: str | datetime) -> datetime:
        return local_moment(datetime.fromisoformat(moment)) if isinstance(moment, str) else moment


@pytest.fixture
def clock() -> TestClock:
    return TestClock("2022-03-01 09:00")


class Postbox:
    """A mail transport that keeps what it is given. `refuse_with` makes the next deliveries fail."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.refuse_with: Exception | None = None

    def send(self, message: Any) -> None:
        if self.refuse_with is not None:
            raise self.refuse_with
        self.messages.append(message)

    def to(self, address: str) -> list[Any]:
        return [message for message in self.messages if address in str(message["To"])]


@pytest.fixture
def transport() -> Postbox:
    return Postbox()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An ordinary installation (no practice) with its files below tmp_path; dataclasses.replace makes another."""
    return Settings(
        database_url=database.url,
        secret_key="only for tests",
        var=tmp_path / "var",
        seal_key_file=tmp_path / "keys" / "seal.key",
        base_url="http://localhost",
    )


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """The same algorithm with the least work: what it costs in earnest is measured, not paid in every test."""
    from argon2 import PasswordHasher

    from portal.accounts.users import rules

    rules._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


# --- acting ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(database: Database, settings: Settings, clock: TestClock) -> Office:
    return Office(database, settings, clock)


@pytest.fixture
def work_as(office: Office) -> Callable[..., AbstractContextManager[Work]]:
    """`with work_as(actor) as work:` opens a write of its own, committed when the block ends."""
    return lambda actor, lock=None: begin_write(office, actor, lock)


@pytest.fixture
def read_as(office: Office) -> Callable[[Actor], AbstractContextManager[Work]]:
    """`with read_as(actor) as work:` looks and leaves nothing behind."""
    return lambda actor: begin_read(office, actor)


# --- whom many tests need ----------------------------------------------------------------------------------------


@pytest.fixture
def region(work_as: Callable[..., AbstractContextManager[Work]]) -> Region:
    """The region Alkmaar."""
    from tests.factories import make_region

    with work_as(SYSTEM) as work:
        return make_region(work)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, _quick_passwords: None) -> Path:
    """The folder of the worked example, told once per test run, whoever comes first."""
    from tests.browser import worked_example

    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if root.name.startswith("popen-") else root) / "worked-example"
    with worked_example.one_at_a_time(shared):
        worked_example.build(shared)
    return shared


# --- the web application -----------------------------------------------------------------------------------------


class CompiledTemplates(BytecodeCache):
    """Every test has an application of its own; its templates are compiled once per worker."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates() -> None:
    from flask import Flask

    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


@pytest.fixture
def new_app(settings: Settings, clock: TestClock, transport: Postbox) -> Flask:
    """An application of the test's own, for a test that adds routes."""
    from portal import create_app

    app = create_app(settings, clock, transport)
    app.testing = True
    return app


@pytest.fixture(scope="session")
def _built() -> dict[bool, tuple[Flask, dict[str, Any]]]:
    """The application of this worker, with and without practice, and its first configuration."""
    return {}


@pytest.fixture
def app(
    database: Database,
    settings: Settings,
    clock: TestClock,
    transport: Postbox,
    request: pytest.FixtureRequest,
    _built: dict[bool, tuple[Flask, dict[str, Any]]],
) -> Flask:
    """The portal on this test's database, files and clock. Building one takes longer than most tests."""
    from portal.app import configure, parts_of

    if settings.practice not in _built:
        built: Flask = request.getfixturevalue("new_app")
        _built[settings.practice] = built, dict(built.config)
    app, config = _built[settings.practice]
    app.__dict__.pop("test_client_class", None)
    app.config.clear()
    app.config.update(config)
    configure(app, settings)
    parts = parts_of(settings, clock, transport)
    app.extensions["portal"] = replace(parts, office=replace(parts.office, db=database))  # its engine knows the SQL
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def with_tokens(app: Flask) -> None:
    """Every client of the application sends the token that a form carries."""
    from tests.web.doors import Reader

    app.test_client_class = Reader
