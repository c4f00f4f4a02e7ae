"""The forms of accounts: shape of input, and what each reason is called."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from portal.access import Role
from portal.accounts.models import AuthorityKind, LegalForm
from portal.accounts.organisations.rules import KVK, MAX_YOUTH_WORKERS, normal_kvk
from portal.accounts.rules import AUTHORITY_LABELS, LEGAL_FORM_LABELS, ROLE_LABELS
from portal.accounts.users.rules import MIN_LENGTH, reasons_against_password
from portal.web import reasons
from portal.web.fields import DayField, NumberField, RadioField, SelectField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l
from portal.web.signs import EmailField

REASONS: dict[str, Any] = {
    "email_known": _l("Met dit e-mailadres is er al een account."),
    "kvk_known": _l("Deze organisatie is al geregistreerd."),
    "kvk_number_wrong": _l("Vul het KvK-nummer in: 8 cijfers, bijvoorbeeld 12345678."),
    "organisation_name_missing": _l("Vul de naam van de organisatie in."),
    "organisation_place_missing": _l("Vul de plaats van vestiging in."),
    "youth_workers_wrong": _l("Vul een aantal medewerkers van 0 tot en met 100000 in."),
    "password_too_short": _l("Kies een wachtwoord van ten minste 12 tekens."),
    "password_too_long": _l("Kies een wachtwoord van ten hoogste 200 tekens."),
    "password_is_email": _l("Kies een wachtwoord dat niet op uw e-mailadres lijkt."),
    "password_common": _l("Dit wachtwoord is te makkelijk te raden. Kies een paar woorden die niet bij elkaar horen."),
    "password_wrong": _l("Dit is niet uw huidige wachtwoord."),
    "log_in_failed": _l("Het e-mailadres of het wachtwoord klopt niet."),
    "too_many_attempts": _l("Er is te vaak een verkeerd wachtwoord ingevuld. Probeer het later opnieuw."),
    "not_confirmed": _l("Bevestig eerst uw e-mailadres met de link in de mail. Vraag hieronder een nieuwe link aan."),
    "deactivated": _l("Dit account is uitgezet. Neem contact op met de beheerder van het portaal."),
    "no_role": _l("U hebt geen rol meer in het portaal. Vraag de beheerder van uw organisatie om een uitnodiging."),
    "link_expired": _l("Deze link werkt niet meer. Vraag een nieuwe aan."),
    "already_member": _l("Deze persoon heeft deze rol al."),
    "already_invited": _l("Deze persoon is al uitgenodigd. Stuur de uitnodiging opnieuw vanuit de lijst."),
    "roles_on_both_sides": _l(
        "Iemand kan niet tegelijk voor een aanbieder en voor de inkopende kant werken. Kies een ander account."
    ),
    "role_does_not_fit_organisation": _l(
        "Deze rol past niet bij deze organisatie. Kies een andere rol of organisatie."
    ),
    "role_needs_region": _l("Kies de regio waarvoor deze rol geldt."),
    "role_needs_municipality": _l("Kies de gemeente waarvoor deze rol geldt."),
    "last_administrator": _l("Dit is de laatste beheerder. Maak eerst iemand anders beheerder."),
    "deactivates_self": _l("U kunt uw eigen account niet uitzetten. Vraag een andere beheerder."),
    "extract_missing": _l("Voeg een uittreksel of volmacht toe."),
    "extract_date_missing": _l("Vul de datum van het uittreksel in."),
    "extract_date_in_future": _l("De datum van het uittreksel ligt in de toekomst. Controleer de datum."),
    "extract_old": _l("Het uittreksel is ouder dan een half jaar. Kijk extra goed of het nog klopt."),
    "limit_missing": _l("Vul in tot welk bedrag per jaar u mag tekenen."),
    "limit_not_positive": _l("Vul een bedrag in dat hoger is dan 0."),
    "already_claimed": _l("U hebt al een tekenbevoegdheid vastgelegd. Beëindig die eerst."),
    "own_authority": _l("U kunt uw eigen bevoegdheid niet controleren. Vraag een collega."),
    "valid_until_passed": _l("Kies een datum vanaf vandaag, of laat het veld leeg."),
    "reject_reason_missing": _l("Schrijf op waarom de bevoegdheid niet vaststaat. De aanbieder krijgt deze tekst."),
    "no_authority": _l("U hebt geen tekenbevoegdheid vastgelegd voor deze organisatie."),
    "authority_not_verified": _l("Uw tekenbevoegdheid is nog niet gecontroleerd door een inkoper."),
    "authority_expired": _l("Uw tekenbevoegdheid is verlopen. Leg die opnieuw vast."),
    "amount_above_authority": _l("Het bedrag is hoger dan waarvoor u mag tekenen."),
}
reasons.register(REASONS)

PLACES = {
    "kvk_number_wrong": "kvk_number", "organisation_name_missing": "organisation_name",
    "organisation_place_missing": "place", "youth_workers_wrong": "youth_workers", "password_too_short": "password",
    "password_too_long": "password", "password_is_email": "password", "password_common": "password",
    "password_wrong": "current", "already_member": "email", "already_invited": "email", "roles_on_both_sides": "email",
    "role_does_not_fit_organisation": "role", "role_needs_region": "organisation",
    "role_needs_municipality": "municipality", "extract_missing": "extract", "extract_date_missing": "extract_date",
    "extract_date_in_future": "extract_date", "limit_missing": "limit_amount", "limit_not_positive": "limit_amount",
    "valid_until_passed": "valid_until", "reject_reason_missing": "reason",
}  # fmt: skip
"""At which field a reason is said; the others stand above the form."""

EMAIL_WRONG = _l("Vul een e-mailadres in, bijvoorbeeld naam@organisatie.nl.")
PASSWORD_HINT = _l("Ten minste %(number)s tekens. Een paar losse woorden achter elkaar werkt goed.", number=MIN_LENGTH)


def _needed(sentence: Any) -> InputRequired:
    return InputRequired(sentence)


def _email_checks() -> list[Any]:
    return [InputRequired(EMAIL_WRONG), Length(max=254, message=EMAIL_WRONG), Email(EMAIL_WRONG)]


def _name_checks() -> list[Any]:
    return [InputRequired(_l("Vul uw naam in.")), Length(max=120, message=_l("Gebruik ten hoogste 120 tekens."))]


def _kvk_fits(_form: BaseForm, field: Any) -> None:
    number = normal_kvk(field.data or "")
    if not KVK.fullmatch(number):
        counted = _("Het KvK-nummer heeft 8 cijfers; u vulde er %(count)s in.", count=len(number))
        raise ValidationError(counted if number.isdecimal() else REASONS["kvk_number_wrong"])


def _workers_fit(_form: BaseForm, field: Any) -> None:
    if field.data is not None and not 0 <= field.data <= MAX_YOUTH_WORKERS:
        raise ValidationError(REASONS["youth_workers_wrong"])


def _password_fits(form: BaseForm, field: Any) -> None:
    """The rule of the verb, asked here too, so that everything that is wrong is said at once."""
    address = form.email.data if "email" in form else ""
    reasons_against = reasons_against_password(field.data or "", address or "")
    if reasons_against:
        field.errors.extend(REASONS[code] for code in reasons_against[:-1])
        raise ValidationError(REASONS[reasons_against[-1]])


def _password_checks() -> list[Any]:
    return [InputRequired(_l("Kies een wachtwoord.")), _password_fits]


class LogInForm(BaseForm):
    email = EmailField(_l("E-mailadres"), _email_checks())
    password = PasswordField(_l("Wachtwoord"), [_needed(_l("Vul uw wachtwoord in."))])


class ProveAgainForm(BaseForm):
    password = PasswordField(_l("Wachtwoord"), [_needed(_l("Vul uw wachtwoord in."))])


class EmailForm(BaseForm):
    email = EmailField(_l("E-mailadres"), _email_checks())


class _NewPassword(BaseForm):
    password = PasswordField(_l("Nieuw wachtwoord"), _password_checks(), description=PASSWORD_HINT)


class ResetForm(_NewPassword):
    pass


class ChangePasswordForm(_NewPassword):
    current = PasswordField(_l("Huidig wachtwoord"), [_needed(_l("Vul uw huidige wachtwoord in."))])


class AcceptForm(_NewPassword):
    """For somebody without an account; somebody with one only agrees."""

    name = StringField(_l("Uw naam"), _name_checks())


class AgreeForm(BaseForm):
    pass


class AccountForm(BaseForm):
    name = StringField(_l("Uw naam"), _name_checks())
    language = RadioField(_l("Taal van pagina's en mails"), choices=[("nl", "Nederlands"), ("en", "English")])


class _Facts(BaseForm):
    """What is kept of an organisation; the fields stand in the order of the page, and so do its errors."""

    kvk_number = StringField(
        _l("KvK-nummer"),
        [_needed(REASONS["kvk_number_wrong"]), _kvk_fits],
        render_kw={"inputmode": "numeric"},
        description=_l("8 cijfers, zoals op uw uittreksel uit het Handelsregister."),
    )
    organisation_name = StringField(
        _l("Naam van de organisatie"),
        [
            _needed(_l("Vul de naam van de organisatie in.")),
            Length(max=200, message=_l("Gebruik ten hoogste 200 tekens.")),
        ],
        description=_l("Zoals in het Handelsregister."),
    )
    legal_form = SelectField(_l("Rechtsvorm"), [_needed(_l("Kies de rechtsvorm."))])
    place = StringField(
        _l("Plaats van vestiging"),
        [
            _needed(_l("Vul de plaats van vestiging in.")),
            Length(max=100, message=_l("Gebruik ten hoogste 100 tekens.")),
        ],
    )
    offers_stay = RadioField(
        _l("Biedt de organisatie verblijf?"),
        [_needed(_l("Kies of uw organisatie verblijf biedt."))],
        choices=[("ja", _l("Ja, jeugdigen verblijven bij ons")), ("nee", _l("Nee, alleen ambulante hulp"))],
    )
    youth_workers = IntegerField(
        _l("Aantal medewerkers in de jeugdhulp"),
        [_needed(_l("Vul het aantal medewerkers in. Werkt u alleen? Vul dan 1 in.")), _workers_fit],
        description=_l("In personen. Dit bepaalt of u een interne toezichthouder nodig hebt."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_form.choices = [("", _("Kies een rechtsvorm"))] + [
            (form.value, _(label)) for form, label in LEGAL_FORM_LABELS.items()
        ]

    def facts(self) -> dict[str, Any]:
        return {
            "legal_form": LegalForm(self.legal_form.data),
            "offers_stay": self.offers_stay.data == "ja",
            "youth_workers": self.youth_workers.data,
            "place": self.place.data,
        }


class OrganisationForm(_Facts):
    """The registration number never changes: another number is another organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.kvk_number


