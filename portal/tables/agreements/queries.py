"""Agreements, mediation files and rulings as far as the actor may see them."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.access import Permission
from portal.errors import NotFound
from portal.i18n import date_long, gettext, mark
from portal.listing import Asked, Key, Order, Page, has_words, page_of
from portal.meetings.models import Attendance, Meeting
from portal.meetings.queries import own_seats, tells
from portal.meetings.rules import Agreed, Spoken
from portal.statements import ask
from portal.tables.agreements.models import (
    Agreement,
    AgreementState,
    CollegeDecision,
    Position,
    Ruling,
)
from portal.tables.agreements.rules import OVER, STANCE_LABELS, STATE_LABELS, SeatStand, on_older_text
from portal.tables.kpis.models import Kpi
from portal.tables.rounds import queries as rounds
from portal.tables.rounds.models import DevelopmentTable, Round
from portal.waits import Wait
from portal.work import Work

WHOLE = (
    joinedload(Agreement.table).selectinload(DevelopmentTable.seats),
    joinedload(Agreement.round)
    .joinedload(Round.meeting)
    .options(selectinload(Meeting.seats), selectinload(Meeting.agenda)),
    selectinload(Agreement.positions),
    joinedload(Agreement.kpi).selectinload(Kpi.targets),
    joinedload(Agreement.mediation),
    joinedload(Agreement.ruling).selectinload(Ruling.decisions).joinedload(CollegeDecision.municipality),
)

TAKEN = (joinedload(Agreement.table).selectinload(DevelopmentTable.seats), selectinload(Agreement.positions))
STANDS = (*TAKEN, joinedload(Agreement.round).joinedload(Round.meeting).selectinload(Meeting.seats))
"""What tells where the seats stand: enough for a line in a list."""


def agreement(work: Work, agreement_id: int, *, table_id: int | None = None) -> Agreement:
    """Raises NotFound, also when its table is not the actor's."""
    query = select(Agreement).join(Agreement.table).where(Agreement.id == agreement_id, rounds.seen_by(work.actor))
    if table_id is not None:
        query = query.where(Agreement.table_id == table_id)
    found = work.session.scalar(query.options(*WHOLE))
    if found is None:
        raise NotFound("agreement")
    return found


def agreements_of(work: Work, *, round_id: int) -> list[Agreement]:
    """Those of one round, whole, in their order. The round was found before."""
    find = select(Agreement).where(Agreement.round_id == round_id).join(Agreement.round)
    return list(work.session.scalars(find.options(*WHOLE).order_by(Agreement.number).limit(300)))


NEWEST = Order({"": [Key(Round.number, down=True), Key(Agreement.number)]}, last=Key(Agreement.id))


def agreements_at(work: Work, table_id: int, asked: Asked) -> Page[Agreement]:
    """One page of the lines of a table, the newest round first. The table was found before."""
    find = select(Agreement).where(Agreement.table_id == table_id).join(Agreement.round).options(*STANDS)
    return page_of(work.session, find, NEWEST, asked)


NUMBER = re.compile(r"(\d{1,6})\.(\d{1,6})")
ORDER = Order({"": [Key(Agreement.sort_title)]}, last=Key(Agreement.id))


def found(work: Work, words: str, asked: Asked) -> Page[Agreement]:
    """One page of the agreements at tables that the actor may see: words of the title, or the number (7.4)."""
    named = has_words(Agreement.sort_title, words)
    if number := NUMBER.fullmatch(words.strip()):
        named = or_(named, and_(Round.number == int(number[1]), Agreement.number == int(number[2])))
    find = select(Agreement).join(Agreement.table).join(Agreement.round).where(rounds.seen_by(work.actor), named)
    loaded = (contains_eager(Agreement.table), contains_eager(Agreement.round))
    return page_of(work.session, find.options(*loaded), ORDER, asked)


@tells
def told_at(work: Work, meeting: Meeting) -> list[Agreed]:
    """What stands below the minutes: each agreement of the round, and how it stands today. The meeting was found before."""
    _ = gettext(work.actor.locale)
    found = work.session.scalars(
        select(Agreement)
        .join(Agreement.round)
        .where(Round.meeting_id == meeting.id)
        .options(*TAKEN, joinedload(Agreement.round), joinedload(Agreement.mediation))
        .order_by(Agreement.number)
    )
    told, own = [], {seat.label for seat in own_seats(work, meeting)}
    for agreement in found:
        kind, words = STATE_LABELS[agreement.state]
        title = _("Afspraak %(code)s: %(title)s", code=agreement.code, title=agreement.title)
        link = f"/ontwikkeltafels/{agreement.table_id}/afspraken/{agreement.id}"
        told.append(
            Agreed(
                title,
                link,
                (kind, _(words)),
                _way(agreement, work.actor.locale),
                settled=agreement.state in OVER,
                text=agreement.text,
                positions=_spoken(agreement, own, work.actor.locale),
            )
        )
    return told


def _spoken(agreement: Agreement, own: set[str], locale: str) -> list[Spoken]:
    """Each seat that spoke, the own ones first; an own seat also when it has not."""
    _ = gettext(locale)
    said = []
    for stand in stands(agreement):
        kind, words = STANCE_LABELS[stand.stance] if stand.stance else ("idle", mark("Nog geen standpunt"))
        if stand.stance or stand.label in own:
            said.append(Spoken(stand.label, (kind, _(words)), stand.reason, stand.label in own))
    return sorted(said, key=lambda one: not one.own)


