"""What the subjects and facts of the audit trail are called on the page; its acts have a room of their own."""

from __future__ import annotations

from portal.i18n import mark

NOUN_LABELS = {
    "act": mark("Geweigerde handelingen"), "action": mark("Actiepunten"), "action_item": mark("Actiepunt"),
    "agenda_item": mark("Agendapunt"), "agreement": mark("Afspraak"), "assessment": mark("Beoordeling"),
    "assignment": mark("Toewijzing"), "casefile": mark("Dossier"), "contract": mark("Contract"), "decision": mark("Besluit"),
    "decision_letter": mark("Brief"), "declaration": mark("Verantwoording"),
    "development_table": mark("Ontwikkeltafel"), "evidence": mark("Bewijs"), "evidence_item": mark("Bewijs"),
    "invitation": mark("Uitnodiging"), "join_request": mark("Verzoek om toegang"), "judgement": mark("Oordeel"),
    "kpi": mark("Indicator"), "mandate": mark("Mandaat"), "mediation": mark("Bemiddeling"),
    "meeting": mark("Overleg"), "meeting_seat": mark("Zetel bij het overleg"), "membership": mark("Rol"),
    "minutes": mark("Verslag"), "note": mark("Nota van inlichtingen"),
    "note_of_information": mark("Nota van inlichtingen"), "objection": mark("Bezwaar"),
    "obligation": mark("Verplichting"), "opening": mark("Opening"), "organisation": mark("Organisatie"),
    "outbox_mail": mark("Mail"), "pdf": mark("PDF"), "pdf_copy": mark("PDF"),
    "position": mark("Standpunt"), "procedure": mark("Procedure"),
    "question": mark("Vraag"), "region": mark("Regio"), "round": mark("Ronde"), "ruling": mark("Uitspraak"),
    "seat": mark("Zetel"), "session": mark("Inloggen"), "settlement": mark("Eindoordeel"),
    "signal": mark("Signaal"), "signature": mark("Handtekening"), "signing_authority": mark("Tekenbevoegdheid"),
    "submission": mark("Inschrijving"), "table": mark("Ontwikkeltafel"), "table_round": mark("Ronde"),
    "table_seat": mark("Zetel"), "user_account": mark("Account"),
    "absence": mark("Vervanging"), "agb_code": mark("AGB-code"), "file": mark("Bestand"),
    "job": mark("Taak van het portaal"), "location": mark("Locatie"), "mail": mark("Mail"),
    "retention": mark("Bewaren en verwijderen"), "task": mark("Taak op de achtergrond"),
}  # fmt: skip
"""First half of a tag, or a table -> what it is called."""

FACT_LABELS = {
    "about_year": mark("Over het jaar"), "act": mark("Handeling"), "digest": mark("Vingerafdruk"),
    "machine": mark("Soort zaak"), "permission": mark("Recht"),
    "source_sha256": mark("Vingerafdruk van het Word-bestand"), "task_id": mark("Taak"),
    "purpose": mark("Waarvoor"),
    "signed_sha256": mark("Vingerafdruk van het getekende document"),
    "state": mark("Stand"), "above_threshold": mark("Boven de drempel"), "after": mark("Nieuwe stand"),
    "again": mark("Opnieuw"), "answer_by": mark("Antwoord uiterlijk"), "assessor_id": mark("Beoordelaar"),
    "before": mark("Oude stand"), "blueprint_version": mark("Versie van de inkoopgegevens"),
    "closes_at": mark("Sluit op"), "code": mark("Code"), "comments_until": mark("Reageren kan tot"),
    "content_digest": mark("Vingerafdruk van de inhoud"),
    "count": mark("Aantal"), "criterion_id": mark("Criterium"), "days": mark("Dagen"), "due_on": mark("Uiterlijk"),
    "evidence_type": mark("Soort bewijs"), "file_id": mark("Bestand"), "files": mark("Bestanden"),
    "in_time": mark("Op tijd"), "key": mark("Onderdeel"), "kind": mark("Soort"), "kvk_number": mark("KvK-nummer"),
    "late": mark("Te laat"), "mediation_entry_id": mark("Notitie"), "mediator_id": mark("Bemiddelaar"),
    "members": mark("Aantal gemeenten"), "municipality_id": mark("Gemeente"),
    "notice_number": mark("Nummer van de aankondiging"), "number": mark("Nummer"),
    "objection_ends": mark("Bezwaar kan tot en met"), "other_meaning": mark("Andere betekenis"),
    "outcome": mark("Uitkomst"), "party": mark("Partij"), "points": mark("Punten"), "power": mark("Bevoegdheid"),
    "products": mark("Producten"), "questions": mark("Vragen"), "questions_until": mark("Vragen kan tot"),
    "reason": mark("Reden"), "reasons": mark("Redenen"), "receipt_number": mark("Ontvangstbewijs"),
    "role": mark("Rol"), "rule": mark("Regel"), "seat_id": mark("Zetel"), "sha256": mark("Vingerafdruk"),
    "starts_at": mark("Begint op"),
    "status": mark("Stand"), "step": mark("Dagen ten opzichte van de termijn"), "stored_file_id": mark("Bestand"),
    "superseded": mark("Vervangen"), "table_id": mark("Ontwikkeltafel"), "template": mark("Sjabloon"),
    "unanimous": mark("Eensgezinde criteria"), "verdict": mark("Oordeel"), "version": mark("Versie"),
    "vote": mark("Stem"), "was": mark("Was"),
}  # fmt: skip
"""Name of a fact -> what it is called; `<thing>_id` falls back on the name of the thing."""

