"""Moments of the worked example just before something that must not get lost: kept as folders, each with a way in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal.access import SYSTEM
from portal.accounts.models import Membership, User
from portal.clock import PracticeClock
from portal.compliance.obligations.models import Reminder
from portal.config import Settings
from portal.db import Base, Database, load_models
from portal.mail import PracticeTransport
from portal.practice.story import beginning, judging, procedures, providers, submissions
from portal.practice.story.stage import Stage
from portal.tenders.procedures.models import Procedure
from portal.work import Office, begin_read, begin_write
from tests import factories
from tests.browser.worked_example import settings_in
from tests.compliance import builder
from tests.web.doors import Reader, come_in

KEY = "ambulant 2022"
PROVIDERS = 60
"""So many are reminded in one morning: the job takes them in three acts."""


@dataclass(frozen=True)
class Errand:
    """One form that somebody is about to send: where to, in which session."""

    address: str
    cookie: str
    token: str


def stage_in(folder: Path) -> Stage:
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_in(folder)
    clock = PracticeClock(settings.clock_file)
    office = Office(Database(settings.database_url), settings, clock)
    load_models()
    Base.metadata.create_all(office.db.engine)
    return Stage(office, clock, PracticeTransport(settings.mail_folder), "Kievit op de dijk 7", say=lambda _said: None)


def errand(app: Flask, stage: Stage, who: str, address: str) -> Errand:
    """Somebody who has just logged in, with this form open."""
    parts = app.extensions["portal"]
    app.extensions["portal"] = replace(parts, office=stage.office)
    app.test_client_class = Reader
    client = app.test_client()
    with begin_write(stage.office, SYSTEM) as work:
        user = work.get(User, stage.users[who])
        held = next(m for m in user.memberships if m.ended_at is None)
        assert isinstance(held, Membership)
    come_in(client, user, held)
    token = client.token()  # type: ignore[attr-defined]
    cookie = client.get_cookie("portal")
    assert cookie is not None
    return Errand(address, cookie.value, token)


def keep(stage: Stage, home: Path, name: str, errands: list[Errand], moment: str = "") -> None:
    """A copy of everything as it is now, with the forms that are about to be sent; the jobs of `moment` are still to run."""
    stage.jobs()
    if moment:
        stage.at(moment)
    stage.office.db.dispose()
    folder = home / name
    shutil.copytree(stage.office.settings.var, folder)
    (folder / "errands.json").write_text(json.dumps([e.__dict__ for e in errands]))


def errands_in(folder: Path) -> list[Errand]:
    return [Errand(**facts) for facts in json.loads((folder / "errands.json").read_text())]


def told(home: Path, app_for: Callable[[Settings], Flask], wanted: Iterable[str]) -> Path:
    """Tell the story up to the last of the scenes that are wanted and keep moments on the way, unless they are there."""
    missing = {scene for scene in wanted if not (home / scene).exists()}
    if "reminders" in missing:
        _reminders(home)
    if not missing & {"submit", "open", "letters"}:
        return home
    for begun in ("stage", "submit", "open"):
        shutil.rmtree(home / begun, ignore_errors=True)
    stage = stage_in(home / "stage")
    app = app_for(stage.office.settings)
    for chapter in (beginning.tell, providers.tell, procedures.tell):
        chapter(stage)
    _submissions(stage, app, home)
    if "letters" in missing:
        _letters(stage, app, home)
    return home


def _submissions(stage: Stage, app: Flask, home: Path) -> None:
    stage.at("2022-06-10 13:00")
    signers = {"nadia": ("HA-1",), "selma": ("HA-1",), "jelle": ("HA-1",)}
    for who, codes in signers.items():
        submissions.start(stage, who, KEY, codes)
        submissions.fill(stage, who, KEY)
    errands = []
    for who in signers:
        id = stage.things[f"{KEY} {stage.actor(who).organisation_id}"]
        errands.append(errand(app, stage, who, f"/inschrijvingen/{id}/ondertekenen"))
    keep(stage, home, "submit", errands)
    stage.at("2022-06-14 15:00")
    for who in signers:
        submissions.sign(stage, who, KEY)
    stage.at("2022-06-16 09:00")
    procedure = stage.things[KEY]
    with stage.acts("esra") as work:
        judging.judging.open_submissions(work, judging._procedure(work, stage, KEY))
    keep(stage, home, "open", [errand(app, stage, "pieter", f"/inkoop/procedures/{procedure}/openen")])
    with stage.acts("pieter") as work:
        judging.judging.open_submissions(work, judging._procedure(work, stage, KEY))


def _letters(stage: Stage, app: Flask, home: Path) -> None:
    stage.at("2022-06-20 10:00")
    judging.assign(stage, KEY)
    stage.at("2022-07-04 09:00")
    for who in judging.ASSESSORS:
        for id in judging.opened(stage, KEY).values():
            judging.judge(stage, who, id)
    judging.conclude(stage, KEY)
    stage.at("2022-08-01 10:00")
    judging.prepare(stage, KEY)
    judging.decide(stage, KEY)
    address = f"/inkoop/procedures/{stage.things[KEY]}/besluiten/bekendmaken"
    keep(stage, home, "letters", [errand(app, stage, "esra", address)])


def _reminders(home: Path) -> None:
    """On this morning every provider hears of two obligations, and the contract managers of all that are late."""
    shutil.rmtree(home / "year", ignore_errors=True)
    stage = stage_in(home / "year")
    stage.at("2022-03-01 09:00")
    desk = builder._settle(stage.office, stage.clock, cap=Decimal(5), basis="regional_revenue")
    with begin_write(stage.office, SYSTEM) as work:
        procedure = work.get(Procedure, desk.procedure_id)
        for _ in range(PROVIDERS):
            builder.add_contract(work, procedure, factories.make_provider(work).organisation.id)
    stage.mornings("2024-01-02", "2024-05-31")
    keep(stage, home, "reminders", [], "2024-06-07 07:00")
    undisturbed = stage_in(home / "year")
    undisturbed.jobs()
    (home / "reminders" / "expected.json").write_text(json.dumps(sorted(reminded(undisturbed.office))))
    undisturbed.office.db.dispose()


def reminded(office: Office) -> list[tuple[int, int, str, str]]:
    """Every step that is on record: obligation, step, recipient and how it was taken."""
    with begin_read(office, SYSTEM) as work:
        rows = work.session.scalars(select(Reminder))
        return [(row.obligation_id, row.step, row.recipient, row.state.value) for row in rows]
