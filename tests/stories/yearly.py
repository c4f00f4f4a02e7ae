"""What must hold after the round of the table and in the year of declarations (steps 8 and 9 of the walk)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal import scheduler
from portal.access import SYSTEM
from portal.compliance.declarations.models import Declaration, ProfitMarginDeclaration, TopOfficial
from portal.compliance.escalation.models import Signal
from portal.compliance.obligations.models import Obligation, ObligationKind, ObligationState
from portal.errors import NotFound
from portal.meetings.models import Meeting, MeetingState
from portal.practice.story import year
from portal.practice.story.stage import Stage
from portal.regions.reference import wnt_maximum
from portal.tables.agreements.mediation import queries as mediations
from portal.tables.agreements.models import Agreement, AgreementState, CollegeDecision
from portal.tables.kpis.models import Kpi, TargetStatus
from portal.work import begin_read
from tests.stories.reading import mails, row, rows, tags, waits_for, words_of


def check_the_round_and_its_three_agreements(stage: Stage) -> None:
    states = {a.id: a.state for a in rows(stage, Agreement)}
    assert states == {
        stage.things["afspraak duur"]: AgreementState.CONSENSUS,
        stage.things["afspraak thuis"]: AgreementState.CONSENSUS,
        stage.things["afspraak wachttijd"]: AgreementState.RULED,
    }
    decisions = rows(stage, CollegeDecision)
    assert len(decisions) == 6
    assert all(d.decision_number and d.mandate_id for d in decisions)
    with begin_read(stage.office, SYSTEM) as work:
        kpi = work.session.query(Kpi).filter_by(code="K-HA-DUUR").one()
        assert (kpi.target.status, kpi.target.value, kpi.target.agreement_id) == (
            TargetStatus.SET, Decimal(10), stage.things["afspraak duur"],
        )  # fmt: skip
    meeting = rows(stage, Meeting)[0]
    assert meeting.state is MeetingState.MINUTES_ADOPTED
    said = words_of(stage, meeting.minutes_file_id)
    assert "De Waterlijn maakt bezwaar" in said
    assert "op afstand kan instemmen" not in said
    assert "een tussenweg lukt niet" not in said, "the mediation file is apart from the minutes"
    invited = mails(stage, "meeting_invitation", "tafel@onderwijs.example")[0]
    assert invited.calendar is not None
    assert b"METHOD:REQUEST" in invited.calendar
    for who in ("lotte", "nadia", "alkmaar", "karel"):
        with stage.looks(who) as work, pytest.raises(NotFound):
            mediations.mediation(work, stage.things["bemiddeling afspraak wachttijd"])
    assert {"mediation.closed", "ruling.decided", "kpi.target_set", "meeting.adopt_minutes"} <= tags(stage)


def check_obligations_are_chased_filed_checked_and_handed_back(stage: Stage) -> None:
    assert len(rows(stage, Obligation)) == 9, "three for each of the three contracts of 2023"
    margin = row(stage, ProfitMarginDeclaration)
    assert (margin.margin, margin.surplus, margin.cap) == (Decimal("6.25"), Decimal("9200.00"), Decimal("5.00"))
    whole, half = rows(stage, TopOfficial)
    class_maximum = wnt_maximum(2023, "II").value
    assert class_maximum is not None
    assert whole.maximum == class_maximum
    assert half.maximum == round(class_maximum / 2 * 275 / 365, 2)
    state = {
        (o.organisation_id, o.kind): o.state for o in rows(stage, Obligation)
    }  # fmt: skip
    wilgenrijk = stage.organisations["wilgenrijk"]
    assert state[wilgenrijk, ObligationKind.PROFIT_MARGIN] is ObligationState.CHECKED
    assert state[wilgenrijk, ObligationKind.WNT_DECLARATION] is ObligationState.RETURNED
    assert len(rows(stage, Declaration)) == 4
    reminded = mails(stage, "obligations_due", "selma@morgenster.example")
    days = [mail.queued_at.date() for mail in reminded]
    assert date(2024, 2, 15) in days, "sixty days before"
    assert date(2024, 4, 16) in days, "a day late"
    assert date(2024, 4, 22) in days, "a week late"
    assert len(days) == len(set(days)), "one mail a day for all that is due"
    assert mails(stage, "obligations_due", "contractmanager@regio.example")
    assert "deeltijdfactor" in mails(stage, "obligation_question", "nadia@wilgenrijk.example")[0].text
    assert waits_for(stage, "fenna", "van Praktijk Morgenster")
    assert not rows(stage, Signal)


def check_the_late_one_becomes_a_signal(stage: Stage) -> None:
    """What moving the practice clock to 20 May does."""
    scheduler.run_days(stage.office, stage.clock, stage.moment("2024-05-20 09:00"), stage.transport, strict=True)
    signal = row(stage, Signal)
    assert signal.organisation_id == stage.organisations["morgenster"]
    with stage.looks("fenna") as work:
        late = year.item(work, stage, "morgenster", ObligationKind.YEARLY_EVALUATION)
        assert late.id == signal.obligation_id
        assert late.state is ObligationState.OPEN
    assert waits_for(stage, "fenna", "Praktijk Morgenster")
