"""From an admission to a contract in force: one document, signed by every party on an authority or a mandate."""

from __future__ import annotations

import hashlib
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from portal import storage
from portal.access import SYSTEM, VISITOR
from portal.accounts.models import AuthorityKind, Membership, SigningAuthority, User
from portal.audit import AuditEvent
from portal.contracts import queries, rules, service
from portal.contracts.jobs import bring_contracts_into_force
from portal.contracts.lists import queries as lists
from portal.contracts.models import Contract, ContractState, PhaseKind
from portal.contracts.proxies.queries import asking, to_sign
from portal.contracts.register.queries import Wish, admitted, all_admitted
from portal.contracts.waits.queries import waiting
from portal.errors import IllegalTransition, NotAllowed, NotFound, RuleBroken
from portal.listing import FIRST, Asked
from portal.mail.models import OutboxMail
from portal.regions.models import Mandate, Power, RegionMembership
from portal.storage.models import StoredFile
from portal.tasks import Task, TaskStatus, run_pending
from portal.tenders.assessment.queries import opened_submission
from portal.tenders.decisions.models import Decision, DecisionState
from portal.work import begin_read, begin_write
from tests.kept import kept
from tests.tenders import people as cast
from tests.tenders.judging import announced_case, assessed_case, decide_all, tired

S = ContractState


@pytest.fixture
def settings(settings):
    """The blueprint of the tests is an example, so contracts are signed in a practice installation."""
    return replace(settings, practice=True)


@pytest.fixture
def case(office, clock):
    return announced_case(office, clock)


@pytest.fixture
def earnest(case):
    """The same case in an installation where signatures bind."""
    return replace(case, office=replace(case.office, settings=replace(case.office.settings, practice=False)))


def prepare(case, index=0, actor=None, **facts):
    with begin_write(case.office, actor or case.officer) as work:
        submission = opened_submission(work, case.submissions[index])
        return service.prepare_contract(work, submission, **facts).id


def send(case, contract_id, actor=None):
    with begin_write(case.office, actor or case.officer) as work:
        service.send_to_sign(work, queries.contract(work, contract_id))


def sent(case, **facts):
    contract_id = prepare(case, **facts)
    run_pending(case.office)
    send(case, contract_id)
    return contract_id


def first_sent(case):
    """The contract of the first provider, sent to be signed; for a test that begins with it."""
    return kept(
        "contract sent", case.office, case.office.clock, lambda office, _clock: sent(replace(case, office=office))
    )


def sign_as_provider(case, contract_id, actor=None):
    with begin_write(case.office, actor or case.provider) as work:
        service.sign_as_provider(work, queries.contract(work, contract_id))


def sign_as_municipality(case, contract_id, actor, municipality_id=None):
    with begin_write(case.office, actor) as work:
        contract = queries.contract(work, contract_id)
        service.sign_as_municipality(work, contract, municipality_id or actor.municipality_id)


def sign_all(case, contract_id):
    sign_as_provider(case, contract_id)
    sign_as_municipality(case, contract_id, case.delegate)
    sign_as_municipality(case, contract_id, case.colleague)


def state(case, contract_id):
    with begin_read(case.office, case.officer) as work:
        return work.get(Contract, contract_id).state


def tags(case):
    with begin_read(case.office, case.officer) as work:
        return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def recipients(case, template):
    with begin_read(case.office, case.officer) as work:
        return sorted(work.session.scalars(select(OutboxMail.recipient).where(OutboxMail.template == template)))


def text_of(case, stored):
    with begin_read(case.office, case.officer) as work:
        document = docx.Document(BytesIO(storage.open_file(work, work.session.merge(stored)).read()))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


# --- drawing up --------------------------------------------------------------------------------------------------


