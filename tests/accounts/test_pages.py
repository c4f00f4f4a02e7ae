from __future__ import annotations

import re
from io import BytesIO

import pytest

from portal.access import SYSTEM, VISITOR, Role
from portal.accounts import service
from portal.accounts.authority import queries as authorities
from portal.accounts.models import Organisation, User
from tests.accounts.asking import mails, token_in, trail
from tests.factories import (
    PASSWORD,
    PDF,
    actor_for,
    make_authority,
    make_colleague,
    make_officer,
    make_provider,
    make_region,
    make_staff,
)
from tests.web.doors import come_in

REGISTRATION = {
    "kvk_number": "1234 5678", "organisation_name": "Lindeveld Jeugd", "legal_form": "foundation", "place": "Heiloo",
    "offers_stay": "nee", "youth_workers": "9", "person_name": "Noor Vis", "email": "noor@lindeveld.nl",
    "password": PASSWORD,
}  # fmt: skip
LOG_IN = {"email": "noor@lindeveld.nl", "password": PASSWORD}
NEW = "lepelaar in de polder"
pytestmark = pytest.mark.usefixtures("with_tokens")


def said(answer):
    """The page without its frame, whose tokens differ every second."""
    return answer.text.split("<main")[1].split("</main>")[0]


def mailed(read_as, template):
    with read_as(SYSTEM) as work:
        return token_in(mails(work, template)[-1])


# --- coming in ---------------------------------------------------------------------------------------------------


def test_from_registration_to_the_first_page(client, read_as):
    answer = client.post("/registreren", data=REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/registreren/klaar")
    link = f"/bevestigen/{mailed(read_as, 'account_confirm')}"
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200, "looking at the page uses nothing up"
    assert client.post(link).location == "/inloggen"
    assert client.post(link).status_code == 410
    answer = client.post("/inloggen", data=LOG_IN)
    assert (answer.status_code, answer.location) == (303, "/start")
    assert "Noor Vis" in client.get("/organisatie").text


def test_wrong_input_is_named_and_stays(client):
    answer = client.post("/registreren", data={**REGISTRATION, "kvk_number": "123", "password": "welkom123456"})
    assert answer.status_code == 422
    assert "8 cijfers" in answer.text and "makkelijk te raden" in answer.text
    assert 'value="Lindeveld Jeugd"' in answer.text and "welkom123456" not in answer.text


def test_a_known_organisation_leads_to_its_administrator(client, provider, read_as):
    answer = client.post(
        "/registreren",
        data={**REGISTRATION, "kvk_number": provider.organisation.kvk_number, "email": "bo@lindeveld.nl"},
    )
    assert answer.status_code == 409 and "al geregistreerd" in answer.text
    assert "Noor Vis" not in answer.text.replace('value="Noor Vis"', "") and "noor@" not in answer.text
    asked = {"kvk_number": provider.organisation.kvk_number, "name": "Bo Kuiper", "email": "bo@lindeveld.nl"}
    assert client.post("/registreren/toegang-vragen", data=asked).location == "/registreren/toegang-gevraagd"
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, "join_request")] == ["noor@lindeveld.nl"]


def test_asking_for_an_unknown_organisation_gets_the_same_answer(client):
    asked = {"kvk_number": "99999999", "name": "Bo", "email": "bo@voorbeeld.nl"}
    assert client.post("/registreren/toegang-vragen", data=asked).location == "/registreren/toegang-gevraagd"


def test_a_known_address_gets_the_same_answer_as_a_new_one(client, provider, read_as):
    answer = client.post("/registreren", data=REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/registreren/klaar")
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, "account_known")] == ["noor@lindeveld.nl"]
        assert work.session.query(Organisation).filter_by(kvk_number="12345678").count() == 0


@pytest.mark.parametrize("email", ["noor@lindeveld.nl", "onbekend@voorbeeld.nl"])
def test_a_failed_log_in_says_nothing_about_the_address(client, provider, email):
    answer = client.post("/inloggen", data={"email": email, "password": "verkeerd wachtwoord"})
    assert answer.status_code == 422
    assert "Het e-mailadres of het wachtwoord klopt niet." in answer.text and f'value="{email}"' in answer.text


