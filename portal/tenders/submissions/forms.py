"""The forms of a submission: one per part, made of what its requirement asks; and what each refusal is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.i18n import either
from portal.tenders.procedures.models import AnswerKind, Criterion
from portal.tenders.submissions.content.rules import Proof, Said
from portal.tenders.submissions.models import SubmissionState
from portal.tenders.submissions.rules import DECLARED, TURNOVER, UNITS, Part, PartKind, PartState, reading_of
from portal.web import reasons
from portal.web.fields import DayField, FigureField, SelectField, SelectMultipleField
from portal.web.forms import BaseForm
from portal.web.locale import _, _l, reader_locale

REASONS: dict[str, Any] = {
    "too_late": _l("De inschrijving is gesloten. Er is niets gewijzigd."),
    "not_yet_open": _l("Inschrijven kan nog niet. Bekijk bij de procedure vanaf wanneer het kan."),
    "procedure_was_withdrawn": _l("De regio heeft deze procedure ingetrokken. Inschrijven kan niet meer."),
    "incomplete": _l("Nog niet alle onderdelen zijn klaar. Maak ze eerst af."),
    "not_authorised": _l("U mag niet tekenen voor deze organisatie, of uw tekenbevoegdheid is nog niet gecontroleerd."),
    "log_in_again": _l("Log opnieuw in. Voor ondertekenen en intrekken moet u kort geleden zijn ingelogd."),
    "already_signed": _l("U hebt deze inschrijving al ondertekend. Twee keer is niet nodig."),
    "no_products_chosen": _l("Kies ten minste één product."),
    "submission_exists": _l("Uw organisatie heeft al een inschrijving bij deze procedure. Ga daarin verder."),
    "submission_is_being_signed": _l(
        "Deze inschrijving wordt ondertekend. Kies eerst ‘Toch wijzigen’; dan vervallen de handtekeningen."
    ),
    "submission_not_in_draft": _l("Deze inschrijving is ingediend of ingetrokken. Wijzigen kan niet meer."),
    "too_late_to_withdraw": _l("De inschrijving is gesloten. Intrekken kan niet meer."),
    "submission_still_sealed": _l("De inschrijvingen zijn verzegeld tot de sluiting."),
}
reasons.register(REASONS)

STATES: dict[SubmissionState, tuple[str, Any]] = {
    SubmissionState.DRAFT: ("bezig", _l("In bewerking")),
    SubmissionState.SIGNING: ("let-op", _l("Wordt ondertekend")),
    SubmissionState.SUBMITTED: ("ok", _l("Ingediend")),
    SubmissionState.WITHDRAWN: ("idle", _l("Ingetrokken")),
    SubmissionState.OPENED: ("bezig", _l("Geopend")),
    SubmissionState.ASSESSED: ("bezig", _l("Beoordeeld")),
    SubmissionState.DECIDED: ("ok", _l("Beslist")),
}

PART_STATES: dict[PartState, tuple[str, Any]] = {
    PartState.NOT_STARTED: ("idle", _l("Niet begonnen")),
    PartState.IN_PROGRESS: ("bezig", _l("Bezig")),
    PartState.ATTENTION: ("let-op", _l("Vraagt aandacht")),
    PartState.COMPLETE: ("ok", _l("Klaar")),
}

GAPS: dict[str, tuple[Any, str]] = {
    "tariff_not_accepted": (_l("Ga akkoord met het tarief, of haal dit product weg."), "agreed"),
    "not_declared": (_l("Vink de verklaring aan: {detail}."), ""),
    "statement_not_agreed": (_l("Ga akkoord met de verklaring."), "agreed"),
    "text_missing": (_l("Schrijf uw antwoord op."), "text"),
    "text_too_long": (_l("Uw antwoord is te lang. Gebruik ten hoogste {detail} woorden."), "text"),
    "figure_missing": (_l("Vul in: {detail}."), "figure"),
    "figure_unreadable": (_l("Vul een getal in bij: {detail}. Bijvoorbeeld 12,5."), "figure"),
    "proof_missing": (_l("Kies bewijs uit uw paspoort of upload een bestand."), "file"),
    "proof_missing_kind": (_l("Voeg ook dit bewijs toe: {detail}."), "file"),
    "proof_gone": (_l("Een bewijsstuk staat niet meer in uw paspoort. Haal het weg en kies ander bewijs."), "proofs"),
    "proof_blocked": (
        _l("In dit bewijs is een virus gevonden, niemand kan het openen: {detail}. Haal het weg en kies ander bewijs."),
        "proofs",
    ),
    "proof_expires": (_l("Dit bewijs geldt niet meer als het contract ingaat: {detail}. Vernieuw het."), "proofs"),
}

DECLARATIONS: dict[str, Any] = {
    "waarheid": _l("Alles in deze inschrijving is volledig en naar waarheid ingevuld"),
    "uitsluiting": _l("Op ons is geen uitsluitingsgrond van toepassing"),
}

DECLARATION_HINTS: dict[str, Any] = {
    "waarheid": "",
    "uitsluiting": _l(
        "Een uitsluitingsgrond is een reden om een aanbieder niet toe te laten, zoals een veroordeling voor fraude, een "
        "faillissement of belasting die niet is betaald. Het bewijs geeft u bij het onderdeel over uitsluitingsgronden."
    ),
}

UNIT_HINTS: dict[str, Any] = {
    "eur": _l("In euro, bijvoorbeeld 96.000."),
    "pct": _l("In procenten, bijvoorbeeld 28,5."),
    "ratio": _l("Een verhoudingsgetal, bijvoorbeeld 1,6."),
    "count": _l("Een aantal, bijvoorbeeld 8."),
    "months": _l("In maanden, bijvoorbeeld 9."),
    "days": _l("In dagen, bijvoorbeeld 14."),
    "hours": _l("In uren, bijvoorbeeld 4."),
}
"""What is filled in for a figure: the unit is said at the box, so that nobody fills in thousands."""


class ProductsForm(BaseForm):
    products = SelectMultipleField(
        _l("Voor welke producten schrijft u in?"),
        coerce=int,
        validators=[InputRequired(_l("Kies ten minste één product."))],
        description=_l("U kunt later producten toevoegen of weghalen, tot u ondertekent."),
    )
    copy = BooleanField(_l("Neem de antwoorden over uit de ingetrokken inschrijving"))


class SignForm(BaseForm):
    agreed = BooleanField(
        _l("Ik ben bevoegd om te tekenen en heb de inschrijving gelezen"),
        validators=[InputRequired(_l("Bevestig dat u bevoegd bent en de inschrijving hebt gelezen."))],
    )


class PartForm(BaseForm):
    """The part that every part has: nothing. `form_for` adds what is asked."""

    def said(self, before: Said | None, versions: dict[int, str]) -> Said:
        """What the reader typed, as an answer: chosen versions of the passport, and the files that were already here."""
        figures = {name.partition("-")[2]: self[name].data or "" for name in self._fields if name.startswith("figure-")}
        figures |= {name: "ja" if self[name].data else "" for name in DECLARED if name in self}
        chosen = [int(id) for id in self["proofs"].data or []] if "proofs" in self else []
        kept = [proof for proof in (before.proofs if before else ()) if proof.file_id is not None]
        proofs = [Proof(versions[id], version_id=id) for id in chosen if id in versions]
        return Said(
            text=(self["text"].data or "").replace("\r\n", "\n") if "text" in self else "",
            agreed=bool(self["agreed"].data) if "agreed" in self else False,
            figures=figures,
            proofs=(*proofs, *kept),
        )


def form_for(
    part: Part, versions: Sequence[tuple[int, str]], kinds: Sequence[tuple[str, str]], accepted: str
) -> type[PartForm]:
    """The form of this part. `versions` and `kinds` are the choices: (value, words)."""
    fields: dict[str, Any] = {}
    if part.kind is PartKind.TARIFF:
        fields["agreed"] = BooleanField(_l("Wij gaan akkoord met dit tarief en zijn opbouw"))
    if part.kind is PartKind.STATEMENTS:
        fields |= {
            name: BooleanField(words, description=DECLARATION_HINTS[name]) for name, words in DECLARATIONS.items()
        }
        fields[f"figure-{TURNOVER}"] = FigureField(
            _l("Verwachte omzet per jaar met deze producten"),
            reading=reading_of(UNITS[TURNOVER]),
            validators=[Length(max=30)],
            description=_l("Een schatting in euro. Hiermee controleren wij of de tekenbevoegdheid hoog genoeg is."),
        )
    if part.criterion is not None:
        fields |= _criterion_fields(part.criterion, versions, kinds, accepted)
    return type("ThisPartForm", (PartForm,), fields)


def _criterion_fields(
    criterion: Criterion, versions: Sequence[tuple[int, str]], kinds: Sequence[tuple[str, str]], accepted: str
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if criterion.answer_kind is AnswerKind.STATEMENT:
        fields["agreed"] = BooleanField(_l("Wij gaan hiermee akkoord"))
    for figure in criterion.figures:
        label = either(figure["label_nl"], figure.get("label_en"), reader_locale())
        hint, reading = UNIT_HINTS.get(figure.get("unit", ""), ""), reading_of(figure.get("unit", ""))
        fields[f"figure-{figure['code']}"] = FigureField(
            label, validators=[Length(max=40)], description=hint, reading=reading
        )
    if criterion.accepted_evidence:
        fields["proofs"] = SelectMultipleField(_l("Bewijs uit uw paspoort"), coerce=int, choices=list(versions))
        fields["file"] = FileField(
            _l("Nieuw document"), description=_("%(types)s Geen namen of gegevens van jeugdigen.", types=accepted)
        )
        fields["kind"] = SelectField(
            _l("Soort bewijs"), choices=list(kinds), default=kinds[0][0], validate_choice=False
        )
        fields["valid_until"] = DayField(
            _l("Het document geldt tot en met"),
            validators=[Optional()],
            description=_l("Laat leeg als er geen einddatum in staat."),
        )
    is_text = criterion.answer_kind is AnswerKind.TEXT
    fields["text"] = TextAreaField(
        _l("Uw antwoord") if is_text else _l("Toelichting"),
        validators=[Length(max=40_000)] if is_text else [Optional(), Length(max=40_000)],
        description=_l("Geen namen of gegevens van jeugdigen.")
        if is_text
        else _l("Bijvoorbeeld waar het in uw document staat: pagina en kopje. Zo vindt de beoordelaar het snel."),
    )
    return fields
