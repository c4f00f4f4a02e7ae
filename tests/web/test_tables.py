"""On a narrow page a table is a pile of cards: each cell carries the words of its column, and it stays a table."""

from __future__ import annotations

import re

from flask import render_template_string

PAGE = """{% import 'parts/lists.html' as l with context %}
{% set heads = [{'words': 'Kies', 'hidden': true}, 'Aanbieder', {'words': 'Bedrag', 'numeric': true}, ''] %}
{% call(row) l.table('Contracten', heads, rows, id='een') %}
{{ l.pick_cell('kies', row, 'Kies') }}{{ l.row_head(row) }}
{{ l.cell('€ 1.840.000,00', numeric=true) }}{% call l.cell() %}x{% endcall %}
{% endcall %}
{{ l.cell('los') }}
{% call(row) l.table('Brieven', ['Naam & rol'], rows, id='twee') %}{{ l.row_head(row) }}{{ l.cell('te veel') }}{% endcall %}"""


def test_each_cell_names_its_column(app):
    with app.test_request_context("/"):
        page = render_template_string(PAGE, rows=["Kwelder", "Morgenster"])
    cells = re.findall(r"<t[dh] [^>]*role=\"(?:cell|rowheader)\"", page)
    assert len(cells) == 2 * 4 + 1 + 2 * 2
    first, second = page.split("</table>")[:2]
    assert re.findall(r'data-kop="([^"]*)"', first) == ["Kies", "Aanbieder", "Bedrag"] * 2
    assert re.findall(r'data-kop="([^"]*)"', second) == ["Naam &amp; rol"] * 2


def test_it_stays_a_table_for_who_does_not_see_it(app):
    with app.test_request_context("/"):
        page = render_template_string(PAGE, rows=["Kwelder"])
    for role, count in (("table", 2), ("rowgroup", 4), ("row", 4), ("columnheader", 5), ("rowheader", 2)):
        assert page.count(f'role="{role}"') == count