def _way(agreement: Agreement, locale: str) -> str:
    """How it came to that, in one line."""
    _ = gettext(locale)
    day = date_long(agreement.settled_at, locale)
    if agreement.state is AgreementState.CONSENSUS:
        return (
            _("Consensus na bemiddeling, %(day)s", day=day)
            if agreement.mediation
            else _("Consensus op %(day)s", day=day)
        )
    return _("Uitspraak van de gemeenten, %(day)s", day=day) if agreement.state in OVER else ""


def stands(agreement: Agreement, occupants: dict[int, str] | None = None) -> list[SeatStand]:
    """Where every seat of the table stands, and whether it was there. A seat that came after the decision has no part in it."""
    there = {seat.label: seat.attendance for seat in agreement.round.meeting.seats}
    taken: dict[int, Position] = {position.seat_id: position for position in agreement.positions}
    found = []
    for seat in agreement.table.seats:
        position = taken.get(seat.id)
        if position is None and seat.label not in there and agreement.state in OVER:
            continue
        found.append(
            SeatStand(
                seat_id=seat.id,
                label=seat.label,
                kind=seat.kind,
                who=(occupants or {}).get(seat.id, ""),
                attendance=there.get(seat.label, Attendance.EXPECTED),
                stance=position.stance if position else None,
                reason=position.reason if position else "",
                on_older_text=position is not None and on_older_text(position.recorded_at, agreement.text_changed_at),
                taken_at=position.recorded_at if position else None,
            )
        )
    return found


def waiting(work: Work) -> list[Wait]:
    """What the agreements ask of this actor: take positions, settle, mediate, request a ruling, decide; or whom they
    wait for. One query. What is proposed waits for nobody before its meeting has begun."""
    if not work.actor.may(Permission.TABLE_READ):
        return []
    found = ask(work, _at_stake)
    return [wait for agreement, done in found if (wait := _wait(work, agreement, done=done)) is not None]


def _at_stake(work: Work) -> Select[Agreement, bool]:
    """What waits for anybody, and whether the actor's own municipality has decided on it."""
    decided = (
        select(CollegeDecision.id)
        .join(Ruling, Ruling.id == CollegeDecision.ruling_id)
        .where(Ruling.agreement_id == Agreement.id, CollegeDecision.municipality_id == work.actor.municipality_id)
    )
    return (
        select(Agreement, exists(decided))
        .join(Agreement.table)
        .join(Agreement.round)
        .join(Round.meeting)
        .where(rounds.seen_by(work.actor), or_(Agreement.state.in_(DISPUTED), _at_the_table(work)))
        .options(
            contains_eager(Agreement.table),
            contains_eager(Agreement.round),
            joinedload(Agreement.mediation),
            joinedload(Agreement.ruling),
        )
        .order_by(Agreement.id)
        .limit(50)
    )


DISPUTED = (AgreementState.MEDIATION, AgreementState.MEDIATION_FAILED, AgreementState.RULING_REQUESTED)


def _at_the_table(work: Work) -> ColumnElement[bool]:
    """Proposed or discussed, at a meeting that has begun: for who writes it down there."""
    if not work.actor.may(Permission.AGREEMENT_WRITE):
        return false()
    return Agreement.state.in_((AgreementState.PROPOSED, AgreementState.DISCUSSED)) & (Meeting.starts_at <= work.now)


def _wait(work: Work, agreement: Agreement, *, done: bool) -> Wait | None:
    """`done`: the actor's own municipality has decided already."""
    _ = gettext(work.actor.locale)
    detail = _("Afspraak %(code)s: %(title)s", code=agreement.code, title=agreement.title)
    here = {"table_id": agreement.table_id, "agreement_id": agreement.id}
    if agreement.state is AgreementState.PROPOSED:
        return Wait(_("Leg de posities vast"), detail, "agreements.agreement", here, words=_("Voorstel"), kind="bezig")
    if agreement.state is AgreementState.DISCUSSED:
        title, words = _("Leg vast of er consensus is"), _("Besproken")
        return Wait(title, detail, "agreements.agreement", here, words=words, kind="let-op")
    if agreement.state is AgreementState.MEDIATION and agreement.mediation is not None:
        due = agreement.mediation.due_on
        if agreement.mediation.mediator_id == work.actor.user_id:
            args = {"mediation_id": agreement.mediation.id}
            return Wait(_("Bemiddel en leg de uitkomst vast"), detail, "agreements.mediation", args, due=due)
        whose = _("de bemiddelaar")
        return Wait(
            _("Uitkomst van de bemiddeling"), detail, "agreements.agreement", here, due=due, mine=False, whose=whose
        )
    if agreement.state is AgreementState.MEDIATION_FAILED:
        title, whose = _("Vraag de gemeenten om een uitspraak"), _("de voorzitter")
        mine = work.actor.may(Permission.RULING_REQUEST, agreement)
        return Wait(title, detail, "agreements.agreement", here, kind="let-op", mine=mine, whose="" if mine else whose)
    if agreement.ruling is not None:
        return _wait_for_colleges(work, agreement.ruling, detail, done=done)
    return None


def _wait_for_colleges(work: Work, ruling: Ruling, detail: str, *, done: bool) -> Wait:
    _ = gettext(work.actor.locale)
    args = {"ruling_id": ruling.id}
    if work.actor.may(Permission.RULING_DECIDE, ruling) and not done:
        return Wait(_("Leg het besluit van uw college vast"), detail, "agreements.ruling", args, kind="let-op")
    return Wait(_("Uitspraak van de gemeenten"), detail, "agreements.ruling", args, mine=False, whose=_("de colleges"))
