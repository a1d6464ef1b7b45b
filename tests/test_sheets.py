"""Small tables: the same rows out of every container and encoding; one clear line for what is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from lantian.errors import LantianError
from lantian.sheets import Field, WrongCellError, read_sheet

FIELDS = (
    Field("place", ("城市", "city")),
    Field("day", ("日期", "date")),
    Field("value", ("降尘量", "dustfall"), required=False),
)
LINES = (
    ("沙尘天气清单", "", ""),
    ("城市", "日期", "降尘量（t/km²·月）"),
    ("临汾市", "2025-02-03", "7.5"),
    ("", "", ""),
    ("太原市", "2025-02-04", "--"),
)


def _csv(path: Path, encoding: str, separator: str = ",") -> Path:
    path.write_bytes("\r\n".join(separator.join(line) for line in LINES).encode(encoding))
    return path


def _xlsx(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "填表说明")
        sheet = book.add_worksheet("清单")
        for row, line in enumerate(LINES):
            for column, cell in enumerate(line):
                if (row, column) == (2, 2):
                    sheet.write_number(row, column, 7.5)
                elif (row, column) == (2, 1):
                    sheet.write_datetime(
                        row, column, date(2025, 2, 3), book.add_format({"num_format": "yyyy-mm-dd"})
                    )
                else:
                    sheet.write_string(row, column, cell)
    return path


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolon", "xlsx"])
def test_the_same_rows_come_out_of_every_container(tmp_path: Path, form: str) -> None:
    if form == "xlsx":
        path = _xlsx(tmp_path / "list.xlsx")
    elif form == "semicolon":
        path = _csv(tmp_path / "list.csv", "utf-8", ";")
    else:
        path = _csv(tmp_path / "list.csv", form)
    sheet = read_sheet(path, FIELDS)
    assert [
        (row.number, row.text("place"), row.date_of("day"), row.number_of("value")) for row in sheet.rows
    ] == [
        (3, "临汾市", date(2025, 2, 3), Decimal("7.5")),
        (5, "太原市", date(2025, 2, 4), None),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7", "this is a PDF"),
        ("城市,数值\n临汾市,1\n".encode(), "the column 日期 is missing"),
        (b"a,b\n1,2\n", "no row of headings was found"),
        (b"PK\x03\x04garbage", "the spreadsheet cannot be opened"),
        (b"\x81\x00\xff\x00\xfe", "this is not text"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(LantianError, match=line):
        read_sheet(path, FIELDS)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2025/2/3", 3), ("2025.02.03", 3), ("20250203", 3), ("2025年2月3日", 3), ("2025-02-03 00:00:00", 3)],
)
def test_days_as_people_write_them(tmp_path: Path, text: str, day: int) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"城市,日期\n临汾市,{text}\n", encoding="utf-8")
    (row,) = read_sheet(path, FIELDS).rows
    assert row.date_of("day") == date(2025, 2, day)
    assert row.month_of("day") == date(2025, 2, 1)


def test_a_cell_that_cannot_be_read_says_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('城市,日期,降尘量\n临汾市,2025-02-30,"1,3"\n', encoding="utf-8")
    (row,) = read_sheet(path, FIELDS).rows
    with pytest.raises(WrongCellError, match="is not a day"):
        row.date_of("day")
    with pytest.raises(WrongCellError, match=r"Write 1\.3") as caught:
        row.number_of("value")
    refusal = row.refusal("value", caught.value.code, str(caught.value))
    assert refusal.line == 'list.csv row 2, column 降尘量: "1,3" is not a number. Write 1.3.'


def test_brackets_inside_brackets_of_a_heading_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("县（市、区）,降尘量(t/(km²·30d))\n东区,4.5\n", "utf-8")
    sheet = read_sheet(path, [Field("place", ("县",)), Field("dustfall", ("降尘量",))])
    assert sheet.rows[0].number_of("dustfall") == Decimal("4.5")
    assert sheet.rows[0].headings["dustfall"] == "降尘量(t/(km²·30d))"
