"""The pages as each reader meets them: filing, checking, asking, waiving; wrong input is told and kept."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from portal.access import SYSTEM
from portal.audit import AuditEvent
from portal.compliance.declarations import service as declarations
from portal.compliance.declarations.models import Declaration, ProfitMarginDeclaration, TopOfficial
from portal.compliance.escalation import service as escalation
from portal.compliance.escalation.models import Signal, SignalState
from portal.compliance.obligations import service as obligations
from portal.compliance.obligations.models import Obligation, ObligationState
from portal.contracts.models import Contract
from tests.compliance.builder import EVALUATION, MARGIN, WNT
from tests.compliance.test_declarations import ASKED, hand_back
from tests.counting import statements
from tests.factories import PDF
from tests.web.doors import Reader, come_in

S = ObligationState
FIGURES = {
    "turnover": "1.840.000,00", "result": "60.000", "owner_pay": "0", "region_share": "40", "explanation": "", "remark": "",
}  # fmt: skip
PERSON = {
    "officials-0-name": "N. Ferwerdaal", "officials-0-function": "bestuurder", "officials-0-starts_on": "2023-01-01",
    "officials-0-ends_on": "31-12-2023", "officials-0-part_time_factor": "0,5", "officials-0-pay": "61.250,50",
}  # fmt: skip
EMPTY_ROW = {
    "officials-1-name": "", "officials-1-function": "", "officials-1-starts_on": "2023-01-01",
    "officials-1-ends_on": "2023-12-31", "officials-1-part_time_factor": "1", "officials-1-pay": "",
}  # fmt: skip
PEOPLE = {"basis": "statutory", "wnt_class": "II", "points": "8", "remark": "", **PERSON, **EMPTY_ROW}


@pytest.fixture
def year(desk):
    desk.year_begins()
    return desk


@pytest.fixture
def enter(app, desk):
    """A browser of their own for one of the people at the desk."""
    app.test_client_class = Reader
    return lambda who: come_in(app.test_client(), desk.users[who])


def words(answer):
    """What a reader sees, without the marks."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def form_page(desk, kind):
    return f"/verantwoording/{desk.id_of(kind)}/indienen"


def check_error(answer, field, sentence):
    """The summary at the top leads to the field, and the sentence stands at the field."""
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "nodig voordat u verder kunt" in page
    assert re.search(rf'href="#{field}"[^>]*>{re.escape(sentence)}', page), words(answer)[:600]
    at_field = re.search(rf'id="{field}-fout".*?</p>', page, re.S)
    assert at_field is not None and sentence in at_field[0]


# --- who sees what -----------------------------------------------------------------------------------------------


def test_the_provider_sees_what_to_file_and_nothing_of_others(year, enter):
    nadia = enter("provider")
    page = nadia.get("/verantwoording")
    assert "Nog 3 verklaringen in te dienen" in words(page)
    assert "Kwelder" not in words(page)
    for address in ("", "/indienen"):
        assert nadia.get(f"/verantwoording/{year.id_of(MARGIN, year.other)}{address}").status_code == 404
        assert enter("other").get(f"/verantwoording/{year.id_of(MARGIN)}{address}").status_code == 404


def test_another_provider_cannot_file_for_you(year, enter):
    answer = enter("other").post(form_page(year, MARGIN), data=FIGURES)
    assert answer.status_code == 404
    assert year.item(MARGIN).state is S.OPEN


def test_the_contract_manager_sees_who_is_late_and_the_whole_calendar(year, enter, clock):
    clock.set("2024-06-05 10:00")
    year.files(EVALUATION)
    page = enter("manager").get("/verantwoording")
    assert "2 aanbieders zijn te laat" in words(page)
    assert "Woensdag 5 juni 2024. 2 aanbieders hebben verplichtingen in 2024: 2 zijn te laat." in words(page)
    assert "Stand per aanbieder en maand" in words(page)
    late = enter("manager").get("/verantwoording?laat=1&q=kwelder")
    calendar = words(late).partition("Dezelfde stand in een tabel")[0]
    assert "Praktijk Kwelder" in calendar
    assert "Lindeveld" not in calendar


def test_who_only_reads_gets_no_buttons(year, enter):
    year.files(MARGIN)
    page = enter("auditor").get(f"/verantwoording/{year.id_of(MARGIN)}")
    assert page.status_code == 200
    for button in ("Markeer als gecontroleerd", "Stuur de vraag", "Stel vrijstelling voor", "Vul in en dien in"):
        assert button not in words(page)
    assert enter("manager").get(form_page(year, MARGIN)).status_code == 404
    assert enter("auditor").post(f"/verantwoording/{year.id_of(MARGIN)}/gecontroleerd").status_code == 404


