"""What may be seen of procedures: everybody what was published, the region's own people all of their region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.access import PROVIDER_ROLES, Permission
from portal.accounts.models import Membership, User, UserState
from portal.errors import NotFound
from portal.i18n import gettext, ngettext
from portal.regions.models import Category, Product, Region, RegionFollower
from portal.statements import ask
from portal.tenders.procedures import rules
from portal.tenders.procedures.models import (
    Criterion,
    EvidenceKind,
    NoteOfInformation,
    Participation,
    Procedure,
    ProcedureProduct,
    ProcedureState,
    Question,
    QuestionState,
)
from portal.waits import Wait
from portal.work import Work

S = ProcedureState
IN_PREPARATION = (S.DRAFT, S.INTERNAL_REVIEW, S.APPROVED)


def inside(work: Work) -> ColumnElement[bool]:
    """The procedures of the actor's region, for who works with procedures there."""
    if not work.actor.may(Permission.PROCEDURE_WORK):
        return false()
    return true() if work.actor.region_id is None else Procedure.region_id == work.actor.region_id


def procedure(work: Work, id: int, *, products: bool = False) -> Procedure:
    """A procedure for the people of its region, whatever its state; its products too for who says so. Raises NotFound."""
    find = select(Procedure).where(Procedure.id == id, inside(work))
    if products:
        find = find.options(selectinload(Procedure.products).joinedload(ProcedureProduct.product))
    found = work.session.scalar(find)
    if found is None:
        raise NotFound("procedure")
    return found


def criterion(work: Work, procedure: Procedure, code: str) -> Criterion:
    """One requirement of a procedure that was found before. Raises NotFound."""
    mine = and_(Criterion.procedure_id == procedure.id, Criterion.code == code)
    found = work.session.scalar(select(Criterion).where(mine))
    if found is None:
        raise NotFound("criterion")
    return found


def published_procedure(work: Work, reference: str) -> Procedure:
    """A procedure as everybody may read it, with all that its page shows. Raises NotFound."""
    product = selectinload(Procedure.products).joinedload(ProcedureProduct.product).joinedload(Product.category)
    sheet = selectinload(Procedure.products).joinedload(ProcedureProduct.tariff_sheet)
    wanted = select(Procedure).where(Procedure.reference == reference, Procedure.published_at.is_not(None))
    details = (product, sheet, selectinload(Procedure.criteria), selectinload(Procedure.evidence_kinds))
    found = work.session.scalar(
        wanted.options(
            joinedload(Procedure.region), *details, selectinload(Procedure.notes, NoteOfInformation.questions)
        )
    )
    if found is None:
        raise NotFound("procedure")
    return found


def public_procedures(work: Work, region_id: int | None = None) -> list[Procedure]:
    """Everything that was ever published: what closes first on top, then what is over, the latest first."""
    wanted = select(Procedure).where(Procedure.published_at.is_not(None))
    if region_id is not None:
        wanted = wanted.where(Procedure.region_id == region_id)
    product = selectinload(Procedure.products).joinedload(ProcedureProduct.product)
    found = list(work.session.scalars(wanted.options(joinedload(Procedure.region), product)))
    running = [p for p in found if rules.phase(p, work.now) is not rules.Phase.CLOSED]
    over = [p for p in found if rules.phase(p, work.now) is rules.Phase.CLOSED]
    last = sorted(over, key=lambda p: p.closes_at or work.now, reverse=True)
    return [*sorted(running, key=lambda p: p.closes_at or work.now), *last]


def open_procedures(work: Work, region_id: int | None = None) -> list[Procedure]:
    """What is published and not closed yet, what closes first on top: as many as run at one time, so all of them."""
    found = ask(work, _open, region_id is not None, region=region_id).scalars()
    return sorted(found, key=lambda p: (p.closes_at or work.now, p.id))


def _open(work: Work, in_one_region: bool) -> Select[Procedure]:
    runs = or_(Procedure.closes_at.is_(None), Procedure.closes_at > work.now)
    wanted = select(Procedure).where(Procedure.state == S.PUBLISHED, runs)
    if in_one_region:
        wanted = wanted.where(Procedure.region_id == bindparam("region"))
    product = selectinload(Procedure.products).joinedload(ProcedureProduct.product)
    return wanted.options(joinedload(Procedure.region), product)


