"""What a provider has to deliver and a contract manager to check or to decide: for the home pages and the calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal, or_, select, union_all

from portal import i18n
from portal.access import Permission
from portal.compliance.obligations import rules
from portal.compliance.obligations.models import Obligation, Reminder, ReminderState
from portal.compliance.obligations.models import ObligationState as S
from portal.compliance.obligations.queries import seen, standing_is, visible
from portal.compliance.obligations.reminders.rules import SIGNAL
from portal.compliance.obligations.rules import Standing
from portal.statements import ask
from portal.waits import Wait
from portal.work import Work

MOST = 5
"""So many rows of one kind on a home page; more of them are one row that leads to the list."""


def waiting(work: Work) -> list[Wait]:
    """What the actor has to deliver, check, decide or wait for: one query."""
    actor = work.actor
    if not actor.may(Permission.OBLIGATION_READ):
        return []
    if actor.may(Permission.DECLARATION_FILE):
        rows = ask(work, _to_deliver, soon=work.today + rules.SOON)
        return [_provider_wait(work, item, signalled) for item, signalled in rows]
    return _manager_waits(work) if actor.may(Permission.DECLARATION_CHECK) else []


def _to_deliver(work: Work) -> Select[Obligation, datetime]:
    """What the provider has to do soon or what is being checked, and when it became a signal."""
    soon = and_(Obligation.state == S.OPEN, Obligation.due_on <= bindparam("soon"))
    find = seen(work).where(or_(soon, Obligation.state.in_((S.RETURNED, S.DELIVERED))))
    return find.add_columns(_signalled()).order_by(Obligation.due_on)


def _signalled() -> ScalarSelect[datetime]:
    """When the ladder of an obligation became a signal."""
    step = select(func.max(Reminder.taken_at)).where(Reminder.obligation_id == Obligation.id)
    return step.where(Reminder.recipient == SIGNAL, Reminder.state == ReminderState.DONE).scalar_subquery()


def _provider_wait(work: Work, item: Obligation, signalled: datetime | None) -> Wait:
    _ = i18n.gettext(work.actor.locale)
    title = _("%(what)s over %(year)s", what=rules.kind_name(item.kind, work.actor.locale), year=item.about_year)
    endpoint, args = "declarations.show", {"obligation_id": item.id}
    found = rules.standing_of(item, work.today)
    if found is Standing.DELIVERED:
        detail = _("U hebt dit ingediend; het wordt gecontroleerd.")
        return Wait(title, detail, endpoint, args, mine=False, whose=_("contractmanager"))
    detail = {
        Standing.ASKED: _("De contractmanager heeft een vraag."),
        Standing.UNANSWERED: _("De contractmanager wacht op uw antwoord."),
        Standing.LATE: _("Dien dit zo snel mogelijk in."),
    }.get(found, _("Dien dit op tijd in."))
    if found is Standing.LATE and signalled is not None:
        day = i18n.date_long(signalled, work.actor.locale)
        escalated = _("Op %(day)s is een signaal geopend bij de contractmanager.", day=day)
        detail = f"{detail} {escalated}"
    due = item.answer_by if item.state is S.RETURNED else item.due_on
    kind, words = rules.state_beside_a_day(item, work.today, work.actor.locale)
    return Wait(title, detail, endpoint, args, due, words, kind)


def _manager_waits(work: Work) -> list[Wait]:
    found: dict[tuple[str, int], Wait] = {}
    for item, kind, number in ask(work, _to_decide, long_ago=work.today - rules.LATE_FOR_MANAGER):
        key, make = ((kind, 0), _many) if number > MOST else ((kind, item.id), _one)
        found.setdefault(key, make(work, item, kind, number))
    return list(found.values())


def _to_decide(work: Work) -> Select[Obligation, str, int]:
    """The first few of each kind, with the kind and how many there are of it."""
    kinds = union_all(*(_first(kind, and_(*visible(work.actor), what)) for kind, what in _kinds(work))).subquery()
    find = seen(work).join(kinds, kinds.c.id == Obligation.id).add_columns(kinds.c.kind, kinds.c.number)
    return find.order_by(Obligation.due_on, Obligation.id)


def _kinds(work: Work) -> list[tuple[str, ColumnElement[bool]]]:
    """What somebody else asked to be waived is only that."""
    asked_by = Obligation.waiver_asked_by_id
    other = or_(asked_by.is_(None), asked_by == work.actor.user_id)
    long_late = and_(Obligation.state == S.OPEN, Obligation.due_on <= bindparam("long_ago"))
    return [
        ("waive", and_(Obligation.state.in_((S.OPEN, S.RETURNED)), asked_by != work.actor.user_id)),
        ("check", standing_is(Standing.DELIVERED, work.today)),
        ("unanswered", and_(standing_is(Standing.UNANSWERED, work.today), other)),
        ("late", and_(long_late, other)),
    ]


def _first(kind: str, wanted: ColumnElement[bool]) -> Select[int, str, int]:
    """A list and a count of their own: an index answers each of them without a look at the rest."""
    number = select(func.count(Obligation.id)).where(wanted).correlate(None).scalar_subquery().label("number")
    first = select(Obligation.id, literal(kind).label("kind"), number).where(wanted)
    some = first.order_by(Obligation.due_on, Obligation.id).limit(MOST).subquery()
    return select(some.c.id, some.c.kind, some.c.number)


def _words(work: Work, kind: str) -> tuple[str, str, str]:
    """(what to do, words, kind of tag) for a group of items."""
    _ = i18n.gettext(work.actor.locale)
    return {
        "waive": (_("Een collega stelt een vrijstelling voor; u beslist als tweede."), _("Vrijstelling"), "let-op"),
        "check": (_("Controleer wat is ingediend."), _("Te controleren"), "bezig"),
        "unanswered": (_("De aanbieder gaf nog geen antwoord op de vraag."), _("Antwoord te laat"), "fout"),
        "late": (_("Bekijk de herinneringen en vraag de aanbieder naar de reden."), _("Te laat"), "fout"),
    }[kind]


def _one(work: Work, item: Obligation, kind: str, _number: int) -> Wait:
    _ = i18n.gettext(work.actor.locale)
    what = rules.kind_name(item.kind, work.actor.locale)
    title = _(
        "%(what)s over %(year)s van %(provider)s", what=what, year=item.about_year, provider=item.organisation.name
    )
    detail, words, tag = _words(work, kind)
    due = {"late": item.due_on, "unanswered": item.answer_by}.get(kind)
    return Wait(title, detail, "declarations.show", {"obligation_id": item.id}, due, words, tag)


def _many(work: Work, item: Obligation, kind: str, number: int) -> Wait:
    n_ = i18n.ngettext(work.actor.locale)
    detail, words, tag = _words(work, kind)
    stand = {"check": Standing.DELIVERED, "unanswered": Standing.UNANSWERED, "late": Standing.LATE}.get(kind)
    title = n_("%(num)s verklaring", "%(num)s verklaringen", number)
    due = {"late": item.due_on, "unanswered": item.answer_by}.get(kind)
    args = {"stand": stand.value} if stand else {}
    return Wait(f"{title}: {words.lower()}", detail, "obligations.listing", args, due, words, tag)