def test_too_many_attempts_are_told_when_to_try_again(client, provider):
    for _ in range(5):
        client.post("/inloggen", data={**LOG_IN, "password": "verkeerd wachtwoord"})
    answer = client.post("/inloggen", data=LOG_IN)
    assert answer.status_code == 429 and "te vaak" in answer.text and "kan het weer" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert client.get("/start").status_code == 303


def test_the_log_in_leads_back_to_where_the_reader_was(client, provider):
    asked = client.get("/organisatie")
    assert "next=/organisatie" in asked.location
    page = client.get(asked.location)
    assert 'name="next" value="/organisatie"' in page.text
    assert client.post("/inloggen", data={**LOG_IN, "next": "/organisatie"}).location == "/organisatie"
    assert client.get("/inloggen").location == "/start"


def test_a_forgotten_password_is_replaced_by_a_mailed_link(client, provider, read_as):
    known = client.post("/wachtwoord-vergeten", data={"email": "noor@lindeveld.nl"})
    unknown = client.post("/wachtwoord-vergeten", data={"email": "xxxx@lindeveld.nl"})
    assert said(known).replace("noor@", "xxxx@") == said(unknown)
    link = f"/wachtwoord-vergeten/{mailed(read_as, 'account_reset')}"
    assert "12 tekens" in client.post(link, data={"password": "kort"}).text
    assert client.post(link, data={"password": NEW}).location == "/inloggen"
    assert client.post(link, data={"password": NEW}).status_code == 410
    assert client.post("/inloggen", data={**LOG_IN, "password": NEW}).location == "/start"


def test_a_new_confirmation_may_be_asked_for_any_address(client, provider):
    for email in ("noor@lindeveld.nl", "onbekend@voorbeeld.nl"):
        assert client.post("/bevestigen", data={"email": email}).location == "/registreren/klaar"


# --- the session -------------------------------------------------------------------------------------------------


