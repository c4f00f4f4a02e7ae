"""Pages that exist only for a moment, so that no link of the worked example leads to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from playwright.sync_api import Page

from portal.access import SYSTEM, Actor, Role
from portal.accounts import service as accounts
from portal.accounts.models import LegalForm, Membership, Organisation, User
from portal.accounts.users import service as users
from portal.compliance.escalation import service as escalation
from portal.compliance.obligations.models import Obligation
from portal.contracts import queries as contracts
from portal.contracts import service as contracting
from portal.tasks import run_pending
from portal.tenders.assessment.queries import opened_submission
from portal.tenders.decisions import queries as decisions
from portal.tenders.decisions import service as deciding
from portal.tenders.decisions.models import ObjectionKind
from portal.work import Office, begin_read, begin_write
from tests import factories
from tests.accounts.asking import mails, token_in
from tests.compliance import builder
from tests.conftest import TestClock
from tests.tenders.judging import announced_case, decision_ids

CheckPage = Callable[[Page, str], None]


def test_the_links_of_mails(page: Page, office: Office, check_page: CheckPage) -> None:
    def mailed(template: str) -> str:
        with begin_read(office, SYSTEM) as work:
            return token_in(mails(work, template)[-1])

    with begin_write(office, SYSTEM) as work:
        accounts.register_organisation(
            work, organisation_name="Lindeveld", kvk_number="12345678", legal_form=LegalForm.FOUNDATION, offers_stay=True,
            youth_workers=12, place="Bergen", person_name="Noor Vis", email="noor@lindeveld.example",
            password=factories.PASSWORD, locale="nl",
        )  # fmt: skip
    check_page(page, f"/bevestigen/{mailed('account_confirm')}")
    with begin_write(office, SYSTEM) as work:
        region = factories.make_region(work)
        home = work.get(Organisation, region.organisation_id)
        accounts.invite(work, email="mees@regio.example", organisation=home, role=Role.ASSESSOR, region_id=region.id)
        officer = factories.make_officer(work, region)
    check_page(page, f"/uitnodiging/{mailed('invitation')}")
    with begin_write(office, SYSTEM) as work:
        users.request_reset(work, officer.email)
    check_page(page, f"/wachtwoord-vergeten/{mailed('account_reset')}")
    with begin_write(office, factories.actor_for(officer)) as work:
        person = work.get(User, officer.id)
        accounts.ask_new_email(work, person, email="nieuw@regio.example", password=factories.PASSWORD)
    check_page(page, f"/nieuw-adres/{mailed('email_change')}")


def test_what_waits_for_somebody_who_is_away(
    office: Office, enter: Callable[[Actor], Page], check_page: CheckPage
) -> None:
    with begin_write(office, SYSTEM) as work:
        region = factories.make_region(work)
        away, deputy = (factories.make_officer(work, region) for _ in range(2))
    with begin_write(office, factories.actor_for(away)) as work:
        held, stands_in = (work.get(Membership, factories.membership_of(p).id) for p in (away, deputy))
        days = {"starts_on": work.today, "ends_on": work.today}
        absence = accounts.arrange_absence(work, held, deputy=stands_in, **days)
    check_page(enter(factories.actor_for(deputy)), f"/start/vervanging/{absence.id}")


def test_a_contract_to_sign_and_an_objection_to_answer(
    office: Office, clock: TestClock, enter: Callable[[Actor], Page], check_page: CheckPage
) -> None:
    case = announced_case(office, clock)
    with begin_write(office, case.officer) as work:
        made = contracting.prepare_contract(work, opened_submission(work, case.submissions[0]))
    run_pending(office)  # the document
    practice = Office(office.db, replace(office.settings, practice=True), clock)  # the wording is an example
    with begin_write(practice, case.officer) as work:
        contracting.send_to_sign(work, contracts.contract(work, made.id))
    check_page(enter(case.provider), f"/contracten/{made.id}/ondertekenen")
    with begin_write(office, case.officer) as work:
        decision = decisions.decision(work, decision_ids(case, case.submissions[1])[0])
        objection = deciding.record_objection(
            work, decision, kind=ObjectionKind.COMPLAINT, received_on=date(2022, 8, 1), text="Wij zijn het oneens."
        )
    check_page(enter(case.officer), f"/inkoop/bezwaren/{objection.id}")


def test_a_signal(office: Office, enter: Callable[[Actor], Page], check_page: CheckPage) -> None:
    desk: Any = builder.settle(office)
    desk.year_begins()
    with desk.acts(SYSTEM) as work:
        signal = escalation.open_overdue_signal(work, work.get(Obligation, desk.id_of(builder.MARGIN)))
    check_page(enter(desk.manager), f"/signalen/{signal.id}")
