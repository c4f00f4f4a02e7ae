"""Chapter 7, autumn 2022: contracts are drawn up, signed by everybody, and in force on 1 January 2023."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal.contracts import queries, service
from portal.tenders.submissions.models import Submission

from .beginning import colleges
from .judging import opened
from .stage import Stage

SIGNATORIES = {
    "wilgenrijk": ("nadia",), "waterlijn": ("ruben", "mirte"), "morgenster": ("selma",), "zandkreek": ("jelle",),
}  # fmt: skip


def tell(stage: Stage) -> None:
    stage.tell("najaar 2022: contracten, in werking op 1 januari 2023")
    key, providers = "ambulant 2022", ("wilgenrijk", "waterlijn", "morgenster")
    stage.at("2022-09-05 10:00")
    draw_up(stage, key, providers)
    stage.at("2022-09-12 09:00")
    send(stage, providers)
    stage.at("2022-09-15 14:00")
    for provider in providers:
        sign_for_provider(stage, provider)
    for number, municipality in enumerate(colleges(stage)):
        stage.at(f"2022-10-{3 + number:02d} 11:00")
        sign_for_municipality(stage, municipality, providers)
    stage.jobs()
    stage.mornings("2023-01-01")


def draw_up(stage: Stage, key: str, providers: Sequence[str]) -> None:
    """A framework agreement with a sub-agreement per admitted product; the scheduler makes the document."""
    found = opened(stage, key)
    for provider in providers:
        with stage.acts("fenna") as work:
            submission = work.get(Submission, found[stage.organisations[provider]])
            made = service.prepare_contract(work, submission, estimated_value=Decimal(640_000))
            stage.things[f"contract {provider}"] = made.id
    stage.jobs()


def send(stage: Stage, providers: Sequence[str]) -> None:
    for provider in providers:
        with stage.acts("fenna") as work:
            service.send_to_sign(work, queries.contract(work, stage.things[f"contract {provider}"]))
    stage.jobs()


def sign_for_provider(stage: Stage, provider: str) -> None:
    for who in SIGNATORIES[provider]:
        with stage.acts(who) as work:
            service.sign_as_provider(work, queries.contract(work, stage.things[f"contract {provider}"]))


def sign_for_municipality(stage: Stage, municipality: str, providers: Sequence[str]) -> None:
    """The proxy holder of the mandate register signs all that lies there in one act."""
    with stage.acts(municipality) as work:
        place = stage.things[f"municipality {municipality}"]
        chosen = [(queries.contract(work, stage.things[f"contract {provider}"]), place) for provider in providers]
        service.sign_many(work, chosen)
