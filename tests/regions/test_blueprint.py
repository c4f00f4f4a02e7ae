"""Blueprints: a right file is read whole, a wrong one names file, key and reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.regions.blueprints import (
    Blueprint,
    BlueprintError,
    InvalidBlueprint,
    as_json,
    check_blueprint,
    digest,
    from_json,
    load_all,
    load_blueprint,
)

Write = Callable[..., Path]

SMALL = """
schema_version = 1
version = 1
[region]
code = "klein"
name = "Regio Klein"
source = "S"
valid_from = 2023-01-01
historic = true
[[sources]]
code = "S"
title = { nl = "De strategie" }
confirmed = true
[[sources]]
code = "ILL"
title = { nl = "Voorbeeld" }
confirmed = false
[municipalities]
source = "S"
count = 1
members = [{ code = "dorp", name = "Dorp", source = "S" }]
[organisation]
source = "S"
[quality]
source = "S"
plan_of_approach = false
[[quality.evidence_types]]
code = "bewijs"
name = { nl = "Bewijs" }
form = "file"
needs_issuer = true
needs_number = false
needs_valid_until = false
[[quality.criteria]]
code = "C1"
title = { nl = "Eis" }
text = { nl = "U doet het." }
pass_rule = { nl = "Het is gedaan." }
example = { nl = "Zo." }
applies_to = ["A-1"]
answer = { kind = "evidence" }
evidence = ["bewijs"]
renewal = "once"
source = "ILL"
illustrative = true
[contract]
source = "S"
start = 2023-01-01
base_years = 3
max_years = 5
[[contract.phases]]
code = "1"
name = { nl = "Fase 1" }
starts = 2023-01-01
ends = 2024-12-31
source = "S"
[[contract.phases]]
code = "2"
name = { nl = "Fase 2" }
starts = 2025-01-01
ends = 2025-12-31
source = "S"
[[contract.extensions]]
count = 2
years = 1
starts = 2026-01-01
ends = 2027-12-31
source = "S"
[governance]
source = "S"
[[segments]]
code = "A"
name = { nl = "Ambulant" }
source = "S"
bought_at = "regional"
share = { budget_pct = 60, source = "S" }
products = [{ code = "A-1", name = { nl = "Begeleiding" }, source = "S" }]
procedures = [{ type = "open_house", comparative_selection = false, source = "S" }]
[[segments]]
code = "B"
name = { nl = "Verblijf" }
source = "S"
bought_at = "both"
share = { budget_pct = 40, source = "S" }
funding = [{ model = "pxq", source = "S", phase = "2" }]
[[tariffs]]
product = "A-1"
unit = "hour"
amount = 50.00
valid_from = 2023-01-01
source = "ILL"
illustrative = true
[tariffs.components]
staff_client_bound = 30
staff_not_client_bound = 8
non_staff_client_bound = 2
overhead = 8.50
indexation = 1.50
[[goals]]
code = "D1"
statement = { nl = "Minder" }
source = "S"
segments = ["A"]
[[kpis]]
code = "K1"
name = { nl = "Aantal" }
metric = { nl = "Aantal jeugdigen" }
unit = "count"
goal = "D1"
target_status = "tbd_at_table"
source = "S"
[[obligations]]
code = "wnt"
kind = "wnt_declaration"
name = { nl = "WNT" }
month = 7
day = 1
about_year_offset = -1
reminders = [30, 7]
overdue = [{ days = 1, actions = ["notice_provider"] }, { days = 30, actions = ["signal"] }]
legal = true
confirmed = false
source = "S"
[[procedure_templates]]
code = "toelating"
name = { nl = "Toelating" }
type = "open_house"
products = ["A-1"]
sealing = "until_closing"
openers = 2
correction_working_days = 5
contract_before_objection_ends = true
source = "S"
illustrative = true
[procedure_templates.schedule]
questions_close_after_days = 20
last_note_days_before_closing = 10
closing_after_days = 40
closing_time = 12:00:00
decision_days_after_closing = 30
[procedure_templates.objection]
type = "contractual_objection"
days = 20
starts = "day_after_sending"
legal_basis = { nl = "Voorwaarden" }
source = "S"
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str, name: str = "klein.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_a_small_blueprint_is_in_order(write: Write) -> None:
    assert check_blueprint(write(SMALL)) == []


