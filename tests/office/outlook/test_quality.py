"""What the quality page shows is what the command printed, and what this office's own past gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.office.outlook import quality

DOCS = Path(__file__).parents[3] / "docs" / "outlook.md"
NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def printed() -> dict[str, list[list[float]]]:
    """Of each data set on the docs page the numbers of its tables' rows."""
    found: dict[str, list[list[float]]] = {}
    rows: list[list[float]] = []
    text = DOCS.read_text(encoding="utf-8").partition("<!-- printed by")[2]
    for line in text.splitlines():
        if line.startswith("### "):
            rows = found.setdefault(line.removeprefix("### ").split(":")[0], [])
        elif line.startswith("|") and re.match(r"\|\s*[\d.]", line):
            rows.append([float(n.replace(",", "")) for n in NUMBER.findall(line)])
    return found


def test_the_packaged_numbers_are_those_of_the_docs() -> None:
    """`python tools/outlook_quality.py` and the command of docs/outlook.md are one run."""
    pages = printed()
    assert pages and list(pages) == [each.name for each in quality.packaged()]
    for each in quality.packaged():
        rows = pages[each.name]
        months = rows[: len(each.months)]
        assert [row[0] for row in months] == [month["month"] for month in each.months]
        for row, month in zip(months, each.months, strict=True):
            assert row[1] == month["cases"]
            assert row[2] == pytest.approx(month["brier"], abs=0.00051)
            assert row[3] == pytest.approx(month["climatology"], abs=0.00051)
        for row, decile in zip(rows[len(each.months) :], each.deciles, strict=False):
            assert row[2] == decile["cases"]
            assert row[3] == pytest.approx(decile["said"], abs=0.00056)
            assert row[4] == pytest.approx(decile["came"], abs=0.00056)


@pytest.mark.django_db
def test_the_page_shows_them(province: Any, person: Any, signed_in: Callable[[Any], Client]) -> None:
    page = signed_in(person("li", "141000")).get("/outlook/quality/")
    content = page.content.decode()
    first = quality.packaged()[0]
    for month in first.months:
        assert f"{month['brier']:.3f}" in content
    assert "46" in content and 'id="ol-packaged-0"' in content


@pytest.mark.django_db
def test_the_method_is_tried_on_the_office_own_past(
    air: Any, person: Any, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(person("li", "141000"))
    content = client.get("/outlook/quality/own/").content.decode()
    assert 'id="ol-own-chart"' in content and "2023, 2024" in content


@pytest.mark.django_db
def test_too_few_years_are_said(
    air: Any,
    office_data: Path,
    person: Any,
    signed_in: Callable[[Any], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lantian.errors import LantianError

    def none(*_: Any, **__: Any) -> None:
        raise LantianError("there is nothing to try on")

    monkeypatch.setattr(quality, "backtest", none)
    content = signed_in(person("li", "141000")).get("/outlook/quality/own/").content.decode()
    assert "两个整年" in content
