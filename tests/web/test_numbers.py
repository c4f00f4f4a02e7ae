"""Numbers and days as Dutch and English readers type them: what is clear is taken, what is not is asked again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask, session
from werkzeug.datastructures import MultiDict

from portal.typed import Reading, TwoMeanings, as_typed, read_number
from portal.web.fields import DayField, FigureField, NumberField, RadioField, SelectField
from portal.web.forms import BaseForm

CLEAR = [
    ("0", "0"), ("7", "7"), ("000", "0"), ("640000", "640000"), ("640000,5", "640000.5"), ("640000.5", "640000.5"),
    ("640000,50", "640000.50"), ("640000.50", "640000.50"), ("640.000,50", "640000.50"), ("640,000.50", "640000.50"),
    ("640.000,5", "640000.5"), ("640,000.5", "640000.5"), ("1.250.000", "1250000"), ("1,250,000", "1250000"),
    ("1.250.000,25", "1250000.25"), ("1,250,000.25", "1250000.25"), ("640 000", "640000"), ("640 000,50", "640000.50"),
    ("640\u00a0000.50", "640000.50"), ("640\u202f000", "640000"), ("1'250'000", "1250000"), ("1\u2019250.50", "1250.50"),
    ("\u20ac 640000", "640000"), ("\u20ac640,000.50", "640000.50"), ("12,5%", "12.5"), ("12.5 %", "12.5"),
    (" 12 ", "12"), (",5", "0.5"), (".5", "0.5"), ("0,5", "0.5"), ("0.05", "0.05"), ("-12,5", "-12.5"), ("- 12.5", "-12.5"),
    ("\u221212,50", "-12.50"), ("1.250.000,-", "1250000"), ("250,--", "250"), ("250,=", "250"),
]  # fmt: skip
NONE = [
    "", " ", "-", "\u20ac", ".", ",", "veel", "1e5", "NaN", "Infinity", "++5",
    "1.2.3", "1,2,3", "12.34.56", "1.25,5", "1,25.5", "1.250.00",
    "64 00 00", "12 5", "0.640.000", "640..000", "640.000.",
    "5,", "640k", "0x10", "\u0663", "--5", "5-", "+-5",
    "1.250,500.00", "1 250.000,5",
]  # fmt: skip


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize(("typed", "value"), CLEAR)
def test_what_is_clear_is_the_same_number_in_both_languages(typed, value, locale):
    assert {read_number(typed, locale, reading) for reading in Reading} == {Decimal(value)}


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_number_is_refused(typed, locale):
    for reading in Reading:
        with pytest.raises(ValueError, match=r"^") as refused:
            read_number(typed, locale, reading)
        assert not isinstance(refused.value, TwoMeanings)


@pytest.mark.parametrize("typed", ["640.0000", "12.5000", "1,2505"])
def test_a_figure_too_many_behind_the_separator_is_refused_and_not_read_a_thousand_times_too_small(typed):
    for reading in (Reading.AMOUNT, Reading.COUNT):
        with pytest.raises(ValueError, match=typed):
            read_number(typed, "nl", reading)
    assert read_number("0.0250", "nl", Reading.SHARE) == Decimal("0.025")


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize("typed", ["1.250", "1,250", "640.000", "640,000", "-12.000", "-12,000", "1.000", "999,999"])
def test_three_figures_behind_one_separator_are_thousands_in_an_amount_and_a_fraction_in_a_share(typed, locale):
    thousands = Decimal(typed.replace(".", "").replace(",", ""))
    assert read_number(typed, locale, Reading.AMOUNT) == thousands
    assert read_number(typed, locale, Reading.SHARE) == thousands / 1000
    own = typed.count("." if locale == "nl" else ",")
    if own:
        assert read_number(typed, locale, Reading.COUNT) == thousands
    else:
        with pytest.raises(TwoMeanings):
            read_number(typed, locale, Reading.COUNT)
    with pytest.raises(TwoMeanings):
        read_number(typed, "", Reading.COUNT)


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize(
    "value",
    ["0", "0.5", "0.025", "1", "12.5", "12.25", "999", "1000", "1250", "-12000", "640000", "640000.5", "1250000.25"],
)
def test_what_a_box_shows_is_read_as_the_same_number(value, locale):
    for reading in Reading:
        assert read_number(as_typed(Decimal(value), locale, reading), locale, reading) == Decimal(value)


def test_both_numbers_that_are_proposed_can_be_typed():
    for locale in ("nl", "en"):
        for typed in ("1.250", "1.125", "12.005", "640,000"):
            two = TwoMeanings(typed, locale)
            assert read_number(two.large, locale) == read_number(two.small, locale) * 1000


class Trial(BaseForm):
    amount = NumberField("Bedrag")
    target = NumberField("Streefwaarde", reading=Reading.COUNT, signed=True)
    figure = FigureField("Cijfer", reading=Reading.COUNT)
    day = DayField("Dag")
    kind = SelectField("Soort", choices=[("a", "A"), ("b", "B")], default="a")


def form_of(app: Flask, locale: str = "nl", **typed: str) -> Trial:
    with app.test_request_context("/", method="POST"):
        session["locale"] = locale
        form = Trial(formdata=MultiDict({"kind": "a", **typed}), meta={"csrf": False})
        form.validate()
        form.shown = {field.name: field._value() for field in form if hasattr(field, "_value")}
        return form


@pytest.mark.parametrize(
    ("locale", "typed", "value", "shown"),
    [("nl", "640,000.5", "640000.50", "640.000,50"), ("en", "640.000,5", "640000.50", "640,000.50"),
     ("en", "1.250", "1250", "1,250")],
)  # fmt: skip
def test_an_amount_comes_back_as_its_reader_writes_it(app, locale, typed, value, shown):
    form = form_of(app, locale, amount=typed)
    assert (form.amount.data, form.shown["amount"], form.errors) == (Decimal(value), shown, {})


@pytest.mark.parametrize(
    ("locale", "name", "typed", "sentence"),
    [
        ("nl", "target", "1,250", "1,250 kan twee getallen zijn. Schrijf 1250 of 1,25, wat u bedoelt."),
        ("nl", "amount", "veel", "Vul een bedrag in, bijvoorbeeld 1.250,50."),
        ("nl", "amount", "1,2550", "Vul een getal in met ten hoogste 2 cijfers achter de komma."),
        ("nl", "amount", "1.000.000.000.000", "Dit getal is te groot. Kijk na of er een cijfer of een komma verkeerd staat."),
        ("nl", "day", "31-02-2022", "Vul een datum in, bijvoorbeeld 31-12-2022."),
        ("nl", "day", "0022-01-31", "Vul een jaar in van 2000 tot 2100."),
    ],
)  # fmt: skip
def test_what_is_not_taken_stays_with_a_sentence_that_says_what_to_write(app, locale, name, typed, sentence):
    form = form_of(app, locale, **{name: typed})
    assert form.errors[name] == [sentence]
    assert form.shown[name] == typed


@pytest.mark.parametrize("typed", ["2022-12-31", "31-12-2022", "31/12/2022", "31.12.2022", " 31-12-2022 "])
def test_a_day_is_read_as_a_picker_sends_it_and_as_people_type_it(app, typed):
    assert form_of(app, day=typed).day.data == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("locale", "typed", "kept", "shown"),
    [("nl", "1.250", "1250", "1.250"), ("en", "1,250", "1250", "1,250"), ("nl", "1,250", "1,250", "1,250"),
     ("nl", "12,5", "12.5", "12,5"), ("nl", "veel", "veel", "veel"), ("nl", "", "", "")],
)  # fmt: skip
def test_a_figure_is_kept_without_separators_and_what_is_unclear_as_it_was_typed(app, locale, typed, kept, shown):
    form = form_of(app, locale, figure=typed)
    assert (form.figure.data, form.shown["figure"]) == (kept, shown)


def test_choices_are_pairs_also_under_headings(app):
    class Chosen(BaseForm):
        one = SelectField("Een")
        two = RadioField("Twee", choices=[("ja", "Ja")])

    with app.test_request_context("/"):
        form = Chosen()
        form.one.choices = {"Kop": [("a", "A")], "Andere kop": [("b", "B")]}
        assert '<optgroup label="Kop">' in form.one() and [option.label.text for option in form.two] == ["Ja"]