def test_an_item_says_why_it_is_asked_and_that_its_day_is_not_confirmed(year, enter):
    page = words(enter("manager").get(f"/verantwoording/{year.id_of(WNT)}"))
    assert "Waarom Wet normering topinkomens (WNT)" in page
    assert "Voorgestelde datum maandag 1 juli 2024" in page
    assert "Uiterste datum (voorstel)" in page
    about = page.partition("Over deze gegevens")[2]
    assert "Niet bevestigd De datum maandag 1 juli 2024 is nog niet nagekeken in de wet." in about
    assert "Bron: Wet normering topinkomens" in about
    for note in ("nog te controleren", "Aard", "Datum nog niet bevestigd"):
        assert note not in page, note


def test_what_the_contract_asks_has_a_proposed_day_until_the_region_settles_it(year, enter):
    provider = words(enter("provider").get(f"/verantwoording/{year.id_of(MARGIN)}"))
    assert "Waarom uw contract" in provider
    assert "De datum vrijdag 31 mei 2024 is een voorstel. De regio kan een andere datum vaststellen." in provider
    with year.acts(SYSTEM) as work:
        work.get(Obligation, year.id_of(MARGIN)).confirmed = True
    settled = words(enter("manager").get(f"/verantwoording/{year.id_of(MARGIN)}"))
    assert "Waarom het contract Uiterlijk vrijdag 31 mei 2024" in settled
    assert "Over deze gegevens" not in settled


def test_beside_a_day_that_has_passed_it_says_late_once(year, enter, clock):
    clock.set("2024-06-05 10:00")
    page = words(enter("provider").get("/verantwoording?jaar=2024"))
    assert page.count("5 dagen te laat") == 1
    assert "Binnenkort inleveren" not in page
    assert "5 dagen te laat" in words(enter("manager").get("/verantwoording/lijst"))


# --- filing ------------------------------------------------------------------------------------------------------


def test_a_margin_is_filed_with_dutch_numbers_and_shown_with_its_computation(year, enter):
    nadia = enter("provider")
    answer = nadia.post(form_page(year, MARGIN), data={**FIGURES, "result": "115.000", "explanation": "Vacature."})
    assert answer.status_code == 303
    page = words(nadia.get(answer.location))
    example = (
        "Voorbeeld Voor deze berekening rekent de regio met 5% van de omzet uit de regio. Die drempel is een voorbeeld"
    )
    for said in (
        "€ 9.200,00",
        "€ 1.840.000,00",
        "6,25%",
        "€ 36.800,00",
        "Uw uitleg Vacature.",
        example,
        "geen bijlage",
    ):
        assert said in page, said
    assert "van de aanbieder" not in page
    assert year.item(MARGIN).state is S.DELIVERED


def test_who_has_filed_reads_that_it_came_in_by_whom_and_what_happens_now(year, enter):
    nadia = enter("provider")
    answer = nadia.post(form_page(year, MARGIN), data=FIGURES)
    page = nadia.get(answer.location)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.S) == ["Ingediend"]
    said = words(page)
    assert "Ingediend op maandag 1 januari 2024, 07:00" in said.replace("\xa0", " ")
    assert f"Ingediend door {year.users['provider'].name}" in said
    assert "De contractmanager controleert wat u hebt ingediend." in said
    assert "Klopt er iets niet?" in said
    assert "Aan zet: contractmanager" in said
    assert "Herinneringen en vervolg" not in said, "nothing but that it came in"


def test_before_it_is_sent_the_provider_sees_the_computation_and_nothing_is_filed(year, enter):
    nadia = enter("provider")
    typed = {**FIGURES, "result": "115.000", "explanation": "Vacature.", "remark": "Zie <p> 12.", "bekijk": "1"}
    page = nadia.post(form_page(year, MARGIN), data=typed)
    said = words(page)
    assert page.status_code == 200
    for sentence in (
        "Er is nog niets ingediend.",
        "6,25%",
        "Vacature.",
        "Dien de verklaring in",
        "Wijzig uw antwoorden",
    ):
        assert sentence in said, sentence
    assert "De berekening komt uit op € 9.200,00 boven de drempel." in said
    assert year.rows(Declaration) == []
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text.partition("<main")[2]))
    sent = {name: unescape(value) for name, value in sent.items()}
    assert sent["remark"] == "Zie <p> 12."
    assert "bekijk" not in sent
    assert nadia.post(form_page(year, MARGIN), data=sent).status_code == 303
    (filed,) = year.rows(Declaration)
    assert filed.remark == "Zie <p> 12."
    assert year.rows(ProfitMarginDeclaration)[0].result == 115_000


def test_who_goes_back_to_the_answers_finds_them_all(year, enter):
    page = enter("provider").post(form_page(year, WNT), data={**PEOPLE, "remark": "Zie bijlage.", "wijzig": "1"})
    assert page.status_code == 200
    for value in ("N. Ferwerdaal", "61.250,50", "0,5", "31-12-2023", "8"):
        assert f'value="{value}"' in page.text, value
    assert "Zie bijlage." in page.text
    assert "Bekijk de berekening" in words(page)