def test_somebody_with_two_roles_switches_between_them(client, work_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        officer = make_officer(work, region)
        service.give_role(
            work, officer, organisation=region.organisation, role=Role.CONTRACT_MANAGER, region_id=region.id
        )
        second = officer.memberships[-1].id
    come_in(client, officer)
    assert "Contractmanager" in client.get("/account").text
    assert client.get("/verificaties").status_code == 200
    assert client.post("/rol-wisselen", data={"membership_id": second}).location == "/start"
    assert client.get("/verificaties").status_code == 404
    assert client.get("/mandaten").status_code == 200


def test_nobody_takes_somebody_elses_role(noor, work_as):
    with work_as(SYSTEM) as work:
        other = make_provider(work)
    assert noor.post("/rol-wisselen", data={"membership_id": other.actor.membership_id}).status_code == 404
    assert noor.post("/rol-wisselen", data={"membership_id": "x"}).status_code == 404


def test_the_chosen_language_stays_with_the_person(noor, provider, read_as):
    assert noor.post("/taal", data={"locale": "en", "next": "/account"}).location == "/account"
    assert '<html lang="en"' in noor.get("/account").text
    noor.post("/taal", data={"locale": "xx"})
    with read_as(SYSTEM) as work:
        assert work.get(User, provider.admin.id).locale == "en"


def test_a_visitor_chooses_a_language_too(client):
    client.post("/taal", data={"locale": "en"})
    assert '<html lang="en"' in client.get("/inloggen").text


def test_logging_out_ends_it(noor):
    assert noor.post("/uitloggen").location == "/"
    assert noor.get("/account").status_code == 303


def test_proving_it_again_takes_the_own_password(client, provider):
    come_in(client, provider.admin, minutes_ago=60)
    assert client.post("/opnieuw-inloggen", data={"password": "fout"}).status_code == 422
    answer = client.post("/opnieuw-inloggen", data={"password": PASSWORD, "next": "/organisatie"})
    assert answer.location == "/organisatie"


def test_a_changed_password_ends_the_other_sessions_only(app, provider):
    here, there = come_in(app.test_client(), provider.admin), come_in(app.test_client(), provider.admin)
    wrong = here.post("/account/wachtwoord", data={"current": "fout", "password": NEW})
    assert wrong.status_code == 422 and "niet uw huidige" in wrong.text
    assert here.post("/account/wachtwoord", data={"current": PASSWORD, "password": NEW}).location == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_the_own_name_and_language_are_kept(noor):
    assert noor.post("/account", data={"name": "", "language": "nl"}).status_code == 422
    assert noor.post("/account", data={"name": "Noor de Vis", "language": "nl"}).location == "/account"
    assert "Noor de Vis" in noor.get("/account").text
    assert noor.post("/account", data={"name": "Noor de Vis", "language": "en"}).status_code == 303
    assert "Your details have been saved." in noor.get("/account").text, "in the language that was just chosen"


# --- the organisation --------------------------------------------------------------------------------------------

FACTS = {
    "organisation_name": "Lindeveld Groep", "legal_form": "cooperative", "place": "Bergen", "offers_stay": "ja",
    "youth_workers": "11",
}  # fmt: skip


def test_an_administrator_edits_the_organisation(noor):
    assert noor.post("/organisatie/wijzigen", data={**FACTS, "youth_workers": "-1"}).status_code == 422
    assert noor.post("/organisatie/wijzigen", data={**FACTS, "version": "1"}).status_code in (303, 409)
    page = noor.get("/organisatie/wijzigen").text
    version = page.split('name="version" value="')[1].split('"')[0]
    assert noor.post("/organisatie/wijzigen", data={**FACTS, "version": version}).location == "/organisatie"
    stale = noor.post("/organisatie/wijzigen", data={**FACTS, "place": "Schoorl", "version": version})
    said = " ".join(re.sub(r"<[^>]+>", " ", stale.text).split())
    assert stale.status_code == 409 and "Schoorl Zoals het er nu staat Bergen" in said and "leeg" not in said
    assert said.count("Zoals het er nu staat") == 1 and "De andere velden zijn in beide versies gelijk." in said


def test_a_colleague_is_invited_once_however_often_the_form_is_sent(noor, read_as):
    wrong = noor.post("/organisatie/leden/uitnodigen", data={"email": "geen adres", "role": "provider_editor"})
    assert wrong.status_code == 422 and "geen adres" in wrong.text
    sent = {"email": "sam@lindeveld.nl", "role": "provider_editor", "nonce": "een-keer"}
    for _ in range(2):
        assert noor.post("/organisatie/leden/uitnodigen", data=sent).location == "/organisatie/leden"
    again = noor.post("/organisatie/leden/uitnodigen", data={**sent, "nonce": "nog-een-keer"})
    assert again.status_code == 422 and "al uitgenodigd" in again.text
    with read_as(SYSTEM) as work:
        assert len(mails(work, "invitation")) == 1


def test_the_last_administrator_is_not_offered_to_end_her_own_role(noor, provider, work_as):
    page = noor.get("/organisatie/leden").text
    assert "De laatste beheerder blijft" in page and "Beëindig de rol van Noor Vis" not in page
    with work_as(SYSTEM) as work:
        make_colleague(work, provider, Role.PROVIDER_ADMIN)
    page = noor.get("/organisatie/leden").text
    assert "De laatste beheerder blijft" not in page and "Beëindig de rol van Noor Vis" in page


def test_an_invitation_becomes_an_account(app, noor, read_as):
    noor.post("/organisatie/leden/uitnodigen", data={"email": "sam@lindeveld.nl", "role": "provider_editor"})
    guest = app.test_client()
    link = f"/uitnodiging/{mailed(read_as, 'invitation')}"
    assert "sam@lindeveld.nl" in guest.get(link).text
    weak = guest.post(link, data={"name": "Sam Bos", "password": "welkom123456"})
    assert weak.status_code == 422 and 'value="Sam Bos"' in weak.text
    assert guest.post(link, data={"name": "Sam Bos", "password": PASSWORD}).location == "/inloggen"
    assert guest.get(link).status_code == 410
    assert "Sam Bos" in noor.get("/organisatie/leden").text


def test_somebody_with_an_account_only_agrees(app, noor, work_as, read_as):
    with work_as(SYSTEM) as work:
        make_provider(work, email="bo@elders.nl")
    noor.post("/organisatie/leden/uitnodigen", data={"email": "bo@elders.nl", "role": "provider_editor"})
    guest = app.test_client()
    link = f"/uitnodiging/{mailed(read_as, 'invitation')}"
    assert "type=password" not in guest.get(link).text.replace('"', "")
    assert guest.post(link).location == "/inloggen"


def test_invitations_are_resent_and_revoked_and_roles_end(noor, provider, work_as, read_as):
    with work_as(SYSTEM) as work:
        colleague = make_colleague(work, provider)
        service.invite(work, email="kim@lindeveld.nl", organisation=provider.organisation, role=Role.PROVIDER_EDITOR)
        held = colleague.memberships[0].id
    assert noor.post("/organisatie/uitnodigingen/2/opnieuw").location == "/organisatie/leden"
    assert noor.post("/organisatie/uitnodigingen/2/intrekken").location == "/organisatie/leden"
    assert noor.post("/organisatie/uitnodigingen/2/intrekken").status_code == 404
    assert noor.post(f"/organisatie/leden/{held}/beeindigen").location == "/organisatie/leden"
    last = noor.post(f"/organisatie/leden/{provider.actor.membership_id}/beeindigen")
    assert last.status_code == 409 and "laatste beheerder" in last.text


@pytest.mark.parametrize(("answer", "template"), [("toestaan", "invitation"), ("weigeren", "join_declined")])
def test_an_administrator_answers_who_asks_to_join(noor, provider, work_as, read_as, answer, template):
    with work_as(VISITOR) as work:
        organisation = work.get(Organisation, provider.organisation.id)
        request_id = service.ask_to_join(work, organisation, name="Bo Kuiper", email="bo@lindeveld.nl").id
    assert "Bo Kuiper" in noor.get("/organisatie/leden").text
    assert noor.post(f"/organisatie/verzoeken/{request_id}/{answer}").location == "/organisatie/leden"
    assert noor.post(f"/organisatie/verzoeken/{request_id}/{answer}").status_code == 409
    with read_as(SYSTEM) as work:
        assert [mail.recipient for mail in mails(work, template)] == ["bo@lindeveld.nl"]


# --- signing authority -------------------------------------------------------------------------------------------


def claim_form(name="uittreksel.pdf", data=PDF, **changes):
    upload = {"extract": (BytesIO(data), name)} if name else {}
    return {"kind": "sole", "extract_date": "2022-02-20", **upload, **changes}


def test_from_claim_to_verification(app, client, work_as, read_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
        fresh = make_provider(work, "Lindeveld", authority=None)
    come_in(client, fresh.admin)
    page = "/organisatie/tekenbevoegdheid"
    assert client.post(f"{page}/vastleggen", data=claim_form()).location == page
    assert "Wacht op controle" in client.get(page).text
    inkoper = come_in(app.test_client(), officer)
    assert "Lindeveld" in inkoper.get("/verificaties").text
    download = inkoper.get("/verificaties/1/uittreksel")
    assert download.data == PDF and "uittreksel.pdf" in download.headers["Content-Disposition"]
    with read_as(SYSTEM) as work:
        assert len(trail(work, "signing_authority.extract_read")) == 1
    address, compared = "/verificaties/1/goedkeuren", {"compared": "y", "version": "1"}
    unread = inkoper.post(address, data={"version": "1"})
    assert unread.status_code == 422 and "Vergelijk eerst het uittreksel" in unread.text
    assert inkoper.post(address, data={**compared, "valid_until": "2020-01-01"}).status_code == 422
    assert inkoper.post(address, data=compared).location == "/verificaties"
    assert inkoper.post(address, data=compared).status_code == 409
    assert "1 persoon mag tekenen" in client.get(page).text
    assert client.get(f"{page}/1/uittreksel").data == PDF


def test_an_officer_rejects_with_a_reason(client, work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
        claim = make_authority(work, make_provider(work, authority=None).actor, verified=False)
    come_in(client, officer)
    empty = client.post(f"/verificaties/{claim.id}/afwijzen", data={"reason": ""})
    assert empty.status_code == 422 and "waarom" in empty.text
    sent = {"reason": "De naam klopt niet.", "version": "1"}
    assert client.post(f"/verificaties/{claim.id}/afwijzen", data=sent).location == "/verificaties"
    assert "De naam klopt niet." in client.get(f"/verificaties/{claim.id}").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Voeg een uittreksel of volmacht toe."),
        ({"extract_date": ""}, "Vul de datum van het uittreksel in."),
        ({"extract_date": "2022-03-02"}, "ligt in de toekomst"),
        ({"kind": "limited"}, "tot welk bedrag"),
        ({"kind": "koning"}, "Kies een van de mogelijkheden."),
        ({"name": "uittreksel.exe", "data": b"MZ"}, "PDF"),
        ({"data": b""}, "leeg"),
    ],
)
def test_a_claim_that_misses_something_says_what_to_do(client, work_as, changes, words):
    with work_as(SYSTEM) as work:
        admin = make_provider(work, authority=None).admin
    come_in(client, admin)
    answer = client.post("/organisatie/tekenbevoegdheid/vastleggen", data=claim_form(**changes))
    assert answer.status_code == 422 and words in answer.text


def test_amounts_are_typed_as_dutch_readers_write_them(client, work_as, read_as):
    with work_as(SYSTEM) as work:
        fresh = make_provider(work, authority=None)
    come_in(client, fresh.admin)
    form = claim_form(kind="limited", limit_amount="250.000,50")
    assert client.post("/organisatie/tekenbevoegdheid/vastleggen", data=form).status_code == 303
    with read_as(fresh.actor) as work:
        claim = authorities.own_claim(work)
        assert claim is not None and str(claim.limit_amount) == "250000.50"


def test_an_authority_is_ended_on_its_page(noor):
    assert noor.post("/organisatie/tekenbevoegdheid/1/beeindigen").location == "/organisatie/tekenbevoegdheid"
    assert noor.post("/organisatie/tekenbevoegdheid/1/beeindigen").status_code == 409
    assert "Nog niemand mag tekenen" in noor.get("/organisatie/tekenbevoegdheid").text


def test_somebody_elses_papers_are_not_there(client, work_as):
    with work_as(SYSTEM) as work:
        claim = make_authority(work, make_provider(work, authority=None).actor)
        other = make_provider(work).admin
    come_in(client, other)
    assert client.get(f"/organisatie/tekenbevoegdheid/{claim.id}/uittreksel").status_code == 404
    assert client.post(f"/organisatie/tekenbevoegdheid/{claim.id}/beeindigen").status_code == 404


# --- officers and the platform's administrator -------------------------------------------------------------------


def test_an_officer_finds_and_suspends_a_provider(client, provider, work_as):
    with work_as(SYSTEM) as work:
        officer = make_officer(work, make_region(work))
    come_in(client, officer)
    assert "Lindeveld" in client.get("/aanbieders?q=linde").text
    assert "Lindeveld" not in client.get("/aanbieders?q=linde&staat=suspended").text
    page = f"/aanbieders/{provider.organisation.id}"
    assert client.post(f"{page}/suspend").location == page
    assert "Geschorst" in client.get(page).text
    assert client.post(f"{page}/suspend").status_code == 409
    assert client.post(f"{page}/feest").status_code == 404


def test_the_platforms_administrator_looks_after_staff(app, client, work_as, read_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        officer, admin = make_officer(work, region, name="Fatima"), make_staff(work, Role.PLATFORM_ADMIN)
    come_in(client, admin)
    gone = come_in(app.test_client(), officer)
    form = {"email": "ada@regio.nl", "organisation": str(region.organisation_id), "role": "assessor"}
    missing = client.post("/beheer/gebruikers/uitnodigen", data={**form, "region": ""})
    assert missing.status_code == 422 and "Kies de regio" in missing.text
    sent = client.post("/beheer/gebruikers/uitnodigen", data={**form, "region": str(region.id)})
    assert sent.location == "/beheer/gebruikers" and "ada@<wbr>regio.<wbr>nl" in client.get("/beheer/gebruikers").text
    assert "Beheerder van het portaal</td>" in client.get("/beheer/gebruikers").text
    assert client.post("/beheer/uitnodigingen/1/opnieuw").location == "/beheer/gebruikers"
    assert client.post("/beheer/uitnodigingen/1/intrekken").location == "/beheer/gebruikers"
    page = f"/beheer/gebruikers/{officer.id}"
    assert client.post(f"{page}/uitzetten").location == page
    assert gone.get("/start").status_code == 303
    assert client.post(f"{page}/aanzetten").location == page
    role = {"organisation": str(region.organisation_id), "role": "contract_manager", "region": str(region.id)}
    assert client.post(f"{page}/rol", data=role).location == page
    assert client.post(f"{page}/rol", data=role).status_code == 422
    assert client.post(f"/beheer/rollen/{officer.memberships[0].id}/beeindigen").location == page
    assert client.post(f"/beheer/gebruikers/{admin.id}/uitzetten").status_code == 409


def test_people_of_a_municipality_act_for_that_municipality(client, work_as, read_as):
    with work_as(SYSTEM) as work:
        region, admin = make_region(work), make_staff(work, Role.PLATFORM_ADMIN)
        bergen = work.session.query(Organisation).filter_by(name="Gemeente Bergen").one()
    come_in(client, admin)
    form = {"email": "mees@bergen.nl", "organisation": str(bergen.id), "role": "college_delegate"}
    client.post("/beheer/gebruikers/uitnodigen", data={**form, "region": str(region.id)})
    token = mailed(read_as, "invitation")
    with work_as(VISITOR) as work:
        user = service.accept_invitation(work, token, name="Mees", password=PASSWORD)
        actor = actor_for(user)
        assert actor.municipality_id is not None and actor.organisation_name == "Gemeente Bergen"


@pytest.mark.parametrize("number", [10**30, 2**63])
def test_a_number_that_no_database_keeps_is_not_there(noor, number):
    assert noor.get(f"/organisatie/tekenbevoegdheid/{number}/uittreksel").status_code == 404


def test_everything_that_is_wrong_with_a_registration_is_said_at_once(client):
    wrong = {"kvk_number": "1234567", "youth_workers": "-1", "password": "welkom2024", "email": "geen adres"}
    page = client.post("/registreren", data={**REGISTRATION, **wrong})
    assert page.status_code == 422
    assert "Er zijn 5 dingen nodig voordat u verder kunt" in page.text
    for sentence in (
        "Het KvK-nummer heeft 8 cijfers; u vulde er 7 in", "Vul een aantal medewerkers van 0 tot en met 100000 in",
        "ten minste 12 tekens",
        "te makkelijk te raden", "Vul een e-mailadres in",
    ):  # fmt: skip
        assert page.text.count(sentence) == 2  # in the summary and at the field


@pytest.mark.parametrize("number", ["12A45678", "KvK"])
def test_what_is_no_number_is_not_counted_in_digits(client, number):
    page = client.post("/registreren", data={**REGISTRATION, "kvk_number": number}).text
    assert "Vul het KvK-nummer in: 8 cijfers" in page and "u vulde er" not in page


def test_an_error_names_its_field(client):
    page = client.post("/registreren", data={**REGISTRATION, "offers_stay": "", "youth_workers": ""}).text
    assert "Kies of uw organisatie verblijf biedt" in page and "Vul het aantal medewerkers in" in page


def test_one_thing_that_is_wrong_is_not_counted(client):
    page = client.post("/registreren", data={**REGISTRATION, "kvk_number": "1234567"}).text
    assert "Er is iets nodig voordat u verder kunt" in page
