"""Chapter 2, March 2022: providers register, show who may sign, and fill their evidence passport."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from portal.access import Role
from portal.accounts import service as verbs
from portal.accounts.authority import queries as authorities
from portal.accounts.members import queries as members
from portal.accounts.models import AuthorityKind, LegalForm
from portal.evidence import queries, rules, service
from portal.evidence.models import EvidenceMode
from portal.regions import queries as regions
from portal.regions import service as region_verbs
from portal.regions.blueprints.criteria import EvidenceType
from portal.work import Work

from . import locations, papers
from .stage import Stage


@dataclass(frozen=True)
class Provider:
    key: str
    name: str
    kvk_number: str
    form: LegalForm
    workers: int
    place: str
    who: str
    person: str
    authority: AuthorityKind = AuthorityKind.SOLE

    def box(self, name: str) -> str:
        return f"{name}@{self.key}.example"


WILGENRIJK = Provider(
    "wilgenrijk", "Stichting Wilgenrijk", "99000011", LegalForm.FOUNDATION, 14, "Heiloo", "nadia", "Nadia Ferwerdaal"
)
WATERLIJN = Provider(
    "waterlijn", "De Waterlijn Jeugdhulp bv", "99000022", LegalForm.LIMITED_COMPANY, 38, "Alkmaar", "ruben",
    "Ruben Achterbergh", AuthorityKind.JOINT,
)  # fmt: skip
MORGENSTER = Provider(
    "morgenster", "Praktijk Morgenster", "99000033", LegalForm.SOLE_TRADER, 1, "Castricum", "selma", "Selma Oudkerken"
)
ZANDKREEK = Provider(
    "zandkreek", "Zandkreek Gezinszorg vof", "99000044", LegalForm.PARTNERSHIP, 5, "Bergen", "jelle", "Jelle Noorderweg"
)

GENERAL = (
    "handelsregister", "melding", "gva", "beroepsregistratie", "personeelsmix", "vog", "meldcode", "calamiteiten",
    "klachtregeling", "medezeggenschap", "keurmerk", "hulpplan", "jaarrekening", "verzekering", "kwaliteitsstatuut",
)  # fmt: skip

STATEMENTS = {
    "vog": "Wij hebben van iedereen die met jeugdigen werkt een VOG gezien die niet ouder is dan drie jaar.",
    "beroepsregistratie": "Wie hulp verleent waarvoor registratie nodig is, staat ingeschreven in het SKJ of het BIG-register.",
}


def tell(stage: Stage) -> None:
    stage.tell("maart 2022: aanbieders melden zich aan")
    days = ("2022-03-02 10:00", "2022-03-03 14:00", "2022-03-04 09:30", "2022-03-07 16:00")
    for day, provider in zip(days, (WILGENRIJK, WATERLIJN, MORGENSTER, ZANDKREEK), strict=True):
        stage.at(day)
        register(stage, provider)
    bring_colleagues(stage)
    stage.at("2022-03-09 11:00")
    for provider in (WILGENRIJK, WATERLIJN, MORGENSTER, ZANDKREEK):
        claim(stage, provider.who, provider.authority)
    claim(stage, "mirte", AuthorityKind.JOINT)
    stage.at("2022-03-11 09:15")
    for who in ("nadia", "ruben", "selma", "jelle", "mirte"):
        verify(stage, who, by="esra")
    stage.at("2022-03-14 13:00")
    for who in ("nadia", "ruben", "selma", "jelle"):
        fill_passport(stage, who, GENERAL, until=date(2023, 1, 1))
        with stage.acts(who) as work:
            region_verbs.follow_region(work, regions.own_region(work))
    locations.tell(stage)
    stage.jobs()


def register(stage: Stage, provider: Provider) -> None:
    """The organisation with its first administrator, who confirms by the mailed link."""
    email = provider.box(provider.who)
    with stage.acts("visitor") as work:
        organisation, user = verbs.register_organisation(
            work, organisation_name=provider.name, kvk_number=provider.kvk_number, legal_form=provider.form,
            offers_stay=False, youth_workers=provider.workers, place=provider.place, person_name=provider.person,
            email=email, password=stage.password, locale="nl",
        )  # fmt: skip
        stage.organisations[provider.key], stage.users[provider.who] = organisation.id, user.id
    token = stage.mailed(email, r"/bevestigen/([\w-]+)")
    with stage.acts("visitor") as work:
        verbs.confirm_account(work, token)


def bring_colleagues(stage: Stage) -> None:
    """One is invited; another registers the same KvK number and is led to the administrator."""
    stage.at("2022-03-08 10:00")
    stage.join(
        "tom", "Tom Veldkampen", WILGENRIJK.box("tom"), by="nadia", organisation="wilgenrijk", role=Role.PROVIDER_EDITOR
    )
    email = WATERLIJN.box("mirte")
    with stage.acts("visitor") as work:
        organisation = stage.organisation(work, "waterlijn")
        verbs.ask_to_join(work, organisation, name="Mirte Zonneveldt", email=email)
    with stage.acts("ruben") as work:
        request = members.open_join_requests(work)[0]
        verbs.accept_join_request(work, request, role=Role.PROVIDER_EDITOR)
    token = stage.mailed(email, r"/uitnodiging/([\w-]+)")
    with stage.acts("visitor") as work:
        user = verbs.accept_invitation(work, token, name="Mirte Zonneveldt", password=stage.password)
        stage.users["mirte"] = user.id


def claim(stage: Stage, who: str, kind: AuthorityKind) -> None:
    """Shows the trade-register extract that says how far this person may bind the organisation."""
    with stage.acts(who) as work:
        name = work.actor.organisation_name
        lines = [name, f"Bestuurder of gevolmachtigde: {work.actor.name}", "Voorbeeld: dit is geen echt uittreksel."]
        data = papers.pdf("Uittreksel Handelsregister", lines)
        extract = verbs.receive_extract(work, BytesIO(data), name="uittreksel-handelsregister.pdf")
        issued = work.today - timedelta(days=5)
        verbs.claim_authority(work, kind=kind, extract_file=extract, extract_date=issued)


def verify(stage: Stage, who: str, *, by: str) -> None:
    with stage.acts(by) as work:
        waiting = {claim.user_id: claim for claim in authorities.queue(work).rows}
        verbs.verify_authority(work, waiting[stage.users[who]])


def fill_passport(stage: Stage, who: str, kinds: Collection[str], *, until: date) -> None:
    """Keep every kind of evidence that is not there yet, and renew what ends before `until`."""
    with stage.acts(who) as work:
        known = queries.evidence_types(work)
        kept = {item.evidence_type: item for item in queries.passport(work)}
        for code in kinds:
            item = kept.get(code)
            if item is None:
                service.add_evidence(work, evidence_type=code, title=known[code].name.nl, **_shown(work, known[code]))
            elif item.current.valid_until is not None and item.current.valid_until < until:
                service.renew_evidence(work, item, **_shown(work, known[code]))


def _shown(work: Work, kind: EvidenceType) -> dict[str, Any]:
    """What one piece of evidence says: an attestation in words, or a file with its issuer and number."""
    issued = work.today - timedelta(days=10)
    facts: dict[str, Any] = {"issued_on": issued, "mode": rules.mode_of(kind)}
    if kind.needs_issuer:
        facts["issuer"] = "Stichting Voorbeeldkeur"
    if kind.needs_number:
        facts["reference"] = f"VB-{work.today.year}-{work.actor.organisation_id:03d}"
    if kind.needs_valid_until:
        facts["valid_until"] = rules.months_later(issued, kind.valid_months or 36)
    if rules.mode_of(kind) is EvidenceMode.ATTESTATION:
        return facts | {"statement": STATEMENTS[kind.code]}
    lines = [work.actor.organisation_name, "Fictief document van een fictieve aanbieder.", f"Opgesteld op {issued}."]
    data = papers.pdf(kind.name.nl, lines)
    return facts | {"file": service.receive_file(work, BytesIO(data), name=f"{kind.code}.pdf")}
