from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from portal import storage
from portal.access import SYSTEM, VISITOR
from portal.errors import FileRefused, IllegalTransition, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.evidence import queries, service
from portal.evidence.expiry import service as expiry
from portal.evidence.models import EvidenceItem, EvidenceMode, EvidenceUse, EvidenceVersion
from portal.storage import StoredFile
from tests.accounts.asking import trail
from tests.factories import PDF, actor_for, make_colleague, make_officer, make_provider

TODAY = date(2022, 3, 1)
DATES = {"issued_on": date(2022, 1, 10), "valid_until": date(2023, 1, 10)}


@pytest.fixture
def provider(region, work_as):
    with work_as(SYSTEM) as work:
        return make_provider(work)


def complaints(work, **changes):
    """A complaints regulation in the passport."""
    file = service.receive_file(work, BytesIO(PDF), name="klachtregeling.pdf")
    facts = {"evidence_type": "klachtregeling", "title": "Klachtregeling 2022", "mode": EvidenceMode.FILE, "file": file}
    return service.add_evidence(work, **{**facts, **DATES, **changes})


def vog(work, **changes):
    facts = {"evidence_type": "vog", "title": "VOG", "mode": EvidenceMode.ATTESTATION, "statement": "Alle 12 gezien."}
    return service.add_evidence(work, **{**facts, **DATES, **changes})


def test_evidence_is_kept_once_under_the_organisations_own_seal(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        item = complaints(work)
        assert item.current.number == 1
    with read_as(provider.actor) as work:
        stored = queries.version_file(work, queries.passport(work)[0].current.id)
        assert storage.open_file(work, stored).read() == PDF
        facts = trail(work, "evidence.added")[0]
        assert facts == {"evidence_type": "klachtregeling", "organisation_id": provider.organisation.id}


def test_a_copy_of_a_certificate_of_conduct_is_refused(provider, work_as, read_as):
    with pytest.raises(RuleBroken, match="evidence_file_not_kept"), work_as(provider.actor) as work:
        vog(work, file=service.receive_file(work, BytesIO(PDF), name="vog.pdf"))
    with work_as(provider.actor) as work:
        vog(work)
    with read_as(provider.actor) as work:
        assert work.session.scalar(select(func.count()).select_from(StoredFile)) == 1  # the extract of registration
        with pytest.raises(NotFound):
            queries.version_file(work, queries.passport(work)[0].current.id)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"file": None}, "evidence_file_missing"),
        ({"title": " "}, "evidence_title_missing"),
        ({"valid_until": date(2022, 2, 1)}, "evidence_already_expired"),
    ],
)
def test_incomplete_evidence_leaves_nothing_half_done(provider, work_as, read_as, changes, reason):
    with pytest.raises(RuleBroken, match=reason), work_as(provider.actor) as work:
        complaints(work, **changes)
    with read_as(provider.actor) as work:
        assert queries.passport(work) == []


def test_an_unknown_kind_of_evidence_is_not_found(provider, work_as):
    with pytest.raises(NotFound), work_as(provider.actor) as work:
        complaints(work, evidence_type="diploma-zwemmen")


def test_a_file_that_is_not_what_it_says_is_refused(provider, work_as):
    with pytest.raises(FileRefused), work_as(provider.actor) as work:
        service.receive_file(work, BytesIO(b"MZ\x90\x00"), name="klachtregeling.pdf")


def test_a_renewal_is_a_new_version_and_the_old_one_stays(provider, work_as, read_as, clock):
    with work_as(provider.actor) as work:
        item_id = vog(work).id
    clock.advance(days=200)
    with work_as(provider.actor) as work:
        service.renew_evidence(
            work, queries.item(work, item_id), mode=EvidenceMode.ATTESTATION, statement="Opnieuw gezien.",
            issued_on=work.today, valid_until=work.today + timedelta(days=900), seen=1,
        )  # fmt: skip
    with read_as(provider.actor) as work:
        item = queries.item(work, item_id)
        assert [v.statement for v in item.versions] == ["Alle 12 gezien.", "Opnieuw gezien."]
        assert trail(work, "evidence.renewed")[0]["number"] == 2


def test_the_slower_of_two_colleagues_is_told(provider, work_as):
    with work_as(provider.actor) as work:
        item_id = vog(work).id
    facts = {"mode": EvidenceMode.ATTESTATION, "statement": "Gezien.", **DATES, "seen": 1}
    with work_as(provider.actor) as work:
        service.renew_evidence(work, queries.item(work, item_id), **facts)
    with pytest.raises(StaleVersion), work_as(provider.actor) as work:
        service.renew_evidence(work, queries.item(work, item_id), **facts)