def test_a_probable_mistake_is_shown_before_it_is_sent(year, enter):
    typed = {**PEOPLE, "points": "7", "officials-0-pay": "80.000", "bekijk": "1"}
    page = words(enter("provider").post(form_page(year, WNT), data=typed))
    assert "Bij 7 punten hoort in de tabel van 2023 klasse I; opgegeven is II." in page
    assert "1 bezoldiging ligt boven het maximum. Klopt dat?" in page
    assert year.rows(Declaration) == []


def test_what_is_wrong_is_told_at_the_form_and_not_at_the_look(year, enter):
    nadia = enter("provider")
    wrong = nadia.post(form_page(year, MARGIN), data={**FIGURES, "turnover": "", "bekijk": "1"})
    check_error(wrong, "turnover", "Vul een bedrag in.")
    ruled = nadia.post(form_page(year, MARGIN), data={**FIGURES, "turnover": "0", "bekijk": "1"})
    check_error(ruled, "turnover", "Vul een omzet in die groter is dan nul.")
    assert "Bekijk de berekening" in words(ruled)


def test_what_is_with_the_manager_already_is_not_shown_as_still_to_be_sent(year, enter):
    year.files(MARGIN)
    answer = enter("provider").post(form_page(year, MARGIN), data={**FIGURES, "bekijk": "1"})
    assert (answer.status_code, answer.location) == (303, f"/verantwoording/{year.id_of(MARGIN)}")


def test_the_evaluation_is_looked_at_before_it_is_sent_too(year, enter):
    said = {"good": "Veel.", "better": "Minder.", "transformation": "Iets.", "needed": "Rust."}
    nadia = enter("provider")
    assert "Bekijk uw antwoorden" in words(nadia.get(form_page(year, EVALUATION)))
    page = words(nadia.post(form_page(year, EVALUATION), data={**said, "bekijk": "1"}))
    assert "Wat ging dit contractjaar goed? Veel." in page
    assert "Dien de evaluatie in" in page


def test_profit_above_the_cap_without_explanation_is_told_at_the_field_and_the_amounts_stay(year, enter):
    answer = enter("provider").post(form_page(year, MARGIN), data={**FIGURES, "result": "115.000"})
    sentence = "Uw winst ligt boven de drempel waarmee de regio rekent. Leg uit waar dat door komt en wat u ermee doet."
    check_error(answer, "explanation", sentence)
    assert 'value="1.840.000"' in answer.text
    assert year.rows(Declaration) == []


WRONG_MARGIN = [
    ({"turnover": ""}, "turnover", "Vul een bedrag in."),
    ({"turnover": "veel"}, "turnover", "Vul een bedrag in, bijvoorbeeld 1.250,50."),
    ({"turnover": "0,345"}, "turnover", "Vul een getal in met ten hoogste 2 cijfers achter de komma."),
    ({"turnover": "0"}, "turnover", "Vul een omzet in die groter is dan nul."),
    ({"turnover": "999.999.999.999"}, "turnover", "Dit bedrag is te groot om te kloppen. Vul het in euro's in."),
    ({"turnover": "1"}, "result", "Dit bedrag is veel groter dan de omzet. Kijk de bedragen na."),
    ({"owner_pay": "-5"}, "owner_pay", "Vul een bedrag in van 0 of meer."),
    ({"region_share": "101"}, "region_share", "Vul een percentage in van 0 tot en met 100."),
    ({"region_share": "NaN"}, "region_share", "Vul een getal in, bijvoorbeeld 12,5."),
    ({"remark": "x" * 2001}, "remark", "Houd het bij 2000 tekens."),
]


def test_each_wrong_figure_is_told_at_its_field_and_nothing_is_kept(year, enter):
    nadia = enter("provider")
    for changes, field, sentence in WRONG_MARGIN:
        check_error(nadia.post(form_page(year, MARGIN), data={**FIGURES, **changes}), field, sentence)
    assert year.rows(Declaration) == []
    assert year.item(MARGIN).state is S.OPEN


def test_a_paper_goes_along_and_a_wrong_one_is_told(year, enter):
    nadia = enter("provider")
    wrong = nadia.post(form_page(year, MARGIN), data={**FIGURES, "file": (BytesIO(b"MZ program"), "jaarrekening.exe")})
    assert wrong.status_code == 422
    assert 'id="file-fout"' in wrong.text
    assert "Kies uw bijlage opnieuw" in words(wrong)
    good = nadia.post(form_page(year, MARGIN), data={**FIGURES, "file": (BytesIO(PDF), "jaarrekening.pdf")})
    page = nadia.get(good.location)
    link = re.search(r'href="(/verantwoording/\d+/bijlage/\d+)"', page.text)
    assert link is not None
    paper = enter("manager").get(link[1])
    assert (paper.data, paper.headers["Content-Disposition"]) == (PDF, "attachment; filename=jaarrekening.pdf")
    assert year.rows(AuditEvent)[-1].tag == "declaration.read"
    assert enter("other").get(link[1]).status_code == 404


