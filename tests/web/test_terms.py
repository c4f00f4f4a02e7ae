"""How long is left, as every page says it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import render_template_string


@pytest.mark.parametrize(
    ("moment", "words"),
    [("2022-05-30 00:30", "nog 1 dag"), ("2022-05-31 00:30", "vandaag"), ("2022-06-01 00:30", "1 dag te laat")],
)
def test_a_day_is_counted_by_the_dutch_calendar_also_just_after_midnight(app, clock, moment, words):
    clock.set(moment)
    with app.test_request_context("/"):
        page = render_template_string(
            "{% import 'parts/layout.html' as p with context %}{{ p.left(day) }}", day=date(2022, 5, 31)
        )
    assert page.strip() == words
