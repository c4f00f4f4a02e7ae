"""Agreements in the reader's words: states, counts, the road to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.i18n import date_short
from portal.meetings.models import MeetingState
from portal.tables.agreements.models import Agreement, AgreementState, Mediation, MediationOutcome, Ruling, Stance
from portal.tables.agreements.queries import stands
from portal.tables.agreements.rules import OVER, STANCE_LABELS, STATE_LABELS, SeatStand, counts, tally
from portal.tables.kpis.rules import OBLIGATION_LABELS
from portal.web.locale import _, ngettext, reader_locale

S = AgreementState

STEP = {
    S.PROPOSED: 1, S.DISCUSSED: 2, S.MEDIATION: 3, S.MEDIATION_FAILED: 4, S.RULING_REQUESTED: 4, S.CONSENSUS: 5,
    S.RULED: 5, S.NOT_ADOPTED: 5,
}  # fmt: skip


def state(agreement: Agreement) -> tuple[str, str]:
    kind, words = STATE_LABELS[agreement.state]
    return kind, _(words)


def four_counts(found: Sequence[SeatStand]) -> list[tuple[str, str]]:
    """As tags: how many consent, have a reservation, object, or are open; what nobody does is left out."""
    total = counts(found)
    said = [
        (total.consent, "ok", ngettext("%(num)s stemt in", "%(num)s stemmen in", total.consent)),
        (total.reservation, "let-op", ngettext("%(num)s voorbehoud", "%(num)s voorbehouden", total.reservation)),
        (total.objection, "fout", ngettext("%(num)s bezwaar", "%(num)s bezwaren", total.objection)),
        (total.open, "idle", _("%(num)s open", num=total.open)),
    ]
    return [(kind, words) for number, kind, words in said if number]


def stance_options() -> list[tuple[str, str, str]]:
    return [(stance.value, _(words), kind) for stance, (kind, words) in STANCE_LABELS.items()]


def stance_tag(stance: Stance | None) -> tuple[str, str]:
    if stance is None:
        return "idle", _("Open")
    kind, words = STANCE_LABELS[stance]
    return kind, _(words)


def tally_words(ruling: Ruling | None) -> str:
    """ "6 voor, 0 tegen" of a ruling that was given; empty before, so that nobody votes with an eye on the others."""
    if ruling is None or ruling.settled_at is None:
        return ""
    in_favour, against = tally(decision.vote for decision in ruling.decisions)
    return str(_("%(votes)s voor, %(against)s tegen", votes=in_favour, against=against))


def row(agreement: Agreement) -> dict[str, Any]:
    """One agreement in a list."""
    return {
        "agreement": agreement,
        "state": state(agreement),
        "counts": ", ".join(words for _kind, words in four_counts(stands(agreement))),
        "obligation": _(OBLIGATION_LABELS[agreement.obligation_type]),
        "over": agreement.state in OVER,
    }


def road(agreement: Agreement, *, adopts: bool = False, colleges: int = 0) -> list[tuple[str, str | None, str]]:
    """The steps to a decision, for p.steps. What was not needed is left out once there is a decision; the last step is
    done when the minutes are adopted. `adopts`: by the reader; `colleges`: how many decide.
    """
    meeting, over = agreement.round.meeting, agreement.state in OVER
    adopted = meeting.state is MeetingState.MINUTES_ADOPTED
    last = date_short(meeting.adopted_at, reader_locale()) if adopted else ""
    if over and not adopted:
        last = _("u stelt het verslag vast") if adopts else _("de voorzitter stelt het verslag vast")
    failed = agreement.state is S.MEDIATION_FAILED
    steps = [
        (_("Voorgesteld"), _("ronde %(number)s", number=agreement.round.number), True),
        (_("Besproken"), date_short(agreement.positions_at, reader_locale()), True),
        (_("Consensus zoeken"), _of_consensus(agreement), True),
        (_("Bemiddeling"), _of_mediation(agreement.mediation), agreement.mediation is not None),
        (_("Uitspraak gemeenten"), _of_ruling(agreement, colleges), failed or agreement.ruling is not None),
        (_("In het vastgestelde verslag"), last, True),
    ]
    now = STEP[agreement.state] + (over and adopted)
    return [
        (name, who or None, "klaar" if n < now else "nu" if n == now else "later")
        for n, (name, who, needed) in enumerate(steps)
        if needed or not over
    ]


def _of_consensus(agreement: Agreement) -> str:
    if agreement.mediation is not None:
        return str(_("geen consensus"))
    if agreement.state is S.CONSENSUS:
        return str(_("consensus, %(day)s", day=date_short(agreement.settled_at, reader_locale())))
    return str(_("tafel"))


def _of_mediation(mediation: Mediation | None) -> str:
    locale = reader_locale()
    if mediation is None:
        return str(_("alleen als het nodig is"))
    if mediation.outcome is None:
        return str(_("tot %(day)s", day=date_short(mediation.due_on, locale)))
    if mediation.outcome is MediationOutcome.FAILED:
        return str(_("geen consensus"))
    return str(_("consensus, %(day)s", day=date_short(mediation.closed_at, locale)))


def _of_ruling(agreement: Agreement, colleges: int) -> str:
    ruling = agreement.ruling
    if ruling is None:
        failed = agreement.state is S.MEDIATION_FAILED
        return str(_("nog te vragen") if failed else _("alleen als het nodig is"))
    if ruling.settled_at is None:
        return str(_("%(given)s van %(of)s colleges", given=len(ruling.decisions), of=colleges))
    day = date_short(ruling.settled_at, reader_locale())
    against = agreement.state is S.NOT_ADOPTED
    return str(_("niet vastgesteld, %(day)s", day=day) if against else _("vastgesteld, %(day)s", day=day))


def baton(agreement: Agreement, *, can: bool, mediator: str, colleges: int) -> tuple[str, bool] | None:
    """Whose move it is, as (words, whether the reader's); None once there is a decision. `can`: the reader is to act."""
    if agreement.state in OVER:
        return None
    if can:
        return str(_("u")), True
    if agreement.state is S.MEDIATION:
        return mediator, False
    if agreement.state is S.MEDIATION_FAILED:
        return str(_("de voorzitter")), False
    if agreement.state is S.RULING_REQUESTED and agreement.ruling is not None:
        left = colleges - len(agreement.ruling.decisions)
        return str(ngettext("%(num)s college", "%(num)s colleges", left)), False
    return str(_("de tafel")), False