def test_the_wnt_form_shows_the_years_maxima_with_their_source(year, enter):
    page = words(enter("provider").get(form_page(year, WNT)))
    assert "Maxima van 2023" in page
    assert "€ 151.000,00" in page
    assert "Maximum van 2023. Bron: vanreeaccountants.nl" in page
    assert "Deze bron is bekeken op 22 november 2026." in page
    assert "de regeling in de Staatscourant is niet nagekeken" in page
    assert "Bedrag niet bevestigd" not in page


def test_the_wnt_form_says_which_maxima_are_not_known_or_not_confirmed(desk, enter):
    desk.year_begins("2026-01-01 07:00")
    page = words(enter("provider").get(form_page(desk, WNT)))
    assert page.count("niet bekend") == 4
    assert page.count("niet bevestigd") >= 2
    filed = {**PEOPLE, "wnt_class": "I", "officials-0-starts_on": "2025-01-01", "officials-0-ends_on": "2025-12-31"}
    answer = enter("provider").post(form_page(desk, WNT), data=filed)
    shown = words(enter("manager").get(answer.location))
    assert "Maximum van 2025 niet bekend" in shown
    assert "Het maximum van 2025 is niet bekend." in shown
    other = enter("other").post(
        f"/verantwoording/{desk.id_of(WNT, desk.other)}/indienen", data={**filed, "wnt_class": "general"}
    )
    assert "Bedrag niet bevestigd Maximum van 2025. Bron:" in words(enter("manager").get(other.location))


def test_a_wnt_declaration_shows_the_computed_maximum_and_checks_the_class(year, enter):
    nadia = enter("provider")
    answer = nadia.post(form_page(year, WNT), data={**PEOPLE, "points": "15", "officials-0-pay": "80.000"})
    assert answer.status_code == 303, words(answer)
    page = words(nadia.get(answer.location))
    assert "€ 75.500,00" in page
    assert "€ 4.500,00" in page
    assert "1 bezoldiging boven het maximum" in words(enter("manager").get(answer.location))
    assert "Bij 15 punten hoort in de tabel van 2023 klasse V; opgegeven is II." in page
    assert len(year.rows(TopOfficial)) == 1, "an empty row is nobody"


FACTOR, LAST_DAY = "officials-0-part_time_factor", "officials-0-ends_on"
WRONG_WNT = [
    ({"basis": ""}, "basis-0", "Kies een van de drie."),
    ({"wnt_class": ""}, "wnt_class", "Kies de WNT-klasse die uw toezichthouder heeft vastgesteld."),
    ({"points": "99"}, "points", "Vul een getal in van 0 tot en met 20."),
    ({"officials-0-name": ""}, "officials-0-name", "Vul de naam in."),
    ({"officials-0-pay": ""}, "officials-0-pay", "Vul een bedrag in."),
    ({"officials-0-pay": "-1"}, "officials-0-pay", "Vul een bedrag in van 0 of meer."),
    ({"officials-0-starts_on": "31-02-2023"}, "officials-0-starts_on", "Vul een datum in, bijvoorbeeld 31-12-2022."),
    ({"officials-0-starts_on": ""}, "officials-0-starts_on", "Vul de eerste dag in de functie in."),
    ({FACTOR: "1,5"}, FACTOR, "Vul een deeltijdfactor in van 0,025 tot en met 1. Voltijd is 1."),
    ({FACTOR: "0,5555"}, FACTOR, "Vul een getal in met ten hoogste 3 cijfers achter de komma."),
    ({LAST_DAY: "2024-01-01"}, LAST_DAY, "Kies dagen in het jaar waarover u verklaart, en de laatste dag na de eerste."),
    ({"officials-1-name": "H. Kolkman"}, "officials-1-function", "Vul de functie in."),
    ({"basis": "not_applicable"}, "remark", "Leg uit waarom de WNT niet voor u geldt."),
]  # fmt: skip


def test_each_wrong_answer_of_the_wnt_form_is_told_at_its_field(year, enter):
    nadia = enter("provider")
    for changes, field, sentence in WRONG_WNT:
        answer = nadia.post(form_page(year, WNT), data={**PEOPLE, **changes})
        if field == "basis-0":
            assert answer.status_code == 422
            assert 'href="#basis-0"' in answer.text
        else:
            check_error(answer, field, sentence)
        assert 'value="61.250,50"' in answer.text or "officials-0-pay" in changes
    assert year.rows(Declaration) == []


def test_without_any_person_the_first_row_says_what_is_missing(year, enter):
    gone = {"officials-0-name": "", "officials-0-function": "", "officials-0-pay": ""}
    answer = enter("provider").post(form_page(year, WNT), data={**PEOPLE, **gone})
    check_error(answer, "officials-0-name", "Vul de naam in.")
    assert 'id="officials-1-name-fout"' not in answer.text


