"""Every mail is whole in Dutch and in English, stands in the frame of the house, and says why it came."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from portal.mail.rendering import TEMPLATES, _environment, render
from tests.conftest import TestClock

PARTS = {"subject.txt", "why.txt", "body.txt", "body.html"}
MAILS = sorted(folder for folder in (TEMPLATES / "mail").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_a_mail_is_whole_in_each_language_it_has(folder: Path) -> None:
    languages = {language.name: {part.name for part in language.iterdir()} for language in folder.iterdir()}
    assert languages == {"nl": PARTS, "en": PARTS}


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_a_mail_can_be_read_and_stands_in_the_frame(folder: Path) -> None:
    for file in folder.rglob("body.*"):
        source = file.read_text()
        _environment(file.parent.name).parse(source)
        assert f'{{% extends "mail/base{file.suffix}" %}}' in source
    for file in folder.rglob("body.html"):
        assert "style=" not in file.read_text() and "<script" not in file.read_text()
        assert file.read_text().count("<h1") == 1, "one heading says what it is about"


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_a_mail_greets_says_why_it_came_and_repeats_its_button_as_an_address(folder: Path) -> None:
    for language, greeting, reason in (
        ("nl", "Beste ", "U krijgt deze mail omdat "),
        ("en", "Dear ", "You get this mail because "),
    ):
        bodies = [(folder / language / name).read_text() for name in ("body.txt", "body.html")]
        assert folder.name == "delivery_check" or all(greeting in body for body in bodies)
        assert (folder / language / "why.txt").read_text().startswith(reason)
        addresses = re.findall(r"button\(.*url\((.*?)\)\)", bodies[1])
        assert set(addresses) <= {"link", '"/"'}, "the address at the foot is that of `link`"


def _render(template: str, **facts: object) -> tuple[str, str, str]:
    made = render(template, "nl", facts, "http://localhost{}".format)
    return made.subject, made.text, made.html


def _reset(**facts: object) -> tuple[str, str, str]:
    until = TestClock("2023-06-19 17:00").now
    return _render("account_reset", name="Noor", link="/wachtwoord-vergeten/x", until=until, **facts)


def test_the_title_of_a_mail_is_its_subject() -> None:
    subject, _text, html = _reset(region_name="Regio Alkmaar")
    assert f"<title>{subject}</title>" in html


def test_the_reason_and_the_address_stand_at_the_foot() -> None:
    _subject, text, html = _reset()
    assert all("U krijgt deze mail omdat voor dit e-mailadres" in body for body in (text, html))
    assert html.count('href="http://localhost/wachtwoord-vergeten/x"') == 2


def test_a_time_is_not_broken_off_from_its_unit() -> None:
    _subject, text, html = _reset()
    assert "17:00\u00a0uur" in unescape(html) and "17:00 uur" not in html
    assert "17:00 uur" in text


def test_on_a_phone_the_button_is_as_wide_as_the_mail() -> None:
    _subject, _text, html = _reset()
    rules = html.split("@media (max-width: 480px)")[1].split("</style>")[0]
    assert re.search(r"\.m-actie, \.m-knop, [^{]*a \{ width: 100% !important", rules)


ITEM = {
    "what": "Verklaring winstmarge", "thing": "verklaring winstmarge", "about_year": 2023, "legal": False,
    "provider": "Lindeveld", "due_on": date(2024, 5, 31), "path": "/verantwoording/1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((-7,), "Dit had al binnen moeten zijn:"),
        ((-7, -1), "Dit had al binnen moeten zijn:"),
        ((-7, 0), "Dit had al binnen moeten zijn of moet nog binnenkomen:"),
        ((0, 7), "Dit moet nog binnenkomen:"),
    ],
)
def test_a_reminder_says_only_what_holds(days: tuple[int, ...], said: str) -> None:
    items = [ITEM | {"days": left} for left in days]
    facts = {"items": items, "own": True, "name": "Noor", "provider": "Lindeveld", "region_name": "Regio", "link": "/x"}
    _subject, text, html = _render("obligations_due", **facts)
    assert said in text and said in html


@pytest.mark.parametrize(
    ("joint", "said"), [(True, "U mag samen met een andere tekenbevoegde tekenen"), (False, "U mag tekenen")]
)
def test_who_signs_jointly_is_not_told_to_sign_alone(joint: bool, said: str) -> None:
    facts = {"name": "Noor", "organisation": "Lindeveld", "kind": "Gezamenlijk bevoegd", "joint": joint, "link": "/x"}
    _subject, text, html = _render("authority_verified", **facts)
    assert all(f"{said} voor Lindeveld" in body for body in (text, html))


@pytest.mark.parametrize(("today", "said"), [("2022-06-30", True), ("2022-07-01", False)])
def test_a_contract_is_to_be_signed_before_its_first_day(today: str, said: bool) -> None:
    facts = {
        "name": "Noor", "number": "RO-1", "provider": "Lindeveld", "region_name": "Regio", "link": "/x", "products": [],
        "starts_on": date(2022, 7, 1), "now": TestClock(f"{today} 12:00").now,
    }  # fmt: skip
    _subject, text, html = _render("contract_sign", **facts)
    assert ("Onderteken vóór vrijdag 1 juli 2022" in text) is said and ("Onderteken vóór" in html) is said


@pytest.mark.parametrize(
    ("admitted", "said"), [(True, "is toegelaten voor Begeleiding"), (False, "is niet toegelaten voor Begeleiding")]
)
def test_a_final_decision_says_which_way_it_went(admitted: bool, said: str) -> None:
    facts = {
        "name": "Noor", "provider": "Lindeveld", "product": "Begeleiding", "procedure": "Jeugdhulp", "link": "/x",
        "region_name": "Regio", "admitted": admitted,
    }  # fmt: skip
    _subject, text, html = _render("decision_final", **facts)
    assert all(f"Lindeveld {said}" in body for body in (text, html))


@pytest.mark.parametrize(
    ("adopted", "said"), [(True, "De afspraak is vastgesteld."), (False, "De afspraak is niet vastgesteld.")]
)
def test_a_ruling_is_in_both_bodies(adopted: bool, said: str) -> None:
    facts = {
        "name": "Noor",
        "code": "7.4",
        "title": "Wachttijd",
        "table": "Basis",
        "region_name": "Regio",
        "link": "/x",
    }
    _subject, text, html = _render("ruling_settled", adopted=adopted, **facts)
    assert said in text and said in html


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2023-06-20 00:00", "tot en met maandag 19 juni 2023"),
        ("2023-06-19 17:00", "tot maandag 19 juni 2023, 17:00 uur"),
    ],
)
def test_the_term_for_comments_reads_the_same_everywhere(until: str, said: str) -> None:
    facts = {"name": "Noor", "title": "Ronde 3", "starts_at": TestClock("2023-06-01 13:30").now, "link": "/x"}
    subject, text, html = _render("minutes_to_comment", until=TestClock(until).now, **facts)
    assert subject.endswith(said) and f"Reageren kan {said} (Nederlandse tijd)" in text
    assert said in unescape(html).replace("\u00a0", " ") and "20 juni" not in subject + text + html


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_on_a_phone_an_agenda_point_has_the_whole_width_and_breaks_as_its_language_does(locale: str) -> None:
    now = TestClock("2023-06-19 17:00").now
    facts = {
        "title": "Ronde 3", "moved": False, "name": "Noor", "starts_at": now, "ends_at": now, "location": "Raadhuis",
        "points": [{"at": now, "title": "Gegevensuitwisselingsovereenkomst"}], "seated": True, "link": "/overleggen/1",
    }  # fmt: skip
    html = render("meeting_invitation", locale, facts, "http://localhost{}".format).html
    phone = html.split("@media (max-width: 480px)")[1].split("</style>")[0]
    assert re.search(r"\.m-agenda td \{ display: block !important", phone)
    assert f'lang="{locale}"' in html.split("<body")[1], "a mail program throws the html element away"
    assert re.search(r'<td style="[^"]*hyphens: auto[^"]*">Gegevens', html)
