"""A choice that is not on offer, from a form that anybody may have written."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web.fields import MayBeEmpty, SelectField, SelectMultipleField
from portal.web.forms import BaseForm


class ChoiceForm(BaseForm):
    place = SelectField("Plaats", [MayBeEmpty()], default="", choices=[("", "Geen"), ("7", "Bergen")])
    kinds = SelectMultipleField("Soorten", [MayBeEmpty()], choices=[("vog", "VOG"), ("skj", "SKJ")])


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, []),
        ({"place": ""}, []),
        ({"place": "7", "kinds": ["vog", "skj"]}, []),
        ({"place": " "}, ["place"]),
        ({"place": "8"}, ["place"]),
        ({"kinds": [" ", "anders"]}, ["kinds"]),
        ({"kinds": ["", "vog"]}, ["kinds"]),
    ],
)
def test_a_choice_may_be_empty_and_not_something_else(
    app: Flask, typed: dict[str, str | list[str]], wrong: list[str]
) -> None:
    with app.test_request_context(method="POST", data=typed):
        form = ChoiceForm(meta={"csrf": False})
        form.validate()
        assert sorted(form.errors) == wrong