def test_who_falls_outside_the_wnt_is_not_asked_for_people(year, enter):
    said = {"basis": "not_applicable", "remark": "Wij zijn een maatschap.", "officials-0-name": ""}
    answer = enter("provider").post(form_page(year, WNT), data=said)
    assert answer.status_code == 303, words(answer)
    assert "De WNT geldt niet, volgens de aanbieder" in words(enter("manager").get(answer.location))


def test_one_more_person_fits_without_javascript_and_keeps_what_was_typed(year, enter):
    answer = enter("provider").post(form_page(year, WNT), data={**PEOPLE, "nog_een": "1"})
    assert answer.status_code == 200
    assert 'name="officials-2-name"' in answer.text
    assert 'value="N. Ferwerdaal"' in answer.text
    assert "Er is iets nodig" not in answer.text
    assert year.rows(Declaration) == []


def test_the_evaluation_asks_its_questions_and_names_the_empty_one(year, enter):
    nadia = enter("provider")
    said = {"good": "Veel.", "better": "", "transformation": "Iets.", "needed": "Rust."}
    check_error(nadia.post(form_page(year, EVALUATION), data=said), "better", "Beantwoord deze vraag.")
    answer = nadia.post(form_page(year, EVALUATION), data={**said, "better": "Minder."})
    assert "Wat ging dit contractjaar goed?" in words(nadia.get(answer.location))


def test_after_a_question_the_earlier_answers_are_there_and_the_paper_stays(year, enter):
    nadia = enter("provider")
    nadia.post(form_page(year, WNT), data={**PEOPLE, "file": (BytesIO(PDF), "jaarrekening.pdf")})
    hand_back(year, WNT)
    page = nadia.get(form_page(year, WNT))
    assert "Klopt de deeltijdfactor?" in words(page)
    ladder = words(nadia.get(f"/verantwoording/{year.id_of(WNT)}"))
    assert "1 januari 2024 Vraag gesteld" in ladder
    assert "1 februari 2024 Antwoord uiterlijk" in ladder
    assert "Dagen voor (−) of na (+) de uiterste datum" in ladder
    for value in ("N. Ferwerdaal", "61.250,50", "0,5", "8"):
        assert f'value="{value}"' in page.text, value
    assert re.search(r'value="statutory"[^>]* checked', page.text)
    look = nadia.post(form_page(year, WNT), data={**PEOPLE, "bekijk": "1"})
    assert "U stuurde eerder jaarrekening.pdf mee" in words(look)
    nadia.post(form_page(year, WNT), data={**PEOPLE, "officials-0-part_time_factor": "0,9"})
    shown = words(enter("manager").get(f"/verantwoording/{year.id_of(WNT)}"))
    assert "Eerder ingediend op" in shown
    assert "Vraag van de contractmanager" in shown
    assert shown.count("Download jaarrekening.pdf") == 2


def test_what_is_with_the_manager_leads_back_to_its_page(year, enter):
    year.files(MARGIN)
    answer = enter("provider").get(form_page(year, MARGIN))
    assert (answer.status_code, answer.location) == (303, f"/verantwoording/{year.id_of(MARGIN)}")


def test_the_same_form_twice_has_one_effect(year, enter):
    nadia = enter("provider")
    sent = {**FIGURES, "nonce": "n" * 32, "version": str(year.item(MARGIN).version)}
    answers = [nadia.post(form_page(year, MARGIN), data=sent) for _time in range(3)]
    assert [a.status_code for a in answers] == [303] * 3
    assert {a.location for a in answers} == {f"/verantwoording/{year.id_of(MARGIN)}"}
    assert len(year.rows(ProfitMarginDeclaration)) == 1


def test_who_is_slower_than_a_colleague_keeps_the_typed_amounts(year, enter):
    nadia = enter("provider")
    old = str(year.item(MARGIN).version)
    year.files(MARGIN)
    answer = nadia.post(
        form_page(year, MARGIN), data={**FIGURES, "turnover": "777,77", "version": old, "nonce": "a" * 32}
    )
    assert answer.status_code == 409
    assert "777" in answer.text
    assert len(year.rows(Declaration)) == 1


def test_filing_again_what_was_checked_is_refused_with_a_page(year, enter):
    year.files(MARGIN)
    answer = enter("provider").post(form_page(year, MARGIN), data=FIGURES)
    assert answer.status_code == 409
    assert "Dit is al gedaan" in words(answer)


def test_hostile_input_never_breaks_the_page(year, enter):
    nadia = enter("provider")
    for value in ("\x00", "\ud800".encode("utf-8", "surrogatepass"), "<script>", "'" * 50, "9" * 400, "1e999", "٣"):
        for field in FIGURES:
            answer = nadia.post(form_page(year, MARGIN), data={**FIGURES, field: value})
            assert answer.status_code < 500, (field, value)
            assert "<script>" not in answer.text.partition("<main")[2]
        if year.item(MARGIN).state is not S.OPEN:
            hand_back(year, MARGIN)


