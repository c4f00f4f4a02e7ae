"""A list as a file: the same columns and rows as on the page, as a workbook or as text with separators."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Response, abort, g, render_template, request

from portal.clock import AMSTERDAM

from .files import send_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("xlsx", "csv")
AT_ONCE = 2000
"""A longer list is made in the background (`making`), so that nobody waits on a page that stands still."""
TOLD = 500
"""Progress is told once per so many rows."""

Row = Sequence[Any]
Tell = Callable[[int], None]


def asked_format() -> str:
    """One of FORMATS where the address asks for the list as a file, else empty; a format that we cannot make is not there."""
    format = request.args.get("formaat", "")
    if format and format not in FORMATS:
        abort(404)
    return format


def send_list(name: str, header: Sequence[str], rows: Iterable[Row], format: str) -> Response | str:
    """The whole list as a download; when it is long, a page that offers to make the file in the background."""
    tell: Tell | None = g.get("tell_progress")
    if tell is not None:
        return send_table(name, header, _told(rows, tell), format)
    every = iter(rows)
    some = list(islice(every, AT_ONCE + 1))
    if len(some) > AT_ONCE:
        back = request.full_path.replace(f"formaat={format}", "")
        return render_template(
            "lists/long.html", name=name, format=format, address=request.full_path, back=back, rows=AT_ONCE
        )
    return send_table(name, header, some, format)


def _told(rows: Iterable[Row], tell: Tell) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % TOLD == 0:
            tell(number)


def send_table(name: str, header: Sequence[str], rows: Iterable[Row], format: str) -> Response:
    """The rows as a download: `name` without its ending, `format` one of FORMATS. Moments are Dutch wall-clock times."""
    if format == "xlsx":
        return send_bytes(as_xlsx(name, header, rows), f"{name}.xlsx", XLSX)
    return send_bytes(as_csv(header, rows), f"{name}.csv", "text/csv; charset=utf-8")


def as_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Semicolons and a byte order mark, as spreadsheet programs of Dutch readers expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([plain(value) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet program may take for the beginning of a formula; some also read the wide signs of East Asian keyboards."""


def plain(value: Any) -> str:
    """A value in a file with separators, where a text stays text: what somebody typed never becomes a formula."""
    if isinstance(value, datetime):
        return value.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value).replace(".", ",")
    text = "" if value is None else str(value)
    return "'" + text if not isinstance(value, int) and text.startswith(FORMULAS) else text


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Dates and amounts as such, everything else as text; the header stays in sight."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\'")[:31] or "Blad")
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "moment": book.add_format({"num_format": "d-m-yyyy hh:mm"}),
        "day": book.add_format({"num_format": "d-m-yyyy"}),
    }
    sheet.write_row(0, 0, header, looks["head"])
    sheet.freeze_panes(1, 0)
    wide = [len(words) for words in header]
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value, looks)
            wide[place] = max(wide[place], min(len(str(value)), 60))
    for place, width in enumerate(wide):
        sheet.set_column(place, place, width + 2)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any, looks: dict[str, Any]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value.astimezone(AMSTERDAM).replace(tzinfo=None), looks["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, looks["day"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, place, float(value))
    elif value is not None:
        sheet.write_string(row, place, str(value))
