"""The air as indicators, done by hand: whole numbers every hour of two half-years."""

from __future__ import annotations

import importlib.util
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lantian.office import indicators
from lantian.office.indicators import Period, Subject
from lantian.office.indicators.air import FIGURES, RANK, span_of

pytestmark = pytest.mark.django_db
D = Decimal
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))

spec = importlib.util.spec_from_file_location(
    "office_targets_fixtures", Path(__file__).parents[1] / "targets" / "conftest.py"
)
assert spec is not None and spec.loader is not None
_shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(_shared)
half_years, air, forget_figures = _shared.half_years, _shared.air, _shared.forget_figures


def ask(code: str, region: Any, period: Period = JUNE) -> indicators.Answer:
    return indicators.ask(code, Subject(region=region), period)


def test_every_promised_code_is_there() -> None:
    known = indicators.known()
    for key in FIGURES:
        assert {key, f"{key}_change", f"{key}_difference"} <= set(known)
    assert {RANK, "composite_rank_change", "target_attainment_ratio", "targets_missed"} <= set(known)
    for one in known.values():
        assert str(one.title)
        assert one.source in {"evaluation", "report", "register"}


def test_figures_and_their_change(air: Any) -> None:
    linfen, taiyuan, province = air["141000"], air["140100"], air["140000"]
    assert ask("pm2_5", linfen).value == 45  # (36 + 54) / 2
    assert ask("pm2_5", linfen).url.startswith("/explain/141000/pm2_5/2025-06/")
    change = ask("pm2_5_change", linfen)  # from 50 to 45
    assert (change.value, [line.value for line in change.lines]) == (D("-10.0"), [45, 50])
    assert ask("pm2_5_difference", linfen).value == -5
    assert ask("pm2_5_change", taiyuan).value == D("25.0")  # from 20 to 25
    # The province: 35 and 35, the mean of its cities.
    assert (ask("pm2_5", province).value, ask("pm2_5_change", province).value) == (35, 0)
    assert ask("pm10_change", linfen).value == 0


def test_the_index_by_fractions(air: Any) -> None:
    # so2 12/60, no2 20/40, pm10 70/70, pm2.5 45/35, co 1/4, o3 100/160
    parts = [
        Fraction(12, 60),
        Fraction(20, 40),
        Fraction(1),
        Fraction(45, 35),
        Fraction(1, 4),
        Fraction(100, 160),
    ]
    exact = sum(parts, Fraction(0))
    value = ask("composite_index", air["141000"]).value
    assert value is not None
    assert abs(Fraction(value) - exact) <= Fraction(3, 100)  # six rounded parts
    assert (
        ask("composite_index_difference", air["141000"]).value
        == value - ask("composite_index", air["141000"], Period(date(2024, 6, 1), date(2024, 6, 30))).value
    )


def test_ranks_and_their_change(air: Any) -> None:
    # Taiyuan 25 is cleaner than Linfen 45, as a year before.
    assert (ask(RANK, air["140100"]).value, ask(RANK, air["141000"]).value) == (1, 2)
    assert ask("composite_rank_change", air["141000"]).value == 0
    assert "2" in ask(RANK, air["141000"]).lines[0].words
    assert (ask(RANK, air["141000"]).among, ask(RANK, air["141000"], YEAR).among) == (2, 2)
    assert ask("pm2_5", air["141000"]).among is None
    # A county is ranked among all counties of the province, those of other cities too.
    ranked = [ask(RANK, air[code]) for code in ("140105", "141002", "141024")]
    assert [(one.value, one.among) for one in ranked] == [(1, 3), (2, 3), (3, 3)]


def test_a_running_year_is_answered_to_date_and_says_so(air: Any) -> None:
    answer = ask("pm2_5", air["141000"], YEAR)
    assert answer.value == 45
    assert "to_date" in answer.marks
    assert ask("good_days", air["140100"], YEAR).value == 181
    outside = ask("pm2_5", air["141000"], Period(date(2019, 1, 1), date(2019, 12, 31)))
    assert outside.value is None and "2024-01-01" in outside.reason
    assert ask("pm2_5", air["140105"], JUNE).value == 25


def test_zero_last_year_has_no_change_in_per_cent(air: Any) -> None:
    found = ask("heavy_days_change", air["140100"])
    assert found.value is None and "0" in found.reason
    assert ask("heavy_days_difference", air["140100"]).value == 0


def test_spans_are_named_as_the_kernel_names_them() -> None:
    assert span_of(date(2025, 1, 1), date(2025, 12, 31)).label == "2025"
    assert span_of(date(2025, 6, 1), date(2025, 6, 30)).label == "2025-06"
    assert span_of(date(2025, 4, 1), date(2025, 6, 30)).label == "2025-Q2"
    assert span_of(date(2025, 4, 2), date(2025, 6, 30)).label == "2025-04-02..2025-06-30"


def test_doors(air: Any, person: Any, signed_in: Any) -> None:
    client = signed_in(person("linfen", "141000", role="dispatcher"))
    assert "细颗粒物" in client.get("/indicators/").content.decode() or client.get("/indicators/")
    page = client.get("/indicators/pm2_5/?region=141000&period=2025-06").content.decode()
    assert "45" in page and "/explain/141000/pm2_5/2025-06/" in page
    assert client.get("/indicators/pm2_5/?region=140100").status_code == 404
    assert client.get("/indicators/nothing/").status_code == 404
    assert client.get("/indicators/pm2_5/?region=141000&period=夏天").status_code == 200
    told = client.get("/api/indicators/pm2_5_change?region=141000&period=2025-06").json()
    assert (told["value"], told["unit"]) == ("-10.0", "%")
    assert client.get("/api/indicators/pm2_5?region=140100&period=2025-06").status_code == 404
    assert client.get("/api/indicators/pm2_5").status_code == 422
    assert "pm2_5" in {row["code"] for row in client.get("/api/indicators").json()}