class RegisterForm(_Facts):
    person_name = StringField(_l("Uw naam"), _name_checks())
    email = EmailField(
        _l("Uw e-mailadres"), _email_checks(), description=_l("Wij sturen u een link om dit te bevestigen.")
    )
    password = PasswordField(_l("Wachtwoord"), _password_checks(), description=PASSWORD_HINT)


class JoinForm(BaseForm):
    kvk_number = StringField(
        _l("KvK-nummer"), [_needed(REASONS["kvk_number_wrong"]), _kvk_fits], render_kw={"inputmode": "numeric"}
    )
    name = StringField(_l("Uw naam"), _name_checks())
    email = EmailField(_l("Uw e-mailadres"), _email_checks())


class InviteForm(BaseForm):
    email = EmailField(_l("E-mailadres van uw collega"), _email_checks())
    role = RadioField(_l("Rol"), [_needed(_l("Kies een rol."))], default=Role.PROVIDER_EDITOR.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = (Role.PROVIDER_EDITOR, Role.PROVIDER_ADMIN)
        self.role.choices = [(role.value, _(ROLE_LABELS[role])) for role in roles]


class AuthorityForm(BaseForm):
    kind = RadioField(_l("Hoe bent u bevoegd?"), [_needed(_l("Kies hoe u bevoegd bent."))])
    extract = FileField(_l("Uittreksel of volmacht"), [FileRequired(REASONS["extract_missing"])])
    extract_date = DayField(
        _l("Datum van het uittreksel"),
        [_needed(REASONS["extract_date_missing"])],
        description=_l("De dag waarop het uittreksel of de volmacht is gemaakt."),
    )
    limit_amount = NumberField(
        _l("Bedrag per jaar (nodig bij beperkt bevoegd)"),
        [Optional()],
        description=_l("Alleen bij beperkte bevoegdheid of een volmacht tot een bedrag, in euro."),
    )
    note = TextAreaField(
        _l("Toelichting"),
        [Optional(), Length(max=500, message=_l("Gebruik ten hoogste 500 tekens."))],
        description=_l("Bijvoorbeeld met wie u samen tekent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, _(label)) for kind, label in AUTHORITY_LABELS.items()]
        self.limit_amount.flags.optional = False  # the label says when it is needed

    @property
    def chosen(self) -> AuthorityKind:
        return AuthorityKind(self.kind.data)


class VerifyForm(BaseForm):
    compared = BooleanField(
        _l("Ik heb het uittreksel vergeleken met de naam, het KvK-nummer en de bevoegdheid op deze pagina"),
        [_needed(_l("Vergelijk eerst het uittreksel met deze pagina en vink dit daarna aan."))],
    )
    valid_until = DayField(
        _l("Geldig tot en met"),
        [Optional()],
        description=_l("Alleen als de bevoegdheid of volmacht een einddatum heeft."),
    )


class RejectForm(BaseForm):
    reason = TextAreaField(
        _l("Waarom staat de bevoegdheid niet vast?"),
        [_needed(REASONS["reject_reason_missing"]), Length(max=500, message=_l("Gebruik ten hoogste 500 tekens."))],
        description=_l("De aanbieder krijgt deze tekst in de mail."),
    )
