"""Lists as files: what a spreadsheet program makes of them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from werkzeug.http import parse_options_header

from portal.web.exports import as_csv, as_xlsx
from portal.web.files import send_bytes

ROW = ["Kwelder", datetime(2022, 6, 15, 15, 0, tzinfo=UTC), date(2022, 8, 1), Decimal("112.80"), 8, None]


def test_text_with_separators_is_as_dutch_spreadsheets_expect() -> None:
    assert as_csv(["Naam"], [ROW]).decode() == "\ufeffNaam\r\nKwelder;2022-06-15 17:00;2022-08-01;112,80;8;\r\n"


@pytest.mark.parametrize("typed", ["=1+1", "+31 6", "-2", "@naam", "\tx", "\n=1+1", "＝1+1"])
def test_what_somebody_typed_never_becomes_a_formula(typed: str) -> None:
    assert as_csv(["x"], [[typed]]).decode().splitlines()[1].strip('"').startswith("'")
    sheet = zipfile.ZipFile(io.BytesIO(as_xlsx("Lijst", ["x"], [[typed]]))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_a_workbook_keeps_numbers_and_dates_as_such() -> None:
    book = zipfile.ZipFile(io.BytesIO(as_xlsx("Aanbieders [2022]", ["a", "b", "c", "d", "e", "f"], [ROW])))
    sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<v>112.8</v>" in sheet and b"<v>8</v>" in sheet and b"44727.708" in sheet
    assert b'name="Aanbieders 2022"' in book.read("xl/workbook.xml")


@pytest.mark.parametrize(
    "name", ["KPI’s.csv", "Jaarrekening – 2023.pdf", "Zoë.pdf", "計画.pdf", 'een "twee".pdf', "x.csv"]
)
def test_a_name_that_no_header_holds_arrives_whole(name: str) -> None:
    said = send_bytes(b"", name, "application/pdf").headers["Content-Disposition"]
    assert said.isascii(), "gunicorn answers 500 to a header with a sign beyond Latin-1"
    assert parse_options_header(said) == ("attachment", {"filename": name})