TWICE = 'products = [{ code = "A-1", name = { nl = "X" }, source = "S" }]\n'

WRONG = [
    # the shape
    ("an unknown key", 'name = "Regio Klein"', 'name = "Regio Klein"\ncolour = "red"',
     "region.colour", "unknown key; allowed here: code, name, source"),
    ("a missing key", 'name = "Regio Klein"\n', "", "region.name", "missing; this key is required"),
    ("a missing table", "[governance]\nsource = \"S\"\n", "", "governance", "missing; this key is required"),
    ("a number for a text", 'name = "Regio Klein"', "name = 7", "region.name", "must be a text, found 7"),
    ("an empty text", 'name = "Regio Klein"', 'name = " "',
     "region.name", "is empty; leave the key out when there is nothing to say"),
    ("a text for a date", "valid_from = 2023-01-01\nhistoric", 'valid_from = "2023"\nhistoric',
     "region.valid_from", "must be a date such as 2023-01-01, found '2023'"),
    ("a moment for a date", "valid_from = 2023-01-01\nhistoric", "valid_from = 2023-01-01T09:00:00\nhistoric",
     "region.valid_from", "must be a date such as 2023-01-01, found 2023-01-01 09:00:00"),
    ("a text for a yes", "historic = true", 'historic = "yes"', "region.historic", "must be true or false, found 'yes'"),
    ("a yes for a number", "base_years = 3", "base_years = true",
     "contract.base_years", "must be a whole number, found true"),
    ("a fraction for a count", "base_years = 3", "base_years = 3.5",
     "contract.base_years", "must be a whole number, found 3.5"),
    ("a text for an amount", "amount = 50.00", 'amount = "50"', "tariffs[0].amount", "must be a number, found '50'"),
    ("no real number", "amount = 50.00", "amount = nan", "tariffs[0].amount", "must be a number, found NaN"),
    ("a text for a list", 'reminders = [30, 7]', 'reminders = "30"',
     "obligations[wnt].reminders", "must be a list, found '30'"),
    ("a text for a table", 'name = { nl = "Ambulant" }', 'name = "Ambulant"',
     "segments[A].name", "must be a table with keys, found 'Ambulant'"),
    ("an unknown word", 'bought_at = "both"', 'bought_at = "abroad"',
     "segments[B].bought_at", "'abroad' is not allowed; choose from: regional, local, both"),
    ("a text for a time", "closing_time = 12:00:00", 'closing_time = "noon"',
     "procedure_templates[toelating].schedule.closing_time", "must be a time such as 17:00:00, found 'noon'"),
    ("another schema", "schema_version = 1", "schema_version = 9", "schema_version", "is 9, this portal reads 1"),
    # references
    ("an unknown source", 'unit = "count"\ngoal = "D1"\ntarget_status = "tbd_at_table"\nsource = "S"',
     'unit = "count"\ngoal = "D1"\ntarget_status = "tbd_at_table"\nsource = "X"',
     "kpis[K1].source", "'X' is not in the list of sources; known: ILL, S"),
    ("a criterion for no product", 'applies_to = ["A-1"]', 'applies_to = ["A-9"]',
     "quality.criteria[C1].applies_to", "'A-9' does not exist; known: A-1"),
    ("a criterion for nothing", 'applies_to = ["A-1"]', "applies_to = []",
     "quality.criteria[C1].applies_to", 'is empty; name the products, or write ["all"]'),
    ("unknown evidence", 'evidence = ["bewijs"]', 'evidence = ["brief"]',
     "quality.criteria[C1].evidence", "'brief' does not exist; known: bewijs"),
    ("a tariff of no product", 'product = "A-1"', 'product = "A-2"',
     "tariffs[0].product", "'A-2' does not exist; known: A-1"),
    ("a template of no product", 'type = "open_house"\nproducts = ["A-1"]', 'type = "open_house"\nproducts = ["B-1"]',
     "procedure_templates[toelating].products", "'B-1' does not exist; known: A-1"),
    ("a template without products", 'type = "open_house"\nproducts = ["A-1"]', 'type = "open_house"\nproducts = []',
     "procedure_templates[toelating].products", "is empty; a procedure buys at least one product"),
    ("a goal in no segment", 'segments = ["A"]', 'segments = ["Z"]',
     "goals[D1].segments", "'Z' does not exist; known: A, B"),
    ("a KPI of no goal", 'goal = "D1"', 'goal = "D7"', "kpis[K1].goal", "'D7' does not exist; known: D1"),
    ("funding in no phase", 'phase = "2"', 'phase = "3"',
     "segments[B].funding[0].phase", "'3' does not exist; known: 1, 2"),
    ("a doubled code", 'code = "B"', 'code = "A"', "segments", "the code 'A' occurs 2 times; codes are unique"),
    ("a product in two segments", 'funding = [{ model', TWICE + 'funding = [{ model',
     "segments", "the product 'A-1' occurs in A and B; a product has one segment"),
    # sums, gaps, contradictions
    ("shares beside 100", "budget_pct = 40", "budget_pct = 30",
     "segments.share.budget_pct", "all shares are given and add up to 90, must be 100"),
    ("an impossible share", "budget_pct = 40", "budget_pct = 140",
     "segments[B].share.budget_pct", "is 140; a percentage lies between 0 and 100"),
    ("a gap between phases", "starts = 2025-01-01", "starts = 2025-02-01",
     "contract.phases[2].starts", "is 2025-02-01, must be 2025-01-01: phases follow without gap or overlap"),
    ("overlapping phases", "starts = 2025-01-01", "starts = 2024-07-01",
     "contract.phases[2].starts", "is 2024-07-01, must be 2025-01-01: phases follow without gap or overlap"),
    ("a first phase that starts late", "starts = 2023-01-01", "starts = 2023-02-01",
     "contract.phases[1].starts", "must be the contract's start, 2023-01-01"),
    ("a wrong number of base years", "base_years = 3\nmax_years = 5", "base_years = 4\nmax_years = 6",
     "contract.base_years", "is 4, but the phases run from 2023-01-01 up to 2026-01-01"),
    ("a wrong maximum", "max_years = 5", "max_years = 7",
     "contract.max_years", "is 7, but base and extensions make 5"),
    ("a late extension", "starts = 2026-01-01", "starts = 2026-06-01",
     "contract.extensions[0].starts", "is 2026-06-01, must be 2026-01-01, the day after what came before"),
    ("a short extension", "ends = 2027-12-31", "ends = 2026-12-31",
     "contract.extensions[0].ends", "is not 2 times 1 years after starts"),
    ("a wrong number of members", "count = 1", "count = 2",
     "municipalities.count", "is 2, but 1 members are listed on 2023-01-01"),
    ("a membership that ends before it starts", 'name = "Dorp", source = "S"',
     'name = "Dorp", source = "S", member_from = 2023-01-01, member_until = 2022-01-01',
     "municipalities.members[dorp].member_until", "lies before member_from"),
    ("a tariff that does not add up", "overhead = 8.50", "overhead = 9.50",
     "tariffs[0].components", "add up to 51.00, the amount is 50.00"),
    ("a tariff of nothing", "amount = 50.00", "amount = 0",
     "tariffs[0].amount", "must be more than 0; leave the tariff out when it is not specified"),
    ("an example that is not marked", 'source = "ILL"\nillustrative = true\n[contract]',
     'source = "ILL"\nillustrative = false\n[contract]',
     "quality.criteria[C1].illustrative", "must be true: the source is illustrative"),
    ("a weight on pass or fail", 'renewal = "once"', 'renewal = "once"\nweight = 30',
     "quality.criteria[C1].weight", "must be absent: a pass or fail criterion has no weight"),
    ("a score in an admission", 'renewal = "once"', 'renewal = "once"\ncheck = "score"',
     "procedure_templates[toelating].type", "open_house knows no scores, but criterion 'C1' is scored"),
    ("a comparison in an admission", "comparative_selection = false", "comparative_selection = true",
     "segments[A].procedures[0].comparative_selection", "must not be true: open_house admits everyone who meets the criteria"),
    ("a text answer without length", 'answer = { kind = "evidence" }', 'answer = { kind = "text" }',
     "quality.criteria[C1].answer.max_words", "missing; an answer of kind text needs it"),
    ("a statement without words", 'answer = { kind = "evidence" }', 'answer = { kind = "statement" }',
     "quality.criteria[C1].answer.statement", "missing; an answer of kind statement needs it"),
    ("figures without figures", 'answer = { kind = "evidence" }', 'answer = { kind = "figures" }',
     "quality.criteria[C1].answer.figures", "missing; an answer of kind figures needs it"),
    ("evidence without types", 'evidence = ["bewijs"]\n', "",
     "quality.criteria[C1].evidence", "missing; an answer of kind evidence needs it"),
    ("a target with a number that is yet to be set", 'target_status = "tbd_at_table"',
     'target_status = "tbd_at_table"\ntarget_value = 5',
     "kpis[K1].target_value", "must be absent while target_status is tbd_at_table"),
    ("a set target without a number", 'target_status = "tbd_at_table"',
     'target_status = "set"\ncomparator = "at_most"',
     "kpis[K1].target_value", "missing; a target that is set has a value"),
    ("a baseline without a year", 'target_status = "tbd_at_table"',
     'target_status = "tbd_at_table"\nbaseline_value = 12',
     "kpis[K1].baseline_year", "missing; a baseline value belongs to a year"),
    ("an impossible day", "month = 7\nday = 1", "month = 2\nday = 30",
     "obligations[wnt].day", "30-2 is not a day of every year"),
    ("a leap day", "month = 7\nday = 1", "month = 2\nday = 29",
     "obligations[wnt].day", "29-2 is not a day of every year"),
    ("reminders in the wrong order", "reminders = [30, 7]", "reminders = [7, 30]",
     "obligations[wnt].reminders", "must be different days before the due date, the longest first"),
    ("a reminder after the date", "reminders = [30, 7]", "reminders = [30, 0]",
     "obligations[wnt].reminders", "counts days before the due date, so each is 1 or more"),
    ("doubled overdue steps", "{ days = 30, actions", "{ days = 1, actions",
     "obligations[wnt].overdue", "must be different days after the due date, 1 or more, the shortest first"),
    ("questions after closing", "questions_close_after_days = 20", "questions_close_after_days = 40",
     "procedure_templates[toelating].schedule.questions_close_after_days", "must lie before closing_after_days"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_blueprint_names_file_key_and_reason(write: Write, old: str, new: str, key: str, reason: str) -> None:
    assert old in SMALL
    complaints = check_blueprint(write(SMALL.replace(old, new, 1)))
    wanted = f"klein.toml: {key}: {reason}"
    assert any(line.startswith(wanted) for line in complaints), complaints


def test_all_complaints_come_at_once(write: Write) -> None:
    text = (
        SMALL.replace("historic = true", "historic = 1")
        .replace("count = 1", 'count = "one"')
        .replace("month = 7\n", "")
    )
    with pytest.raises(InvalidBlueprint) as wrong:
        load_blueprint(write(text))
    assert wrong.value.errors == (
        BlueprintError("klein.toml", "region.historic", "must be true or false, found 1"),
        BlueprintError("klein.toml", "municipalities.count", "must be a whole number, found 'one'"),
        BlueprintError("klein.toml", "obligations[wnt].month", "missing; this key is required"),
    )
    assert str(wrong.value).count("\n") == 2


def test_a_tariff_that_overlaps_an_earlier_one_is_refused(write: Write) -> None:
    start = SMALL.index("[[tariffs]]")
    sheet = SMALL[start : SMALL.index("[[goals]]")]
    complaints = check_blueprint(write(SMALL.replace(sheet, sheet + sheet.replace("2023-01-01", "2024-01-01"))))
    assert complaints == ["klein.toml: tariffs[1]: overlaps in time with another tariff of A-1"]


def test_a_tariff_may_follow_an_earlier_one(write: Write) -> None:
    start = SMALL.index("[[tariffs]]")
    sheet = SMALL[start : SMALL.index("[[goals]]")]
    first = sheet.replace("valid_from = 2023-01-01", "valid_from = 2023-01-01\nvalid_until = 2023-12-31")
    second = sheet.replace("2023-01-01", "2024-01-01")
    assert check_blueprint(write(SMALL.replace(sheet, first + second))) == []


def test_text_that_is_not_toml_is_refused_with_the_line(write: Write) -> None:
    [complaint] = check_blueprint(write("version = 1\nregion = {x}"))
    assert complaint.startswith("klein.toml: is not valid TOML: ")
    assert "line 2" in complaint


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "klein.toml"
    path.write_bytes(b"\xff\xfe\x00")
    [complaint] = check_blueprint(path)
    assert complaint.startswith("klein.toml: is not valid TOML: ")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert check_blueprint(tmp_path / "geen.toml") == ["geen.toml: cannot be read: No such file or directory"]


def test_an_empty_file_names_every_required_key(write: Write) -> None:
    complaints = check_blueprint(write(""))
    assert "klein.toml: region: missing; this key is required" in complaints
    assert len(complaints) == 10


def test_a_folder_with_several_wrong_files_names_them_all(write: Write, tmp_path: Path) -> None:
    write(SMALL.replace('bought_at = "both"', 'bought_at = "x"'), "klein.toml")
    write(SMALL, "groot.toml")
    with pytest.raises(InvalidBlueprint) as wrong:
        load_all(tmp_path)
    assert [(error.file, error.key) for error in wrong.value.errors] == [
        ("groot.toml", "region.code"),
        ("klein.toml", "segments[B].bought_at"),
    ]


def test_a_folder_gives_its_blueprints_by_code(write: Write, tmp_path: Path) -> None:
    write(SMALL)
    assert list(load_all(tmp_path)) == ["klein"]


def test_what_is_not_specified_stays_absent(write: Write) -> None:
    blueprint = load_blueprint(write(SMALL))
    assert blueprint.contract.margin_cap is None
    assert blueprint.kpi("K1").target_value is None
    assert blueprint.kpi("K1").baseline_value is None
    assert blueprint.segment("A").acceptance_duty is None
    assert blueprint.reporting is None


def test_a_stored_copy_is_the_same_blueprint(write: Write) -> None:
    blueprint = load_blueprint(write(SMALL))
    copy = from_json(as_json(blueprint))
    assert copy == blueprint
    assert digest(copy) == digest(blueprint)


def test_the_digest_changes_with_the_content_and_not_with_the_layout(write: Write) -> None:
    before = digest(load_blueprint(write(SMALL)))
    assert len(before) == 64
    assert digest(load_blueprint(write(f"# a remark\n{SMALL}"))) == before
    assert digest(load_blueprint(write(SMALL.replace("Dorp", "Stad")))) != before


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"historic":true', '"historic":"ja"', "stored copy: region.historic: must be true or false, found 'ja'"),
        ('"amount":"50.00"', '"amount":"veel"', "stored copy: tariffs[0].amount: must be a number, found 'veel'"),
        ('"start":"2023-01-01"', '"start":"gisteren"', "stored copy: contract.start: must be a date"),
        ('"code":"klein"', '"code":null', "stored copy: region.code: must be a text, found nothing"),
        ("{", "[", "stored copy: is not valid JSON"),
    ],
)
def test_a_damaged_copy_is_refused(write: Write, old: str, new: str, complaint: str) -> None:
    text = as_json(load_blueprint(write(SMALL)))
    assert old in text
    with pytest.raises(InvalidBlueprint, match="stored copy") as wrong:
        from_json(text.replace(old, new, 1))
    assert str(wrong.value).startswith(complaint)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("blueprints") / "klein.toml"
    path.write_text(SMALL, encoding="utf-8")
    return as_json(load_blueprint(path))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_copy_makes_anything_but_a_complaint(copy: str, data: st.DataObject) -> None:
    plain = json.loads(copy)
    target, keys = plain, list(plain)
    while True:
        key = data.draw(st.sampled_from(keys))
        inner = target[key]
        if not inner or not isinstance(inner, dict | list) or data.draw(st.booleans()):
            break
        target, keys = inner, list(inner) if isinstance(inner, dict) else list(range(len(inner)))
    target[key] = data.draw(JSON)
    try:
        assert isinstance(from_json(json.dumps(plain)), Blueprint)
    except InvalidBlueprint as wrong:
        assert wrong.errors
        assert all(error.reason for error in wrong.errors)
