"""Agreements in the reader's words: states, counts, the road to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.i18n import date_short
from portal.tables.agreements.models import Agreement, AgreementState, Ruling, Stance
from portal.tables.agreements.queries import stands
from portal.tables.agreements.rules import OVER, STANCE_LABELS, STATE_LABELS, SeatStand, counts, tally
from portal.tables.kpis.rules import OBLIGATION_LABELS
from portal.web.locale import _, ngettext, reader_locale

S = AgreementState

STEP = {
    S.PROPOSED: 1, S.DISCUSSED: 2, S.MEDIATION: 3, S.MEDIATION_FAILED: 4, S.RULING_REQUESTED: 4, S.CONSENSUS: 6,
    S.RULED: 6, S.NOT_ADOPTED: 6,
}  # fmt: skip


def state(agreement: Agreement) -> tuple[str, str]:
    kind, words = STATE_LABELS[agreement.state]
    return kind, _(words)


def four_counts(found: Sequence[SeatStand]) -> list[tuple[str, str]]:
    """As tags: how many consent, have a reservation, object, or are open."""
    total = counts(found)
    return [
        ("ok", ngettext("%(num)s stemt in", "%(num)s stemmen in", total.consent)),
        ("let-op", ngettext("%(num)s voorbehoud", "%(num)s voorbehouden", total.reservation)),
        ("fout", ngettext("%(num)s bezwaar", "%(num)s bezwaren", total.objection)),
        ("idle", _("%(num)s open", num=total.open)),
    ]


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


def road(agreement: Agreement) -> list[tuple[str, str | None, str]]:
    """The steps to a decision, for p.steps: what was not needed says so."""
    locale = reader_locale()
    now = STEP[agreement.state]
    over = agreement.state in OVER
    mediation, ruling = agreement.mediation, agreement.ruling
    unneeded = _("niet nodig") if over else _("alleen als het nodig is")
    who = [
        _("ronde %(number)s", number=agreement.round.number),
        date_short(agreement.positions_at, locale) or None,
        _("tafel"),
        _("tot %(day)s", day=date_short(mediation.due_on, locale)) if mediation else unneeded,
        _("colleges") if ruling or agreement.state is S.MEDIATION_FAILED else unneeded,
        date_short(agreement.settled_at, locale) or _("in het verslag"),
    ]
    last = _("Niet vastgesteld") if agreement.state is S.NOT_ADOPTED else _("Vastgesteld")
    names = [
        _("Voorgesteld"), _("Besproken"), _("Consensus zoeken"), _("Bemiddeling"), _("Uitspraak gemeenten"), last,
    ]  # fmt: skip
    skipped = {3: mediation is None, 4: ruling is None}
    return [
        (name, who[n], "later" if skipped.get(n) and n < now else "klaar" if n < now else "nu" if n == now else "later")
        for n, name in enumerate(names)
    ]
