"""The form with which a role ends and its work is handed over."""

from __future__ import annotations

from typing import Any

from portal.web.fields import MayBeEmpty, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _l


class LeaveForm(BaseForm):
    successor = SelectField(
        _l("Wie neemt het werk over?"),
        [MayBeEmpty()],
        default="",
        description=_l(
            "Deze collega krijgt een mail met alles wat openstaat. Kiest u niemand? Dan wachten de actiepunten op elke "
            "collega met dezelfde rol."
        ),
    )

    def __init__(self, colleagues: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.successor.choices = [
            ("", _l("Niemand")),
            *colleagues,
        ]