# --- the contract manager ----------------------------------------------------------------------------------------


def act(desk, kind, name):
    return f"/verantwoording/{desk.id_of(kind)}/{name}"


def test_the_manager_marks_as_checked(year, enter):
    year.files(MARGIN)
    answer = enter("manager").post(act(year, MARGIN, "gecontroleerd"), data={"version": year.item(MARGIN).version})
    assert answer.status_code == 303
    assert "Gecontroleerd door Mo Manager" in words(enter("provider").get(answer.location))


def test_a_check_of_what_has_changed_is_a_409(year, enter):
    year.files(MARGIN)
    answer = enter("manager").post(act(year, MARGIN, "gecontroleerd"), data={"version": 1})
    assert answer.status_code == 409
    assert year.item(MARGIN).state is S.DELIVERED


def test_the_manager_asks_and_the_provider_sees_the_question(year, enter):
    year.files(MARGIN)
    said = {"question": "Waar komt dit vandaan?", "answer_by": "2024-02-01"}
    answer = enter("manager").post(act(year, MARGIN, "vraag"), data=said)
    page = words(enter("provider").get(answer.location))
    assert page.count("Waar komt dit vandaan?") == 1, "said once"
    assert "De contractmanager heeft een vraag" in page
    assert "Antwoord uiterlijk donderdag 1 februari 2024." in page
    own = words(enter("manager").get(answer.location))
    assert "De contractmanager heeft een vraag" not in own
    assert "De vraag aan " in own
    assert own.count("Waar komt dit vandaan?") == 1


def test_each_side_reads_what_is_asked_in_its_own_words(year, enter):
    address = f"/verantwoording/{year.id_of(MARGIN)}"
    theirs, ours = words(enter("provider").get(address)), words(enter("manager").get(address))
    assert "U geeft uw omzet" in theirs
    assert "U geeft" not in ours
    assert "De aanbieder geeft omzet, resultaat en winstuitkering op." in ours


def test_the_verdict_is_the_heading_and_what_it_is_about_stands_below(year, enter):
    answer = enter("provider").post(
        form_page(year, MARGIN), data={**FIGURES, "result": "115.000", "explanation": "Een vacature bleef open."}
    )
    page = enter("manager").get(answer.location)
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert unescape(heading) == "Winstmarge 6,25%", "no verdict on a threshold that is an example"
    assert "Verklaring winstmarge over 2023 van" in words(page)
    with year.acts(SYSTEM) as work:
        for contract in work.session.scalars(select(Contract)):
            contract.margin_cap_illustrative = False
    page = enter("manager").get(answer.location)
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert unescape(heading).replace("\xa0", " ") == "€ 9.200,00 boven de drempel"
    assert "Die drempel staat in het contract." in words(page)
    assert "Voorbeeld" not in words(page)
    assert "Die drempel staat in uw contract." in words(enter("provider").get(answer.location))


def test_no_exemption_is_offered_for_what_was_delivered(year, enter):
    address = f"/verantwoording/{year.id_of(MARGIN)}"
    manager = enter("manager")
    assert "Stel vrijstelling voor" in words(manager.get(address))
    year.files(MARGIN)
    hand_back(year, MARGIN)
    assert "Stel vrijstelling voor" not in words(manager.get(address))


def test_the_supervisor_is_named_at_the_wnt_alone(year, enter):
    year.files(MARGIN)
    year.files(WNT)
    sentence = "u oordeelt niet in plaats van de toezichthouder"
    assert sentence in words(enter("manager").get(f"/verantwoording/{year.id_of(WNT)}"))
    assert sentence not in words(enter("manager").get(f"/verantwoording/{year.id_of(MARGIN)}"))


def test_a_question_without_words_or_time_is_told_and_kept(year, enter):
    year.files(MARGIN)
    manager = enter("manager")
    empty = manager.post(act(year, MARGIN, "vraag"), data={"question": "", "answer_by": "2024-02-01"})
    check_error(empty, "question", "Vul uw vraag in.")
    late = manager.post(act(year, MARGIN, "vraag"), data={"question": "Hoe?", "answer_by": "2024-01-01"})
    check_error(late, "answer_by", "Kies een dag in de toekomst, zodat de aanbieder tijd heeft om te antwoorden.")
    assert "Hoe?" in late.text
    assert year.item(MARGIN).state is S.DELIVERED


