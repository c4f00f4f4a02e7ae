"""The shape of what people fill in under a contract, and what each reason is called."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field
from wtforms.validators import InputRequired, Optional, ValidationError

from portal.web import reasons
from portal.web.fields import NumberField, SelectMultipleField
from portal.web.forms import BaseForm
from portal.web.locale import _l

REASONS: dict[str, Any] = {
    "already_contracted": _l("Deze aanbieder heeft al een contract uit deze procedure. Open dat contract."),
    "nothing_admitted": _l(
        "Er is nu geen product waarop u een contract kunt opstellen: niets is toegelaten, of de brief is nog niet verstuurd."
    ),
    "contract_term_missing": _l(
        "De looptijd van het contract staat niet vast. Vul in de procedure de ingangsdatum van het contract in."
    ),
    "document_not_ready": _l("Het document wordt nog gemaakt. Wacht tot het klaar is en lees het eerst na."),
    "provider_cannot_sign": _l(
        "Niemand van de aanbieder heeft een gecontroleerde tekenbevoegdheid. Vraag de aanbieder om die vast te leggen "
        "en controleer die bij Verificaties."
    ),
    "no_proxy_holder": _l(
        "Voor {detail} staat niemand in het mandaatregister die vandaag mag tekenen. Vul het mandaatregister aan."
    ),
    "contract_text_is_example": _l(
        "De contracttekst is een voorbeeld. Laat de regio de eigen tekst vaststellen en leg dat vast in de "
        "blauwdruk, voordat een procedure daarmee begint."
    ),
    "tariff_is_example": _l(
        "Het tarief van {detail} is een voorbeeld. Een contract met een voorbeeldtarief kan niemand ondertekenen. Neem "
        "het eigen tariefblad van de regio op, voordat een procedure daarmee begint."
    ),
    "margin_cap_is_example": _l(
        "De winstgrens is een voorbeeld. Laat de regio de eigen grens vaststellen en leg die vast in de blauwdruk, "
        "voordat een procedure daarmee begint."
    ),
    "not_a_member": _l(
        "Deze gemeente hoort niet bij de regio van dit contract. Voor die gemeente valt er niets te tekenen."
    ),
    "contract_already_signed": _l("Hier staat al een handtekening. Tweemaal tekenen is niet nodig."),
    "no_mandate_to_sign": _l(
        "U staat vandaag niet in het mandaatregister om voor deze gemeente contracten te tekenen. Vraag de inkoper of "
        "contractmanager van de regio om het register na te kijken."
    ),
    "above_mandate_amount": _l(
        "De waarde van dit contract is hoger dan waarvoor u mag tekenen. Iemand met een ruimer mandaat tekent het."
    ),
    "contract_value_needed": _l(
        "Vul de geschatte waarde per jaar in, bijvoorbeeld 640.000. Een van de tekenaars mag tot een grens tekenen."
    ),
    "contract_value_missing": _l(
        "Dit contract noemt geen waarde per jaar, en u mag tot een grens tekenen. Iemand zonder grens tekent het."
    ),
    "contract_log_in_again": _l("Log opnieuw in om te tekenen. Zo staat vast dat u het bent."),
    "provider_has_signed": _l("De aanbieder heeft al getekend. Uw handtekening is niet meer nodig."),
    "not_started_yet": _l("De eerste dag van het contract is nog niet gekomen."),
    "document_is_there": _l("Het document is er al. Open het op de pagina van het contract."),
    "document_is_being_made": _l("Het document wordt al gemaakt. Ververs de pagina van het contract over een minuut."),
}
reasons.register(REASONS)

AMOUNT = _l("Vul een bedrag in, bijvoorbeeld 640.000 of 640.000,50.")
LARGEST = Decimal("999999999999.99")


def _in_range(_form: BaseForm, field: Field) -> None:
    """What was no amount at all has its sentence already."""
    if field.data is not None and not 0 < field.data <= LARGEST:
        raise ValidationError(str(AMOUNT))


class PrepareForm(BaseForm):
    """Drawing up: everything else comes from the procedure and the admission."""

    estimated_value = NumberField(
        _l("Geschatte waarde per jaar (€)"),
        validators=[Optional(), _in_range],
        description=_l(
            "Het portaal controleert met dit bedrag of een tekenaar mag tekenen. Schrijf het als 640.000 of 640.000,50."
        ),
    )


class SignForm(BaseForm):
    agree = BooleanField(
        _l("Ik heb het contract gelezen en teken het"),
        [InputRequired(_l("Zet een vinkje als u het contract heeft gelezen en wilt tekenen."))],
    )


class SignManyForm(BaseForm):
    chosen = SelectMultipleField(
        _l("Contracten om te tekenen"),
        validators=[InputRequired(_l("Kies ten minste één contract om te tekenen."))],
        validate_choice=False,
    )
    agree = BooleanField(
        _l("Ik heb de gekozen contracten gelezen en teken ze als gevolmachtigde"),
        [InputRequired(_l("Zet een vinkje als u de gekozen contracten heeft gelezen en wilt tekenen."))],
    )

    def pairs(self) -> Sequence[tuple[int, int]]:
        """(contract, municipality) of each ticked row; what is not such a pair is left out."""
        halves = [key.split("-") for key in dict.fromkeys(self.chosen.data or ())]
        return [(int(h[0]), int(h[1])) for h in halves if len(h) == 2 and all(_is_id(part) for part in h)]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