def open_now(work: Work, region_id: int) -> list[Row[*tuple[Any, ...]]]:
    """The same of one region, as far as its public page says it; `products` is how many."""
    found = ask(work, _open_now, region=region_id).all()
    return sorted(found, key=lambda p: (p.closes_at or work.now, p.id))


def _open_now(work: Work) -> Select[*tuple[Any, ...]]:
    runs = or_(Procedure.closes_at.is_(None), Procedure.closes_at > work.now)
    products = select(func.count()).where(ProcedureProduct.procedure_id == Procedure.id).scalar_subquery()
    said = Procedure.reference, Procedure.title, Procedure.opens_at, Procedure.closes_at, Procedure.questions_until
    find = select(Procedure.id, *said, products.label("products"))
    return find.where(Procedure.state == S.PUBLISHED, runs, Procedure.region_id == bindparam("region"))


def next_reference(work: Work, region: Region) -> str:
    """ALK-2022-01: region, year, number."""
    prefix = f"{region.code[:3].upper()}-{work.today.year}-"
    taken = work.session.scalar(select(func.count()).where(Procedure.reference.startswith(prefix))) or 0
    return f"{prefix}{taken + 1:02d}"


def catalogue(work: Work, region_id: int) -> dict[str, Product]:
    """What the region buys, by code, with its tariffs."""
    wanted = select(Product).join(Product.category).where(Category.region_id == region_id)
    return {product.code: product for product in work.session.scalars(wanted.options(selectinload(Product.tariffs)))}


# --- questions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedQuestion:
    """A question without its asker: nobody on the buyer's side needs to know who asked."""

    id: int
    subject: str
    text: str
    asked_at: datetime
    state: QuestionState
    public_text: str
    answer: str
    version: int


def questions_of(work: Work, procedure: Procedure) -> list[AskedQuestion]:
    """All questions on a procedure, the unanswered first: they are answered side by side, so all of them. For who answers."""
    work.require(Permission.QUESTION_ANSWER, procedure)
    q = Question
    columns = (q.id, q.subject, q.text, q.asked_at, q.state, q.public_text, q.answer, q.version)
    rows = work.session.execute(select(*columns).where(q.procedure_id == procedure.id).order_by(q.asked_at, q.id))
    order = list(QuestionState)
    return sorted((AskedQuestion(*row) for row in rows), key=lambda question: order.index(question.state))


def question(work: Work, id: int) -> Question:
    """One question of the actor's region, for who answers it. Raises NotFound."""
    found = work.session.scalar(select(Question).join(Question.procedure).where(Question.id == id, inside(work)))
    if found is None or not work.actor.may(Permission.QUESTION_ANSWER):
        raise NotFound("question")
    return found


def own_questions(work: Work, procedure: Procedure) -> list[Question]:
    """What the actor's organisation asked here."""
    if not work.actor.is_provider:
        return []
    mine = and_(Question.procedure_id == procedure.id, Question.organisation_id == work.actor.organisation_id)
    return list(
        work.session.scalars(select(Question).where(mine).order_by(Question.asked_at.desc(), Question.id.desc()))
    )


def drafted_questions(work: Work, procedure: Procedure) -> list[Question]:
    """Answered and not yet published, in the order in which they were asked."""
    drafted = and_(Question.procedure_id == procedure.id, Question.state == QuestionState.DRAFTED)
    return list(work.session.scalars(select(Question).where(drafted).order_by(Question.id)))


def note(work: Work, reference: str, number: int) -> tuple[Procedure, NoteOfInformation]:
    """A published note of information, for everybody. Raises NotFound."""
    found = work.session.execute(
        select(Procedure, NoteOfInformation)
        .join(NoteOfInformation, NoteOfInformation.procedure_id == Procedure.id)
        .where(Procedure.reference == reference, NoteOfInformation.number == number)
        .options(joinedload(Procedure.region), selectinload(NoteOfInformation.questions))
    ).first()
    if found is None:
        raise NotFound("note_of_information")
    return found[0], found[1]


# --- who hears of it ---------------------------------------------------------------------------------------------


def audience(work: Work, procedure: Procedure) -> list[User]:
    """Everybody of the market who follows the region or takes part: all hear the same at the same moment."""
    follows = select(RegionFollower.user_id).where(RegionFollower.region_id == procedure.region_id)
    members = (
        select(Membership.user_id)
        .join(Participation, Participation.organisation_id == Membership.organisation_id)
        .where(Participation.procedure_id == procedure.id)
        .where(Membership.role.in_(PROVIDER_ROLES), Membership.ended_at.is_(None))
    )
    wanted = select(User).where(User.state == UserState.ACTIVE, or_(User.id.in_(follows), User.id.in_(members)))
    return list(work.session.scalars(wanted.order_by(User.id)))


