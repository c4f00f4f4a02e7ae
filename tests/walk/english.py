"""Parts of texts that the walk looks for, in English: whole texts are in the catalogue."""

from __future__ import annotations

PARTS: dict[str, str] = {
    "8 cijfers": "8 digits",
    "Bewaard om": "Saved at",
    "Ik ben bevoegd": "I am authorised",
    "Publiceren kan zodra dit er staat": "You can publish as soon as this is there",
    "besluiten zijn genomen": "decisions have been taken",
    "te laat": "late",
    "6,25": "6.25",
    "Kortere trajecten": "Shorter trajectories",
    "WNT": "WNT",
    "besluit": "decision",
    "contract": "contract",
    "evaluatie": "evaluation",
    "procedure": "procedure",
    "signaal": "signal",
    "winstmarge": "profit[ -]margin",
}
