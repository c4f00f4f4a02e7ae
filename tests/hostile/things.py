"""What an address is about: for each kind of thing where it is found, whose it is and how far it has come.

Said in SQL, apart from the portal's own queries, which are what is being tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from tests.hostile.mirror import OFFSET
from tests.hostile.world import World

KINDS: dict[str, str] = {
    # kind: the values in an address, then region, organisation, state
    "procedure": "SELECT p.id, p.region_id, NULL, p.state FROM procedure p",
    "published": "SELECT p.reference, p.region_id, NULL, p.state FROM procedure p",
    "note": "SELECT n.number, p.reference, p.region_id, NULL, p.state FROM note_of_information n "
    "JOIN procedure p ON p.id = n.procedure_id",
    "criterion": "SELECT c.code, p.id, p.region_id, NULL, p.state FROM criterion c JOIN procedure p ON p.id = c.procedure_id",
    "question": "SELECT p.id, q.id, p.region_id, NULL, q.state FROM question q JOIN procedure p ON p.id = q.procedure_id",
    "submission": "SELECT s.id, p.region_id, s.organisation_id, s.state FROM submission s "
    "JOIN procedure p ON p.id = s.procedure_id",
    "part": "SELECT s.id, a.key, p.region_id, s.organisation_id, s.state FROM submission s "
    "JOIN procedure p ON p.id = s.procedure_id JOIN answer a ON a.submission_id = s.id",
    "sealed file": "SELECT f.file_id, s.id, p.region_id, s.organisation_id, s.state FROM submission s "
    "JOIN procedure p ON p.id = s.procedure_id JOIN submission_file f ON f.submission_id = s.id",
    "settlement": "SELECT 'HA-2.HA-2b', s.id, p.region_id, s.organisation_id, s.state FROM submission s "
    "JOIN procedure p ON p.id = s.procedure_id",
    "assignment": "SELECT a.id, p.region_id, NULL, a.state FROM assignment a JOIN submission s ON s.id = a.submission_id "
    "JOIN procedure p ON p.id = s.procedure_id",
    "judgement": "SELECT a.id, 'HA-2.HA-2b', p.region_id, NULL, a.state FROM assignment a "
    "JOIN submission s ON s.id = a.submission_id JOIN procedure p ON p.id = s.procedure_id",
    "assessed file": "SELECT a.id, f.file_id, p.region_id, NULL, a.state FROM assignment a "
    "JOIN submission s ON s.id = a.submission_id JOIN procedure p ON p.id = s.procedure_id "
    "JOIN submission_file f ON f.submission_id = s.id",
    "decision": "SELECT d.id, p.region_id, s.organisation_id, d.state FROM decision d "
    "JOIN submission s ON s.id = d.submission_id JOIN procedure p ON p.id = s.procedure_id",
    "objection": "SELECT o.id, p.region_id, s.organisation_id, o.state FROM objection o JOIN decision d ON d.id = o.decision_id "
    "JOIN submission s ON s.id = d.submission_id JOIN procedure p ON p.id = s.procedure_id",
    "case": "SELECT s.organisation_id, p.id, p.region_id, s.organisation_id, p.state FROM submission s "
    "JOIN procedure p ON p.id = s.procedure_id",
    "contract": "SELECT c.id, c.region_id, c.organisation_id, c.state FROM contract c",
    "table": "SELECT t.id, t.region_id, NULL, t.state FROM development_table t",
    "round": "SELECT r.number, t.id, t.region_id, NULL, m.state FROM table_round r "
    "JOIN development_table t ON t.id = r.table_id JOIN meeting m ON m.id = r.meeting_id",
    "meeting": "SELECT m.id, m.region_id, NULL, m.state FROM meeting m",
    "minutes": "SELECT i.id, m.id, m.region_id, NULL, m.state FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id",
    "action": "SELECT i.id, m.region_id, NULL, m.state FROM action_item i JOIN meeting m ON m.id = i.meeting_id",
    "seat": "SELECT s.id, t.id, t.region_id, NULL, t.state FROM table_seat s JOIN development_table t ON t.id = s.table_id",
    "agreement": "SELECT a.id, t.region_id, NULL, a.state FROM agreement a JOIN development_table t ON t.id = a.table_id",
    "agreement of a table": "SELECT a.id, t.id, t.region_id, NULL, a.state FROM agreement a "
    "JOIN development_table t ON t.id = a.table_id",
    "ruling": "SELECT r.id, t.region_id, NULL, r.settled_at IS NOT NULL FROM ruling r "
    "JOIN agreement a ON a.id = r.agreement_id JOIN development_table t ON t.id = a.table_id",
    "mediation": "SELECT m.id, t.region_id, NULL, m.closed_at IS NOT NULL FROM mediation m "
    "JOIN agreement a ON a.id = m.agreement_id JOIN development_table t ON t.id = a.table_id",
    "kpi": "SELECT k.id, k.region_id, NULL, '' FROM kpi k",
    "obligation": "SELECT o.id, o.region_id, o.organisation_id, o.state FROM obligation o",
    "declared file": "SELECT d.id, o.id, o.region_id, o.organisation_id, o.state FROM declaration d "
    "JOIN obligation o ON o.id = d.obligation_id",
    "signal": "SELECT s.id, s.region_id, s.organisation_id, s.state FROM signal s",
    "mandate": "SELECT m.id, m.region_id, NULL, '' FROM mandate m",
    "region": "SELECT r.code, r.id, NULL, '' FROM region r",
    "evidence kind": "SELECT 'vog', NULL, NULL, ''",
    "provider": "SELECT o.id, NULL, o.id, o.state FROM organisation o WHERE o.kind = 'provider'",
    "provider act": "SELECT 'suspend', o.id, NULL, o.id, o.state FROM organisation o WHERE o.kind = 'provider'",
    "authority": "SELECT a.id, NULL, a.organisation_id, a.state FROM signing_authority a",
    "evidence": "SELECT i.id, NULL, i.organisation_id, i.archived_at IS NOT NULL FROM evidence_item i",
    "evidence file": "SELECT v.id, NULL, i.organisation_id, '' FROM evidence_version v JOIN evidence_item i ON i.id = v.item_id "
    "WHERE v.file_id IS NOT NULL",
    "membership": "SELECT m.id, m.region_id, m.organisation_id, m.role FROM membership m",
    "invitation": "SELECT i.id, i.region_id, i.organisation_id, i.role FROM invitation i",
    "join request": "SELECT j.id, NULL, j.organisation_id, j.state FROM join_request j",
    "absence": "SELECT a.id, NULL, m.organisation_id, '' FROM absence a JOIN membership m ON m.id = a.membership_id",
    "location": "SELECT l.id, NULL, l.organisation_id, '' FROM location l",
    "agb code": "SELECT c.id, NULL, coalesce(c.organisation_id, l.organisation_id), '' FROM agb_code c "
    "LEFT JOIN location l ON l.id = c.location_id",
    "task": "SELECT t.id, NULL, NULL, t.status FROM task t",
    "mail": "SELECT m.id, NULL, NULL, m.status FROM outbox_mail m",
    "removal": "SELECT r.id, NULL, NULL, '' FROM retention_removal r",
    "record class": "SELECT 'draft', NULL, NULL, ''",
    "job": "SELECT 'send_mail', NULL, NULL, ''",
    "session": "SELECT s.id, NULL, NULL, '' FROM user_session s",
    "person": "SELECT m.user_id, m.region_id, m.organisation_id, m.role FROM membership m",
}
"""Values of an address in the order of the alphabet of their names."""


@dataclass(frozen=True)
class Thing:
    """One thing that an address can name."""

    values: tuple[object, ...]
    region_id: int | None
    organisation_id: int | None
    state: str

    @property
    def is_mirrored(self) -> bool:
        numbers = [value for value in self.values if isinstance(value, int)]
        return max(self.region_id or 0, self.organisation_id or 0, *numbers, 0) > OFFSET


def things(world: World, kind: str) -> list[Thing]:
    """Every thing of this kind in both regions."""
    if kind not in world.found:
        rows: Sequence[Any] = world.query(KINDS[kind])
        world.found[kind] = [Thing(tuple(row[:-3]), row[-3], row[-2], str(row[-1])) for row in rows]
    return world.found[kind]


def address(rule: Rule, thing: Thing) -> str:
    built = rule.build(dict(zip(sorted(rule.arguments), thing.values, strict=True)))
    assert built is not None, rule.rule
    return built[1]


def samples(world: World, kind: str, organisation_id: int | None) -> Sequence[Thing]:
    """Of the first region, per state one thing: of this organisation, or of whichever when none is given."""
    found: dict[str, Thing] = {}
    for thing in things(world, kind):
        if not thing.is_mirrored and (organisation_id is None or thing.organisation_id in (None, organisation_id)):
            found.setdefault(thing.state, thing)
    return list(found.values())
