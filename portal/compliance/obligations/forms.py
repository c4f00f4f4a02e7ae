"""The waiver's form, and the words for this feature's reasons."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS = {
    "waiver_needs_reason": _l("Vul in waarom de aanbieder dit niet hoeft te leveren."),
    "waiver_not_asked": _l("Er is nog geen voorstel tot vrijstelling. Doe eerst een voorstel met een reden."),
    "waiver_needs_second_person": _l("U deed dit voorstel zelf. Een tweede persoon moet beslissen."),
    "return_needs_question": _l("Vul in wat u van de aanbieder wilt weten."),
    "answer_day_has_passed": _l("Kies een dag in de toekomst, zodat de aanbieder tijd heeft om te antwoorden."),
}


class WaiverForm(BaseForm):
    reason = TextAreaField(
        _l("Waarom hoeft de aanbieder dit niet te leveren?"),
        validators=[DataRequired(_l("Vul een reden in.")), Length(max=1000, message=_l("Houd het bij 1000 tekens."))],
    )
