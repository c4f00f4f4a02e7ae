"""The schema can say what the other regions' purchasing models need; each fragment is read into a whole blueprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.regions.blueprints import Blueprint, as_json, from_json, load_blueprint

HEAD = """
schema_version = 1
version = 1
sources = [{ code = "S", title = { nl = "Bron" }, confirmed = true }]
region = { code = "ander", name = "Andere regio", source = "S", valid_from = 2019-01-01, historic = true }
organisation = { source = "S" }
quality = { source = "S", plan_of_approach = false }
"""
MEMBERS = 'municipalities = { source = "S" }\n'
CONTRACT = 'contract = { source = "S" }\n'
GOVERNANCE = 'governance = { source = "S" }\n'
SEGMENT = '[[segments]]\ncode = "C"\nname = { nl = "Segment" }\nsource = "S"\nbought_at = "regional"\n'

FRAGMENTS = {
    "fixed prices per profile and intensity, and a tenth paid on result": """
profiles = [{ code = "1", name = { nl = "Herstel" }, source = "S" }]
intensities = [{ code = "zwaar", name = { nl = "Zwaar" }, source = "S" }]
funding = [
  { model = "profile_intensity_price", price_level = "profile_intensity_provider", source = "S" },
  { model = "result_share", result_share_pct = 10, source = "S" },
]
procedures = [{ type = "joint_multi_region_contract", source = "S" }]
subcontracting = { mode = "main_contractor", min_own_share_pct = 70, single_contact = true, source = "S" }
""",
    "a result share whose percentage is still open": """
funding = [{ model = "result_share", source = "S" }, { model = "traject_price", unit = "trajectory", source = "S" }]
acceptance_duty = true
""",
    "production ceilings and a closed selection": """
funding = [{ model = "pxq", ceiling = "production_per_segment", source = "S" }]
procedures = [{ type = "closed_selection", comparative_selection = true, invited_only = true, source = "S" }]
provider_count = { current = 13, direction = "na", source = "S" }
""",
    "open house with a second procedure beside it": """
procedures = [
  { type = "open_house", continuous_admission = true, comparative_selection = false, source = "S" },
  { type = "limited_selection", comparative_selection = true, source = "S" },
]
""",
    "a population budget for one consortium": """
procedures = [{ type = "closed_single_consortium", comparative_selection = true, source = "S" }]
funding = [{ model = "population_budget", unit = "year", ceiling = "budget_per_provider", source = "S" }]
""",
    "task-based and availability funding, bought locally and regionally": """
funding = [{ model = "task_based_lump_sum", source = "S" }, { model = "availability", source = "S" }]
share = { budget_pct = 50, clients_pct = 20, approx = true, source = "S" }
waiting_time_norm_days = 90
""",
}


def read(tmp_path: Path, text: str) -> Blueprint:
    path = tmp_path / "ander.toml"
    path.write_text(text, encoding="utf-8")
    return load_blueprint(path)


@pytest.mark.parametrize("fragment", FRAGMENTS.values(), ids=FRAGMENTS)
def test_a_segment_of_another_model_is_read_and_stored(tmp_path: Path, fragment: str) -> None:
    blueprint = read(tmp_path, HEAD + MEMBERS + CONTRACT + GOVERNANCE + SEGMENT + fragment)
    assert from_json(as_json(blueprint)) == blueprint


def test_a_count_of_municipalities_may_be_known_without_their_names(tmp_path: Path) -> None:
    members = 'municipalities = { source = "S", count = 14 }\n'
    blueprint = read(tmp_path, HEAD + members + CONTRACT + GOVERNANCE + SEGMENT)
    assert blueprint.municipalities.count == 14
    assert blueprint.members_on(blueprint.region.valid_from) == ()


def test_a_term_of_two_years_and_two_single_extensions(tmp_path: Path) -> None:
    contract = """
[contract]
source = "S"
base_years = 2
max_years = 4
extensions = [{ count = 2, years = 1, source = "S" }]
conditions = [{ nl = "7,5% van het budget gaat naar kleine aanbieders." }]
"""
    blueprint = read(tmp_path, HEAD + MEMBERS + GOVERNANCE + contract + SEGMENT)
    assert blueprint.contract.start is None
    assert blueprint.contract.ends is None


def test_goals_by_core_value_with_a_norm_framework_and_scores_in_public(tmp_path: Path) -> None:
    steering = """
core_values = [{ code = "onderwijs", name = { nl = "Elk kind naar school" }, source = "S" }]
supplier_management = { source = "S", public_scores = true }
reporting = { source = "S" }
[norm_framework]
source = "S"
maximised_dimensions = [{ nl = "Duur" }, { nl = "Intensiteit" }]
deviation_authority = { nl = "Gemeentelijke toegang" }
deviation_grounds = [{ nl = "Dreigende uithuisplaatsing" }]
[access]
source = "S"
central_intake_segments = ["C"]
[[goals]]
code = "1"
statement = { nl = "Kosten per jeugdige dalen" }
source = "S"
core_value = "onderwijs"
segments = ["C"]
obligation_type = "beleidsdoel"
[[kpis]]
code = "1"
name = { nl = "Passende plek" }
metric = { nl = "Deel binnen drie maanden" }
unit = "pct"
goal = "1"
comparator = "at_least"
target_status = "set"
target_value = 95
baseline_year = 2021
obligation_type = "resultaatafspraak"
source = "S"
"""
    blueprint = read(tmp_path, HEAD + MEMBERS + CONTRACT + GOVERNANCE + steering + SEGMENT)
    assert blueprint.kpi("1").target_value == 95
    assert blueprint.kpi("1").baseline_value is None
    assert from_json(as_json(blueprint)) == blueprint
