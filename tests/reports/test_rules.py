"""Everything the portal records has words for the auditor."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from portal.access import SYSTEM, Role
from portal.audit import AuditEvent, record
from portal.reports import queries, rules
from portal.reports.acts.rules import TAG_LABELS
from portal.reports.trail.queries import Words, _row
from portal.workflow import Workflow
from tests.factories import actor_for, make_officer, make_region
from tests.source import modules

TAG = re.compile(r"[a-z_]+\.[a-z_]+")


def _recorded() -> Iterator[str]:
    """The tag of every record(work, "noun.verb", ...) in the source; both of one that depends on something."""
    for module in modules():
        for call in ast.walk(module.tree) if "record(" in module.text else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record":
                for part in ast.walk(call.args[1]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and TAG.fullmatch(part.value):
                        yield part.value


def _moved() -> Iterator[str]:
    """The tag of every transition."""
    for module in modules():
        if module.part == "states":
            import_module(module.name)
    for name, workflow in Workflow.ALL.items():
        if workflow.start.__class__.__module__.startswith("portal."):
            yield from (f"{name}.{row.act}" for row in workflow.transitions)


def test_every_recorded_tag_has_a_label() -> None:
    tags = set(_recorded()) | set(_moved())
    assert len(tags) > 100
    assert sorted(tags - set(TAG_LABELS)) == []


def test_every_state_that_a_workflow_knows_has_a_word() -> None:
    list(_moved())
    own = [w for w in Workflow.ALL.values() if w.start.__class__.__module__.startswith("portal.")]
    states = {state.value for w in own for row in w.transitions for state in (*row.sources, row.target)}
    assert sorted(states - set(rules.VALUE_LABELS)) == []


def test_every_first_half_of_a_tag_has_a_name() -> None:
    assert {tag.split(".")[0] for tag in TAG_LABELS} <= set(rules.NOUN_LABELS)


@pytest.mark.parametrize(
    ("name", "label"),
    [("before", "Oude stand"), ("contract_id", "Contract"), ("old_fact", None)],
)
def test_a_fact_is_called_by_its_own_name_or_by_its_thing(name: str, label: str | None) -> None:
    assert rules.fact_label(name) == label


def test_the_auditor_reads_words_and_the_export_keeps_the_codes(work_as, read_as):
    with work_as(SYSTEM) as work:
        region = make_region(work)
        auditor = make_officer(work, region, Role.AUDITOR)
        facts = {"before": None, "after": "draft", "late": False, "due_on": "2022-04-12",
                 "closes_at": "2022-04-12T15:00:00+00:00",
                 "role": "procurement_officer", "sha256": "0f" * 32, "products": ["HA-1", "HA-2"]}  # fmt: skip
        record(work, "procedure.draft", region, **facts)
    with read_as(actor_for(auditor)) as work:
        row = list(queries.every_entry(work, chosen=queries.Chosen("procedure.draft")))[-1]
        assert ("procedure", "Procedure") in queries.nouns(work)
    assert (row.what, row.tag) == ("Procedure aangemaakt", "procedure.draft")
    assert row.about == f"Regio {region.name}"
    assert dict(row.details) == {
        "Oude stand": "geen", "Nieuwe stand": "concept", "Te laat": "nee", "Uiterlijk": "12 april 2022",
        "Sluit op": "12 april 2022, 17:00 uur", "Rol": "Inkoper", "Vingerafdruk": "0f" * 6, "Producten": "HA-1, HA-2",
    }  # fmt: skip


def test_a_tag_without_a_label_is_shown_as_it_was_written() -> None:
    event = AuditEvent(
        seq=1, role="system", tag="old.tag", subject_type="old_thing", subject_id=3, facts={"x": 1}, hash="0"
    )
    row = _row(event, "", Words("nl"))
    assert (row.what, row.about, row.details) == ("old.tag", "old_thing 3", [("x", "1")])
