"""Template and export: what leaves as a table comes back as the same records, and nothing in it runs."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.sheets.export import write_csv, write_xlsx
from lantian.office.registers.sheets.table import find_table
from lantian.office.registers.sheets.template import template
from lantian.office.registers.sheets.workbook import open_book

pytestmark = pytest.mark.django_db
RUNS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
    "'=1+1",
    "==2",
]


def test_each_template_is_understood_by_the_import(person: Any, firm: Any) -> None:
    user, wrong = person("wang", "141002"), []
    for one in ledgers():
        for language in ("zh-hans", "en"):
            with translation.override(language):
                found = find_table(open_book("t.xlsx", template(one, user)), one)
            wanted = {field.name for field in one.fields if not field.computed} | {"region", "unit"}
            names = {column.name for column in found.headings.found.values()}
            if names != wanted or found.headings.aside or list(found.rows()):
                wrong.append((one.code, language, wanted ^ names, found.headings.aside))
    assert not wrong


def test_a_template_explains_and_offers_lists(person: Any, firm: Any, tmp_path: Path) -> None:
    target = tmp_path / "t.xlsx"
    target.write_bytes(template(ledger("enterprises"), person("wang", "141002")))
    book = CalamineWorkbook.from_path(target)
    told = {row[0]: row for row in book.get_sheet_by_index(1).to_python()}
    assert "39" in told["行业"][5] and told["企业名称"][2] and "大型" in told["规模"][3]
    with zipfile.ZipFile(target) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<dataValidation ") >= 5 and 'ySplit="1"' in xml and 'state="frozen"' in xml
    assert "大型,中型,小型,微型" in xml
    with translation.override("en"):  # too long for a rule: on a sheet of its own
        target.write_bytes(template(ledger("enterprises"), person("wang2", "141002")))
    with zipfile.ZipFile(target) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    hidden = [
        one.name for one in CalamineWorkbook.from_path(target).sheets_metadata if "Hidden" in str(one.visible)
    ]
    assert hidden == ["Lists"] and "'Lists'!$A$1:$A$" in xml.replace("&apos;", "'")


def test_an_export_edited_comes_back_as_changes_by_number_and_version(
    *, person: Any, firm: Any, keep: Any, read: Any, write: Any, rows: Any, tmp_path: Path, xlsx: Any
) -> None:
    user, model = person("wang", "141002"), ledger("boilers").model
    for n in (1, 2, 3):
        keep("boilers", enterprise=firm.credit_code, number=f"0{n}", fuel="燃气", capacity="9.125",
             built_on="2020-02-29", low_nox="是", lon="111.5", lat="36.1")  # fmt: skip
    target = tmp_path / "e.xlsx"
    assert write_xlsx(target, ledger("boilers"), user, model.objects.order_by("pk")) == 3
    assert [verdict for _n, verdict, _c in rows(read(user, target.read_bytes()))] == ["same"] * 3
    cells = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    head = {heading: place for place, heading in enumerate(cells[0])}
    assert cells[1][head["锅炉编号"]] == "01" and cells[1][head["投运日期"]] == date(2020, 2, 29)
    cells[1][head["锅炉编号"]] = "改名01"
    cells[2][head["额定蒸发量（t/h）"]] = 10
    cells[3][head["额定蒸发量（t/h）"]] = 11
    model.objects.filter(number="03").update(version=2)
    run = read(user, xlsx(cells))
    assert rows(run) == [(2, "change", []), (3, "change", []), (4, "refused", ["changed_since"])]
    write(run)
    found = {row.number: (row.capacity, row.version, row.built_on) for row in model.objects.all()}
    day = date(2020, 2, 29)
    assert found == {
        "改名01": (Decimal("9.125"), 2, day), "02": (10, 2, day), "03": (Decimal("9.125"), 2, day),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_words_that_would_run_come_back_as_they_are_and_never_run(
    *, person: Any, firm: Any, keep: Any, read: Any, rows: Any, tmp_path: Path, kind: str
) -> None:
    user, model = person("wang", "141002"), ledger("boilers").model
    for n, text in enumerate(RUNS):
        keep("boilers", enterprise=firm.credit_code, number=f"B{n}", fuel="燃气", capacity="9", note=text)
    notes = {row.number: row.note for row in model.objects.all()}
    assert notes["B0"] == "=1+1" and notes["B1"] == RUNS[1]
    if kind == "xlsx":
        target = tmp_path / "e.xlsx"
        write_xlsx(target, ledger("boilers"), user, model.objects.order_by("pk"))
        content = target.read_bytes()
        with zipfile.ZipFile(target) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"<hyperlink" not in sheet
    else:
        content = "".join(write_csv(ledger("boilers"), user, model.objects.order_by("pk"))).encode()
        lines = content.decode("utf-8-sig").splitlines()
        assert not any(re.match(r'"?[=+\-@＝]', cell) for line in lines for cell in line.split(","))
    run = read(user, content, name=f"e.{kind}")
    assert [verdict for _n, verdict, _c in rows(run)] == ["same"] * len(RUNS)


def test_codes_keep_their_zeros_and_their_eighteen_digits(
    person: Any, province: Any, keep: Any, tmp_path: Path
) -> None:
    from lantian.office.registers.names import with_check_digit

    code = with_check_digit("91141000700000001")
    keep("enterprises", name="零号公司", industry="铸造", region="141002", credit_code=code, gbt4754="0311")
    target = tmp_path / "e.xlsx"
    one = ledger("enterprises")
    write_xlsx(target, one, person("wang", "141002"), one.model.objects.order_by("-pk"))
    row, _firm = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()[1:]
    assert code in row and "0311" in row
