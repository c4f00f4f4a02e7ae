"""Chapter 5, June 2022: submissions are filled in, signed, withdrawn, handed in again, and one comes a second too late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from io import BytesIO

from portal.errors import RuleBroken
from portal.tenders.procedures import queries as procedures
from portal.tenders.procedures.models import AnswerKind, Criterion, Procedure
from portal.tenders.submissions import queries, rules, service
from portal.tenders.submissions.content.rules import Proof, Said
from portal.tenders.submissions.models import Submission
from portal.tenders.submissions.rules import PartKind
from portal.work import Lock, Work

from . import papers
from .stage import Stage

FIGURES = {
    "solvabiliteit": "28,5", "liquiditeit": "1,6", "resultaat": "41.500", "winstuitkering": "0", "bezoldiging": "96.000",
    "angst-stemming": "7", "ontwikkeling": "9", "trauma": "10", "overig": "8", "groep": "8", "per-begeleider": "4",
    "per-behandelaar": "4", "uren-start": "4", "weken-evaluatie": "6",
}  # fmt: skip

WORDS = {
    "G15": "Valt er personeel weg, dan nemen twee vaste partners onze jeugdigen over. Dat staat in een overeenkomst. "
    "Bij het einde van een contract maken wij per gezin een plan, samen met de toegang, zodat de hulp doorgaat.",
    "HA-1a": "Bij iedere behandeling ziet de regiebehandelaar de jeugdige zelf, in de eerste twee weken en daarna elke "
    "zes weken.",
    "HA-1c": "Wij werken met cognitieve gedragstherapie, oplossingsgerichte therapie en traumabehandeling. Een "
    "werkgroep houdt bij welke methoden bewezen werken.",
    "HA-1e": "Met toestemming van het gezin bellen wij bij de start, halverwege en aan het eind met huisarts en school.",
    "HA-1f": "Wij komen al in de kliniek kennismaken. De eerste week thuis zien wij het gezin twee keer.",
    "HA-2a": "Onze gedragswetenschapper denkt mee over elk plan en is bij de start en de evaluatie.",
    "HA-2b": "Wij werken met het hele gezin. Ook grootouders en buren doen mee als het gezin dat wil.",
    "HA-2e": "Na de afronding bellen wij na drie weken en na drie maanden. Het gezin heeft een vast nummer.",
    "OA-1d": "Elke jeugdige heeft een plan om in kleine stappen weer naar school te gaan.",
}


def tell(stage: Stage) -> None:
    stage.tell("juni 2022: aanbieders schrijven in, tot 15 juni 17:00 uur")
    key = "ambulant 2022"
    stage.at("2022-06-01 10:00")
    start(stage, "nadia", key, ("HA-1", "HA-2"))
    fill(stage, "nadia", key)
    stage.at("2022-06-09 16:00")
    sign(stage, "nadia", key)
    withdraw_and_begin_again(stage, "nadia", key)
    for who, codes, moment in (
        ("ruben", ("HA-1", "OA-1"), "2022-06-10 13:00"),
        ("selma", ("HA-1",), "2022-06-13 09:00"),
    ):
        stage.at(moment)
        start(stage, who, key, codes)
        fill(stage, who, key)
    sign(stage, "selma", key)
    stage.at("2022-06-14 15:00")
    sign(stage, "ruben", key)
    stage.at("2022-06-15 12:00")
    start(stage, "jelle", key, ("HA-1",))
    fill(stage, "jelle", key)
    stage.at("2022-06-15 16:40")
    sign(stage, "mirte", key)
    stage.jobs()
    sign_a_second_late(stage, "jelle", key)


def start(stage: Stage, who: str, key: str, codes: Collection[str]) -> None:
    with stage.acts(who) as work:
        procedure = _procedure(work, stage, key)
        chosen = [line.id for line in procedure.products if line.product.code in codes]
        begun = service.start_submission(work, procedure, chosen)
        stage.things[f"{key} {work.actor.organisation_id}"] = begun.id


def _procedure(work: Work, stage: Stage, key: str) -> Procedure:
    return procedures.published_procedure(work, stage.reference(key))


def own(work: Work, stage: Stage, key: str) -> Submission:
    """The submission to this procedure of the actor's organisation."""
    return queries.submission(work, stage.things[f"{key} {work.actor.organisation_id}"])


