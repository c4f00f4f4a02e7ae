"""What the page does while somebody fills in a form: errors step back when they were answered, dates are said in words."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.web.fields import DayField, RadioField
from portal.web.forms import BaseForm
from portal.web.wall import open_endpoint

PAGE = """
{% extends 'base.html' %}{% import 'parts/forms.html' as f with context %}
{% block main %}<h1 class="utrecht-heading-1">Proef</h1>{{ f.error_summary(form) }}
{% call f.form() %}{{ f.fields(form) }}{{ f.button('Verstuur') }}{% endcall %}{% endblock %}
"""


class Trial(BaseForm):
    name = StringField("Naam", [InputRequired("Vul de naam in.")])
    stay = RadioField("Verblijf", [InputRequired("Kies ja of nee.")], choices=[("ja", "Ja"), ("nee", "Nee")])
    day = DayField("Dag", [InputRequired("Vul de dag in.")])


@pytest.fixture
def app(new_app: Flask) -> Flask:
    def trial() -> str:
        form = Trial()
        form.validate_on_submit()
        return render_template_string(PAGE, form=form)

    new_app.add_url_rule("/proef", "trial", open_endpoint(trial), methods=["GET", "POST"])
    return new_app


def height_of(page: Page, label: str) -> float:
    """How far below the top of the page the field stands, wherever the page was scrolled to."""
    where: float = page.get_by_label(label).evaluate("(field) => field.getBoundingClientRect().top + scrollY")
    return where


def test_an_error_steps_back_when_its_field_was_filled_in_and_nothing_moves(page: Page) -> None:
    page.goto("/proef")
    page.get_by_role("button", name="Verstuur").click()
    answered = page.locator(".p-fouten__klaar")
    place = height_of(page, "Ja")
    page.get_by_label("Naam").fill("Zandkreek")
    page.get_by_label("Ja").check()
    expect(page.locator("#name-fout")).to_be_hidden()
    expect(answered).to_have_text(["Vul de naam in.", "Kies ja of nee."])
    assert height_of(page, "Ja") == pytest.approx(place, abs=2), "less than a line: letters may still arrive"
    page.get_by_label("Dag").fill("2022-06-15")
    page.get_by_label("Dag").blur()
    expect(answered).to_have_count(3)


def test_a_date_is_said_in_words_while_it_is_typed(page: Page) -> None:
    page.goto("/proef")
    page.get_by_label("Dag").fill("2022-06-15")
    expect(page.get_by_text("woensdag 15 juni 2022")).to_be_visible()
    page.get_by_label("Dag").fill("")
    expect(page.get_by_text("woensdag 15 juni 2022")).to_have_count(0)
