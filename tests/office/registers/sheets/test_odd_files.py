"""Files as they come: each oddity is named, refused or asked about, and nothing is silently changed."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.sheets import peek
from lantian.office.registers.sheets.table import find_table
from lantian.office.registers.sheets.workbook import MAX_BYTES, open_book

pytestmark = pytest.mark.django_db
HEAD = ("企业名称", "锅炉编号", "燃料", "额定蒸发量（t/h）", "除尘设施")
ROW = ("甲公司", "1#", "燃煤", 10, "布袋")


def table(content: bytes, name: str = "a.xlsx", sheet: str | None = None) -> Any:
    return find_table(open_book(name, content), ledger("boilers"), sheet)


def notes(found: Any) -> dict[str, Any]:
    list(found.rows())
    return {note["code"]: note for note in found.notes}


def test_titles_above_and_headings_of_two_rows_are_understood(xlsx: Any) -> None:
    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 4, "尧都区锅炉台账（2025 年）")
        sheet.merge_range(2, 3, 2, 4, "设备")

    rows = [
        (),
        ("填报单位：", "甲"),
        ("企业名称", "锅炉编号", "燃料"),
        ("", "", "", "额定蒸发量（蒸吨）", "除尘设施"),
        ROW,
    ]
    found = table(xlsx(rows, merge))
    assert found.heading_row == 3
    (row,) = found.rows()
    assert (row.number, row.raw["capacity"], row.raw["enterprise"]) == (5, 10.0, "甲公司")
    assert "merged" not in notes(found)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (("企业名称", "锅炉编号", "燃料", "额定蒸发量（MW）"), ("MW", "t/h")),
        (("企业名称", "燃料", "额定蒸发量"), ("锅炉编号",)),
        (("企业名称", "锅炉编号", "燃料", "额定蒸发量", "容量"), ("D", "E")),
        (("甲", "乙"), ("企业名称", "锅炉编号", "燃料")),
    ],
)  # fmt: skip
def test_headings_that_do_not_fit_are_named(xlsx: Any, head: Any, words: Any) -> None:
    with pytest.raises(LantianError) as error:
        table(xlsx([head, ROW]))
    assert all(word in error.value.line for word in words)


def test_english_headings_units_in_other_writing_and_columns_left_aside(xlsx: Any) -> None:
    head = ("Enterprise", "Boiler number", "Fuel", "Rated capacity (T/H)", "司炉工*")
    found = table(xlsx([head, ROW]))
    assert {column.name for column in found.headings.found.values()} == {
        "enterprise", "number", "fuel", "capacity",
    }  # fmt: skip
    assert notes(found)["left_aside"]["names"] == ["司炉工*"]


def test_hidden_sheets_are_named_and_not_taken_unless_chosen(xlsx: Any) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.hide()
        first = book.add_worksheet("说明")
        first.activate()
        first.set_first_sheet()
        shown = book.add_worksheet("乙")
        for place, text in enumerate(HEAD):
            shown.write(0, place, text)

    content = xlsx([HEAD, ROW], more)
    found = table(content)
    assert found.sheet.name == "乙" and notes(found)["hidden_sheets"]["names"] == ["锅炉"]
    assert notes(found)["other_sheets"]["names"] == ["说明"]
    chosen = table(content, sheet="锅炉")
    assert len(list(chosen.rows())) == 1 and "taken_hidden" in notes(chosen)


def test_hidden_rows_and_columns_are_named_and_the_rows_asked_about(xlsx: Any) -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})

    found = table(xlsx([HEAD, ROW, ROW], hide))
    assert [[issue.code for issue in row.questions] for row in found.rows()] == [[], ["hidden_row"]]
    assert notes(found)["hidden_rows"]["rows"] == [3] and notes(found)["hidden_columns"]["names"] == [
        "额定蒸发量"
    ]


def test_merged_cells_are_filled_and_asked_about_or_refused_with_their_range(xlsx: Any) -> None:
    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 2, 0, "甲公司")
        sheet.merge_range(3, 1, 3, 2, "3#")

    found = table(xlsx([HEAD, ROW, ("", "2#", "燃煤", 5, ""), ROW], merge))
    first, second, third = found.rows()
    assert second.raw["enterprise"] == "甲公司"
    assert [issue.told["range"] for issue in (*first.questions, *second.questions)] == ["A2:A3"] * 2
    assert third.faults[0].code == "merged_wide" and third.faults[0].told["range"] == "B4:C4"
    assert notes(found)["merged"]["names"] == ["A2:A3", "B4:C4"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_days_are_read_right_whatever_a_workbook_counts_from(xlsx: Any, since_1904: bool) -> None:
    serial = (date(2024, 5, 1) - (date(1904, 1, 1) if since_1904 else date(1899, 12, 30))).days

    def days(book: Any, sheet: Any) -> None:
        look = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_datetime(1, 5, date(2024, 5, 1), look)
        sheet.write_number(2, 5, serial)
        sheet.write_number(3, 5, 20240501)
        sheet.write_string(4, 5, "2024年5月1日")

    head = (*HEAD, "投运日期")
    found = table(xlsx([head, ROW, ROW, ROW, ROW], days, date_1904=since_1904))
    field = ledger("boilers").by_name["built_on"]
    made = list(found.rows())
    assert [field.read(row.raw["built_on"]) for row in made] == [date(2024, 5, 1)] * 4
    assert [[issue.code for issue in row.questions] for row in made] == [[], ["serial_day"], [], []]
    assert ("since_1904" in notes(found)) is since_1904


def test_cells_without_an_honest_value_are_named(xlsx: Any) -> None:
    def cells(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 3, "=5+5", None, "")
        sheet.write_formula(3, 3, "=5+5", None, 10)
        sheet.write_number(4, 3, 0.95, book.add_format({"num_format": "0%"}))
        sheet.write_number(5, 1, 911410007012345678)

    found = table(xlsx([HEAD, ROW, ROW, ROW, ROW, ROW], cells))
    made = list(found.rows())
    assert [[issue.code for issue in row.faults] for row in made] == [
        ["error_cell"], ["uncomputed"], [], ["percent"], ["digits_lost"],
    ]  # fmt: skip
    assert [row.faults[0].told["cell"] for row in made if row.faults] == ["D2", "D3", "D5", "B6"]
    assert made[0].faults[0].told["text"] == "#DIV/0!" and made[2].raw["capacity"] == 10.0


def test_a_row_that_says_nothing_is_passed_over_and_said(xlsx: Any) -> None:
    found = table(xlsx([("序号", *HEAD), (1, *ROW), (2, "", "", "", None, ""), ()]))
    assert [row.number for row in found.rows()] == [2]
    assert found.notes[-1] == {"code": "bare_rows", "count": 1, "rows": [3]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_any_usual_writing(encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(map(str, cells)) for cells in (HEAD, ROW))
    (row,) = table(text.encode(encoding), "a.csv").rows()
    assert row.raw["enterprise"] == "甲公司" and row.raw["number"] == "1#"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.xlsx"), (b"  \n", "a.csv"), (b"%PDF-1.4", "a.xlsx"), (b"MZ\x90", "a.xlsx"),
        (b"PK\x03\x04 cut", "a.xlsx"), (b"\xd0\xcf\x11\xe0 cut", "a.xls"), (b"\x80\x81\xff\x00", "a.csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_in_a_line(content: bytes, name: str) -> None:
    with pytest.raises(LantianError):
        table(content, name)


def test_bombs_are_refused_before_they_are_unpacked(xlsx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def bomb(cells: bytes, size: int = 0) -> bytes:
        target = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(xlsx([HEAD, ROW]))) as given,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for name in given.namelist():
                body = given.read(name)
                if name.endswith("sheet1.xml"):
                    body = body.replace(b"</sheetData>", cells + b" " * size + b"</sheetData>")
                made.writestr(name, body)
        return target.getvalue()

    for cells in (
        b'<row r="2000000"><c r="A2000000"><v>1</v></c></row>',
        b'<row r="9"><c r="XFD9"><v>1</v></c></row>',
    ):
        with pytest.raises(LantianError, match="200"):
            table(bomb(cells))
    assert len(list(table(bomb(b"", 1000)).rows())) == 1
    monkeypatch.setattr(peek, "MOST_UNPACKED", 1 << 20)
    small = bomb(b"", 2 << 20)
    assert len(small) < 20_000
    with pytest.raises(LantianError):
        table(small)
    with pytest.raises(LantianError):
        open_book("a.csv", b"a" * (MAX_BYTES + 1))


def test_a_workbook_with_macros_is_refused(xlsx: Any) -> None:
    with pytest.raises(LantianError):
        table(xlsx([HEAD, ROW]), "a.xlsm")