def fill(stage: Stage, who: str, key: str, *, leave_open: Collection[str] = ()) -> None:
    """Answer every part, with evidence from the passport; what is in `leave_open` stays to be done."""
    with stage.acts(who) as work:
        submission = own(work, stage, key)
        for view in queries.progress(work, submission).parts:
            if view.part.key not in leave_open:
                _answer(work, submission, view.part)


def _answer(work: Work, submission: Submission, part: rules.Part) -> None:
    if part.kind is PartKind.TARIFF:
        service.accept_tariff(work, submission, part.product_code, accepted=True)
    elif part.kind is PartKind.STATEMENTS:
        service.make_statement(work, submission, declared=rules.DECLARED, turnover="640.000")
    elif part.criterion is not None:
        service.save_answer(work, submission, part.key, _said(work, part.criterion))
        if not _proofs(work, part.criterion) and part.criterion.accepted_evidence:
            _upload(work, submission, part.key, part.criterion.accepted_evidence[0])


def _said(work: Work, criterion: Criterion) -> Said:
    is_text = criterion.answer_kind is AnswerKind.TEXT
    general = f"Zo doen wij dit: {criterion.text_nl} Wij leggen het vast in ons kwaliteitshandboek."
    return Said(
        text=WORDS.get(criterion.code, general) if is_text else "",
        agreed=criterion.answer_kind is AnswerKind.STATEMENT,
        figures={figure["code"]: FIGURES[figure["code"]] for figure in criterion.figures},
        proofs=_proofs(work, criterion),
    )


def _proofs(work: Work, criterion: Criterion) -> tuple[Proof, ...]:
    """What the passport has of the kinds that this requirement accepts: each of them, or the first."""
    held = {v.item.evidence_type: v for v in queries.usable_versions(work, criterion.accepted_evidence)}
    found = [Proof(code, version_id=held[code].id) for code in criterion.accepted_evidence if code in held]
    return tuple(found if criterion.evidence_all else found[:1])


def _upload(work: Work, submission: Submission, key: str, kind: str) -> None:
    """What is not in the passport is uploaded here, as a Word file."""
    data = papers.docx(
        f"Bijlage bij {key}", "Dit is een verzonnen bijlage van een verzonnen aanbieder.",
        author=work.actor.organisation_name, made_at=work.now,
    )  # fmt: skip
    service.attach_file(
        work, submission, key, BytesIO(data), name=f"{kind}.docx", kind=kind,
        valid_until=work.today + timedelta(days=700),
    )  # fmt: skip


def sign(stage: Stage, who: str, key: str) -> None:
    """Under the lock of the closing time; the last signature needed hands it in."""
    with stage.acts(who, Lock(Procedure, stage.things[key], share=True)) as work:
        service.sign_submission(work, own(work, stage, key))


def withdraw_and_begin_again(stage: Stage, who: str, key: str) -> None:
    """Until the closing one may take it back; the answers are copied into a new one."""
    stage.at("2022-06-12 10:00")
    with stage.acts(who) as work:
        old = own(work, stage, key)
        service.withdraw_submission(work, old)
        work.session.flush()
        chosen = [line.procedure_product_id for line in old.products]
        again = service.start_submission(work, _procedure(work, stage, key), chosen, copy_from=old)
        stage.things[f"{key} {work.actor.organisation_id}"] = again.id
    stage.at("2022-06-13 15:30")
    sign(stage, who, key)


def sign_a_second_late(stage: Stage, who: str, key: str) -> None:
    """At 17:00:00 it is over: the portal says so, and the attempt is on record."""
    stage.at("2022-06-15 17:00:01")
    try:
        sign(stage, who, key)
    except RuleBroken as refusal:
        stage.tell(f"een seconde te laat: {', '.join(refusal.reasons)}")
