"""The index of a case file: a page that opens without a network, and the same as data. In Dutch, like every document."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from portal.i18n import file_size, moment_exact
from portal.storage.archive import Packed

PAGE, DATA = "index.html", "index.json"
CHAIN = (
    "De hash van een regel is de SHA-256 van deze lijst als compacte JSON (gesorteerde sleutels, UTF-8): seq, previous, at, "
    "user_id, membership_id, role, tag, subject_type, subject_id, facts. Regels waarin de vragensteller niet wordt "
    "getoond, zijn zo niet na te rekenen; hun hash staat er wel."
)
LOOK = (
    "body{font-family:sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "dt{font-weight:bold}dd{margin:0 0 .5rem}table{border-collapse:collapse}caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #767676;padding:.4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)


@dataclass(frozen=True)
class Facts:
    """Of what, for whom, when, and where the audit chain stood."""

    reference: str
    title: str
    region: str
    asked_by: str
    role: str
    purpose: str
    asked_at: datetime
    made_at: datetime
    chain_seq: int
    chain_hash: str
    left_out: Sequence[str]
    practice: bool = False


def data(facts: Facts, kinds: Mapping[str, str], packed: Sequence[Packed]) -> bytes:
    """`kinds`: path -> what it is."""
    said = {
        "procedure": facts.reference,
        "title": facts.title,
        "region": facts.region,
        "asked_by": facts.asked_by,
        "role": facts.role,
        "purpose": facts.purpose,
        "asked_at": facts.asked_at.isoformat(),
        "made_at": facts.made_at.isoformat(),
        "audit_chain": {"seq": facts.chain_seq, "hash": facts.chain_hash},
        "not_included": list(facts.left_out),
        "practice": facts.practice,
        "files": [
            {"path": one.path, "kind": kinds.get(one.path, ""), "size": one.size, "sha256": one.sha256}
            for one in packed
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def page(facts: Facts, kinds: Mapping[str, str], packed: Sequence[Packed]) -> bytes:
    about = [
        ("Procedure", f"{facts.title} ({facts.reference})"),
        ("Regio", facts.region),
        ("Gevraagd door", f"{facts.asked_by}, {facts.role}"),
        ("Waarvoor", facts.purpose),
        ("Gevraagd op", f"{moment_exact(facts.asked_at)} (Nederlandse tijd)"),
        ("Samengesteld op", f"{moment_exact(facts.made_at)} (Nederlandse tijd)"),
        ("Laatste regel van de auditketen", f"{facts.chain_seq}, {facts.chain_hash}"),
    ]
    told = "\n".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in about)
    out = "\n".join(f"<li>{_text(one)}</li>" for one in facts.left_out)
    title = _text(f"Dossier {facts.reference}")
    example = (
        "<p><strong>Oefenexemplaar: dit dossier komt uit een oefenomgeving.</strong></p>\n" if facts.practice else ""
    )
    return f"""<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{title}</title><style>{LOOK}</style></head>
<body>
<h1>{title}</h1>
{example}<dl>
{told}
</dl>
<h2>Wat hier niet in zit</h2>
<ul>
{out}
</ul>
<h2>Inhoud</h2>
<p>Van elk bestand staat hier de digitale vingerafdruk (SHA-256). Reken ze na met:
<code>sha256sum -c SHA256SUMS</code></p>
<p>{_text(CHAIN)}</p>
{_table(kinds, packed)}
</body>
</html>
""".encode()


def _table(kinds: Mapping[str, str], packed: Sequence[Packed]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Bestand", "Wat het is", "Grootte", "SHA-256"))
    rows = "\n".join(
        f'<tr><td><a href="{_text(quote(one.path))}">{_text(one.path)}</a></td><td>{_text(kinds.get(one.path, ""))}</td>'
        f"<td>{file_size(one.size)}</td><td><code>{one.sha256}</code></td></tr>"
        for one in packed
    )
    return (
        f"<table>\n<caption>Bestanden</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _text(value: str) -> str:
    return html.escape(value, quote=True)
