"""What was chosen in a list, from a form that anybody may have written."""

from __future__ import annotations

from flask import Flask

from portal.web.listing import ticked


def test_what_can_be_no_id_is_left_out(app: Flask) -> None:
    typed = ["7", "²", "9" * 5000, "-1", "1.0", "", "٣", "12"]
    with app.test_request_context(method="POST", data={"kies": typed}):
        assert ticked("kies") == [7, 12]
