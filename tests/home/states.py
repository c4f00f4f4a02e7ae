"""For every state of every life: who finds it on the home page, or why nobody does. Read beside docs/states.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.home import scenes


@dataclass(frozen=True)
class Row:
    """One state. `scene` brings a thing into it, with people around it by name."""

    scene: Callable[..., scenes.Scene] | None = None
    who: tuple[str, ...] = ()
    """Exactly these find it as their own task."""
    at: tuple[str, ...] = ()
    """Endpoints that the task leads to."""
    title: str = ""
    """Words of its title, where one endpoint has several tasks."""
    but: dict[str, str] = field(default_factory=dict)
    """Who holds the permission and yet does not find it: name -> because."""
    also: str = ""
    """Why somebody finds it who does not hold a permission of the table."""
    nobody: str = ""
    """Because."""


OVER = "it is over: no act leads out of it"
ITS_PARTS = "its parts wait, each for its own people"

OPTIONAL = {
    "procedure.send_back": "the controller's other answer",
    "procedure.withdraw": "only when plans change",
    "submission.unfreeze": "only to correct something",
    "submission.withdraw": "only when the provider changes its mind",
    "assignment.declare_conflict": "the other answer",
    "assignment.reopen": "only when something was overlooked",
    "decision.note_challenge": "only when something comes by another way",
    "signing_authority.end": "only when the person no longer signs",
    "user_account.deactivate": "only when somebody leaves",
    "user_account.reactivate": "only when somebody comes back",
    "organisation.suspend": "a measure",
    "organisation.resume": "the end of a measure",
    "organisation.close": "the end",
    "table.close": "only when the table has done its work",
    "meeting.set_agenda": "before the agenda goes out",
    "meeting.move_planned": "only when the day does not suit",
    "meeting.move": "only when the day does not suit",
    "meeting.correct_attendance": "only when it was wrong",
    "meeting.comment": "only who has something to say; asked until the last day, see the test of meetings",
    "meeting.add_addendum": "only when something must still be said",
    "obligation.waive": "a second manager is asked by name, see the test of obligations",
    "contract.bring_into_force": "its first day does it",
    "user_account.confirm": "whoever holds the mailed link",
}
"""Acts of the tables that nobody waits for."""

OFFICERS = ("officer", "second")
STAFF_OF_TABLE = ("chair", "substitute", "secretary")
DELEGATES = tuple(f"delegate{n}" for n in range(6))

ROWS: dict[str, Row] = {
    "procedure.draft": Row(scenes.draft, OFFICERS, ("procedures.setup",)),
    "procedure.internal_review": Row(
        scenes.in_review, ("second", "delegate"), ("procedures.setup",), but={"officer": "drafted it"}
    ),
    "procedure.approved": Row(scenes.approved, OFFICERS, ("procedures.setup",)),
    "procedure.published": Row(scenes.closed, OFFICERS, ("assessment.open_procedure",)),
    "procedure.opened": Row(scenes.decided, OFFICERS, ("decisions.overview",), "Maak de besluiten bekend"),
    "procedure.decision_announced": Row(scenes.term_over, OFFICERS, ("decisions.overview",), "Bevestig"),
    "procedure.completed": Row(nobody=OVER),
    "procedure.withdrawn": Row(scenes.withdrawn, at=("procedures.setup",), nobody=OVER),
    "question.asked": Row(scenes.asked, OFFICERS, ("procedures.questions",), "Beantwoord"),
    "question.drafted": Row(scenes.answered, OFFICERS, ("procedures.questions",), "Publiceer"),
    "question.published": Row(scenes.in_a_note, at=("procedures.questions",), nobody=OVER),
    "submission.draft": Row(scenes.filled_in, ("admin", "editor"), ("submissions.dossier",)),
    "submission.signing": Row(scenes.half_signed, ("editor",), ("submissions.sign",), but={"admin": "signed"}),
    "submission.submitted": Row(scenes.closed, OFFICERS, ("assessment.open_procedure",)),
    "submission.opened": Row(scenes.opened, OFFICERS, ("assessment.board",)),
    "submission.assessed": Row(
        scenes.assessed,
        OFFICERS,
        ("decisions.overview",),
        "Bereid de besluiten voor",
        but=dict.fromkeys(("delegate", "colleague"), "decides on what was prepared: decision.prepared"),
        also="an officer prepares the decisions before the mandate holder takes them",
    ),
    "submission.decided": Row(nobody="its decisions wait: decision"),
    "submission.withdrawn": Row(nobody=OVER),
    "opening.waiting_for_second": Row(
        scenes.half_opened, ("second",), ("assessment.open_procedure",), but={"officer": "opened first"}
    ),
    "opening.opened": Row(scenes.opened, at=("assessment.open_procedure",), nobody=OVER),
    "assignment.assigned": Row(
        scenes.assigned,
        ("assessor0",),
        ("assessment.assignment",),
        but=dict.fromkeys(("assessor1", "assessor2"), "has no part in this file"),
    ),
    "assignment.declared": Row(
        scenes.declared,
        ("assessor0",),
        ("assessment.assignment",),
        but=dict.fromkeys(("assessor1", "assessor2"), "has no part in this file"),
    ),
    "assignment.conflicted": Row(scenes.conflicted, at=("assessment.assignment",), nobody="another is assigned"),
    "assignment.locked": Row(nobody="all locked together wait for an officer: submission.opened"),
    "decision.prepared": Row(
        scenes.prepared, ("delegate",), ("decisions.take",), but={"colleague": "has no mandate to decide"}
    ),
    "decision.decided": Row(scenes.decided, OFFICERS, ("decisions.overview",), "Maak de besluiten bekend"),
    "decision.announced": Row(
        scenes.announced,
        ("provider", "other"),
        ("decisions.own",),
        but=dict.fromkeys(OFFICERS, "confirms once the term is over: procedure.decision_announced"),
    ),
    "decision.challenged": Row(scenes.challenged, OFFICERS, ("decisions.overview",), "Behandel"),
    "decision.final": Row(
        scenes.final, (*OFFICERS, "manager"), ("contracts.to_prepare",), also="an admission is followed by a contract"
    ),
    "objection.received": Row(scenes.challenged, OFFICERS, ("decisions.overview",), "Behandel"),
    "objection.dismissed": Row(scenes.dismissed, at=("decisions.overview",), title="Behandel", nobody=OVER),
    "objection.upheld": Row(nobody=OVER),
    "objection.withdrawn": Row(nobody=OVER),
    "contract.draft": Row(scenes.contract_drawn_up, (*OFFICERS, "manager"), ("contracts.listing",), "Stuur"),
    "contract.to_sign": Row(
        scenes.contract_sent, ("provider", "delegate", "colleague"), ("contracts.sign", "contracts.sign_many")
    ),
    "contract.signed": Row(nobody="its first day brings it into force"),
    "contract.in_force": Row(nobody=OVER),
    "contract.ended": Row(nobody=OVER),
    "table.planned": Row(
        scenes.table_planned,
        ("substitute",),
        ("agreements.table",),
    ),
    "table.active": Row(
        scenes.table_active, ("secretary",), ("rounds.plan",), also="an active table goes from round to round"
    ),
    "table.closed": Row(nobody=OVER),
    "meeting.scheduled": Row(scenes.meeting_planned, STAFF_OF_TABLE, ("meetings.meeting",)),
    "meeting.agenda_sent": Row(scenes.agenda_sent, STAFF_OF_TABLE, ("meetings.meeting",), "Bereid het overleg voor"),
    "meeting.held": Row(scenes.meeting_held, STAFF_OF_TABLE, ("meetings.meeting",)),
    "meeting.minutes_draft": Row(scenes.comments_over, ("chair", "substitute"), ("meetings.meeting",)),
    "meeting.minutes_adopted": Row(scenes.minutes_adopted, at=("meetings.meeting",), nobody=OVER),
    "agreement.proposed": Row(scenes.proposed, STAFF_OF_TABLE, ("agreements.agreement",)),
    "agreement.discussed": Row(scenes.discussed, STAFF_OF_TABLE, ("agreements.agreement",)),
    "agreement.consensus": Row(scenes.consensus, at=("agreements.agreement",), nobody=OVER),
    "agreement.mediation": Row(
        scenes.mediation, ("chair",), ("agreements.mediation",), but={"substitute": "is not the mediator"}
    ),
    "agreement.mediation_failed": Row(scenes.mediation_failed, ("chair", "substitute"), ("agreements.agreement",)),
    "agreement.ruling_requested": Row(scenes.ruling_requested, DELEGATES, ("agreements.ruling",)),
    "agreement.ruled": Row(nobody=OVER),
    "agreement.not_adopted": Row(nobody=OVER),
    "obligation.open": Row(scenes.obligation_open, ("provider",), ("declarations.show",)),
    "obligation.delivered": Row(scenes.obligation_delivered, ("manager", "second"), ("declarations.show",)),
    "obligation.returned": Row(scenes.obligation_returned, ("provider",), ("declarations.show",)),
    "obligation.checked": Row(scenes.obligation_checked, at=("declarations.show",), nobody=OVER),
    "obligation.waived": Row(nobody=OVER),
    "signal.signal_open": Row(scenes.signal_open, ("manager", "second"), ("escalation.show",)),
    "signal.triage": Row(scenes.signal_triage, ("manager", "second"), ("escalation.show",)),
    "signal.conversation": Row(
        scenes.signal_talk, at=("escalation.show",), nobody="the step after it has no table yet"
    ),
    "signal.dismissed": Row(nobody=OVER),
    "user_account.unconfirmed": Row(nobody="only the mailed link leads on; nobody can be logged in as this person"),
    "user_account.active": Row(nobody=OVER),
    "user_account.deactivated": Row(nobody=OVER),
    "signing_authority.claimed": Row(scenes.claimed, ("officer",), ("accounts.verifications",)),
    "signing_authority.verified": Row(
        scenes.verified, at=("accounts.verifications", "accounts.authority"), nobody=OVER
    ),
    "signing_authority.rejected": Row(
        scenes.rejected, ("admin", "editor"), ("accounts.authority",), also="somebody of the provider claims anew"
    ),
    "signing_authority.ended": Row(nobody="whoever is left claims when a signature is asked"),
    "join_request.open": Row(scenes.asks_to_join, ("admin",), ("accounts.members",)),
    "join_request.accepted": Row(nobody=OVER),
    "join_request.declined": Row(nobody=OVER),
    "organisation.identity_pending": Row(
        scenes.registered,
        ("admin",),
        ("accounts.authority",),
        but={"officer": "verifies the identity with the first claim: signing_authority.claimed"},
        also="the claim comes first",
    ),
    "organisation.active": Row(nobody=OVER),
    "organisation.suspended": Row(
        scenes.suspended, ("admin", "editor"), ("accounts.organisation",), also="who is suspended reads so"
    ),
    "organisation.closed": Row(nobody=OVER),
}


def mine(found: Any, row: Row, scene: scenes.Scene) -> bool:
    """Whether this wait is the reader's own task about this very thing."""
    about = all(found.args.get(name) == value for name, value in scene.about.items())
    return found.mine and found.endpoint in row.at and row.title in found.title and about