def test_a_contract_holds_a_sub_agreement_per_admitted_product_and_the_phases_of_the_blueprint(case):
    contract_id = prepare(case)
    with begin_read(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        assert [a.product.code for a in contract.sub_agreements] == ["HA-1", "OA-2"]
        assert (contract.starts_on, contract.ends_on) == (date(2023, 1, 1), date(2030, 12, 31))
        assert [(p.starts_on.year, p.ends_on.year, p.kind) for p in contract.phases] == [
            (2023, 2025, PhaseKind.PHASE),
            (2026, 2030, PhaseKind.PHASE),
            (2031, 2034, PhaseKind.EXTENSION),
        ]
        assert contract.phases[2].condition
        assert contract.margin_cap == Decimal(5) and contract.margin_cap_illustrative
        assert contract.margin_basis == "regional_revenue"
    assert "contract.prepare" in tags(case)


def test_what_was_refused_stays_out_of_the_contract(case):
    contract_id = prepare(case, index=1)
    with begin_read(case.office, case.officer) as work:
        assert [a.product.code for a in queries.contract(work, contract_id).sub_agreements] == ["HA-1"]


def test_an_admitted_provider_is_contracted_while_the_objection_term_runs(case):
    with begin_read(case.office, case.officer) as work:
        assert {d.state for d in work.session.scalars(select(Decision))} == {DecisionState.ANNOUNCED}
        assert [len(c.decisions) for c in queries.contractable(work)] == [1, 2]
    prepare(case)
    with begin_read(case.office, case.officer) as work:
        assert [c.organisation.name for c in queries.contractable(work)] == ["Kwelder Jeugd"]


def test_a_second_contract_is_not_drawn_up(case):
    prepare(case)
    with pytest.raises(RuleBroken, match="already_contracted"):
        prepare(case)


def test_nothing_is_contracted_before_the_letters_are_sent(office, clock):
    case = assessed_case(office, clock)
    decide_all(case)
    with pytest.raises(RuleBroken, match="nothing_admitted"):
        prepare(case)


def test_a_delegate_draws_up_nothing(case):
    with pytest.raises(NotAllowed):
        prepare(case, actor=case.delegate)


def test_the_document_says_parties_products_tariffs_and_phases_and_its_hash_is_kept(case):
    contract_id = prepare(case)
    run_pending(case.office)
    with begin_read(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        data = storage.open_file(work, contract.file).read()
        assert hashlib.sha256(data).hexdigest() == contract.file_digest
        stored = contract.file
        work.session.expunge_all()
    words = text_of(case, stored)
    for piece in (
        "Alkmaar en Bergen",
        "Lindeveld Jeugd en Gezin",
        "12345678",
        "HA-1",
        "OA-2",
        "Lindeveld Jeugd en Gezin, stichting, te Bergen",
        "€\u00a0112,80 per uur (prijspeil 2023)",
        "Fase 1",
        "Fase 2",
        "2034",
        "5%",
        "Artikel 7",
    ):
        assert piece in words
    assert "contract.keep_document" in tags(case)


def test_the_document_is_made_once(case):
    contract_id = prepare(case)
    run_pending(case.office)
    with begin_write(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        before = contract.file_digest
        service.keep_document(work, contract, b"another")
        assert contract.file_digest == before


# --- sending -----------------------------------------------------------------------------------------------------


def test_who_is_to_sign_gets_a_mail_once(case):
    first_sent(case)
    assert recipients(case, "contract_sign") == sorted([case.provider.email, case.delegate.email, case.colleague.email])
    assert "contract.send_to_sign" in tags(case)


def test_nothing_is_sent_before_the_document_is_there(case):
    contract_id = prepare(case)
    with pytest.raises(RuleBroken, match="document_not_ready"):
        send(case, contract_id)


def test_nothing_is_sent_when_a_municipality_has_no_proxy_holder(case):
    with begin_write(case.office, case.officer) as work:
        own = (Mandate.holder_id == case.colleague.user_id, Mandate.power == Power.SIGN_CONTRACT)
        work.session.scalars(select(Mandate).where(*own)).one().valid_until = date(2022, 7, 31)
    with pytest.raises(RuleBroken, match="no_proxy_holder:Bergen"):
        sent(case)


def test_nothing_is_sent_when_nobody_may_sign_for_the_provider(case):
    with begin_write(case.office, case.officer) as work:
        for authority in work.session.scalars(select(SigningAuthority)):
            work.session.delete(authority)
    with pytest.raises(RuleBroken, match="provider_cannot_sign"):
        sent(case)


def own(case, contract_id, *, keeping=""):
    """The region's own text, tariffs and margin cap, but for what keeps being an example."""
    with begin_write(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        contract.margin_cap_illustrative = keeping == "margin"
        for agreement in contract.sub_agreements:
            agreement.tariff_sheet.illustrative = keeping == "tariff" and agreement.product.code == "OA-2"
        copy = deepcopy(contract.procedure.blueprint)
        copy["contract"]["wording_adopted"] = keeping != "text"
        contract.procedure.blueprint, contract.procedure.blueprint_digest = copy, f"own {keeping}"


@pytest.mark.parametrize(
    ("keeping", "reason"),
    [
        ("text", "contract_text_is_example"),
        ("tariff", "tariff_is_example:OA-2"),
        ("margin", "margin_cap_is_example"),
    ],
)
def test_nobody_is_asked_to_sign_an_example(earnest, keeping, reason):
    contract_id = prepare(earnest)
    run_pending(earnest.office)
    own(earnest, contract_id, keeping=keeping)
    with pytest.raises(RuleBroken) as refused:
        send(earnest, contract_id)
    assert refused.value.reasons == (reason,)
    assert state(earnest, contract_id) is S.DRAFT and recipients(earnest, "contract_sign") == []


def test_what_is_the_regions_own_is_sent(earnest):
    contract_id = prepare(earnest)
    own(earnest, contract_id)
    run_pending(earnest.office)
    send(earnest, contract_id)
    assert state(earnest, contract_id) is S.TO_SIGN
    words = text_of(earnest, the_file(earnest, contract_id))
    assert "voorbeeld" not in words and "Oefenexemplaar" not in words and "Concept" not in words


def test_a_practice_installation_says_once_that_it_is_an_exercise(case):
    contract_id = first_sent(case)
    words = text_of(case, the_file(case, contract_id))
    assert words.count("Oefenexemplaar:") == 1 and words.count("voorbeeld") == 1 and "illustratief" not in words
    assert words.index("Oefenexemplaar:") < words.index("Artikel 1")


def the_file(case, contract_id):
    with begin_read(case.office, case.officer) as work:
        stored = queries.contract(work, contract_id).file
        work.session.expunge_all()
        return stored


def test_a_party_sees_nothing_of_a_draft(case):
    contract_id = prepare(case)
    for actor in (case.provider, case.delegate, case.other, case.elsewhere):
        with begin_read(case.office, actor) as work, pytest.raises(NotFound):
            queries.contract(work, contract_id)


# --- signing -----------------------------------------------------------------------------------------------------


def test_when_all_have_signed_it_is_signed_and_everybody_gets_the_document(case):
    contract_id = first_sent(case)
    sign_as_provider(case, contract_id)
    sign_as_municipality(case, contract_id, case.delegate)
    assert state(case, contract_id) is S.TO_SIGN
    sign_as_municipality(case, contract_id, case.colleague)
    assert state(case, contract_id) is S.SIGNED
    run_pending(case.office)
    with begin_read(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        assert {s.file_digest for s in contract.signatures} == {contract.file_digest}
        stored, digest = contract.signed_file, contract.file_digest
        work.session.expunge_all()
    words = text_of(case, stored)
    assert digest in words and case.provider.name in words and "Gemeente Bergen" in words
    assert case.provider.email in recipients(case, "contract_signed")
    assert case.manager.email in recipients(case, "contract_signed")
    assert {"contract.sign", "contract.complete_by_municipality", "contract.keep_signature_register"} <= set(tags(case))


def test_the_provider_can_be_the_last_to_sign(case):
    contract_id = first_sent(case)
    sign_as_municipality(case, contract_id, case.colleague)
    sign_as_municipality(case, contract_id, case.delegate)
    sign_as_provider(case, contract_id)
    assert state(case, contract_id) is S.SIGNED
    assert "contract.complete_by_provider" in tags(case)


def joined(case):
    """The provider's administrator and a colleague, both with joint authority."""
    with begin_write(case.office, case.officer) as work:
        own = SigningAuthority.user_id == case.provider.user_id
        work.session.scalars(select(SigningAuthority).where(own)).one().kind = AuthorityKind.JOINT
        person = work.session.scalars(
            select(Membership).where(
                Membership.organisation_id == case.provider.organisation_id,
                Membership.user_id != case.provider.user_id,
            )
        ).one()
        ids = {"user_id": person.user_id, "membership_id": person.id}
    second = replace(case.provider, **ids)
    cast.authorise(case.office, second, AuthorityKind.JOINT, checked_by=case.officer)
    return second


def test_joint_authority_takes_two_people(case):
    second = joined(case)
    contract_id = sent(case)
    sign_as_provider(case, contract_id)
    sign_as_municipality(case, contract_id, case.delegate)
    sign_as_municipality(case, contract_id, case.colleague)
    assert state(case, contract_id) is S.TO_SIGN
    with pytest.raises(RuleBroken, match="already_signed"):
        sign_as_provider(case, contract_id)
    sign_as_provider(case, contract_id, second)
    assert state(case, contract_id) is S.SIGNED


def test_one_signature_is_enough_where_one_may_bind_alone(case):
    cast.authorise(case.office, second_of(case), AuthorityKind.SOLE, checked_by=case.officer)
    contract_id = sent(case)
    sign_as_provider(case, contract_id)
    with pytest.raises(RuleBroken, match="provider_has_signed"):
        sign_as_provider(case, contract_id, second_of(case))


def second_of(case):
    with begin_read(case.office, case.officer) as work:
        row = work.session.scalars(
            select(Membership).where(
                Membership.organisation_id == case.provider.organisation_id,
                Membership.user_id != case.provider.user_id,
            )
        ).one()
        return replace(case.provider, user_id=row.user_id, membership_id=row.id)


@pytest.mark.parametrize("who", ["nobody", "tired"])
def test_who_does_not_sign_for_the_provider(case, who):
    contract_id = first_sent(case)
    actor, reason = {
        "nobody": (second_of(case), "no_authority"),
        "tired": (tired(case.provider), "log_in_again"),
    }[who]
    with pytest.raises(RuleBroken, match=reason):
        sign_as_provider(case, contract_id, actor)


def test_limited_authority_is_held_against_the_value_of_the_contract(case):
    with begin_write(case.office, case.officer) as work:
        own = SigningAuthority.user_id == case.provider.user_id
        authority = work.session.scalars(select(SigningAuthority).where(own)).one()
        authority.kind, authority.limit_amount = AuthorityKind.LIMITED, Decimal("100000")
    contract_id = sent(case, estimated_value=Decimal("250000"))
    with pytest.raises(RuleBroken, match="amount_above_authority"):
        sign_as_provider(case, contract_id)


def limit_provider(case):
    with begin_write(case.office, case.officer) as work:
        own = SigningAuthority.user_id == case.provider.user_id
        authority = work.session.scalars(select(SigningAuthority).where(own)).one()
        authority.kind, authority.limit_amount = AuthorityKind.LIMITED, Decimal("100000")


def limit_municipality(case):
    with begin_write(case.office, case.officer) as work:
        held = (Mandate.holder_id == case.delegate.user_id, Mandate.power == Power.SIGN_CONTRACT)
        work.session.scalars(select(Mandate).where(*held)).one().max_amount = Decimal("100000")


@pytest.mark.parametrize("limit", [limit_provider, limit_municipality])
def test_nothing_is_drawn_up_without_a_value_where_a_signer_has_a_limit(case, limit):
    limit(case)
    with pytest.raises(RuleBroken, match="contract_value_needed"):
        prepare(case)
    assert prepare(case, estimated_value=Decimal("90000"))


def test_a_limit_given_later_does_not_sign_a_contract_without_a_value(case):
    contract_id = first_sent(case)
    limit_provider(case)
    limit_municipality(case)
    with pytest.raises(RuleBroken, match="contract_value_missing"):
        sign_as_provider(case, contract_id)
    with pytest.raises(RuleBroken, match="contract_value_missing"):
        sign_as_municipality(case, contract_id, case.delegate)
    sign_as_municipality(case, contract_id, case.colleague)


def test_another_provider_does_not_find_the_contract(case):
    contract_id = first_sent(case)
    with pytest.raises(NotFound):
        sign_as_provider(case, contract_id, case.other)


@pytest.mark.parametrize("who", ["another_municipality", "tired", "expired", "above", "stranger"])
def test_who_does_not_sign_for_a_municipality(case, who):
    contract_id = sent(case, estimated_value=Decimal("250000"))
    actor, municipality_id, reason = case.delegate, case.delegate.municipality_id, ""
    with begin_write(case.office, case.officer) as work:
        held = (Mandate.holder_id == case.delegate.user_id, Mandate.power == Power.SIGN_CONTRACT)
        mandate = work.session.scalars(select(Mandate).where(*held)).one()
        if who == "another_municipality":
            municipality_id, reason = case.colleague.municipality_id, "no_mandate_to_sign"
        elif who == "tired":
            actor, reason = tired(actor), "log_in_again"
        elif who == "expired":
            mandate.valid_until, reason = date(2022, 7, 31), "no_mandate_to_sign"
        elif who == "above":
            mandate.max_amount, reason = Decimal("249999.99"), "above_mandate_amount"
        else:
            row = select(RegionMembership).where(RegionMembership.municipality_id == municipality_id)
            work.session.scalars(row).one().member_until, reason = date(2022, 7, 31), "not_a_member"
    with pytest.raises(RuleBroken, match=reason):
        sign_as_municipality(case, contract_id, actor, municipality_id)
    assert state(case, contract_id) is S.TO_SIGN


def test_a_municipality_signs_once(case):
    contract_id = first_sent(case)
    sign_as_municipality(case, contract_id, case.delegate)
    with pytest.raises(RuleBroken, match="already_signed"):
        sign_as_municipality(case, contract_id, case.delegate)


def test_one_proxy_holder_signs_several_contracts_in_one_act_or_none(case):
    first, second = sent(case), sent(case, index=1)
    with begin_write(case.office, case.delegate) as work:
        ready = to_sign(work).rows
        assert [one.contract.id for one in ready] == [second, first]
        service.sign_many(work, [(one.contract, one.mandate.municipality_id) for one in ready])
    with begin_read(case.office, case.delegate) as work:
        assert (to_sign(work).rows, asking(work).number) == ([], 0)
    with pytest.raises(RuleBroken), begin_write(case.office, case.colleague) as work:
        contracts = [queries.contract(work, id) for id in (first, second)]
        service.sign_many(work, [(contracts[0], case.colleague.municipality_id), (contracts[1], 999)])
    with begin_read(case.office, case.colleague) as work:
        assert len(to_sign(work).rows) == asking(work).number == 2
        page = to_sign(work, Asked(size=1))
        later = to_sign(work, Asked(place=page.next, size=1))
        assert (page.total, len(page.rows), bool(later.next)) == (2, 1, False)
        assert {one.contract.id for one in (*page.rows, *later.rows)} == {first, second}


def test_nobody_signs_a_draft_or_a_signed_contract(case):
    contract_id = first_sent(case)
    sign_all(case, contract_id)
    with pytest.raises(IllegalTransition):
        sign_as_provider(case, contract_id)
    with pytest.raises(IllegalTransition):
        sign_as_municipality(case, contract_id, case.delegate)


def test_the_mail_holds_the_very_file_that_was_signed_and_the_register_that_names_it(case):
    contract_id = first_sent(case)
    sign_all(case, contract_id)
    run_pending(case.office)
    with begin_read(case.office, case.officer) as work:
        contract = queries.contract(work, contract_id)
        mail = work.session.scalars(select(OutboxMail).where(OutboxMail.template == "contract_signed")).first()
        first, second = (storage.open_file(work, work.get(StoredFile, id)).read() for id in mail.attachments)
        assert {hashlib.sha256(first).hexdigest()} == {s.file_digest for s in contract.signatures}
        assert hashlib.sha256(second).hexdigest() == contract.signed_file_digest
        digest, name = contract.file_digest, storage.describe(work, contract.file).name
        stored = contract.signed_file
        work.session.expunge_all()
    words = text_of(case, stored)
    assert digest in words and name in words and "artikel 3:15a BW" in words
    assert re.search(r"2022, \d\d:\d\d:\d\d uur", words)
    assert "volmacht van de burgemeester, nr. B-" in words and "mandaat" not in words


def test_what_was_signed_is_sent_once(case):
    contract_id = first_sent(case)
    sign_all(case, contract_id)
    run_pending(case.office)
    before = recipients(case, "contract_signed")
    with begin_write(case.office, case.officer) as work:
        for task in work.session.scalars(select(Task).where(Task.kind == service.SIGNED_DOCUMENT)):
            task.status = TaskStatus.QUEUED
    run_pending(case.office)
    assert recipients(case, "contract_signed") == before


# --- in force ----------------------------------------------------------------------------------------------------


def test_it_is_in_force_on_its_first_day_and_not_before(case, clock):
    contract_id = first_sent(case)
    sign_all(case, contract_id)
    clock.set("2022-12-31 23:59:59")
    assert bring_contracts_into_force(case.office) == 0
    with pytest.raises(RuleBroken, match="not_started_yet"), begin_write(case.office, case.manager) as work:
        service.bring_into_force(work, queries.contract(work, contract_id))
    clock.set("2023-01-01 00:00")
    assert bring_contracts_into_force(case.office) == 1
    assert bring_contracts_into_force(case.office) == 0
    assert state(case, contract_id) is S.IN_FORCE
    assert "contract.bring_into_force" in tags(case)
    assert case.provider.email in recipients(case, "contract_in_force")


def test_an_english_reader_finds_the_products_in_english_in_the_mail(case, clock):
    contract_id = first_sent(case)
    sign_all(case, contract_id)
    with begin_write(case.office, SYSTEM) as work:
        reader = work.session.scalars(select(User).where(User.email == case.provider.email)).one()
        product = work.get(Contract, contract_id).sub_agreements[0].product
        reader.locale, product.name_en = "en", "Family guidance"
    clock.set("2023-01-01 00:00")
    bring_contracts_into_force(case.office)
    with begin_read(case.office, case.manager) as work:
        mine = OutboxMail.template == "contract_in_force", OutboxMail.recipient == case.provider.email
        assert "Family guidance" in work.session.scalars(select(OutboxMail).where(*mine)).one().text


def test_a_contract_that_is_not_signed_does_not_start(case, clock):
    first_sent(case)
    clock.set("2023-01-02 07:00")
    assert bring_contracts_into_force(case.office) == 0


# --- lists, register, what waits ---------------------------------------------------------------------------------


def test_the_public_register_names_who_signed_and_nothing_of_a_refusal(case):
    first, second = sent(case), sent(case, index=1)
    with begin_read(case.office, case.officer) as work:
        assert not admitted(work, case.region_id).rows
    for contract_id, provider in ((first, case.provider), (second, case.other)):
        sign_as_provider(case, contract_id, provider)
        sign_as_municipality(case, contract_id, case.delegate)
        sign_as_municipality(case, contract_id, case.colleague)
    with begin_read(case.office, case.officer) as work:
        found = admitted(work, case.region_id).rows
        assert [(line.name, line.place, [code for code, _name in line.products]) for line in found] == [
            ("Kwelder Jeugd", "Bergen", ["HA-1"]),
            ("Lindeveld Jeugd en Gezin", "Bergen", ["HA-1", "OA-2"]),
        ]
        assert {(line.starts_on, line.ends_on) for line in found} == {(date(2023, 1, 1), date(2030, 12, 31))}
        assert not admitted(work, case.region_id + 1).rows


def _register(case):
    for index, provider in enumerate((case.provider, case.other)):
        contract_id = sent(case, index=index)
        sign_as_provider(case, contract_id, provider)
        sign_as_municipality(case, contract_id, case.delegate)
        sign_as_municipality(case, contract_id, case.colleague)


@pytest.mark.parametrize(
    ("wish", "sort", "names"),
    [
        ({}, "", ["Kwelder", "Lindeveld"]),
        ({"product": "OA-2"}, "", ["Lindeveld"]),
        ({"product": "OA"}, "", []),
        ({"text": " KWÉL "}, "", ["Kwelder"]),
        ({"text": "bergen"}, "-naam", ["Lindeveld", "Kwelder"]),
        ({"text": "%"}, "", []),
        ({}, "-vanaf", ["Kwelder", "Lindeveld"]),
        ({}, "kleur", ["Kwelder", "Lindeveld"]),
    ],
)
def test_the_public_register_is_narrowed_sorted_and_paged(case, wish, sort, names):
    kept(
        "two in the register",
        case.office,
        case.office.clock,
        lambda office, _clock: _register(replace(case, office=office)),
    )
    with begin_read(case.office, VISITOR) as work:
        page = admitted(work, case.region_id, Wish(**wish), Asked(sort, size=1))
        shown = [line.name.split()[0] for line in page.rows]
        if page.next:
            page = admitted(work, case.region_id, Wish(**wish), Asked(sort, page.next, size=1))
            shown += [line.name.split()[0] for line in page.rows]
        assert shown == names == [o.name.split()[0] for o in all_admitted(work, case.region_id, Wish(**wish), sort)]


@pytest.mark.parametrize(
    ("filters", "count"),
    [({}, 2), ({"q": "kwelder"}, 1), ({"state": "to_sign"}, 1), ({"product": "OA-2"}, 1), ({"year": 2035}, 0)],
)
def test_the_list_is_filtered(case, filters, count):
    first_sent(case)
    prepare(case, index=1)
    with begin_read(case.office, case.manager) as work:
        found = lists.visible_contracts(work, rules.Filters(**filters), FIRST)
        assert len(found.page.rows) == count
        assert found.counts == {S.TO_SIGN: 1, S.DRAFT: 1}
    with begin_read(case.office, case.provider) as work:
        assert len(lists.visible_contracts(work, rules.Filters(), FIRST).page.rows) == 1


def test_each_role_sees_what_waits_for_it(case):
    def titles(actor):
        with begin_read(case.office, actor) as work:
            return [(wait.title, wait.mine) for wait in waiting(work)]

    assert titles(case.officer) == [("Stel contracten op", True)]
    contract_id = prepare(case)
    assert ("Stuur contracten ter ondertekening", True) in titles(case.officer)
    assert titles(case.provider) == []
    run_pending(case.office)
    send(case, contract_id)
    assert titles(case.provider)[0][0].startswith("Onderteken het contract")
    assert titles(case.delegate) == [("Onderteken contracten voor uw gemeente", True)]
    assert ("Contracten die nog getekend worden", False) in titles(case.officer)
    sign_all(case, contract_id)
    assert titles(case.provider) == titles(case.delegate) == []