def test_a_waiver_goes_through_two_hands(year, enter):
    answer = enter("manager").post(
        act(year, MARGIN, "vrijstelling-voorstellen"), data={"reason": "De aanbieder stopt."}
    )
    own = words(enter("manager").get(answer.location))
    assert "Een tweede persoon beslist over uw voorstel." in own
    assert "Stel vrij" not in own.replace("Stel vrijstelling voor", "")
    alone = enter("manager").post(act(year, MARGIN, "vrijstellen"))
    assert alone.status_code == 409
    assert "Een tweede persoon moet beslissen" in words(alone)
    second = enter("second").post(act(year, MARGIN, "vrijstellen"), data={"version": year.item(MARGIN).version})
    page = words(enter("provider").get(second.location))
    assert "Voorgesteld door Mo Manager, besloten door Tess Tweede" in page
    assert year.item(MARGIN).state is S.WAIVED


def test_a_waiver_without_reason_is_told_at_the_field(year, enter):
    answer = enter("manager").post(act(year, MARGIN, "vrijstelling-voorstellen"), data={"reason": " "})
    check_error(answer, "reason", "Vul een reden in.")


def test_a_proposal_is_refused_by_the_second_person(year, enter):
    year.does(year.manager, MARGIN, obligations.ask_waiver, reason="De aanbieder stopt.")
    answer = enter("second").post(
        act(year, MARGIN, "vrijstelling-vervalt"), data={"version": year.item(MARGIN).version}
    )
    assert answer.status_code == 303
    assert year.item(MARGIN).waiver_asked_by_id is None


def test_a_button_without_its_token_does_nothing(year, app):
    year.files(MARGIN)
    client = come_in(app.test_client(), year.users["manager"])
    for name in ("gecontroleerd", "vrijstellen"):
        assert client.post(act(year, MARGIN, name)).status_code == 400
    assert year.item(MARGIN).state is S.DELIVERED


ABOVE = {"result": Decimal(115_000), "explanation": "Een vacature bleef open."}


def test_an_amount_above_the_threshold_is_not_accepted_without_an_outcome_and_a_reason(year, enter):
    year.files(MARGIN, **ABOVE)
    manager = enter("manager")
    assert "Wat gebeurt er met het bedrag boven de drempel?" in words(
        manager.get(f"/verantwoording/{year.id_of(MARGIN)}")
    )
    empty = manager.post(act(year, MARGIN, "gecontroleerd"), data={"outcome": "repay", "reason": " "})
    check_error(empty, "reason", "Leg uit waarom u tot deze uitkomst komt.")
    assert re.search(r'value="repay"[^>]* checked', empty.text), "what was chosen stays"
    bare = manager.post(act(year, MARGIN, "gecontroleerd"), data={"reason": "Zie de uitleg."})
    assert bare.status_code == 422
    assert "Kies wat er met het bedrag boven de drempel gebeurt." in words(bare)
    assert "Zie de uitleg." in bare.text
    assert year.item(MARGIN).state is S.DELIVERED


def test_the_outcome_and_its_reason_are_read_by_both_sides(year, enter):
    year.files(MARGIN, **ABOVE)
    said = {"outcome": "reinvest", "reason": "Besteed het aan scholing.", "version": year.item(MARGIN).version}
    answer = enter("manager").post(act(year, MARGIN, "gecontroleerd"), data=said)
    assert answer.status_code == 303
    for reader in ("manager", "provider"):
        page = words(enter(reader).get(answer.location))
        assert "Boven de drempel Herinvesteren Waarom Besteed het aan scholing." in page, reader
    assert "De contractmanager spreekt met u af hoe en wanneer." in page
    assert "U hoeft niets meer te doen" not in page


def test_a_wnt_declaration_with_a_warning_is_accepted_with_a_reason(year, enter):
    year.files(WNT, points=15)
    manager = enter("manager")
    page = words(manager.get(f"/verantwoording/{year.id_of(WNT)}"))
    assert "Waarom? De aanbieder leest dit ook." in page
    assert "Terugbetalen" not in page
    check_error(
        manager.post(act(year, WNT, "gecontroleerd")),
        "reason",
        "Leg uit waarom u tot deze uitkomst komt.",
    )
    done = manager.post(
        act(year, WNT, "gecontroleerd"), data={"reason": "De brief van de toezichthouder noemt klasse II."}
    )
    assert done.status_code == 303
    assert "U hoeft niets meer te doen" in words(enter("provider").get(done.location))


# --- lists -------------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_its_address(year, enter):
    year.files(MARGIN)
    manager = enter("manager")
    assert "6 verklaringen" in words(manager.get("/verantwoording/lijst"))
    assert "1 verklaring " in words(manager.get("/verantwoording/lijst?stand=te-controleren"))
    assert "2 verklaringen" in words(manager.get("/verantwoording/lijst?soort=wnt_declaration&jaar=2024&q=&stand="))
    assert "3 verklaringen" in words(enter("provider").get("/verantwoording/lijst"))
    for odd in (
        "jaar=0",
        "jaar=99999999999",
        "pagina=-1",
        "pagina=999999999999999999",
        "sorteer=x",
        "stand=x",
        "soort=x",
    ):
        for page in ("/verantwoording", "/verantwoording/lijst"):
            assert manager.get(f"{page}?{odd}").status_code == 200, odd