def takes_part(work: Work, procedure: Procedure, organisation_id: int | None) -> bool:
    mine = Participation.organisation_id == organisation_id
    return bool(work.session.scalar(select(Participation.id).where(Participation.procedure_id == procedure.id, mine)))


def people(work: Work, procedure: Procedure) -> dict[str, str]:
    """Who drafted it, changed it last and approved it, by name."""
    who = {"drafted": procedure.drafted_by_id, "edited": procedure.edited_by_id, "approved": procedure.approved_by_id}
    names = {user.id: user.name for user in work.session.scalars(select(User).where(User.id.in_(who.values())))}
    return {act: names[id] for act, id in who.items() if id in names}


def evidence_names(procedure: Procedure) -> dict[str, EvidenceKind]:
    return {kind.code: kind for kind in procedure.evidence_kinds}


# --- what waits --------------------------------------------------------------------------------------------------


def waiting(work: Work) -> list[Wait]:
    """What the actor has to do for procedures in preparation and for questions."""
    if not work.actor.may(Permission.PROCEDURE_APPROVE) and not work.actor.may(Permission.QUESTION_ANSWER):
        return []
    found = ask(work, _in_preparation).scalars()
    waits = [wait for p in found if (wait := _preparation(work, p)) is not None]
    return [*waits, *_open_questions(work)]


def _in_preparation(work: Work) -> Select[Procedure]:
    return select(Procedure).where(inside(work), Procedure.state.in_(IN_PREPARATION))


def _preparation(work: Work, p: Procedure) -> Wait | None:
    _, me = gettext(work.actor.locale), work.actor
    args = {"id": p.id}
    if p.state is S.DRAFT and me.may(Permission.PROCEDURE_DRAFT, p):
        words = _("Teruggestuurd") if p.returned_reason else _("In voorbereiding")
        kind = "let-op" if p.returned_reason else "bezig"
        proposed = _("Voorgestelde sluiting")
        return Wait(
            _("Maak de procedure af"), p.title, "procedures.setup", args, p.closes_at, words, kind, due_words=proposed
        )
    if p.state is S.INTERNAL_REVIEW and me.may(Permission.PROCEDURE_APPROVE, p):
        if any(rules.reasons_not_to_approve(p, me.user_id)):
            title = _("Wacht op goedkeuring")
            return Wait(title, p.title, "procedures.setup", args, mine=False, whose=_("een tweede persoon"))
        return Wait(_("Controleer de procedure"), p.title, "procedures.setup", args, None, _("Ter controle"), "let-op")
    if p.state is S.APPROVED and me.may(Permission.PROCEDURE_PUBLISH, p):
        return Wait(_("Publiceer de procedure"), p.title, "procedures.setup", args, None, _("Goedgekeurd"), "ok")
    return None


def _asked(work: Work) -> Select[Procedure, int, int]:
    """Procedures with how many questions nobody answered yet, and how many wait in all."""
    count = func.count().filter(Question.state == QuestionState.ASKED)
    return (
        select(Procedure, count, func.count())
        .join(Question, Question.procedure_id == Procedure.id)
        .where(inside(work), Procedure.state == S.PUBLISHED, Question.state != QuestionState.PUBLISHED)
        .group_by(Procedure.id)
        .order_by(Procedure.id)
    )


def _open_questions(work: Work) -> Iterator[Wait]:
    if not work.actor.may(Permission.QUESTION_ANSWER):
        return
    _, many = gettext(work.actor.locale), ngettext(work.actor.locale)
    for p, asked, waiting_in_all in ask(work, _asked):
        args = {"id": p.id}
        if asked:
            title = many("Beantwoord %(num)s vraag", "Beantwoord %(num)s vragen", asked)
            yield Wait(title, p.title, "procedures.questions", args, p.answers_by, _("nieuw"), "let-op")
        else:
            title = many("Publiceer %(num)s antwoord", "Publiceer %(num)s antwoorden", waiting_in_all)
            yield Wait(title, p.title, "procedures.questions", args, p.answers_by, _("antwoord klaar"), "bezig")
