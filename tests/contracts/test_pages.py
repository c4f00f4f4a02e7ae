"""What each reader sees of a contract, and that drawing up and signing do what their buttons say."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from portal.accounts.models import AuthorityKind, SigningAuthority
from portal.contracts import queries
from portal.contracts.jobs import bring_contracts_into_force
from portal.contracts.models import Contract, ContractSignature, ContractState
from portal.errors import RuleBroken
from portal.regions.models import Mandate
from portal.tasks import Task, TaskStatus, run_pending
from portal.tenders.decisions.models import Decision
from portal.work import begin_read, begin_write
from tests.contracts.test_service import joined, prepare, second_of, sent, sign_all, sign_as_provider
from tests.contracts.test_service import send as send_out
from tests.tenders import people as cast
from tests.tenders.doors import come_in, send, title
from tests.tenders.judging import announced_case

LIST, MANY = "/contracten", "/contracten/te-tekenen"


@pytest.fixture
def settings(settings):
    """The blueprint of the tests is an example, so contracts are signed in a practice installation."""
    return replace(settings, practice=True)


@pytest.fixture
def case(office, clock, app):
    return announced_case(office, clock)


def seen(client, actor, address):
    return come_in(client, actor).get(address)


def count(case, model):
    with begin_read(case.office, case.officer) as work:
        return len(work.session.scalars(select(model)).all())


def the(case, contract_id):
    with begin_read(case.office, case.officer) as work:
        found = queries.contract(work, contract_id)
        work.session.expunge_all()
        return found


# --- who sees what -----------------------------------------------------------------------------------------------


def test_the_heading_of_the_list_says_what_waits(case, client):
    assert title(seen(client, case.officer, LIST)) == "Er zijn nog geen contracten"
    assert title(seen(client, case.provider, LIST)) == "U hebt nog geen contract"
    contract_id = sent(case)
    assert title(seen(client, case.manager, LIST)) == "1 contract wacht op een handtekening"
    assert title(seen(client, case.auditor, LIST)) == "1 contract wacht op een handtekening"
    assert title(seen(client, case.delegate, LIST)) == "1 contract wacht op u"
    assert title(seen(client, case.provider, LIST)) == "1 contract wacht op uw handtekening"
    sign_all(case, contract_id)
    assert title(seen(client, case.manager, LIST)) == "1 contract is getekend"


def test_filters_and_order_live_in_the_address(case, client):
    first, second = sent(case), prepare(case, 1)
    come_in(client, case.officer)
    numbers = [the(case, id).number for id in (first, second)]

    def shown(query):
        page = client.get(f"{LIST}?{query}").text
        return sorted((n for n in numbers if n in page), key=page.index)

    assert shown("staat=draft") == numbers[1:] and shown("q=lindeveld") == numbers[:1]
    assert shown("sorteer=nummer") == numbers and shown("sorteer=-nummer") == numbers[::-1]
    assert shown("product=OA-2") == numbers[:1] and shown("q=niemand") == []
    assert client.get(f"{LIST}?pagina=99&sorteer=onzin&staat=onzin").status_code == 200


def test_the_list_as_a_file_holds_what_the_reader_may_see(case, client):
    contract_id = sent(case)
    prepare(case, 1)
    book = zipfile.ZipFile(BytesIO(seen(client, case.officer, f"{LIST}?formaat=xlsx").data))
    words = book.read("xl/sharedStrings.xml").decode()
    assert words.index("Kwelder Jeugd") < words.index("Lindeveld Jeugd en Gezin")
    own = seen(client, case.provider, f"{LIST}?formaat=csv").data.decode("utf-8-sig").splitlines()
    assert len(own) == 2 and the(case, contract_id).number in own[1]
    assert client.get(f"{LIST}?formaat=exe").status_code == 404


def test_a_contract_is_shown_to_its_parties_and_to_nobody_else(case, client):
    contract_id = sent(case)
    for actor in (case.officer, case.manager, case.auditor, case.delegate, case.provider):
        page = seen(client, actor, f"{LIST}/{contract_id}")
        assert page.status_code == 200
        for words in ("Lindeveld Jeugd en Gezin", "€\u00a0112,80 per uur", "Voorbeeld", "ten hoogste 5%", "2034"):
            assert words in page.text
        assert the(case, contract_id).file_digest in page.text
    for actor in (case.other, case.elsewhere, case.assessors[0]):
        for path in ("", "/document", "/handtekeningen", "/ondertekenen"):
            assert seen(client, actor, f"{LIST}/{contract_id}{path}").status_code == 404
    assert client.get(f"{LIST}/999999").status_code == 404


def test_a_draft_is_no_page_for_a_party(case, client):
    contract_id = prepare(case)
    for actor in (case.provider, case.delegate, case.auditor):
        assert seen(client, actor, f"{LIST}/{contract_id}").status_code == 404


# --- drawing up and sending --------------------------------------------------------------------------------------


def test_an_officer_draws_up_a_contract_for_who_was_admitted(case, client):
    come_in(client, case.officer)
    page = client.get(f"{LIST}/op-te-stellen")
    assert title(page) == "Voor 2 aanbieders kunt u een contract opstellen"
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    assert address in page.text
    done = send(client, address, estimated_value="640.000,50")
    assert done.status_code == 303
    made = the(case, 1)
    assert made.estimated_value == Decimal("640000.50") and done.headers["Location"].endswith(f"/contracten/{made.id}")
    assert title(client.get(f"{LIST}/op-te-stellen")) == "Voor 1 aanbieder kunt u een contract opstellen"


def test_the_objection_term_is_spoken_of_while_it_runs(case, client, clock):
    running = seen(client, case.officer, f"{LIST}/op-te-stellen").text
    assert "hoeft niet te wachten" in running and "klacht of bezwaar kan tot en met 21 augustus 2022" in running
    clock.set("2022-09-05 10:00")
    over = client.get(f"{LIST}/op-te-stellen").text
    assert "hoeft niet te wachten" not in over and "klacht of bezwaar kon tot en met 21 augustus 2022" in over
    with begin_write(case.office, case.officer) as work:
        for decision in work.session.scalars(select(Decision)):
            decision.confirmed_at = work.now
    assert "definitief sinds 5 september 2022" in client.get(f"{LIST}/op-te-stellen").text


def test_where_a_signer_has_a_limit_the_amount_is_asked(case, client):
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    assert "(niet verplicht)" in seen(client, case.officer, address).text
    limit_mandates(case, Decimal("5000000"))
    assert "(niet verplicht)" not in client.get(address).text
    answer = send(client, address, estimated_value="")
    assert answer.status_code == 422 and answer.text.count("Vul de geschatte waarde per jaar in") == 2
    assert count(case, Contract) == 0
    assert send(client, address, estimated_value="640.000").status_code == 303 and count(case, Contract) == 1


def limit_mandates(case, amount):
    with begin_write(case.office, case.officer) as work:
        for mandate in work.session.scalars(select(Mandate)):
            mandate.max_amount = amount


def test_words_follow_the_state_of_the_contract(case, client, clock):
    contract_id = sent(case, estimated_value=Decimal("640000"))
    address = f"{LIST}/{contract_id}"
    page = seen(client, case.provider, address).text
    assert "Gaat in op zondag 1 januari 2023 en loopt" in page and "Wie tekent" in page and "Contract gaat in" in page
    assert "Wat u nu moet doen" not in page
    sign_all(case, contract_id)
    clock.set("2023-01-02 09:00")
    bring_contracts_into_force(case.office)
    page = client.get(address).text
    assert "Het contract ging in op zondag 1 januari 2023." in page and "Gaat in op" not in page
    assert "Wie tekende" in page and "Contract gaat in" not in page
    assert "Wat u nu moet doen" in page and "/verantwoording" in page and "/bewijspaspoort" in page
    assert "Wat u nu moet doen" not in seen(client, case.officer, address).text


def test_before_sending_the_document_stands_beside_the_button_and_the_limits_are_named(case, client):
    limit_mandates(case, Decimal("5000000"))
    contract_id = prepare(case, estimated_value=Decimal("640000"))
    run_pending(case.office)
    page = seen(client, case.officer, f"{LIST}/{contract_id}").text
    assert page.index("1. Lees") < page.index(f"/contracten/{contract_id}/document") < page.index("2. Verstuur")
    assert page.count(f'/contracten/{contract_id}/document"') == 1
    assert re.search(r"nr\. B-\S+ van 1 december 2021, <[^>]+>tot €.5\.000\.000,00", page)
    assert re.findall(r'p-stap__naam">(.*?)<', page) == [
        "Opgesteld",
        "Verstuurd",
        "Getekend",
        "In werking",
    ]


def test_a_second_contract_is_refused_with_the_reason_and_what_was_typed(case, client):
    prepare(case)
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    answer = send(come_in(client, case.officer), address, estimated_value="1.000")
    assert answer.status_code == 422 and "heeft al een contract" in answer.text and 'value="1.000"' in answer.text
    assert count(case, Contract) == 1


@pytest.mark.parametrize("typed", ["veel", "-5", "0", "NaN", "1e20"])
def test_an_amount_that_is_none_is_explained_and_kept(case, client, typed):
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    answer = send(come_in(client, case.officer), address, estimated_value=typed)
    assert answer.status_code == 422 and f'value="{typed}"' in answer.text
    assert answer.text.count("Vul een bedrag in") == 2
    assert count(case, Contract) == 0


def test_drawing_up_is_not_for_others(case, client):
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    for actor in (case.provider, case.delegate, case.auditor, case.elsewhere):
        assert seen(client, actor, address).status_code == 404


def test_the_same_form_twice_makes_one_contract(case, client):
    address = f"{LIST}/op-te-stellen/{case.submissions[0]}"
    shown = come_in(client, case.officer).get(address)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown.text))
    answers = [client.post(address, data=fields) for _time in range(2)]
    assert [a.status_code for a in answers] == [303, 303] and answers[0].location == answers[1].location
    assert count(case, Contract) == 1


def test_while_the_document_is_made_the_page_says_so(case, client):
    contract_id = prepare(case)
    address = f"{LIST}/{contract_id}"
    page = seen(client, case.officer, address)
    assert title(page) == "Het document van dit contract wordt gemaakt" and "Kijk of het klaar is" in page.text
    assert "Verstuur ter ondertekening" not in page.text
    run_pending(case.office)
    assert title(client.get(address)) == "Verstuur dit contract ter ondertekening"


def test_a_document_that_failed_is_made_again(case, client):
    contract_id = prepare(case)
    with begin_write(case.office, case.officer) as work:
        work.session.scalars(select(Task).order_by(Task.id.desc())).first().status = TaskStatus.FAILED
    address = f"{LIST}/{contract_id}"
    assert "Het document is niet gemaakt" in seen(client, case.officer, address).text
    assert send(client, address, f"{address}/document-opnieuw").status_code == 303
    run_pending(case.office)
    assert the(case, contract_id).file_digest
    refused = client.post(f"{address}/document-opnieuw", data=hidden(client, address))
    assert refused.status_code == 409 and "Het document is er al" in refused.text


def hidden(client, address):
    page = client.get(address).text
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_an_officer_sends_it_once_and_a_stale_page_is_refused(case, client):
    contract_id = prepare(case)
    run_pending(case.office)
    address = f"{LIST}/{contract_id}"
    fields = hidden(come_in(client, case.officer), address)
    stale = client.post(f"{address}/versturen", data={**fields, "version": "0"})
    assert stale.status_code == 409 and "Iemand anders was u voor" in stale.text
    answers = [client.post(f"{address}/versturen", data=fields) for _time in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert the(case, contract_id).state is ContractState.TO_SIGN
    late = client.post(f"{address}/versturen", data={**fields, "nonce": "another", "version": ""})
    assert late.status_code == 409 and "kan in deze stap niet meer" in late.text


def test_what_stands_in_the_way_of_sending_is_named_beforehand(case, client):
    contract_id = prepare(case)
    run_pending(case.office)
    end_mandates(case)
    page = seen(client, case.officer, f"{LIST}/{contract_id}")
    assert title(page) == "Dit contract kan nog niet verstuurd worden"
    assert "Voor Alkmaar, Bergen staat niemand in het mandaatregister" in page.text
    assert "Verstuur ter ondertekening" not in page.text
    with pytest.raises(RuleBroken):
        send_out(case, contract_id)


def end_mandates(case):
    with begin_write(case.office, case.officer) as work:
        for mandate in work.session.scalars(select(Mandate)):
            mandate.valid_until = date(2022, 7, 31)


# --- signing -----------------------------------------------------------------------------------------------------


def test_a_provider_reads_and_signs(case, client):
    contract_id = sent(case)
    address = f"{LIST}/{contract_id}/ondertekenen"
    come_in(client, case.provider)
    nothing = send(client, address)
    assert nothing.status_code == 422 and "Zet een vinkje" in nothing.text and count(case, ContractSignature) == 0
    fields = {**hidden(client, address), "agree": "y"}
    answers = [client.post(address, data=fields) for _time in range(2)]
    assert [a.status_code for a in answers] == [303, 303] and count(case, ContractSignature) == 1
    page = client.get(f"{LIST}/{contract_id}")
    assert "Uw handtekening staat onder contract" in page.text and title(page) == "Nog 2 handtekeningen te gaan"
    assert "Fatima Bestuurder" in page.text and "Alleen bevoegd" in page.text
    assert client.get(address).status_code == 303
    again = client.post(address, data={**fields, "nonce": "n" * 20})
    assert again.status_code == 422 and "Hier staat al een handtekening" in again.text


def test_an_old_log_in_proves_itself_first(case, client):
    contract_id = sent(case)
    for actor, address in ((case.provider, f"{LIST}/{contract_id}/ondertekenen"), (case.delegate, MANY)):
        answer = come_in(client, actor, fresh=False).get(address)
        assert answer.status_code == 303 and "/opnieuw-inloggen" in answer.location and "next=" in answer.location


def test_who_may_not_sign_for_the_provider_is_told_what_to_do(case, client):
    contract_id = sent(case)
    address = f"{LIST}/{contract_id}/ondertekenen"
    page = seen(client, second_of(case), address)
    assert title(page) == "U kunt dit contract nu niet tekenen" and "/organisatie/tekenbevoegdheid" in page.text
    assert "Onderteken het contract</button>" not in page.text
    sent_anyway = client.post(address, data={**hidden(client, address), "nonce": "n" * 20, "agree": "y"})
    assert sent_anyway.status_code == 422 and count(case, ContractSignature) == 0


def test_joint_authority_needs_a_second_person(case, client):
    second = joined(case)
    contract_id = sent(case)
    address = f"{LIST}/{contract_id}/ondertekenen"
    page = seen(client, case.provider, address)
    assert "Er zijn 2 handtekeningen nodig. U tekent als eerste" in page.text
    assert "Daarna tekenen de 2 gemeenten." in page.text and "Neem contact op met" in page.text
    send(client, address, agree="y")
    page = client.get(f"{LIST}/{contract_id}")
    assert "er is nog één handtekening nodig" in page.text and "Nog te tekenen" in page.text
    assert client.get(address).status_code == 303
    page = seen(client, second, address).text
    assert re.search(r"Fatima Bestuurder tekende op 1 augustus 2022, \S+.uur", page)
    assert "Uw handtekening is de laatste van uw organisatie" in page and "U tekent als eerste" not in page
    assert send(client, address, agree="y").status_code == 303
    with begin_read(case.office, case.officer) as work:
        assert queries.standing(work, queries.contract(work, contract_id)).provider_done


def test_limited_authority_below_the_value_is_refused_with_the_reason(case, client):
    with begin_write(case.office, case.officer) as work:
        own = SigningAuthority.user_id == case.provider.user_id
        authority = work.session.scalars(select(SigningAuthority).where(own)).one()
        authority.kind, authority.limit_amount = AuthorityKind.LIMITED, Decimal("100000")
    contract_id = sent(case, estimated_value=Decimal("250000"))
    page = seen(client, case.provider, f"{LIST}/{contract_id}/ondertekenen")
    assert "Het bedrag is hoger dan waarvoor u mag tekenen" in page.text


def test_a_proxy_holder_signs_several_contracts_each_as_an_act_of_its_own(case, client):
    ids = [prepare(case), prepare(case, 1)]
    run_pending(case.office)
    for contract_id in ids:
        send_out(case, contract_id)
    place = case.delegate.municipality_id
    page = seen(client, case.delegate, MANY)
    assert title(page) == "2 contracten wachten op uw handtekening"
    for words in (
        "Lees het contract",
        "Waarde per jaar",
        "Aanbieder: 0 van 1",
        "Gemeenten: 0 van 2",
        "kort nadat u uw",
    ):
        assert words in page.text
    nothing = send(client, MANY)
    assert nothing.status_code == 422 and "Kies ten minste één contract" in nothing.text
    fields = {**hidden(client, MANY), "chosen": [f"{id}-{place}" for id in ids], "agree": "y"}
    answers = [client.post(MANY, data=fields) for _time in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert count(case, ContractSignature) == 2
    after = client.get(MANY)
    assert "2 contracten zijn door u getekend" in after.text
    assert title(after) == "Er wacht geen contract op uw handtekening"


def test_what_is_refused_does_not_hold_up_the_others(case, client):
    ids = [sent(case), prepare(case, 1)]
    run_pending(case.office)
    send_out(case, ids[1])
    mine, theirs = case.delegate.municipality_id, case.colleague.municipality_id
    come_in(client, case.delegate)
    chosen = [f"{ids[0]}-{theirs}", f"{ids[1]}-{mine}", "999-1", "onzin"]
    answer = send(client, MANY, chosen=chosen, agree="y")
    assert answer.status_code == 422 and "niet in het mandaatregister om voor deze gemeente" in answer.text
    assert "hoeft niet meer getekend te worden" in answer.text and "1 contract is door u getekend" in answer.text
    assert count(case, ContractSignature) == 1


def test_without_a_mandate_the_page_says_who_can_help(case, client):
    contract_id = sent(case)
    end_mandates(case)
    page = seen(client, case.delegate, MANY)
    assert title(page) == "U kunt vandaag geen contracten tekenen" and "/mandaten" in page.text
    token = hidden(client, LIST).get("csrf_token")
    chosen = f"{contract_id}-{case.delegate.municipality_id}"
    answer = client.post(MANY, data={"csrf_token": token, "nonce": "x" * 20, "chosen": chosen, "agree": "y"})
    assert answer.status_code == 422 and count(case, ContractSignature) == 0


def test_above_the_amount_of_the_mandate_there_is_no_box_to_tick(case, client):
    with begin_write(case.office, case.officer) as work:
        for mandate in work.session.scalars(select(Mandate)):
            mandate.max_amount = Decimal("100000")
    contract_id = sent(case, estimated_value=Decimal("250000"))
    page = seen(client, case.delegate, MANY)
    assert "Boven uw mandaat" in page.text and f'value="{contract_id}-' not in page.text
    answer = send(client, MANY, chosen=f"{contract_id}-{case.delegate.municipality_id}", agree="y")
    assert answer.status_code == 422 and "hoger dan waarvoor u mag tekenen" in answer.text


def test_a_contract_without_a_value_is_inside_no_limit(case, client):
    contract_id = sent(case)
    limit_mandates(case, Decimal("100000"))
    page = seen(client, case.delegate, MANY)
    assert "Waarde ontbreekt" in page.text and f'value="{contract_id}-' not in page.text
    answer = send(client, MANY, chosen=f"{contract_id}-{case.delegate.municipality_id}", agree="y")
    assert answer.status_code == 422 and "noemt geen waarde per jaar" in answer.text
    assert count(case, ContractSignature) == 0


def test_who_signed_on_what_stands_on_the_page_and_in_the_document(case, client):
    contract_id = sent(case)
    sign_all(case, contract_id)
    address = f"{LIST}/{contract_id}"
    page = seen(client, case.provider, address)
    assert title(page) == "Alle partijen hebben getekend" and "Wie tekende" in page.text
    assert "volmacht van de burgemeester" in page.text and "nr. B-" in page.text and "wethouder Jeugd" in page.text
    assert "Het document wordt gemaakt" in page.text
    assert client.get(f"{address}/handtekeningen").status_code == 404
    run_pending(case.office)
    answer = client.get(f"{address}/handtekeningen")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    document = docx.Document(BytesIO(answer.data))
    words = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "wethouder Jeugd volmacht van de burgemeester, nr. B-" in words and "tekenbevoegde (alleen bevoegd)" in words
    signed = client.get(f"{address}/document")
    assert hashlib.sha256(signed.data).hexdigest() == the(case, contract_id).file_digest
    page = client.get(address)
    assert "Getekend contract" in page.text and "Register van handtekeningen" in page.text


def test_what_is_an_example_is_named_before_sending(case, client, app, monkeypatch):
    parts = app.extensions["portal"]
    earnest = replace(parts, office=replace(parts.office, settings=replace(parts.office.settings, practice=False)))
    contract_id = prepare(case)
    run_pending(case.office)
    address = f"{LIST}/{contract_id}"
    assert title(seen(client, case.officer, address)) == "Verstuur dit contract ter ondertekening"
    monkeypatch.setitem(app.extensions, "portal", earnest)
    page = client.get(address)
    assert title(page) == "Dit contract kan nog niet verstuurd worden"
    for words in (
        "De contracttekst is een voorbeeld",
        "Het tarief van HA-1, OA-2 is een voorbeeld",
        "De winstgrens is",
    ):
        assert words in page.text
    assert "Verstuur ter ondertekening" not in page.text and "Naar het mandaatregister" not in page.text


def test_what_the_sources_leave_open_is_shown_to_the_region_and_to_nobody_else(case, client):
    address, note = f"{LIST}/{sent(case)}", "zegt niet in hoeveel stappen"
    assert note in seen(client, case.officer, address).text and note in seen(client, case.manager, address).text
    for actor in (case.provider, case.delegate, case.auditor):
        page = seen(client, actor, address)
        assert note not in page.text and "Alleen als de doelen zijn gehaald" in page.text


def test_each_mail_about_a_contract_leads_to_a_page_of_its_reader(case, client, transport):
    from portal.mail import deliver_pending

    contract_id = sent(case)
    sign_all(case, contract_id)
    run_pending(case.office)
    deliver_pending(case.office, transport)
    for actor in (case.provider, case.delegate):
        for message in transport.to(actor.email):
            text = message.get_body(("plain",)).get_content()
            for path in re.findall(r"http://localhost(/contracten/\S+)", text):
                assert come_in(client, actor).get(path).status_code in (200, 303)


def test_an_english_reader_gets_english_mail(case, client, transport):
    from portal.accounts.models import User
    from portal.mail import deliver_pending

    with begin_write(case.office, case.officer) as work:
        work.get(User, case.provider.user_id).locale = "en"
    sent(case)
    deliver_pending(case.office, transport)
    subjects = [str(m["Subject"]) for m in transport.to(case.provider.email)]
    assert any(subject.startswith("Sign framework agreement") for subject in subjects)


def test_an_english_reader_reads_the_phases_in_english(case, client):
    contract_id = sent(case)
    client.post("/taal", data={**hidden(come_in(client, case.provider), "/account"), "locale": "en"})
    page = client.get(f"{LIST}/{contract_id}").text
    assert "Phase 1: transformation" in page and "Fase 1" not in page


def test_a_signature_by_somebody_else_in_the_meantime_is_told(case, client):
    cast.authorise(case.office, second_of(case), AuthorityKind.SOLE, checked_by=case.officer)
    contract_id = sent(case)
    address = f"{LIST}/{contract_id}/ondertekenen"
    fields = {**hidden(come_in(client, case.provider), address), "agree": "y"}
    sign_as_provider(case, contract_id, second_of(case))
    answer = client.post(address, data=fields)
    assert answer.status_code == 422 and "De aanbieder heeft al getekend" in answer.text