def test_archived_evidence_is_offered_no_more(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        item_id = vog(work).id
    for _ in range(2):
        with work_as(provider.actor) as work:
            service.archive_evidence(work, queries.item(work, item_id))
    with read_as(provider.actor) as work:
        assert queries.passport(work) == []
        assert queries.item(work, item_id).archived_at is not None
        assert len(trail(work, "evidence.archived")) == 1
    with pytest.raises(IllegalTransition), work_as(provider.actor) as work:
        service.renew_evidence(
            work, queries.item(work, item_id), mode=EvidenceMode.ATTESTATION, statement="Gezien.", **DATES
        )


def test_noting_a_use_twice_is_noting_it_once(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        version, other = vog(work).current, complaints(work).current
        for _ in range(2):
            service.note_use(work, [version.id], used_by="submission", used_by_id=7)
        service.note_use(work, [version.id, other.id], used_by="submission", used_by_id=8)
        assert work.session.scalar(select(func.count()).select_from(EvidenceUse)) == 3
        assert queries.uses(work, version.item) == 2


def test_what_a_version_showed_goes_only_when_nobody_relies_on_it_any_more(provider, work_as, read_as):
    with work_as(provider.actor) as work:
        version = complaints(work).current.id
        service.note_use(work, [version], used_by="submission", used_by_id=7)
    with pytest.raises(RuleBroken, match="evidence_in_use"), work_as(SYSTEM) as work:
        expiry.remove_version(work, work.get(EvidenceVersion, version))
    with work_as(SYSTEM) as work:
        expiry.release_uses(work, used_by="submission", used_by_id=7)
        expiry.remove_version(work, work.get(EvidenceVersion, version))
    with read_as(SYSTEM) as work:
        gone = work.get(EvidenceVersion, version)
        assert work.get(StoredFile, gone.file_id).removed_at is not None
        assert trail(work, "evidence.version_removed")[0]["item_id"] == gone.item_id


def test_somebody_elses_evidence_is_not_found(provider, region, work_as, read_as):
    with work_as(provider.actor) as work:
        item = complaints(work)
        version_id = item.current.id
    with work_as(SYSTEM) as work:
        other, officer = make_provider(work), make_officer(work, region)
    for actor in (other.actor, actor_for(officer), VISITOR):
        with read_as(actor) as work:
            for asked in (lambda: queries.item(work, item.id), lambda: queries.version_file(work, version_id)):
                with pytest.raises(NotFound):
                    asked()
    with pytest.raises(NotAllowed), work_as(other.actor) as work:
        service.archive_evidence(work, work.get(EvidenceItem, item.id))
    with pytest.raises(NotAllowed), work_as(actor_for(officer)) as work:
        complaints(work)


def test_a_colleague_shares_the_passport(provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
    with work_as(provider.actor) as work:
        vog(work)
    with read_as(actor_for(colleague)) as work:
        assert len(queries.passport(work)) == 1


def test_what_ends_soon_stands_on_top_and_waits(provider, work_as, read_as, clock):
    with work_as(provider.actor) as work:
        complaints(work)
        vog(work, valid_until=TODAY + timedelta(days=54))
        vog(work, title="VOG gezinshuis", valid_until=TODAY + timedelta(days=1))
    clock.advance(days=2)
    with read_as(provider.actor) as work:
        assert [row.state for row in queries.rows(work)] == [
            ("fout", "Verlopen"), ("let-op", "Verloopt over 52 dagen"), ("ok", "Geldig"),
        ]  # fmt: skip
        waits = queries.waiting(work)
        assert {wait.title for wait in waits} == {"Vernieuw bewijs: VOG", "Vernieuw bewijs: VOG gezinshuis"}
        (ended,) = [wait for wait in waits if wait.words == "Verlopen"]
        assert ended.due is None
        assert ended.detail == "Verlopen sinds donderdag 3 maart 2022. Het telt niet mee in een inschrijving."
        standing = queries.standing(work)
        assert standing is not None
        assert (standing.valid, standing.expiring, standing.expired) == (1, 1, 1)
        assert [title for _id, title, _until in standing.soonest] == ["VOG", "Klachtregeling 2022"]
