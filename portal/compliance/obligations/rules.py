"""Where an obligation stands, what may not be waived, and how the calendar and the list look. Dates are Dutch dates."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from portal import i18n
from portal.accounts.models import LegalForm
from portal.clock import local_date
from portal.listing import Page
from portal.regions.blueprints.terms import Obligation as Term
from portal.regions.blueprints.vocabulary import Condition, WorkdayShift
from portal.workdays import next_working_day, previous_working_day

from .models import Obligation, ObligationKind, ObligationState

SOON = timedelta(days=30)
"""From here on it waits on the home page of who has to deliver it."""
VERY_SOON = timedelta(days=7)
"""As the calendar leaf turns amber."""
LATE_FOR_MANAGER = timedelta(days=7)
"""From the step on which the contract manager hears of it (domain chapter 4)."""


class Standing(enum.Enum):
    """Where an obligation stands today; the values stand in addresses."""

    RUNNING = "loopt"
    LATE = "te-laat"
    ASKED = "vraag"
    UNANSWERED = "antwoord-te-laat"
    DELIVERED = "te-controleren"
    CHECKED = "gecontroleerd"
    WAIVED = "vrijgesteld"


PROVIDERS_MOVE = frozenset({Standing.RUNNING, Standing.LATE, Standing.ASKED, Standing.UNANSWERED})
TOO_LATE = frozenset({Standing.LATE, Standing.UNANSWERED})


def standing(state: ObligationState, due_on: date, answer_by: date | None, today: date) -> Standing:
    """Late is the day after the last day. Who was asked a question in time is late only with the answer."""
    match state:
        case ObligationState.OPEN:
            return Standing.LATE if today > due_on else Standing.RUNNING
        case ObligationState.RETURNED:
            return Standing.UNANSWERED if answer_by is not None and today > answer_by else Standing.ASKED
        case ObligationState.DELIVERED:
            return Standing.DELIVERED
        case ObligationState.CHECKED:
            return Standing.CHECKED
        case ObligationState.WAIVED:
            return Standing.WAIVED


def standing_of(item: Obligation, today: date) -> Standing:
    return standing(item.state, item.due_on, item.answer_by, today)


def due_date(term: Term, about_year: int) -> date:
    """The last day on which it is on time, moved to a working day where the contract says so."""
    day = term.due_on(about_year)
    match term.shift:
        case WorkdayShift.NEXT:
            return next_working_day(day)
        case WorkdayShift.PREVIOUS:
            return previous_working_day(day)
    return day


def runs_in(starts_on: date, ends_on: date, year: int) -> bool:
    """Is a contract with this term in force on any day of that calendar year?"""
    return starts_on.year <= year <= ends_on.year


def asks(term: Term, legal_form: LegalForm | None, youth_workers: int | None) -> bool:
    """Who works alone has nobody to organise. Whether the WNT holds is for the provider to say, so it is always asked."""
    alone = legal_form is LegalForm.SOLE_TRADER and (youth_workers or 0) <= 1
    return not (term.condition is Condition.NOT_SOLO and alone)


# --- waivers -----------------------------------------------------------------------------------------------------


def reasons_not_to_ask_waiver(*, reason: str, asked_by_id: int | None) -> list[str]:
    reasons = [] if reason.strip() else ["waiver_needs_reason"]
    if asked_by_id is not None:
        reasons.append("waiver_already_asked")
    return reasons


def reasons_not_to_waive(*, asked_by_id: int | None, actor_id: int | None) -> list[str]:
    """A waiver needs a proposal with a reason and a second person (domain chapter 4)."""
    if asked_by_id is None:
        return ["waiver_not_asked"]
    return ["waiver_needs_second_person"] if asked_by_id == actor_id else []


def reasons_not_to_return(*, question: str, answer_by: date, today: date) -> list[str]:
    reasons = [] if question.strip() else ["return_needs_question"]
    if answer_by <= today:
        reasons.append("answer_day_has_passed")
    return reasons


# --- words -------------------------------------------------------------------------------------------------------

KIND_NAMES = {
    ObligationKind.YEARLY_EVALUATION: i18n.mark("Jaarlijkse evaluatie"),
    ObligationKind.PROFIT_MARGIN: i18n.mark("Verklaring winstmarge"),
    ObligationKind.WNT_DECLARATION: i18n.mark("WNT-verklaring"),
}
KIND_ASKS = {
    ObligationKind.YEARLY_EVALUATION: i18n.mark("De aanbieder kijkt terug op het contractjaar."),
    ObligationKind.PROFIT_MARGIN: i18n.mark("De aanbieder geeft omzet, resultaat en winstuitkering op."),
    ObligationKind.WNT_DECLARATION: i18n.mark("De aanbieder geeft de bezoldiging van elke topfunctionaris op."),
}
"""What a provider delivers, for who reads it at the region."""
STANDING_NAMES = {
    Standing.LATE: i18n.mark("Te laat"),
    Standing.UNANSWERED: i18n.mark("Antwoord te laat"),
    Standing.DELIVERED: i18n.mark("Te controleren"),
    Standing.ASKED: i18n.mark("Vraag gesteld"),
    Standing.RUNNING: i18n.mark("Loopt"),
    Standing.CHECKED: i18n.mark("Gecontroleerd"),
    Standing.WAIVED: i18n.mark("Vrijgesteld"),
}


def kind_name(kind: ObligationKind, locale: str) -> str:
    return i18n.gettext(locale)(KIND_NAMES[kind])


def kind_inside(kind: ObligationKind, locale: str) -> str:
    """The same after an article: "de jaarlijkse evaluatie", "de WNT-verklaring"."""
    name = kind_name(kind, locale)
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def state_words(item: Obligation, today: date, locale: str) -> tuple[str, str]:
    """(kind of tag, words): how an item is shown in lists and at its top."""
    _, n_ = i18n.gettext(locale), i18n.ngettext(locale)
    match standing_of(item, today):
        case Standing.CHECKED:
            return ("let-op", _("Gecontroleerd, was te laat")) if item.delivered_late else ("ok", _("Gecontroleerd"))
        case Standing.DELIVERED:
            return "bezig", _("Te laat ingediend, te controleren") if item.delivered_late else _("Te controleren")
        case Standing.ASKED:
            return "let-op", _("Vraag gesteld")
        case Standing.UNANSWERED:
            return "fout", _("Antwoord te laat")
        case Standing.WAIVED:
            return "idle", _("Vrijgesteld")
        case Standing.LATE:
            return "fout", n_("%(num)s dag te laat", "%(num)s dagen te laat", (today - item.due_on).days)
    near = item.due_on - today <= VERY_SOON
    return ("let-op", _("Binnenkort inleveren")) if near else ("idle", _("Nog niet ingediend"))


def state_beside_a_day(item: Obligation, today: date, locale: str) -> tuple[str, str]:
    """The same where the day stands beside it with how late it is: that is said once."""
    if standing_of(item, today) is Standing.LATE:
        return "fout", i18n.gettext(locale)(STANDING_NAMES[Standing.LATE])
    return state_words(item, today, locale)


def day_words(item: Obligation, locale: str) -> str:
    """What the day is that an item has to be there: of an answer, of a date that is settled or only proposed."""
    _ = i18n.gettext(locale)
    if item.answer_by is not None:
        return _("Antwoord uiterlijk")
    return _("Uiterlijk") if item.confirmed else _("Voorgestelde datum")


def days_late(item: Obligation, today: date, locale: str) -> str:
    """How late it is, or was when it came; empty when nobody can say it was late."""
    _, n_ = i18n.gettext(locale), i18n.ngettext(locale)
    came = local_date(item.delivered_at) if item.delivered_at else None
    days = ((came or today) - item.due_on).days
    if days <= 0 or item.state is ObligationState.WAIVED:
        return ""
    words = n_("%(num)s dag te laat", "%(num)s dagen te laat", days)
    return words if came is None else _("ingediend, %(late)s", late=words)


# --- the calendar ------------------------------------------------------------------------------------------------

WEIGHT = {"geen": 0, "vrij": 1, "ok": 2, "loopt": 3, "laat": 4, "open": 5}
"""Of two obligations in one month the graver one is shown."""


@dataclass(frozen=True)
class BoardRow:
    organisation_id: int
    name: str
    cells: list[str]


@dataclass(frozen=True)
class Board:
    """State per provider and month of one year of delivery, most urgent first; `rows` are those of `page`."""

    year: int
    month: int | None
    """Index of this month when the year is this year."""
    rows: list[BoardRow]
    late: int
    running: int
    total: int
    page: Page[Any]
    """One page of providers."""

    @property
    def done(self) -> int:
        return self.total - self.late - self.running


class Marked(NamedTuple):
    """What the calendar needs of an obligation."""

    organisation_id: int
    state: ObligationState
    due_on: date
    answer_by: date | None
    delivered_late: bool


def cell(item: Marked, today: date) -> str:
    """ok, laat (delivered late, for good), open (late and still open), loopt or vrij."""
    found = standing(item.state, item.due_on, item.answer_by, today)
    if found in TOO_LATE:
        return "open"
    if found in PROVIDERS_MOVE:
        return "loopt"
    if item.delivered_late:
        return "laat"
    return "vrij" if found is Standing.WAIVED else "ok"


def board_rows(items: Iterable[Marked], today: date, providers: Mapping[int, str]) -> list[BoardRow]:
    """A row per provider, in the order of `providers` (id and name), a cell per month."""
    cells = {id: ["geen"] * 12 for id in providers}
    for item in items:
        row, month = cells[item.organisation_id], item.due_on.month - 1
        row[month] = max(row[month], cell(item, today), key=WEIGHT.__getitem__)
    return [BoardRow(id, name, cells[id]) for id, name in providers.items()]


# --- the list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the address of the calendar or the list says; unknown values count as none."""

    q: str = ""
    year: int | None = None
    kind: ObligationKind | None = None
    standing: Standing | None = None
    late_only: bool = False
