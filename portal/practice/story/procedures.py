"""Chapters 3 and 4, April and May 2022: the procedure is published; a question gets an answer for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from portal.clock import local_date
from portal.errors import RuleBroken
from portal.regions import queries as regions
from portal.tenders.procedures import queries, service
from portal.tenders.procedures.questions import service as asking
from portal.tenders.procedures.rules import Dates

from .stage import Stage

CONTACT = "inkoop@regio.example"


def tell(stage: Stage) -> None:
    stage.tell("april 2022: de procedure Ambulante jeugdhulp gaat open")
    stage.at("2022-03-21 10:00")
    draft(stage, "ambulant 2022", published_on=date(2022, 4, 1))
    stage.at("2022-03-28 15:00")
    approve(stage, "ambulant 2022")
    stage.at("2022-04-01 09:00")
    publish_too_early(stage, "ambulant 2022")
    publish(stage, "ambulant 2022", notice="2022-000114")
    stage.jobs()
    stage.tell("mei 2022: een vraag en een nota van inlichtingen")
    stage.at("2022-05-12 11:20")
    ask(
        stage, "nadia", "ambulant 2022", "Criterium G5 (VOG)",
        "Wij zijn Wilgenrijk en werken met twaalf vrijwilligers. Moeten wij ook voor hen een VOG laten zien?",
    )  # fmt: skip
    stage.at("2022-05-18 14:00")
    answer(
        stage, "ambulant 2022", "Geldt de VOG-eis ook voor vrijwilligers?",
        "Ja. U verklaart dat u een VOG heeft gezien van iedereen die met jeugdigen werkt, ook van vrijwilligers. "
        "Stuur geen VOG mee.",
    )  # fmt: skip
    stage.at("2022-05-20 09:00")
    publish_note(stage, "ambulant 2022")
    stage.jobs()


def draft(
    stage: Stage, key: str, *, published_on: date, title: str = "", products: Sequence[str] = (),
    closing: str = "", contract_starts: date | None = None,
) -> None:  # fmt: skip
    """From the region's blueprint; `closing` and the products are chosen where the template's own do not fit."""
    with stage.acts("esra") as work:
        region = regions.own_region(work)
        found = service.draft_procedure(work, region, "ambulant", title=title, published_on=published_on)
        service.update_details(work, found, title=found.title, summary=found.summary, contact_email=CONTACT)
        if products:
            service.update_products(work, found, list(products))
        if closing:
            service.update_dates(work, found, _dates(stage, published_on, closing, contract_starts))
        stage.things[key] = found.id


def _dates(stage: Stage, published_on: date, closing: str, contract_starts: date | None) -> Dates:
    closes_at = stage.moment(closing)
    last = local_date(closes_at)
    return Dates(
        opens_at=None,
        questions_until=stage.moment(f"{last - timedelta(days=16)} 17:00"),
        answers_by=last - timedelta(days=10),
        closes_at=closes_at,
        decision_by=last + timedelta(days=75),
        contract_starts=contract_starts,
    )


def approve(stage: Stage, key: str) -> None:
    """Four eyes: who drafted it sends it to a colleague."""
    with stage.acts("esra") as work:
        service.send_to_review(work, queries.procedure(work, stage.things[key]))
    with stage.acts("pieter") as work:
        service.approve_procedure(work, queries.procedure(work, stage.things[key]))


def publish_too_early(stage: Stage, key: str) -> None:
    """The announcement on TenderNed is still missing: the portal says so and publishes nothing."""
    try:
        with stage.acts("esra") as work:
            service.publish_procedure(work, queries.procedure(work, stage.things[key]))
    except RuleBroken as refusal:
        stage.tell(f"nog niet te publiceren: {', '.join(refusal.reasons)}")


def publish(stage: Stage, key: str, *, notice: str) -> None:
    with stage.acts("esra") as work:
        found = queries.procedure(work, stage.things[key])
        service.update_notice(work, found, above_threshold=True, number=notice, day=work.today)
    with stage.acts("esra") as work:
        service.publish_procedure(work, queries.procedure(work, stage.things[key]))


def ask(stage: Stage, who: str, key: str, subject: str, text: str) -> None:
    with stage.acts(who) as work:
        reference = stage.reference(key)
        asking.ask_question(work, queries.published_procedure(work, reference), subject=subject, text=text)


def answer(stage: Stage, key: str, public_text: str, text: str) -> None:
    """The oldest question without an answer."""
    with stage.acts("esra") as work:
        first = queries.questions_of(work, queries.procedure(work, stage.things[key]))[0]
        asking.answer_question(work, queries.question(work, first.id), public_text=public_text, answer=text)


def publish_note(stage: Stage, key: str) -> None:
    with stage.acts("esra") as work:
        asking.publish_note(work, queries.procedure(work, stage.things[key]))
