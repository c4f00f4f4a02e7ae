"""How obligations look: the calendar per provider and month, the ladder of one item, the words for where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal import i18n
from portal.compliance.obligations import rules
from portal.compliance.obligations.models import Obligation, ObligationState
from portal.regions.blueprints.terms import Obligation as Term

CELLS = {
    (ObligationState.CHECKED, False): "ok",
    (ObligationState.DELIVERED, False): "ok",
    (ObligationState.CHECKED, True): "laat",
    (ObligationState.DELIVERED, True): "laat",
    (ObligationState.WAIVED, False): "vrij",
    (ObligationState.WAIVED, True): "vrij",
}
WEIGHT = {"geen": 0, "vrij": 1, "ok": 2, "loopt": 3, "laat": 4, "open": 5}


@dataclass(frozen=True)
class BoardRow:
    organisation_id: int
    name: str
    cells: list[str]
    items: list[Obligation]
    """In order of their due date."""

    @property
    def is_late(self) -> bool:
        return "open" in self.cells


@dataclass(frozen=True)
class Board:
    """State per provider and month of one year of delivery, most urgent first."""

    year: int
    month: int | None
    """Index of this month when the year is this year."""
    rows: list[BoardRow]
    late: int
    running: int
    total: int


def cell(item: Obligation, today: date) -> str:
    """ok, laat (delivered late), open (late and still open), loopt or vrij."""
    if known := CELLS.get((item.state, item.delivered_late)):
        return known
    return "open" if rules.timing(item.state, item.due_on, today) is rules.Timing.OVERDUE else "loopt"


def board(items: Sequence[Obligation], today: date, *, year: int, late_only: bool) -> Board:
    by_provider: dict[int, list[Obligation]] = defaultdict(list)
    for item in items:
        by_provider[item.organisation_id].append(item)
    rows = []
    for organisation_id, own in by_provider.items():
        cells = ["geen"] * 12
        for item in own:
            state = cell(item, today)
            month = item.due_on.month - 1
            cells[month] = max(cells[month], state, key=WEIGHT.__getitem__)
        rows.append(BoardRow(organisation_id, own[0].organisation.name, cells, own))
    rows.sort(key=lambda row: (not row.is_late, row.items[0].organisation.sort_name))
    late = sum(row.is_late for row in rows)
    running = sum(not row.is_late and "loopt" in row.cells for row in rows)
    shown = [row for row in rows if row.is_late] if late_only else rows
    return Board(year, today.month - 1 if today.year == year else None, shown, late, running, len(rows))


@dataclass(frozen=True)
class Rung:
    """A step of the ladder as the page draws it; `state` is gedaan, grens, nu or later."""

    day: str
    date: date
    words: str
    state: str


def rungs(item: Obligation, term: Term, today: date, locale: str) -> list[Rung]:
    """The whole ladder of an item: what was done, the due date, what comes."""
    _ = i18n.gettext(locale)
    steps = rules.ladder(
        term.reminders, [o.days for o in term.overdue], created=item.created_at.date(), due_on=item.due_on
    )
    taken = {reminder.step for reminder in item.steps}
    actions = {o.days: [ACTION_WORDS[a.value] for a in o.actions] for o in term.overdue}
    found = []
    for step in sorted([*steps, 0]):
        day = item.due_on if step == 0 else rules.planned_on(item.due_on, step)
        words = [i18n.mark("Uiterste datum")] if step == 0 else actions.get(step, [i18n.mark("Herinnering")])
        state = "gedaan" if step in taken else "later"
        if step == 0 and today > item.due_on and item.state is ObligationState.OPEN:
            state = "grens"
        found.append(
            Rung(f"{'+' if step > 0 else '−' if step < 0 else ''}{abs(step)}", day, ", ".join(map(_, words)), state)
        )
    return found


ACTION_WORDS = {
    "notice_provider": i18n.mark("Bericht aan aanbieder"),
    "notice_contract_manager": i18n.mark("Bericht aan contractmanager"),
    "risk_note": i18n.mark("Aantekening in risicoprofiel"),
    "signal": i18n.mark("Signaal in de ladder"),
}


def state_words(item: Obligation, today: date, locale: str) -> tuple[str, str]:
    """(kind of tag, words) for an item."""
    _ = i18n.gettext(locale)
    late = (today - item.due_on).days
    match item.state:
        case ObligationState.CHECKED:
            return ("let-op", _("Gecontroleerd, was te laat")) if item.delivered_late else ("ok", _("Gecontroleerd"))
        case ObligationState.DELIVERED:
            return "bezig", _("Ingediend, wordt gecontroleerd")
        case ObligationState.RETURNED:
            return "let-op", _("Vraag van de contractmanager")
        case ObligationState.WAIVED:
            return "idle", _("Vrijgesteld")
    if late > 0:
        return "fout", i18n.ngettext(locale)("%(num)s dag te laat", "%(num)s dagen te laat", late)
    return ("let-op", _("Bijna nodig")) if late >= -14 else ("idle", _("Nog niet ingediend"))
