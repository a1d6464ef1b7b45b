"""The page of transfers: sums, reasons, papers, and a city that sees its own row only."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

ADDRESS = "/assessment/transfers/?period=2025-10&scheme=assessment.transfers.shanxi_2019"


def sheets(answer: Any) -> list[list[list[Any]]]:
    """The rows of each sheet of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


@pytest.fixture
def cities(answers: Any) -> Any:
    """太原 worse than last year by 6 µg, 临汾 better by 6; both pay and get nothing else."""
    from lantian.office import indicators
    from lantian.office.assessment import figures
    from lantian.office.indicators import Indicator

    # The office's own difference would answer from the lake: here last year's month is asked for itself.
    for code in ("pm2_5", "pm10", "so2"):
        indicators.register(
            Indicator(f"{code}_difference", code, "", lambda subject, period: figures.Answer(None, "x"))
        )
    table = {"140100": {"pm2_5": (46, 6), "pm10": (80, 0), "so2": (10, 0)}}
    table["141000"] = {"pm2_5": (34, -6), "pm10": (80, 0), "so2": (10, 0)}
    for region, values in table.items():
        for code, (now, difference) in values.items():
            answers[code, f"region:{region}"] = now
            answers[f"{code}_difference", f"region:{region}"] = difference
    for code in ("pm2_5", "pm10", "so2"):
        from lantian.office.assessment.models import key_of
        from lantian.office.indicators import Answer

        def compute(subject: Any, period: Any, code: str = f"{code}_difference") -> Any:
            from decimal import Decimal

            return Answer(Decimal(answers[code, key_of(subject)]))

        indicators.register(Indicator(f"{code}_difference", code, "", compute))
    return answers


def test_sums_and_reasons(cities: Any, person: Any, signed_in: Any) -> None:
    """太原: −120 against last year, −120 against the mean of 40; 临汾 gets both."""
    browser = signed_in(person("lu", "140000", role="analyst"))
    text = browser.get(ADDRESS).content.decode()
    for part in (
        "-240.00",
        "240.00",
        "扣 6 × 20 = 120",
        "综合指数的分档未获得",
        "山西省城市环境空气质量改善奖惩",
    ):
        assert part in text, part
    told = browser.get(f"/api/transfers{ADDRESS.removeprefix('/assessment/transfers/')}").json()
    assert [(row["region"], row["net"]) for row in told["rows"]] == [
        ("140100", "-240.00"),
        ("141000", "240.00"),
    ]
    assert told["complete"] is False


def test_papers_for_the_finance_bureau(cities: Any, person: Any, signed_in: Any) -> None:
    browser = signed_in(person("lu", "140000", role="analyst"))
    question = ADDRESS.partition("?")[2]
    paper = Document(io.BytesIO(browser.get(f"/assessment/transfers/statement.docx?{question}").content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "太原市" in cells and "-240.00" in cells and "0.00" in cells
    book = sheets(browser.get(f"/assessment/transfers/statement.xlsx?{question}"))
    assert book[0][1] == ["太原市", 240, 0, -240]


def test_a_city_sees_its_own_row(cities: Any, person: Any, signed_in: Any) -> None:
    text = signed_in(person("lin", "141000", role="analyst")).get(ADDRESS).content.decode()
    assert "临汾市" in text and "-240.00" not in text and '"row">太原市' not in text
    county = signed_in(person("wang", "141002")).get(ADDRESS).content.decode()
    assert '"row">临汾市' in county and '"row">太原市' not in county


def test_a_question_that_makes_no_sense_is_answered_in_a_line(
    cities: Any, person: Any, signed_in: Any
) -> None:
    browser = signed_in(person("lu", "140000", role="analyst"))
    for question in ("?period=soon", "?period=2099-01", "?period=2025", "?scheme=nothing"):
        assert browser.get(f"/assessment/transfers/{question}").status_code == 200
    assert browser.get("/assessment/transfers/?period=2025").content.decode().count("lt-notice-warning")
