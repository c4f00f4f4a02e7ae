"""The form that moves the practice clock."""

from __future__ import annotations

from wtforms import DateTimeLocalField
from wtforms.validators import InputRequired

from portal.web.fields import RadioField
from portal.web.forms import BaseForm
from portal.web.locale import _l


class ClockForm(BaseForm):
    days = RadioField(
        _l("Hoe ver vooruit?"),
        choices=[("1", _l("Een dag")), ("7", _l("Een week")), ("30", _l("Dertig dagen")), ("", _l("Naar een moment"))],
        default="",
    )
    moment = DateTimeLocalField(
        _l("Moment (Nederlandse tijd)"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[InputRequired()]
    )