def test_the_list_as_a_file_says_the_same(year, enter, clock):
    clock.set("2024-06-03 10:00")
    year.files(MARGIN)
    manager = enter("manager")
    lines = manager.get("/verantwoording/lijst?formaat=csv&sorteer=aanbieder&soort=profit_margin").text.splitlines()
    assert lines[0].endswith(
        "Aanbieder;Contract;Verklaring;Over;Uiterlijk;Stand;Ingediend op;Te laat ingediend;Gecontroleerd op"
    )
    assert "Lindeveld Jeugd en Gezin" in lines[1]
    assert "2024-05-31;Te laat ingediend, te controleren;2024-06-03 10:00;ja;" in lines[1]
    assert len(lines) == 3
    book = manager.get("/verantwoording/lijst?formaat=xlsx")
    with ZipFile(BytesIO(book.data)) as packed:
        assert b"Praktijk Kwelder" in packed.read("xl/sharedStrings.xml")
    assert len(enter("provider").get("/verantwoording/lijst?formaat=csv").text.splitlines()) == 4


# --- signals -----------------------------------------------------------------------------------------------------


@pytest.fixture
def signal_id(year):
    with year.acts(SYSTEM) as work:
        return escalation.open_overdue_signal(work, work.get(Obligation, year.id_of(MARGIN))).id


def test_a_signal_is_triaged_with_a_reason_and_shows_what_was_done(year, enter, signal_id):
    manager = enter("manager")
    assert "1 signaal vraagt aandacht" in words(manager.get("/signalen"))
    missing = manager.post(f"/signalen/{signal_id}", data={"act": "take_up", "note": ""})
    check_error(missing, "note", "Schrijf kort op waarom u dit kiest.")
    answer = manager.post(f"/signalen/{signal_id}", data={"act": "talk", "note": "Gesprek op 3 juli.", "version": 1})
    page = words(manager.get(answer.location))
    assert "Gesprek op 3 juli." in page
    assert "Mo Manager" in page
    assert year.rows(Signal)[0].state is SignalState.CONVERSATION
    assert manager.post(f"/signalen/{signal_id}", data={"act": "talk", "note": "Nog eens."}).status_code == 409


def test_a_signal_says_which_declaration_over_which_year_and_how_late(year, enter, signal_id, clock):
    clock.set("2024-07-01 09:00")
    page = words(enter("account_holder").get(f"/signalen/{signal_id}"))
    assert page.count("31 dagen te laat") == 1
    assert "Verklaring winstmarge over 2023: 31 dagen te laat" in page
    assert "vrijdag 31 mei 2024" in page
    listed = words(enter("manager").get("/signalen"))
    assert "Verklaring winstmarge over 2023 31 dagen te laat" in listed


def test_who_follows_up_on_a_signal_finds_the_contract_and_whom_to_ask(year, enter, signal_id):
    page = enter("manager").get(f"/signalen/{signal_id}")
    assert f'href="/contracten/{year.contracts[0]}"' in page.text
    assert 'href="mailto:beheer@lindeveld.example"' in page.text
    reader = enter("account_holder").get(f"/signalen/{signal_id}")
    assert "/contracten/" not in reader.text
    assert "mailto:" not in reader.text


def test_who_follows_providers_reads_a_signal_but_not_the_declaration(year, enter, signal_id):
    page = enter("account_holder").get(f"/signalen/{signal_id}")
    assert page.status_code == 200
    assert "/verantwoording/" not in page.text
    assert "Bewaar uw keuze" not in words(page)
    assert enter("account_holder").get(f"/verantwoording/{year.id_of(MARGIN)}").status_code == 404
    assert enter("provider").get(f"/signalen/{signal_id}").status_code == 404


def test_signals_come_as_a_file_too(year, enter, signal_id):
    lines = enter("manager").get("/signalen?formaat=csv").text.splitlines()
    assert "Lindeveld Jeugd en Gezin;Verantwoording te laat;Verklaring winstmarge over 2023;;" in lines[1]
    assert enter("manager").get("/signalen?staat=dismissed").text.count("Geen signalen gevonden") == 1


# --- how often the database is asked -----------------------------------------------------------------------------


def test_a_page_asks_the_database_as_often_for_many_as_for_few(year, enter, app):
    year.files(MARGIN)
    year.does(year.manager, MARGIN, declarations.return_declaration, **ASKED)
    year.files(MARGIN)
    manager = enter("manager")
    item = f"/verantwoording/{year.id_of(MARGIN)}"
    most = {"/verantwoording": 15, "/verantwoording/lijst": 8, item: 12}
    for address, limit in most.items():
        manager.get(address)
        with statements(app.extensions["portal"].office.db.engine) as sent:
            manager.get(address)
        assert len(sent) <= limit, address
