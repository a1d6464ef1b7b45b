"""Making tables as bureaus send them, and sending them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook

CODE = "91141000701234567E"
HEAD = ("企业名称", "锅炉编号", "燃料", "额定蒸发量（t/h）", "除尘设施")


def make_xlsx(rows: Any, after: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """A workbook of one sheet; `after(book, sheet)` may do what it likes to it."""
    target = io.BytesIO()
    book = Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd", **options},
    )
    sheet = book.add_worksheet("锅炉")
    for number, cells in enumerate(rows):
        for place, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write(number, place, value)
    if after is not None:
        after(book, sheet)
    book.close()
    return target.getvalue()


@pytest.fixture
def xlsx() -> Any:
    """`xlsx(rows, after)`: the bytes of a workbook."""
    return make_xlsx


@pytest.fixture
def boilers() -> Any:
    """`boilers([("1#", "燃煤", 10, "布袋"), …])`: a workbook of boilers of the firm."""

    def make(rows: Any, head: Any = HEAD, after: Any = None, **options: Any) -> bytes:
        return make_xlsx([head, *[(CODE, *row) for row in rows]], after, **options)

    return make


@pytest.fixture
def read() -> Any:
    """`read(person, content)`: an uploaded run, read."""
    from lantian.office.registers.sheets import runs

    def send(
        person: Any, content: bytes, name: str = "台账.xlsx", register: str = "boilers", sheet: str = ""
    ) -> Any:
        return runs.work(runs.upload(person, register, name, content, sheet))

    return send


@pytest.fixture
def write() -> Any:
    """`write(run, mode, doubtful)`: a run confirmed and written."""
    from lantian.office.registers.sheets import runs

    def go(run: Any, mode: str = "good", doubtful: bool = False) -> Any:
        runs.confirm(run, mode, doubtful)
        return runs.work(run)

    return go


@pytest.fixture
def rows() -> Any:
    """`rows(run)`: [(row, verdict, codes of the reasons)]."""
    from lantian.office.registers.models import ImportRow

    def ask(run: Any) -> Any:
        return [
            (row.number, row.verdict, [reason["code"] for reason in row.reasons])
            for row in ImportRow.objects.filter(run=run).order_by("number")
        ]

    return ask