VALUE_LABELS = {
    "accepted": mark("aangenomen"), "access": mark("toegang"), "active": mark("actief"),
    "admitted": mark("toegelaten"), "agenda_sent": mark("agenda verstuurd"), "announced": mark("bekendgemaakt"),
    "approved": mark("goedgekeurd"), "asked": mark("gevraagd"), "assessed": mark("beoordeeld"),
    "assigned": mark("toegewezen"), "checked": mark("gecontroleerd"), "claimed": mark("vastgelegd"),
    "completed": mark("afgerond"), "consensus": mark("overeenstemming"), "consent": mark("stemt in"),
    "decided": mark("besloten"), "decision_announced": mark("besluit bekendgemaakt"),
    "declared": mark("verklaard"), "delivered": mark("geleverd"), "discussed": mark("besproken"),
    "draft": mark("concept"), "education": mark("onderwijs"), "experience": mark("ervaringsdeskundigen"),
    "failed": mark("mislukt"), "final": mark("definitief"), "for": mark("voor"), "against": mark("tegen"),
    "frozen": mark("vastgezet"), "held": mark("gehouden"), "in_force": mark("geldt"), "joint": mark("samen"),
    "locked": mark("vastgezet"), "meets": mark("voldoet"), "municipality": mark("gemeente"),
    "objection": mark("bezwaar"), "open": mark("open"), "opened": mark("geopend"), "participant": mark("deelnemer"),
    "platform": mark("portaal"), "planned": mark("gepland"), "proposed": mark("voorgesteld"),
    "provider": mark("aanbieder"), "proxy": mark("volmacht"), "published": mark("gepubliceerd"),
    "regional_organisation": mark("regionale organisatie"), "rejected": mark("afgewezen"),
    "reservation": mark("voorbehoud"), "signed": mark("getekend"), "signing": mark("wordt getekend"),
    "sole": mark("alleen"), "submitted": mark("ingediend"), "unanimous": mark("eenstemmig"), "verified": mark("vastgesteld"),
    "waived": mark("vrijgesteld"), "withdrawn": mark("ingetrokken"),
    "challenged": mark("bestreden"), "closed": mark("gesloten"), "conflicted": mark("belang gemeld"),
    "conversation": mark("in gesprek"), "deactivated": mark("uitgezet"), "declined": mark("geweigerd"),
    "dismissed": mark("afgewezen"), "drafted": mark("antwoord opgesteld"), "ended": mark("beëindigd"),
    "identity_pending": mark("wacht op controle"), "internal_review": mark("ter controle"),
    "mediation": mark("in bemiddeling"), "mediation_failed": mark("bemiddeling mislukt"),
    "minutes_adopted": mark("verslag vastgesteld"), "minutes_draft": mark("conceptverslag"),
    "not_adopted": mark("niet overgenomen"), "prepared": mark("voorbereid"), "received": mark("ontvangen"),
    "returned": mark("vraag gesteld"), "ruled": mark("uitspraak gedaan"),
    "ruling_requested": mark("uitspraak gevraagd"), "scheduled": mark("gepland"), "signal_open": mark("open"),
    "suspended": mark("geschorst"), "to_sign": mark("te tekenen"), "triage": mark("opgepakt"),
    "unconfirmed": mark("niet bevestigd"), "upheld": mark("gegrond"),
    "waiting_for_second": mark("wacht op de tweede persoon"),
    "open_house": mark("toelatingsprocedure (open house)"), "requirements_admission": mark("toelating op eisen"),
    "sas_admission_per_product": mark("SAS-procedure, toelating per product"),
    "sas_dialogue": mark("dialooggerichte procedure"), "limited": mark("beperkt"), "overdue": mark("te laat"),
    "yearly_evaluation": mark("jaarlijkse evaluatie"), "profit_margin": mark("verklaring winstmarge"),
    "wnt_declaration": mark("WNT-verklaring"), "does_not_meet": mark("voldoet niet"),
    "RuleBroken": mark("tegen een regel"), "NotAllowed": mark("niet bevoegd"),
    "IllegalTransition": mark("kan niet in deze stap"), "FileRefused": mark("bestand geweigerd"),
}  # fmt: skip
"""Codes that facts carry -> words; another code is shown as it was written."""


def fact_label(name: str) -> str | None:
    """The Dutch source text for a fact, or None when there is none."""
    return FACT_LABELS.get(name) or NOUN_LABELS.get(name.removesuffix("_id"))
